package io.github.segloss.cli.scene;

import io.github.segloss.ShapeMismatchException;
import io.github.segloss.images.Image;
import io.github.segloss.images.ImageFormat;
import io.github.segloss.images.Images;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An image file with its axes sorted into channels and space.
 *
 * @param name the role and the file, for messages
 * @param data the samples, [channels, spatial...]
 * @param grid where they lie
 * @param greyScale what white is stored as in an 8 or 16-bit PNG or TIFF; 0 for all other files
 */
record ImageFile(String name, Tensor data, Grid grid, int greyScale) {
    private static final long MOST_VOXELS = Integer.MAX_VALUE - 8L;

    int channels() {
        return (int) data.shape().size(0);
    }

    int voxels() {
        return grid.voxels();
    }

    boolean isGrey() {
        return greyScale != 0;
    }

    /**
     * {@return the image in a file}
     *
     * @param role what it is, for messages
     * @param file the file
     * @param spatialAxes how many of the last axes are spatial; 0 for what the format says
     */
    static ImageFile read(String role, Path file, int spatialAxes) {
        Image image = Images.read(file);
        String name = "the " + role + " '" + file + "'";
        long[] shape = image.data().shape().toArray();
        int spatial = spatialAxes == 0 ? image.spatialRank() : spatialAxes;
        if (shape.length < spatial || spatial == 0) {
            throw new ShapeMismatchException(
                    name
                            + " has the shape "
                            + image.data().shape()
                            + "; it must have "
                            + (spatial == 0 ? "1 to 3" : spatial)
                            + " spatial axes, after one for the channels if there are several");
        }
        long[] space = Arrays.copyOfRange(shape, shape.length - spatial, shape.length);
        long channels = 1;
        for (int axis = 0; axis < shape.length - spatial; axis++) {
            if (shape[axis] > 1 && channels > 1) {
                throw new ShapeMismatchException(
                        name
                                + " has the shape "
                                + image.data().shape()
                                + "; before its "
                                + spatial
                                + " spatial axes only one for the channels may be longer than 1 (--spatial-axes sets their number)");
            }
            channels *= shape[axis];
        }
        long[] sizes = new long[spatial + 1];
        sizes[0] = channels;
        System.arraycopy(space, 0, sizes, 1, spatial);
        Tensor data = image.data().reshape(sizes);
        if (data.shape().elements() / channels > MOST_VOXELS) {
            throw new ShapeMismatchException(
                    name
                            + " has "
                            + data.shape().elements() / channels
                            + " voxels; allowed are at most "
                            + MOST_VOXELS
                            + ": cut it into parts");
        }
        Grid grid = new Grid(space, spacing(image, spatial), image.affine());
        boolean isPicture = image.format() == ImageFormat.PNG || image.format() == ImageFormat.TIFF;
        if (!isPicture || !data.dtype().isInteger()) {
            return new ImageFile(name, data, grid, 0);
        }
        int white = data.dtype() == DType.UINT8 || data.dtype() == DType.INT8 ? 255 : 65535;
        return new ImageFile(name, withoutColour(data, white), grid, white);
    }

    private static double[] spacing(Image image, int spatial) {
        double[] known = image.spacing();
        double[] spacing = new double[spatial];
        for (int axis = 0; axis < spatial; axis++) {
            int from = known.length - spatial + axis;
            spacing[axis] = from < 0 ? 1 : known[from];
        }
        return spacing;
    }

    /** A colour picture that holds only greys, opaque, is a grey picture. */
    private static Tensor withoutColour(Tensor data, int white) {
        int channels = (int) data.shape().size(0);
        if (channels < 2 || channels > 4) {
            return data;
        }
        boolean hasAlpha = channels % 2 == 0;
        int colours = hasAlpha ? channels - 1 : channels;
        long pixels = data.shape().elements() / channels;
        for (long i = 0; i < pixels; i++) {
            long first = data.longAt(i);
            for (int c = 1; c < colours; c++) {
                if (data.longAt(c * pixels + i) != first) {
                    return data;
                }
            }
            if (hasAlpha && data.longAt(colours * pixels + i) != white) {
                return data;
            }
        }
        long[] sizes = data.shape().toArray();
        sizes[0] = 1;
        Tensor grey = Tensor.zeros(data.dtype(), Shape.of(sizes));
        for (long i = 0; i < pixels; i++) {
            grey.set(i, data.longAt(i));
        }
        return grey;
    }

    /** {@return the spatial coordinates of an element, with its channel first if there are several} */
    String place(long index) {
        long[] all = data.shape().coordinates(index);
        return Arrays.toString(channels() == 1 ? Arrays.copyOfRange(all, 1, all.length) : all);
    }
}
