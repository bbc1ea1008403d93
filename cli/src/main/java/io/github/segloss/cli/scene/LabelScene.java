package io.github.segloss.cli.scene;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A scene whose prediction is a label map: it is taken as one-hot probabilities, clipped away from 0 and 1, over the classes present in either file (class 0
 * always among them). Where an activation is asked for, the logits of these probabilities are taken.
 */
final class LabelScene {
    /** The probability of the classes that a label map does not name; well inside the clip edges of the losses, and representable in float32 from 1. */
    static final double CLIP = 1e-6;

    private final SceneRequest request;
    private final ImageFile prediction;
    private final ImageFile target;
    private final BitSet valid;
    private final @Nullable Tensor mask;
    private final @Nullable Tensor weightMap;

    LabelScene(
            SceneRequest request,
            ImageFile prediction,
            ImageFile target,
            BitSet valid,
            @Nullable Tensor mask,
            @Nullable Tensor weightMap) {
        this.request = request;
        this.prediction = prediction;
        this.target = target;
        this.valid = valid;
        this.mask = mask;
        this.weightMap = weightMap;
    }

    Scene scene() {
        if (target.channels() != 1) {
            throw new InvalidParameterException(
                    target.name()
                            + " has "
                            + target.channels()
                            + " channels, but "
                            + prediction.name()
                            + " is a label map; both must be label maps (--spatial-axes or --prediction-kind may correct what was guessed)");
        }
        String allowed = "whole numbers, at least 0";
        long[] predicted =
                Labels.read(
                        prediction,
                        Masks.everything(prediction.voxels()),
                        label -> label >= 0,
                        allowed);
        long[] actual = Labels.read(target, valid, label -> label >= 0, allowed);
        unifyBlackAndWhite(predicted, actual);
        List<Long> labels = classes(predicted, actual);
        int[] predictedClass = indices(predicted, labels);
        int[] actualClass = indices(actual, labels);
        Activation activation =
                request.activation() == null ? Activation.NONE : request.activation();
        return new Scene(
                prediction.name()
                        + ", a label map taken as one-hot "
                        + (activation == Activation.NONE ? "probabilities" : "logits")
                        + " clipped at "
                        + CLIP,
                target.name() + ", a label map",
                oneHot(predictedClass, labels.size(), activation),
                target(actualClass),
                activation,
                TargetKind.CLASS_INDICES,
                labels,
                request.ignoreIndex() != null,
                mask,
                weightMap,
                target.grid(),
                Masks.ofClasses(predictedClass, actualClass, labels.size(), valid));
    }

    /** Masks of 0 and 255 are masks of 0 and 1, if both files agree to be masks. */
    private void unifyBlackAndWhite(long[] predicted, long[] actual) {
        Values mine = Values.of(prediction.data(), null);
        Values its = Values.of(target.data(), request.ignoreIndex());
        boolean areMasks =
                (mine.areBlackAndWhite() || mine.areZeroAndOne())
                        && (its.areBlackAndWhite() || its.areZeroAndOne());
        if (areMasks) {
            for (int i = 0; i < actual.length; i++) {
                predicted[i] = Long.signum(predicted[i]);
                actual[i] = Long.signum(actual[i]);
            }
        }
    }

    private List<Long> classes(long[] predicted, long[] actual) {
        TreeSet<Long> labels = new TreeSet<>();
        labels.add(0L);
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            labels.add(predicted[i]);
            labels.add(actual[i]);
        }
        if (labels.size() == 1) {
            labels.add(1L); // softmax over one class says nothing: an empty pair has an empty
            // foreground
        }
        if ((long) labels.size() * actual.length > Integer.MAX_VALUE - 8L) {
            throw new InvalidParameterException(
                    prediction.name()
                            + " and "
                            + target.name()
                            + " hold "
                            + labels.size()
                            + " classes and "
                            + actual.length
                            + " voxels; their product must be below 2^31: are these label maps?");
        }
        return new ArrayList<>(labels);
    }

    private int[] indices(long[] values, List<Long> labels) {
        Map<Long, Integer> index = new HashMap<>();
        for (Long label : labels) {
            index.put(label, index.size());
        }
        int[] indices = new int[values.length];
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            indices[i] = index.get(values[i]);
        }
        return indices;
    }

    private Tensor oneHot(int[] classOf, int classes, Activation activation) {
        int voxels = classOf.length;
        float on = (float) value(1 - CLIP, activation);
        float off = (float) value(CLIP, activation);
        float[] all = new float[classes * voxels];
        for (int c = 0; c < classes; c++) {
            for (int i = 0; i < voxels; i++) {
                all[c * voxels + i] = classOf[i] == c ? on : off;
            }
        }
        long[] sizes = new long[target.grid().space().length + 2];
        sizes[0] = 1;
        sizes[1] = classes;
        System.arraycopy(target.grid().space(), 0, sizes, 2, sizes.length - 2);
        return Tensor.wrap(all, sizes);
    }

    static double value(double probability, Activation activation) {
        return switch (activation) {
            case NONE -> probability;
            case SOFTMAX -> Math.log(probability);
            case SIGMOID -> Math.log(probability / (1 - probability));
        };
    }

    private Tensor target(int[] classOf) {
        long[] sizes = target.data().shape().toArray(); // one channel: [1, spatial...] as it is
        Tensor labels = Tensor.zeros(DType.INT32, Shape.of(sizes));
        for (int i = 0; i < classOf.length; i++) {
            boolean isIgnored =
                    request.ignoreIndex() != null
                            && target.data().doubleAt(i) == request.ignoreIndex();
            labels.set(i, isIgnored ? Scene.IGNORED : classOf[i]);
        }
        return labels;
    }
}
