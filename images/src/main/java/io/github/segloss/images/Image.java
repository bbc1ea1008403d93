package io.github.segloss.images;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An array of samples and the grid that they lie on.
 *
 * <p>The last {@code spacing.length} axes of the data are spatial, the slowest first: {@code [depth, height, width]} or {@code [height, width]}. Axes
 * before them are channels, time points or colours: {@code [channels, height, width]}.
 *
 * @param data the samples, in memory that Java can address; not copied
 * @param spacing the distance between neighbouring samples along each spatial axis in mm, in the order of the shape (z, y, x), each above 0; formats
 *     that do not know millimetres give 1
 * @param affine voxel index to mm, in NIfTI's order of axes; null where the file says nothing about it
 * @param source the file that was read, null for an image made in memory
 * @param format the format that was read, null for an image made in memory
 */
public record Image(
        Tensor data,
        double[] spacing,
        @Nullable Affine affine,
        @Nullable Path source,
        @Nullable ImageFormat format)
        implements AutoCloseable {

    /**
     * Creates an image.
     *
     * @throws InvalidParameterException if the data is on a device, there are more than three spatial axes or more than the data has axes, or a
     *     spacing is not a finite number above 0
     */
    public Image {
        if (!data.isOnHost()) {
            throw new InvalidParameterException(
                    "the data of an image is on a device; download it first");
        }
        spacing = spacing.clone();
        int most = Math.min(3, data.shape().rank());
        if (spacing.length > most) {
            throw new InvalidParameterException(
                    "an image of shape "
                            + data.shape()
                            + " has "
                            + spacing.length
                            + " values of spacing, allowed are 0 to "
                            + most);
        }
        for (double step : spacing) {
            if (!(step > 0) || Double.isInfinite(step)) {
                throw new InvalidParameterException(
                        "an image has the spacing "
                                + Arrays.toString(spacing)
                                + " mm; every value must be finite and above 0");
            }
        }
    }

    /**
     * {@return an image whose last axes, three at most, are spatial, 1 mm apart}
     *
     * @param data the samples; not copied
     */
    public static Image of(Tensor data) {
        return of(data, unitSpacing(Math.min(3, data.shape().rank())));
    }

    /**
     * {@return an image with the given spacing and no affine}
     *
     * @param data the samples; not copied
     * @param spacing mm along each spatial axis, one to three values; the last axes of the data are the spatial ones
     */
    public static Image of(Tensor data, double... spacing) {
        return new Image(data, spacing, null, null, null);
    }

    /**
     * {@return other samples on the same grid, such as the labels predicted for a scan}
     *
     * @param other samples whose last axes have the sizes of this image's spatial axes; not copied
     * @throws ShapeMismatchException if a spatial size differs
     */
    public Image withData(Tensor other) {
        long[] mine = spatialSizes(data.shape());
        long[] its =
                other.shape().rank() < spacing.length
                        ? other.shape().toArray()
                        : spatialSizes(other.shape());
        if (!Arrays.equals(mine, its)) {
            throw new ShapeMismatchException(
                    "data of shape "
                            + other.shape()
                            + " does not fit the grid of the image, whose spatial sizes are "
                            + Arrays.toString(mine));
        }
        return new Image(other, spacing, affine, null, null);
    }

    /** {@return mm along each spatial axis, in the order of the shape; a fresh array} */
    @Override
    public double[] spacing() {
        return spacing.clone();
    }

    /** {@return the number of spatial axes, the last ones of the data} */
    public int spatialRank() {
        return spacing.length;
    }

    /** Frees the data if it is off the Java heap, which only arrays of more than 2^31 elements are; otherwise does nothing. */
    @Override
    public void close() {
        data.close();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Image image
                && data.equals(image.data)
                && Arrays.equals(spacing, image.spacing)
                && Objects.equals(affine, image.affine)
                && Objects.equals(source, image.source)
                && format == image.format;
    }

    @Override
    public int hashCode() {
        return Objects.hash(data, Arrays.hashCode(spacing), affine, source, format);
    }

    @Override
    public String toString() {
        return "Image["
                + data
                + ", spacing "
                + Arrays.toString(spacing)
                + " mm, "
                + (affine == null ? "no affine" : affine)
                + (source == null ? "]" : ", " + source + "]");
    }

    /** {@return the given number of ones} */
    static double[] unitSpacing(int axes) {
        double[] ones = new double[axes];
        Arrays.fill(ones, 1);
        return ones;
    }

    private long[] spatialSizes(Shape shape) {
        return Arrays.copyOfRange(shape.toArray(), shape.rank() - spacing.length, shape.rank());
    }
}
