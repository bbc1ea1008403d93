package io.github.segloss.maps;

import io.github.segloss.ShapeMismatchException;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;

/** Brings label images and masks to other sizes. */
public final class Resampling {
    private Resampling() {}

    /**
     * {@return the image at other spatial sizes, by nearest neighbour: each new pixel takes the value of the old pixel that holds its centre, the one of
     * higher index where the centre lies on a border}
     *
     * @param image any element type, [..., spatial...], on the host; all axes before the spatial ones stay
     * @param space the new spatial sizes, for the last axes
     * @throws ShapeMismatchException if the image has fewer axes than sizes are given
     */
    public static Tensor nearest(Tensor image, long... space) {
        long[] from = image.shape().toArray();
        int leading = from.length - space.length;
        if (leading < 0 || space.length == 0) {
            throw new ShapeMismatchException(
                    "the image has shape "
                            + image.shape()
                            + " and cannot be brought to the spatial sizes "
                            + Arrays.toString(space)
                            + ": these must be its last axes");
        }
        long[] to = from.clone();
        System.arraycopy(space, 0, to, leading, space.length);
        if (Arrays.equals(from, to)) {
            return image;
        }
        Tensor result = Tensor.zeros(image.dtype(), Shape.of(to));
        for (long i = 0; i < result.shape().elements(); i++) {
            result.set(i, image.doubleAt(source(i, from, to, leading)));
        }
        return result;
    }

    private static long source(long index, long[] from, long[] to, int leading) {
        long rest = index;
        long stride = 1;
        long source = 0;
        for (int axis = to.length - 1; axis >= 0; axis--) {
            long position = rest % to[axis];
            rest /= to[axis];
            long old = axis < leading ? position : (2 * position + 1) * from[axis] / (2 * to[axis]);
            source += old * stride;
            stride *= from[axis];
        }
        return source;
    }
}
