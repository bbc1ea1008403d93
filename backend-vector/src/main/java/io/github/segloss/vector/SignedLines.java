package io.github.segloss.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Some neighbouring lines of a plane of signed squared distances in float32: of elements inside to the nearest one outside where they are positive, and the
 * other way round where they are negative. They lie in blocks of as many lines as there are lanes, side by side.
 */
final class SignedLines {
    /** So many lines are copied together: they share cache lines, and pages. */
    private static final int MOST_TOGETHER = 64;

    /** Longer lines are done fewer together, so that they stay in the second-level cache. */
    private static final int MOST_VALUES = 1 << 16;

    private final int longest;
    private final float[] lines;
    private final LineSearch inside;
    private final LineSearch outside;
    private final LowerEnvelope envelope;

    private final Part copy = this::copy;
    private final Part subtract = this::subtract;
    private final Part readRow = this::readRow;
    private final Part writeRow = this::writeRow;
    private final Part writeRoots = this::writeRootsRow;
    private int count;
    private int length;
    private int at;
    private int there;
    private float sign;
    private float[] squares = new float[0];

    /** How many floats a block has. */
    private int block;

    /**
     * Makes room.
     *
     * @param longest how many elements a line has at most
     */
    SignedLines(int longest) {
        this.longest = longest;
        this.lines = new float[Math.max(MOST_VALUES, Math.multiplyExact(longest, Lanes.COUNT))];
        this.inside = new LineSearch(longest);
        this.outside = new LineSearch(longest);
        this.envelope = new LowerEnvelope(1, longest);
    }

    /** {@return how many neighbouring lines are done together, a multiple of the number of lanes} */
    static int together(int length) {
        return Math.clamp(MOST_VALUES / length, Lanes.COUNT, MOST_TOGETHER) & -Lanes.COUNT;
    }

    /** {@return how many elements a line has at most} */
    int longest() {
        return longest;
    }

    /**
     * Copies lines.
     *
     * @param plane where from
     * @param start where the first one starts
     * @param count how many
     * @param stride how far the elements of a line are apart
     * @param length how many there are
     */
    void read(float[] plane, int start, int count, int stride, int length) {
        this.count = count;
        this.length = length;
        this.block = length * Lanes.COUNT;
        squares = plane;
        for (int q = 0; q < length; q++) {
            at = q * Lanes.COUNT;
            there = start + q * stride;
            Part.alone(readRow);
        }
    }

    /** Reads one element of each line. */
    private boolean readRow() {
        int k = 0;
        int to = at;
        for (; k + Lanes.COUNT <= count; k += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOATS, squares, there + k).intoArray(lines, to);
            to += block;
        }
        if (k < count) {
            System.arraycopy(squares, there + k, lines, to, count - k);
            Arrays.fill(lines, to + count - k, to + Lanes.COUNT, 0);
        }
        return true;
    }

    /** Writes the lines back, see {@link #read}. */
    void write(float[] plane, int start, int stride) {
        squares = plane;
        for (int q = 0; q < length; q++) {
            at = q * Lanes.COUNT;
            there = start + q * stride;
            Part.alone(writeRow);
        }
    }

    private boolean writeRow() {
        int k = 0;
        int from = at;
        for (; k + Lanes.COUNT <= count; k += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOATS, lines, from).intoArray(squares, there + k);
            from += block;
        }
        if (k < count) {
            System.arraycopy(lines, from, squares, there + k, count - k);
        }
        return true;
    }

    /**
     * Takes the distances along these lines into account.
     *
     * @param spacing the distance of neighbouring elements of a line
     * @param isSigned whether there are negative values
     */
    void transform(double spacing, boolean isSigned) {
        inside.prepare(length, spacing);
        outside.prepare(length, spacing);
        for (int from = 0; from < Lanes.roundUp(count) * length; from += block) {
            inside.run(lines, from, false, envelope);
            if (isSigned) {
                outside.run(lines, from, true, envelope);
            }
            at = from;
            Part.alone(isSigned ? subtract : copy);
        }
    }

    private boolean copy() {
        for (int i = 0; i < block; i += Lanes.COUNT) {
            IntVector.fromArray(Lanes.INTS, inside.found(), i)
                    .reinterpretAsFloats()
                    .intoArray(lines, at + i);
        }
        return true;
    }

    private boolean subtract() {
        for (int i = 0; i < block; i += Lanes.COUNT) {
            IntVector a = IntVector.fromArray(Lanes.INTS, inside.found(), i);
            IntVector b = IntVector.fromArray(Lanes.INTS, outside.found(), i);
            a.reinterpretAsFloats().sub(b.reinterpretAsFloats()).intoArray(lines, at + i);
        }
        return true;
    }

    /**
     * Writes the distances themselves, not their squares.
     *
     * @param plane where to
     * @param isNegated whether those of negative values are wanted, not those of positive ones
     * @param start where the first line starts
     * @param stride how far the elements of a line are apart
     */
    void writeRoots(float[] plane, boolean isNegated, int start, int stride) {
        sign = isNegated ? -1 : 1;
        squares = plane;
        for (int q = 0; q < length; q++) {
            at = q * Lanes.COUNT;
            there = start + q * stride;
            Part.alone(writeRoots);
        }
    }

    /** The roots of one element of each line. */
    private boolean writeRootsRow() {
        int from = at;
        for (int k = 0; k < count; k += Lanes.COUNT) {
            FloatVector square = FloatVector.fromArray(Lanes.FLOATS, lines, from).mul(sign);
            // Infinity is left only where a whole plane has no element of the other kind: there the
            // distance is 0 by definition.
            VectorMask<Float> isNone =
                    square.compare(VectorOperators.LE, 0f)
                            .or(square.compare(VectorOperators.GT, Float.MAX_VALUE));
            FloatVector root = square.lanewise(VectorOperators.SQRT).blend(0f, isNone);
            if (k + Lanes.COUNT <= count) {
                root.intoArray(squares, there + k);
            } else {
                root.intoArray(squares, there + k, Lanes.FLOATS.indexInRange(k, count));
            }
            from += block;
        }
        return true;
    }
}
