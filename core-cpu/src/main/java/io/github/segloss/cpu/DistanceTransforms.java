package io.github.segloss.cpu;

import java.util.Arrays;

/**
 * The exact Euclidean distance transform in linear time: the lower envelope of parabolas, axis by axis (Felzenszwalb and Huttenlocher, Distance Transforms
 * of Sampled Functions, Theory of Computing 8, 2012, algorithm 1). With spacing 1 the squared distances are integers and exact.
 */
final class DistanceTransforms {
    private final int[] sizes;
    private final double[] spacing;
    private final Line line;

    /**
     * Prepares for images of one size.
     *
     * @param sizes the spatial sizes
     * @param spacing the distance between neighbours along each axis
     */
    DistanceTransforms(int[] sizes, double[] spacing) {
        this.sizes = sizes;
        this.spacing = spacing;
        this.line = new Line(Arrays.stream(sizes).max().orElse(1));
    }

    /**
     * Computes the distance of each true element to the nearest false one.
     *
     * @param mask not 0 where true; one sample and class
     * @param out the distances; 0 where false, and 0 everywhere if no element is false
     */
    void distances(double[] mask, double[] out) {
        boolean anyFalse = false;
        for (int i = 0; i < mask.length; i++) {
            out[i] = mask[i] != 0 ? Double.POSITIVE_INFINITY : 0;
            anyFalse |= mask[i] == 0;
        }
        if (!anyFalse) {
            Arrays.fill(out, 0);
            return;
        }
        int stride = mask.length;
        for (int axis = 0; axis < sizes.length; axis++) {
            int length = sizes[axis];
            int outer = stride; // elements of one slab along the axes from this one on
            stride /= length;
            for (int slab = 0; slab < mask.length; slab += outer) {
                for (int inner = 0; inner < stride; inner++) {
                    line.transform(out, slab + inner, stride, length, spacing[axis]);
                }
            }
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.sqrt(out[i]);
        }
    }

    /** The one-dimensional transform of one line, in place, with its work space. */
    private static final class Line {
        private final double[] values;
        private final int[] vertex;
        private final double[] from;

        Line(int longest) {
            values = new double[longest];
            vertex = new int[longest];
            from = new double[longest + 1];
        }

        void transform(double[] f, int start, int stride, int length, double spacing) {
            int parabolas = 0;
            for (int q = 0; q < length; q++) {
                values[q] = f[start + q * stride];
                if (values[q] == Double.POSITIVE_INFINITY) {
                    continue;
                }
                double crossing = Double.NEGATIVE_INFINITY;
                while (parabolas > 0) {
                    crossing = crossing(vertex[parabolas - 1], q, spacing);
                    if (crossing > from[parabolas - 1]) {
                        break;
                    }
                    parabolas--;
                    crossing = Double.NEGATIVE_INFINITY;
                }
                vertex[parabolas] = q;
                from[parabolas] = crossing;
                parabolas++;
            }
            if (parabolas == 0) {
                return;
            }
            int k = 0;
            for (int q = 0; q < length; q++) {
                while (k + 1 < parabolas && from[k + 1] < q) {
                    k++;
                }
                double distance = (q - vertex[k]) * spacing;
                f[start + q * stride] = distance * distance + values[vertex[k]];
            }
        }

        /** Where, in steps of the axis, the parabola of q falls below that of p. */
        private double crossing(int p, int q, double spacing) {
            double heights = (values[q] - values[p]) / (spacing * spacing);
            return (heights + (double) q * q - (double) p * p) / (2.0 * (q - p));
        }
    }
}
