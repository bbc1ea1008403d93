package io.github.segloss.benchmarks.hand;

import java.util.Arrays;

/**
 * The squared distance of each element of a mask to the nearest one of the other kind, on a grid of spacing 1, in whole numbers: lower envelopes of
 * parabolas, axis by axis (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, 2012).
 *
 * <p>Both kinds are done at once. Along a line, an element can only get its distance from its own run of equal labels or from the two elements that
 * end the run, which are of the other kind and so have distance 0 and are nearer than anything behind them. So one walk along the runs is enough, each with an
 * envelope of its own.
 */
final class SquaredDistances {
    /** The distance where there is no element of the other kind. */
    static final int NONE = 1 << 28;

    /** As many neighbouring lines as fit in one line of the cache are done together. */
    private static final int LINES = 16;

    private final byte[] labels;
    private final int[] space;
    private final int[] squared;

    private final int[] values;
    private final byte[] kinds;

    /** Of each parabola of an envelope: where its vertex is, its height there plus the square of that, and where it begins to be the lowest. */
    private final int[] vertex;

    private final double[] height;
    private final double[] begin;
    private final double[] halfInverse;

    SquaredDistances(byte[] labels, int[] space) {
        this.labels = labels;
        this.space = space.clone();
        this.squared = new int[labels.length];
        int longest = Arrays.stream(space).max().orElse(1);
        this.values = new int[longest * LINES];
        this.kinds = new byte[longest * LINES];
        this.vertex = new int[longest + 2];
        this.height = new double[longest + 2];
        this.begin = new double[longest + 3];
        this.halfInverse = new double[longest + 2];
        for (int k = 1; k < halfInverse.length; k++) {
            halfInverse[k] = 0.5 / k;
        }
    }

    /** {@return the squared distances; {@link #NONE} everywhere if all labels are equal} */
    int[] compute() {
        int last = space.length - 1;
        for (int start = 0; start < labels.length; start += space[last]) {
            alongRow(start, start + space[last]);
        }
        int stride = space[last];
        for (int axis = last - 1; axis >= 0; axis--) {
            across(space[axis], stride);
            stride *= space[axis];
        }
        return squared;
    }

    /** The first axis: the distance to the nearer end of the run. */
    private void alongRow(int start, int end) {
        int from = start;
        while (from < end) {
            byte kind = labels[from];
            int to = from + 1;
            while (to < end && labels[to] == kind) {
                to++;
            }
            for (int i = from; i < to; i++) {
                int before = from > start ? i - from + 1 : 1 << 14;
                int after = to < end ? to - i : 1 << 14;
                int nearer = Math.min(before, after);
                squared[i] = nearer * nearer;
            }
            from = to;
        }
    }

    /** Any other axis: neighbouring lines are copied into a small block, done, and copied back. */
    private void across(int length, int stride) {
        for (int slab = 0; slab < labels.length; slab += length * stride) {
            for (int inner = 0; inner < stride; inner += LINES) {
                int lines = Math.min(LINES, stride - inner);
                for (int q = 0; q < length; q++) {
                    int at = slab + q * stride + inner;
                    System.arraycopy(squared, at, values, q * LINES, lines);
                    System.arraycopy(labels, at, kinds, q * LINES, lines);
                }
                for (int line = 0; line < lines; line++) {
                    alongLine(line, length);
                }
                for (int q = 0; q < length; q++) {
                    int at = slab + q * stride + inner;
                    System.arraycopy(values, q * LINES, squared, at, lines);
                }
            }
        }
    }

    private void alongLine(int line, int length) {
        int from = 0;
        while (from < length) {
            byte kind = kinds[from * LINES + line];
            int to = from + 1;
            while (to < length && kinds[to * LINES + line] == kind) {
                to++;
            }
            alongRun(line, from, to, length);
            from = to;
        }
    }

    private void alongRun(int line, int from, int to, int length) {
        int parabolas = 0;
        if (from > 0) {
            parabolas = add(from - 1, 0, parabolas);
        }
        for (int q = from; q < to; q++) {
            int value = values[q * LINES + line];
            if (value < NONE) {
                parabolas = add(q, value, parabolas);
            }
        }
        if (to < length) {
            parabolas = add(to, 0, parabolas);
        }
        if (parabolas == 0) {
            return;
        }
        begin[parabolas] = Double.POSITIVE_INFINITY;
        int k = 0;
        for (int q = from; q < to; q++) {
            while (begin[k + 1] < q) {
                k++;
            }
            int p = vertex[k];
            int distance = q - p;
            values[q * LINES + line] = distance * distance + ((int) height[k] - p * p);
        }
    }

    /** {@return how many parabolas an envelope has after one more to the right} */
    private int add(int q, int value, int parabolas) {
        int count = parabolas;
        double h = value + q * q;
        double crossing = Double.NEGATIVE_INFINITY;
        while (count > 0) {
            crossing = (h - height[count - 1]) * halfInverse[q - vertex[count - 1]];
            if (crossing > begin[count - 1]) {
                break;
            }
            count--;
            crossing = Double.NEGATIVE_INFINITY;
        }
        vertex[count] = q;
        height[count] = h;
        begin[count] = crossing;
        return count + 1;
    }
}
