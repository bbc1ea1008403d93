package io.github.segloss.metrics;

import io.github.segloss.maps.DistanceMaps;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;

/** A predicted and a true label image of one sample, counted in one pass: how often each pair of labels occurs, and in which box each class lies. */
final class LabelPair {
    private final int[] prediction;
    private final int[] target;
    private final int[] sizes;
    private final int classes;
    private final long[] pairs;
    private final Box[] boxes;

    /**
     * Counts.
     *
     * @param prediction predicted labels, 0 to {@code classes - 1}, or -1 for pixels that do not count
     * @param target true labels, -1 for the same pixels
     * @param classes the number of classes
     * @param sizes the spatial sizes
     */
    LabelPair(int[] prediction, int[] target, int classes, int[] sizes) {
        this.prediction = prediction;
        this.target = target;
        this.sizes = sizes;
        this.classes = classes;
        this.pairs = new long[classes * classes];
        this.boxes = new Box[classes];
        Arrays.setAll(boxes, _ -> new Box(sizes.length));
        count();
    }

    private void count() {
        int[] position = new int[sizes.length];
        for (int i = 0; i < target.length; i++) {
            if (target[i] >= 0) {
                pairs[target[i] * classes + prediction[i]]++;
                boxes[target[i]].include(position);
                if (prediction[i] != target[i]) {
                    boxes[prediction[i]].include(position);
                }
            }
            for (int axis = sizes.length - 1;
                    axis >= 0 && ++position[axis] == sizes[axis];
                    axis--) {
                position[axis] = 0;
            }
        }
    }

    Confusion counts(int c) {
        long predicted = 0;
        long actual = 0;
        for (int k = 0; k < classes; k++) {
            predicted += pairs[k * classes + c];
            actual += pairs[c * classes + k];
        }
        long hits = pairs[c * classes + c];
        long all = Arrays.stream(pairs).sum();
        return new Confusion(
                hits, predicted - hits, actual - hits, all - predicted - actual + hits);
    }

    SurfaceDistances surfaces(int c, DistanceMaps maps, double[] spacing) {
        Confusion counts = counts(c);
        if (counts.isTargetEmpty() || counts.isPredictionEmpty()) {
            return SurfaceDistances.NONE;
        }
        Tensor p = crop(prediction, c);
        Tensor g = crop(target, c);
        return new SurfaceDistances(
                onSurface(maps.surfaceDistances(p, g, spacing)),
                onSurface(maps.surfaceDistances(g, p, spacing)));
    }

    private static double[] onSurface(Tensor distances) {
        return Arrays.stream(distances.toDoubleArray()).filter(d -> d >= 0).toArray();
    }

    /** A class as 0 and 1 inside its box. Outside of it both masks are background, which is what the edge of an image counts as. */
    private Tensor crop(int[] labels, int c) {
        Box box = boxes[c];
        byte[] mask = new byte[Math.toIntExact(box.elements())];
        int[] position = box.low.clone();
        for (int k = 0; k < mask.length; k++) {
            int index = 0;
            for (int axis = 0; axis < sizes.length; axis++) {
                index = index * sizes[axis] + position[axis];
            }
            mask[k] = (byte) (labels[index] == c ? 1 : 0);
            for (int axis = sizes.length - 1;
                    axis >= 0 && ++position[axis] > box.high[axis];
                    axis--) {
                position[axis] = box.low[axis];
            }
        }
        return Tensor.wrap(mask, box.shape());
    }

    /** The smallest box around some pixels. */
    private static final class Box {
        private final int[] low;
        private final int[] high;

        Box(int rank) {
            low = new int[rank];
            high = new int[rank];
            Arrays.fill(low, Integer.MAX_VALUE);
            Arrays.fill(high, -1);
        }

        void include(int[] position) {
            for (int axis = 0; axis < low.length; axis++) {
                low[axis] = Math.min(low[axis], position[axis]);
                high[axis] = Math.max(high[axis], position[axis]);
            }
        }

        long[] shape() {
            long[] shape = new long[low.length];
            Arrays.setAll(shape, axis -> high[axis] - low[axis] + 1L);
            return shape;
        }

        long elements() {
            return Arrays.stream(shape()).reduce(1, Math::multiplyExact);
        }
    }
}
