package io.github.segloss.cli.pictures;

import io.github.segloss.cli.scene.Grid;
import io.github.segloss.images.Affine;
import org.jspecify.annotations.Nullable;

/**
 * A slice of a grid as it is shown. A NIfTI volume whose axes go along the body is shown as radiologists do: front up, the patient's right to the left.
 *
 * @param grid the grid
 * @param slice the slice along the first of three axes; 0 for fewer
 * @param flipsRows whether the last row is shown on top
 * @param flipsColumns whether the last column is shown to the left
 */
record Plane(Grid grid, int slice, boolean flipsRows, boolean flipsColumns) {
    private static final int SMALLEST_SIDE = 300;
    private static final int LARGEST_SIDE = 1024;
    private static final int STRIP = 40;

    static Plane of(Grid grid, int slice) {
        Affine affine = grid.affine();
        return new Plane(grid, slice, isAlong(affine, 1), isAlong(affine, 0));
    }

    /** Whether an axis runs mainly along the body's axis of the same number, in its direction. */
    private static boolean isAlong(@Nullable Affine affine, int axis) {
        if (affine == null) {
            return false;
        }
        double main = affine.at(axis, axis);
        for (int row = 0; row < 3; row++) {
            if (row != axis && Math.abs(affine.at(row, axis)) > Math.abs(main)) {
                return false;
            }
        }
        return main > 0;
    }

    static int slices(Grid grid) {
        return grid.space().length == 3 ? (int) grid.space()[0] : 1;
    }

    int width() {
        return (int) grid.space()[grid.space().length - 1];
    }

    int height() {
        return grid.space().length == 1 ? 1 : (int) grid.space()[grid.space().length - 2];
    }

    /** {@return the voxel in a column and row of the picture} */
    int voxel(int column, int row) {
        int x = flipsColumns ? width() - 1 - column : column;
        int y = flipsRows ? height() - 1 - row : row;
        return (slice * height() + y) * width() + x;
    }

    /** {@return how many pixels a column takes} */
    double columnPixels() {
        double mm = grid.spacing()[grid.spacing().length - 1];
        return height() == 1
                ? Math.max(1, Math.rint((double) SMALLEST_SIDE / width()))
                : scale() * mm;
    }

    /** {@return how many pixels a row takes} */
    double rowPixels() {
        return height() == 1 ? STRIP : scale() * grid.spacing()[grid.spacing().length - 2];
    }

    /** Pixels for a mm: at least one for each voxel, a whole number of them if voxels are square, unless that is too large. */
    private double scale() {
        double[] spacing = grid.spacing();
        double x = spacing[spacing.length - 1];
        double y = spacing[spacing.length - 2];
        double longest = Math.max(width() * x, height() * y);
        double scale = Math.max(SMALLEST_SIDE / longest, 1 / Math.min(x, y));
        if (x == y) {
            scale = Math.ceil(scale * x) / x;
        }
        return Math.min(scale, LARGEST_SIDE / longest);
    }

    int pictureWidth() {
        return Math.max(1, (int) Math.round(width() * columnPixels()));
    }

    int pictureHeight() {
        return Math.max(1, (int) Math.round(height() * rowPixels()));
    }
}
