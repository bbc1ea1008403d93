package io.github.segloss.images;

import io.github.segloss.InvalidParameterException;
import java.util.Arrays;

/**
 * The 4x4 matrix that takes a voxel's index to its place in the patient or scanner, in mm, as NIfTI defines it: {@code (x, y, z, 1) = A (i, j, k, 1)}
 * with x to the right, y to the front and z to the head.
 *
 * <p>The order of the indices is NIfTI's: {@code i} counts along the axis stored fastest. The tensor of a volume has shape {@code [nz, ny, nx]}, so its
 * element {@code [k, j, i]} lies at {@code apply(i, j, k)}. Immutable.
 */
public final class Affine {
    private final double[] rows;

    private Affine(double[] rows) {
        this.rows = rows;
    }

    /**
     * {@return the matrix with the given entries}
     *
     * @param rows the 16 finite entries row by row, the last row being 0 0 0 1; or the 12 entries of the first three rows
     * @throws InvalidParameterException if there are neither 12 nor 16, one is not finite, or the last row is another
     */
    public static Affine of(double... rows) {
        if (rows.length != 12 && rows.length != 16) {
            throw new InvalidParameterException(
                    "an affine has " + rows.length + " entries; it needs 12 or 16");
        }
        double[] all = Arrays.copyOf(rows, 16);
        if (rows.length == 12) {
            all[15] = 1;
        }
        for (double entry : all) {
            if (!Double.isFinite(entry)) {
                throw new InvalidParameterException(
                        "an affine "
                                + Arrays.toString(rows)
                                + " has the entry "
                                + entry
                                + "; every entry must be finite");
            }
        }
        if (all[12] != 0 || all[13] != 0 || all[14] != 0 || all[15] != 1) {
            throw new InvalidParameterException(
                    "an affine has the last row "
                            + Arrays.toString(Arrays.copyOfRange(all, 12, 16))
                            + "; it must be 0 0 0 1");
        }
        return new Affine(all);
    }

    /**
     * {@return NIfTI's method 2: a rotation given by the vector part of a unit quaternion, then voxel sizes, then an offset}
     *
     * @param quaternion b, c and d; a vector longer than 1 is shortened to 1, as the reference implementation does
     * @param size the voxel sizes along i, j and k in mm
     * @param flipsK whether k runs against the right-handed direction (qfac is -1)
     * @param offset where voxel (0, 0, 0) lies, in mm
     */
    static Affine ofQuaternion(
            double[] quaternion, double[] size, boolean flipsK, double[] offset) {
        double b = quaternion[0];
        double c = quaternion[1];
        double d = quaternion[2];
        double rest = 1 - (b * b + c * c + d * d);
        double a;
        if (rest < 1e-7) {
            double length = Math.sqrt(b * b + c * c + d * d);
            b /= length;
            c /= length;
            d /= length;
            a = 0;
        } else {
            a = Math.sqrt(rest);
        }
        double x = size[0];
        double y = size[1];
        double z = flipsK ? -size[2] : size[2];
        return of(
                (a * a + b * b - c * c - d * d) * x,
                2 * (b * c - a * d) * y,
                2 * (b * d + a * c) * z,
                offset[0],
                2 * (b * c + a * d) * x,
                (a * a + c * c - b * b - d * d) * y,
                2 * (c * d - a * b) * z,
                offset[1],
                2 * (b * d - a * c) * x,
                2 * (c * d + a * b) * y,
                (a * a + d * d - b * b - c * c) * z,
                offset[2]);
    }

    /**
     * {@return one entry}
     *
     * @param row 0 to 3
     * @param column 0 to 3
     */
    public double at(int row, int column) {
        return rows[4 * row + column];
    }

    /**
     * {@return where the centre of a voxel lies, as x (right), y (front) and z (head) in mm}
     *
     * @param i the index along the tensor's last axis
     * @param j the index along the tensor's last axis but one
     * @param k the index along the tensor's last axis but two
     */
    public double[] apply(double i, double j, double k) {
        double[] place = new double[3];
        for (int row = 0; row < 3; row++) {
            place[row] = at(row, 0) * i + at(row, 1) * j + at(row, 2) * k + at(row, 3);
        }
        return place;
    }

    /** {@return a fresh array of the 16 entries, row by row} */
    public double[] toArray() {
        return rows.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Affine affine && Arrays.equals(rows, affine.rows);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rows);
    }

    @Override
    public String toString() {
        return "Affine" + Arrays.toString(rows);
    }
}
