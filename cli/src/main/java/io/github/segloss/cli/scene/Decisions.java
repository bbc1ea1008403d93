package io.github.segloss.cli.scene;

import io.github.segloss.loss.Activation;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Decides which voxels belong to which class.
 *
 * @param values the prediction, [1, C, spatial...]
 * @param activation what turns it into probabilities
 * @param threshold the probability above which a voxel is foreground
 * @param isThresholded whether the threshold decides; otherwise the highest of the classes, the first of equals
 * @param isMultiLabel whether the classes of the target do not exclude each other, so that none is the background
 * @param valid the voxels that count
 */
record Decisions(
        Tensor values,
        Activation activation,
        double threshold,
        boolean isThresholded,
        boolean isMultiLabel,
        BitSet valid) {

    /**
     * {@return prediction and target as decisions}
     *
     * @param actualClass the class of each voxel; empty for a dense target
     * @param truth the target
     */
    Masks masks(int[] actualClass, Tensor truth) {
        boolean isDense = actualClass.length == 0;
        if (channels() == 1) {
            int[] predicted = new int[voxels()];
            int[] actual = isDense ? new int[voxels()] : actualClass;
            for (int i = 0; i < predicted.length; i++) {
                predicted[i] = isOn(values.doubleAt(i)) ? 1 : 0;
                actual[i] = isDense ? (truth.doubleAt(i) > 0.5 ? 1 : 0) : actual[i];
            }
            return Masks.ofClasses(predicted, actual, 2, valid);
        }
        List<BitSet> predicted =
                isThresholded
                        ? overlapping(values, true)
                        : Masks.split(highest(), channels(), valid);
        List<BitSet> actual =
                isDense ? overlapping(truth, false) : Masks.split(actualClass, channels(), valid);
        return new Masks(predicted, actual, valid, voxels(), isMultiLabel ? 0 : 1);
    }

    private int channels() {
        return (int) values.shape().size(1);
    }

    private int voxels() {
        return (int) (values.shape().elements() / channels());
    }

    private boolean isOn(double value) {
        double p = activation == Activation.SIGMOID ? 1 / (1 + Math.exp(-value)) : value;
        return p > threshold;
    }

    private List<BitSet> overlapping(Tensor tensor, boolean isPrediction) {
        List<BitSet> masks = new ArrayList<>();
        for (int c = 0; c < channels(); c++) {
            BitSet mask = new BitSet(voxels());
            for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
                double value = tensor.doubleAt((long) c * voxels() + i);
                mask.set(i, isPrediction ? isOn(value) : value > 0.5);
            }
            masks.add(mask);
        }
        return masks;
    }

    private int[] highest() {
        int[] best = new int[voxels()];
        for (int i = 0; i < best.length; i++) {
            for (int c = 1; c < channels(); c++) {
                if (values.doubleAt((long) c * best.length + i)
                        > values.doubleAt((long) best[i] * best.length + i)) {
                    best[i] = c;
                }
            }
        }
        return best;
    }
}
