package io.github.segloss.vector;

/**
 * Squared distances along one line after another by the lower envelope of parabolas, in float64 and linear time (Felzenszwalb and Huttenlocher, Distance
 * Transforms of Sampled Functions, Theory of Computing 8, 2012, algorithm 1).
 */
final class LowerEnvelope {
    /** The lines, one after another. */
    final double[] values;

    private final double[] heights;
    private final int[] vertex;
    private final double[] from;

    LowerEnvelope(int count, int length) {
        values = new double[count * length];
        heights = new double[length];
        vertex = new int[length];
        from = new double[length + 1];
    }

    /** {@return whether there is room for lines} */
    boolean hasRoom(int count, int length) {
        return values.length >= count * length && heights.length >= length;
    }

    /**
     * Transforms a line in place; false if it stays as it is. Where it is 0 it stays 0, and nothing beyond the next 0 is nearer than that 0: so each run of
     * other values is done alone, between the zeros at its ends.
     *
     * @param at where the line starts
     * @param n how long it is
     * @param spacing the distance of its elements
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
