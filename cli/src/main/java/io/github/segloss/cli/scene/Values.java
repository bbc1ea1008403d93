package io.github.segloss.cli.scene;

import io.github.segloss.tensor.Tensor;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the elements of an image are like.
 *
 * @param lowest the lowest finite one
 * @param highest the highest finite one
 * @param isWhole whether all finite ones are whole numbers
 * @param labels the distinct values if all are whole numbers and there are few; else those seen before that was clear
 */
record Values(double lowest, double highest, boolean isWhole, SortedSet<Long> labels) {
    private static final int MOST_LABELS = 4096;

    /**
     * {@return what the elements of a tensor are like}
     *
     * @param data the tensor
     * @param ignored a value that is left out; null for none
     */
    static Values of(Tensor data, @Nullable Long ignored) {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        boolean whole = true;
        SortedSet<Long> labels = new TreeSet<>();
        double last = Double.NaN;
        for (long i = 0; i < data.shape().elements(); i++) {
            double value = data.doubleAt(i);
            if (value == last || !Double.isFinite(value)) {
                continue;
            }
            if (ignored != null && value == ignored) {
                continue;
            }
            last = value;
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
            whole &= value == Math.rint(value) && Math.abs(value) < 1L << 53;
            if (whole && labels.size() <= MOST_LABELS) {
                labels.add((long) value);
            }
        }
        return new Values(lowest, highest, whole, labels);
    }

    /** {@return whether these can be labels} */
    boolean areLabels() {
        return isWhole && !labels.isEmpty() && lowest >= 0 && labels.size() <= MOST_LABELS;
    }

    boolean areProbabilities() {
        return lowest >= 0 && highest <= 1;
    }

    /** {@return whether these are black and white of a mask stored in 8 or 16 bits} */
    boolean areBlackAndWhite() {
        return areLabels()
                && (Set.of(0L, 255L).containsAll(labels) || Set.of(0L, 65535L).containsAll(labels))
                && highest > 1;
    }

    boolean areZeroAndOne() {
        return areLabels() && highest <= 1;
    }
}
