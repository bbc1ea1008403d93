package io.github.segloss.cli.pictures;

import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * Where a step of gradient descent moves one channel of the prediction in a slice, and the scale to show it with.
 *
 * @param loss the loss
 * @param gradient its gradient
 * @param offset where the channel begins
 * @param limit the strength of the deepest colour
 * @param isClipped whether some pixels are stronger
 */
record Pull(String loss, Tensor gradient, long offset, double limit, boolean isClipped) {
    /** A few extreme pixels may be this many times stronger than 99 % of the others before they are clipped. */
    private static final double MOST_CONTRAST = 20;

    static Pull of(String loss, Tensor gradient, long offset, Plane plane) {
        double[] sizes = new double[plane.width() * plane.height()];
        int count = 0;
        for (int row = 0; row < plane.height(); row++) {
            for (int column = 0; column < plane.width(); column++) {
                double size = Math.abs(gradient.doubleAt(offset + plane.voxel(column, row)));
                if (size > 0 && Double.isFinite(size)) {
                    sizes[count++] = size;
                }
            }
        }
        if (count == 0) {
            return new Pull(loss, gradient, offset, 0, false);
        }
        Arrays.sort(sizes, 0, count);
        double usual = MOST_CONTRAST * sizes[(int) (0.99 * (count - 1))];
        double largest = sizes[count - 1];
        return new Pull(loss, gradient, offset, Math.min(usual, largest), usual < largest);
    }

    /** {@return the pull on a voxel, from -1 to 1 at the limit} */
    double at(int voxel) {
        return limit == 0 ? 0 : -gradient.doubleAt(offset + voxel) / limit;
    }

    String caption() {
        return limit == 0
                ? loss + ": no gradient here"
                : loss + ", ±" + text(limit) + (isClipped ? " (clipped)" : "");
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, value >= 0.01 && value < 1000 ? "%.2g" : "%.1e", value);
    }
}
