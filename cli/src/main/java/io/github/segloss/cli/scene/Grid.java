package io.github.segloss.cli.scene;

import io.github.segloss.ShapeMismatchException;
import io.github.segloss.images.Affine;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the voxels of an image lie.
 *
 * @param space the spatial sizes, slowest axis first
 * @param spacing mm between neighbours along each of them
 * @param affine voxel index to mm; null where the file says nothing
 */
public record Grid(long[] space, double[] spacing, @Nullable Affine affine) {
    /** A shift of a corner by this part of the smallest voxel size is rounding, more is another grid. */
    private static final double ROUNDING = 0.01;

    /** {@return the number of voxels} */
    public int voxels() {
        long count = 1;
        for (long size : space) {
            count = Math.multiplyExact(count, size);
        }
        return Math.toIntExact(count);
    }

    /** {@return the volume of a voxel in mm^3; the area in mm^2 for two axes, the length in mm for one} */
    public double voxelVolume() {
        return DoubleStream.of(spacing).reduce(1, (a, b) -> a * b);
    }

    /** {@return the unit of {@link #voxelVolume}} */
    public String volumeUnit() {
        return space.length == 1 ? "mm" : "mm^" + space.length;
    }

    /**
     * Checks that two images lie on the same grid.
     *
     * @param name this image, for the message
     * @param other the other grid
     * @param otherName the other image
     * @throws ShapeMismatchException if sizes or places differ
     */
    void requireSame(String name, Grid other, String otherName) {
        if (!Arrays.equals(space, other.space)) {
            throw new ShapeMismatchException(
                    name
                            + " has the spatial shape "
                            + Arrays.toString(space)
                            + " and "
                            + otherName
                            + " has "
                            + Arrays.toString(other.space)
                            + "; they must be the same");
        }
        if (affine != null && other.affine != null && !coincides(affine, other.affine)) {
            throw new ShapeMismatchException(
                    name
                            + " has the "
                            + affine
                            + " and "
                            + otherName
                            + " the "
                            + other.affine
                            + "; they must be the same: resample one of them to the other's grid");
        }
    }

    private boolean coincides(Affine mine, Affine its) {
        double allowed = ROUNDING * DoubleStream.of(spacing).min().orElse(1);
        double[] last = {0, 0, 0};
        for (int axis = 0; axis < space.length; axis++) {
            last[axis] = space[space.length - 1 - axis] - 1.0;
        }
        for (int corner = 0; corner < 8; corner++) {
            double i = (corner & 1) == 0 ? 0 : last[0];
            double j = (corner & 2) == 0 ? 0 : last[1];
            double k = (corner & 4) == 0 ? 0 : last[2];
            double[] a = mine.apply(i, j, k);
            double[] b = its.apply(i, j, k);
            for (int axis = 0; axis < 3; axis++) {
                if (Math.abs(a[axis] - b[axis]) > allowed) {
                    return false;
                }
            }
        }
        return true;
    }
}
