package io.github.segloss.vector;

import io.github.segloss.graph.Window;
import io.github.segloss.graph.Window.Border;
import io.github.segloss.graph.Window.Extreme;
import io.github.segloss.graph.Window.Footprint;
import io.github.segloss.vector.StructuredStage.IntUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The window ops on rows along the contiguous axis, one row at a time and in one thread: vectors of neighbouring elements, and the first and last element of
 * each row, which have neighbours outside the image, alone. Neighbours are taken in the order of their offsets in both ways, so that sums are the same.
 */
final class WindowRows {
    private static final int LANES = Lanes.DOUBLES.length();

    private final boolean isMin;
    private final boolean borderCounts;
    private final int[] sizes;
    private final int width;
    private final List<int[]> offsets = new ArrayList<>();

    /** Of each neighbour, by how many elements it is shifted along the row. */
    private final int[] shifts;

    /** Of each neighbour of the current row, how many elements its row is away. */
    private final int[] away;

    /** Of each neighbour of the current row, whether its row is inside the image. */
    private final boolean[] isInside;

    /** How far the neighbours of elements inside the row are away, those in the image. */
    private final int[] near;

    private int nearCount;

    /** How many neighbours of elements inside the row are outside the image. */
    private int outsideCount;

    private int start;
    private double[] x = new double[0];
    private double[] extremes = x;
    private double[] given = x;
    private double[] out = x;
    private final Part extremesInside = this::extremesInside;
    private final IntUnit extremeOf = this::extremeOf;
    private final Part sharesInside = this::sharesInside;
    private final IntUnit shareOf = this::shareOf;
    private final Part sumsInside = this::sumsInside;
    private final IntUnit sumOf = this::sumOf;

    /**
     * Prepares for images of one size.
     *
     * @param window the neighbourhood
     * @param sizes the spatial sizes
     */
    WindowRows(Window window, int[] sizes) {
        this.isMin = window.extreme() == Extreme.MIN;
        this.borderCounts = window.border() == Border.ZERO;
        this.sizes = sizes.clone();
        this.width = sizes[sizes.length - 1];
        int rank = sizes.length;
        for (int code = 0; code < Math.powExact(3, rank); code++) {
            int[] offset = new int[rank];
            int distance = 0;
            for (int axis = rank - 1, rest = code; axis >= 0; axis--, rest /= 3) {
                offset[axis] = rest % 3 - 1;
                distance += Math.abs(offset[axis]);
            }
            if (window.footprint() == Footprint.BOX || distance <= 1) {
                offsets.add(offset);
            }
        }
        this.shifts = offsets.stream().mapToInt(offset -> offset[rank - 1]).toArray();
        this.away = new int[offsets.size()];
        this.isInside = new boolean[offsets.size()];
        this.near = new int[offsets.size()];
    }

    /** {@return whether it is for images of these sizes} */
    boolean isFor(int[] others) {
        return Arrays.equals(sizes, others);
    }

    /** Goes to a row. */
    private void goTo(int row) {
        start = row * width;
        nearCount = 0;
        outsideCount = 0;
        for (int k = 0; k < shifts.length; k++) {
            int there = rowAt(row, offsets.get(k));
            isInside[k] = there >= 0;
            away[k] = (there - row) * width + shifts[k];
            if (isInside[k]) {
                near[nearCount++] = away[k];
            } else {
                outsideCount++;
            }
        }
    }

    /** The row at some offset, or -1 outside. */
    private int rowAt(int row, int[] offset) {
        int rest = row;
        int at = 0;
        int stride = 1;
        for (int axis = sizes.length - 2; axis >= 0; axis--) {
            int position = rest % sizes[axis] + offset[axis];
            if (position < 0 || position >= sizes[axis]) {
                return -1;
            }
            at += position * stride;
            stride *= sizes[axis];
            rest /= sizes[axis];
        }
        return at;
    }

    /** {@return whether a neighbour of an element is in the image} */
    private boolean isThere(int k, int column) {
        int there = column + shifts[k];
        return isInside[k] && there >= 0 && there < width;
    }

    private void forRow(Part inside, IntUnit element) {
        if (width - 2 < LANES) {
            for (int column = 0; column < width; column++) {
                element.run(column);
            }
        } else {
            element.run(0);
            Part.alone(inside);
            element.run(width - 1);
        }
    }

    /** The last vector of a row begins earlier, so that it ends with the elements inside. */
    private int vectorAt(int i) {
        return Math.min(i, start + width - 1 - LANES);
    }

    // ---- the extreme of the neighbours of each element

    /** Finds the extremes of a row. */
    void extremes(int row, double[] values, double[] to) {
        goTo(row);
        x = values;
        out = to;
        forRow(extremesInside, extremeOf);
    }

    private boolean extremesInside() {
        for (int i = start + 1; i < start + width - 1; i += LANES) {
            int at = vectorAt(i);
            DoubleVector best = DoubleVector.fromArray(Lanes.DOUBLES, x, at);
            for (int k = 0; k < nearCount; k++) {
                DoubleVector other = DoubleVector.fromArray(Lanes.DOUBLES, x, at + near[k]);
                best = isMin ? best.min(other) : best.max(other);
            }
            if (borderCounts && outsideCount > 0) {
                best = isMin ? best.min(0) : best.max(0);
            }
            best.intoArray(out, at);
        }
        return true;
    }

    private void extremeOf(int column) {
        int at = start + column;
        double best = x[at];
        for (int k = 0; k < shifts.length; k++) {
            if (isThere(k, column) || borderCounts) {
                double other = isThere(k, column) ? x[at + away[k]] : 0;
                best = isMin ? Math.min(best, other) : Math.max(best, other);
            }
        }
        out[at] = best;
    }

    // ---- values divided by the number of neighbours that hold the extreme

    /** Divides the values of a row by how many of the neighbours of each element are equal to its extreme. */
    void shares(int row, double[] values, double[] ofNeighbours, double[] divided, double[] to) {
        goTo(row);
        x = values;
        extremes = ofNeighbours;
        given = divided;
        out = to;
        forRow(sharesInside, shareOf);
    }

    private boolean sharesInside() {
        for (int i = start + 1; i < start + width - 1; i += LANES) {
            int at = vectorAt(i);
            DoubleVector extreme = DoubleVector.fromArray(Lanes.DOUBLES, extremes, at);
            DoubleVector holders = DoubleVector.zero(Lanes.DOUBLES);
            for (int k = 0; k < nearCount; k++) {
                DoubleVector other = DoubleVector.fromArray(Lanes.DOUBLES, x, at + near[k]);
                holders = holders.add(1, other.compare(VectorOperators.EQ, extreme));
            }
            if (borderCounts && outsideCount > 0) {
                holders = holders.add(outsideCount, extreme.compare(VectorOperators.EQ, 0));
            }
            DoubleVector.fromArray(Lanes.DOUBLES, given, at).div(holders).intoArray(out, at);
        }
        return true;
    }

    private void shareOf(int column) {
        int at = start + column;
        int holders = 0;
        for (int k = 0; k < shifts.length; k++) {
            if (isThere(k, column)) {
                holders += x[at + away[k]] == extremes[at] ? 1 : 0;
            } else if (borderCounts) {
                holders += extremes[at] == 0 ? 1 : 0;
            }
        }
        out[at] = given[at] / holders;
    }

    // ---- sums

    /**
     * Sums up for each element of a row the values of some of its neighbours: of those at which one array holds what another holds at the element.
     *
     * @param row the row
     * @param atNeighbours the array that counts at neighbours
     * @param atElement the array that counts at the element
     * @param added the values
     * @param to where the sums are written
     */
    void sums(int row, double[] atNeighbours, double[] atElement, double[] added, double[] to) {
        goTo(row);
        x = atNeighbours;
        extremes = atElement;
        given = added;
        out = to;
        forRow(sumsInside, sumOf);
    }

    private boolean sumsInside() {
        for (int i = start + 1; i < start + width - 1; i += LANES) {
            int at = vectorAt(i);
            DoubleVector own = DoubleVector.fromArray(Lanes.DOUBLES, extremes, at);
            DoubleVector sum = DoubleVector.zero(Lanes.DOUBLES);
            for (int k = 0; k < nearCount; k++) {
                VectorMask<Double> isEqual =
                        DoubleVector.fromArray(Lanes.DOUBLES, x, at + near[k])
                                .compare(VectorOperators.EQ, own);
                sum = sum.add(DoubleVector.fromArray(Lanes.DOUBLES, given, at + near[k]), isEqual);
            }
            sum.intoArray(out, at);
        }
        return true;
    }

    private void sumOf(int column) {
        int at = start + column;
        double sum = 0;
        for (int k = 0; k < shifts.length; k++) {
            if (isThere(k, column) && x[at + away[k]] == extremes[at]) {
                sum += given[at + away[k]];
            }
        }
        out[at] = sum;
    }
}
