package io.github.segloss.vector;

import io.github.segloss.graph.Node;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The exact Euclidean distance transform in linear time, in parallel over lines: two scans along the contiguous axis, where the mask is binary, then the
 * lower envelope of parabolas along each other axis (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8,
 * 2012, algorithm 1).
 */
final class Distances extends StructuredStage {
    /** So many neighbouring lines are done together: they share cache lines, and pages. */
    private static final int MOST_TOGETHER = 64;

    /** Longer lines are done fewer together, so that they stay in the second-level cache. */
    private static final int MOST_VALUES = 1 << 15;

    private static final int FEWEST_TOGETHER = 16;

    private final Deque<Lines> pool = new ArrayDeque<>();

    Distances(Plan plan, Node node) {
        super(plan, node);
    }

    @Override
    public void run(Workspace w) {
        double[][] planes = w.needPlanes(plan().planes(node()));
        for (int n = 0; n < samplesOf(node(), w); n++) {
            for (int c = 0; c < classesOf(node()); c++) {
                double[] mask = argument(w, node().arg(0), n, c, 0);
                transform(w, mask, planes[plan().index(node().extent(), n, c)]);
            }
        }
    }

    @Override
    public void release() {
        synchronized (pool) {
            pool.clear();
        }
    }

    private void transform(Workspace w, double[] mask, double[] out) {
        int rank = w.sizes.length;
        int width = w.sizes[rank - 1];
        int rows = w.pixels / width;
        int perUnit = Math.max(1, Pass.UNIT / width);
        inParallel(
                (rows + perUnit - 1) / perUnit,
                w.pixels,
                unit -> {
                    int end = Math.min(rows, (unit + 1) * perUnit);
                    for (int row = unit * perUnit; row < end; row++) {
                        scan(mask, out, row * width, width, w.spacing[rank - 1]);
                    }
                });
        int stride = width;
        for (int axis = rank - 2; axis >= 0; axis--) {
            int length = w.sizes[axis];
            int inner = stride;
            double spacing = w.spacing[axis];
            boolean isLast = axis == 0;
            int together = Math.clamp(MOST_VALUES / length, FEWEST_TOGETHER, MOST_TOGETHER);
            int groups = (inner + together - 1) / together;
            int slabs = w.pixels / (inner * length);
            inParallel(
                    slabs * groups,
                    w.pixels,
                    unit -> {
                        int first = unit % groups * together;
                        int start = unit / groups * inner * length + first;
                        int count = Math.min(together, inner - first);
                        columns(out, start, count, inner, length, spacing, isLast);
                    });
            stride *= length;
        }
        if (rank == 1) {
            inParallel(
                    (w.pixels + Pass.UNIT - 1) / Pass.UNIT,
                    w.pixels,
                    unit ->
                            roots(
                                    out,
                                    unit * Pass.UNIT,
                                    Math.min(w.pixels, (unit + 1) * Pass.UNIT)));
        }
    }

    /** Squared distances inside a row. */
    private static void scan(double[] mask, double[] out, int start, int width, double spacing) {
        double distance = Double.POSITIVE_INFINITY;
        for (int i = start; i < start + width; i++) {
            distance = mask[i] != 0 ? distance + spacing : 0;
            out[i] = distance;
        }
        distance = Double.POSITIVE_INFINITY;
        for (int i = start + width - 1; i >= start; i--) {
            distance = mask[i] != 0 ? distance + spacing : 0;
            double nearest = Math.min(out[i], distance);
            out[i] = nearest * nearest;
        }
    }

    /** Infinity is left only where a whole plane has no false element: there the distance is 0 by definition. */
    private static void roots(double[] out, int from, int to) {
        for (int i = from; i < to; i++) {
            double root = Math.sqrt(out[i]);
            out[i] = root <= Double.MAX_VALUE ? root : 0;
        }
    }

    /** Squared distances along some neighbouring lines; the distances themselves after the last axis. */
    private void columns(
            double[] f,
            int start,
            int count,
            int stride,
            int length,
            double spacing,
            boolean isLast) {
        Lines lines = take(count, length);
        for (int q = 0; q < length; q++) {
            int from = start + q * stride;
            for (int k = 0; k < count; k++) {
                lines.values[k * length + q] = f[from + k];
            }
        }
        boolean changed = false;
        for (int k = 0; k < count; k++) {
            changed |= lines.transform(k * length, length, spacing);
        }
        if (isLast) {
            roots(lines.values, 0, count * length);
        }
        if (changed || isLast) {
            for (int q = 0; q < length; q++) {
                int to = start + q * stride;
                for (int k = 0; k < count; k++) {
                    f[to + k] = lines.values[k * length + q];
                }
            }
        }
        synchronized (pool) {
            pool.push(lines);
        }
    }

    private Lines take(int count, int length) {
        Lines lines;
        synchronized (pool) {
            lines = pool.poll();
        }
        return lines == null || !lines.hold(count, length) ? new Lines(count, length) : lines;
    }

    /** A group of lines and the work space for their envelopes. */
    private static final class Lines {
        final double[] values;
        private final double[] heights;
        private final int[] vertex;
        private final double[] from;

        Lines(int count, int length) {
            values = new double[count * length];
            heights = new double[length];
            vertex = new int[length];
            from = new double[length + 1];
        }

        boolean hold(int count, int length) {
            return values.length >= count * length && heights.length >= length;
        }

        /**
         * Transforms a line in place; false if it stays as it is. Where it is 0 it stays 0, and nothing beyond the next 0 is nearer than that 0: so each run
         * of other values is done alone, between the zeros at its ends.
         */
        boolean transform(int at, int n, double spacing) {
            boolean changed = false;
            int q = 0;
            while (q < n) {
                if (values[at + q] == 0) {
                    q++;
                } else {
                    int first = q;
                    while (q < n && values[at + q] != 0) {
                        q++;
                    }
                    changed |= envelope(at, first, q, n, spacing);
                }
            }
            return changed;
        }

        /** A run from one position to before another. */
        private boolean envelope(int at, int first, int end, int n, double spacing) {
            double scale = 1 / (spacing * spacing);
            int parabolas = 0;
            for (int q = Math.max(first - 1, 0); q < Math.min(end + 1, n); q++) {
                double value = values[at + q];
                if (value == Double.POSITIVE_INFINITY) {
                    continue;
                }
                // In steps of the axis, p's parabola is (x - p)^2 + value / spacing^2.
                double height = value * scale + (double) q * q;
                double crossing = Double.NEGATIVE_INFINITY;
                while (parabolas > 0) {
                    int p = vertex[parabolas - 1];
                    crossing = (height - heights[parabolas - 1]) / (2.0 * (q - p));
                    if (crossing > from[parabolas - 1]) {
                        break;
                    }
                    parabolas--;
                    crossing = Double.NEGATIVE_INFINITY;
                }
                vertex[parabolas] = q;
                heights[parabolas] = height;
                from[parabolas] = crossing;
                parabolas++;
            }
            if (parabolas == 0) {
                return false;
            }
            from[parabolas] = Double.POSITIVE_INFINITY;
            fill(at, first, end, parabolas, spacing);
            return true;
        }

        private void fill(int at, int first, int end, int parabolas, double spacing) {
            // The values of the vertices, before they are overwritten.
            for (int k = 0; k < parabolas; k++) {
                heights[k] = values[at + vertex[k]];
            }
            int k = 0;
            for (int q = first; q < end; q++) {
                while (from[k + 1] < q) {
                    k++;
                }
                double distance = (q - vertex[k]) * spacing;
                values[at + q] = distance * distance + heights[k];
            }
        }
    }
}
