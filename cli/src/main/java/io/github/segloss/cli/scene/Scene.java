package io.github.segloss.cli.scene;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A prediction and a target, ready for the losses.
 *
 * @param predictionText what the prediction is, in words
 * @param targetText what the target is, in words
 * @param prediction [1, C, spatial...], floating
 * @param target [1, spatial...] class indices, or dense [1, C, spatial...]
 * @param activation what turns the prediction into probabilities
 * @param targetKind how the target is given
 * @param labels what the files call each class; 0 and 1 for a single channel
 * @param isIgnoring whether the target marks voxels that do not count by {@link #IGNORED}
 * @param mask 1 where voxels count, [1, spatial...]; null if all do
 * @param weightMap weights, [1, spatial...]; null for none
 * @param grid where the voxels lie
 * @param masks prediction and target as decisions
 */
public record Scene(
        String predictionText,
        String targetText,
        Tensor prediction,
        Tensor target,
        Activation activation,
        TargetKind targetKind,
        List<Long> labels,
        boolean isIgnoring,
        @Nullable Tensor mask,
        @Nullable Tensor weightMap,
        Grid grid,
        Masks masks) {
    /** The label of voxels that do not count, in the target of a scene. */
    static final long IGNORED = -1;

    /** Gives mask and weights the element type of the prediction. */
    public Scene {
        mask = mask == null ? null : mask.to(prediction.dtype());
        weightMap = weightMap == null ? null : weightMap.to(prediction.dtype());
    }

    /** {@return the number of channels of the prediction} */
    public int channels() {
        return (int) prediction.shape().size(1);
    }

    /** {@return the tensors as inputs of a loss} */
    public LossInputs inputs() {
        List<Double> spacing = Arrays.stream(grid.spacing()).boxed().toList();
        return LossInputs.of(prediction, target)
                .withMask(mask)
                .withWeightMap(weightMap)
                .withSpacing(spacing);
    }

    /** {@return the options that the scene itself decides} */
    public LossOptions options() {
        return LossOptions.of(activation, targetKind).withIgnoreIndex(isIgnoring ? IGNORED : null);
    }

    /**
     * {@return the class that the files call by a label}
     *
     * @param label the label
     * @throws InvalidParameterException if there is none
     */
    public int classOf(long label) {
        int index = labels.indexOf(label);
        if (index < 0) {
            throw new InvalidParameterException(
                    "--classes names the class "
                            + label
                            + "; the classes are "
                            + labels.stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", ")));
        }
        return index;
    }
}
