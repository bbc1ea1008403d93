package io.github.segloss.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Squared distances along neighbouring lines, one in each lane, in float32: an element looks at those 1, 2, 3, ... steps before and behind it on its line,
 * and ends where even the least element of the line could not be nearer than the nearest found. That is at most as many steps as the distance is long; where
 * those are many, the lower envelope is faster, which takes the same time for any distance.
 *
 * <p>Squares are not negative, so that floats are in the order of their bits: the smaller one of two integers is one instruction, with no NaN to mind.
 */
final class LineSearch {
    /** So many steps are done before it looks whether to go on. */
    private static final int STEPS = 4;

    /** So many elements at infinity lie before and behind the lines, for the last steps to read. */
    private static final int MARGIN = STEPS - 1;

    /** Where the lines start. */
    private static final int TOP = MARGIN * Lanes.COUNT;

    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

    /** Where an element takes more steps than this, on the average, envelopes of as many lines as there are lanes are taken to be faster: an estimate. */
    private static final int MOST_STEPS = 16 * Lanes.COUNT;

    /** Floats as bits: the elements of one line after the elements of another, one in each lane. */
    private final int[] values;

    private final int[] found;

    /** The least element of each line. */
    private final int[] least = new int[Lanes.COUNT];

    /** The square of the distance of so many steps. */
    private final float[] squares;

    private final Part take = this::take;
    private final Part search = this::search;
    private int length;
    private double spacing;
    private float[] signed = new float[0];
    private int from;
    private float sign;

    LineSearch(int longest) {
        this.values = new int[TOP + longest * Lanes.COUNT + TOP];
        this.found = new int[longest * Lanes.COUNT];
        this.squares = new float[longest + STEPS];
        Arrays.fill(values, 0, TOP, INFINITY);
    }

    /** Sets how many elements a line has, and their distance. */
    void prepare(int elements, double distance) {
        length = elements;
        spacing = distance;
        for (int k = 0; k < length + STEPS; k++) {
            squares[k] = (float) ((k * distance) * (k * distance));
        }
        int end = TOP + length * Lanes.COUNT;
        Arrays.fill(values, end, end + TOP, INFINITY);
    }

    /** Takes the positive ones of signed values, or the negative ones negated; as integers, negative floats are negative. False if there is none. */
    private boolean take() {
        IntVector any = IntVector.zero(Lanes.INTS);
        IntVector lowest = IntVector.broadcast(Lanes.INTS, INFINITY);
        for (int i = 0; i < length * Lanes.COUNT; i += Lanes.COUNT) {
            FloatVector value = FloatVector.fromArray(Lanes.FLOATS, signed, from + i).mul(sign);
            IntVector positive = value.reinterpretAsInts().max(0);
            positive.intoArray(values, TOP + i);
            any = any.or(positive);
            lowest = lowest.min(positive);
        }
        lowest.intoArray(least, 0);
        return any.compare(VectorOperators.NE, 0).anyTrue();
    }

    /** Searches. False if it took too many steps. */
    private boolean search() {
        long steps = 0;
        long mostSteps = (long) length * MOST_STEPS;
        for (int q = 0; q < length; q++) {
            steps += search(TOP + q * Lanes.COUNT, q);
            if (steps > mostSteps) {
                return false;
            }
        }
        return true;
    }

    /** The search for one element of each line; returns how many steps it took. */
    private int search(int at, int q) {
        int[] v = values;
        int last = Math.max(q, length - 1 - q);
        IntVector best = IntVector.fromArray(Lanes.INTS, v, at);
        FloatVector least = IntVector.fromArray(Lanes.INTS, this.least, 0).reinterpretAsFloats();
        int k = 1;
        while (k <= last
                && best.compare(VectorOperators.GT, least.add(squares[k]).reinterpretAsInts())
                        .anyTrue()) {
            // Where a line has ended on one side, the other side is looked at twice.
            int before = k <= q ? -Lanes.COUNT : Lanes.COUNT;
            int behind = k <= length - 1 - q ? Lanes.COUNT : -Lanes.COUNT;
            IntVector a = nearer(v, at + k * before, at + k * behind, squares[k]);
            IntVector b = nearer(v, at + (k + 1) * before, at + (k + 1) * behind, squares[k + 1]);
            IntVector c = nearer(v, at + (k + 2) * before, at + (k + 2) * behind, squares[k + 2]);
            IntVector d = nearer(v, at + (k + 3) * before, at + (k + 3) * behind, squares[k + 3]);
            best = best.min(a.min(b).min(c.min(d)));
            k += STEPS;
        }
        best.intoArray(found, q * Lanes.COUNT);
        return k;
    }

    private static IntVector nearer(int[] v, int a, int b, float square) {
        return IntVector.fromArray(Lanes.INTS, v, a)
                .min(IntVector.fromArray(Lanes.INTS, v, b))
                .reinterpretAsFloats()
                .add(square)
                .reinterpretAsInts();
    }

    /** {@return the squared distances that were found, as bits of floats} */
    int[] found() {
        return found;
    }

    /**
     * Finds the squared distances in some lines, in the faster way.
     *
     * @param lines signed values
     * @param at where the lines start
     * @param isNegative whether the negative values count, negated, not the positive ones
     * @param envelope the other way, with room for a line
     */
    void run(float[] lines, int at, boolean isNegative, LowerEnvelope envelope) {
        signed = lines;
        from = at;
        int end = length * Lanes.COUNT;
        sign = isNegative ? -1 : 1;
        if (!Part.alone(take)) {
            Arrays.fill(found, 0, end, 0);
        } else if (isInfinite()) {
            Arrays.fill(found, 0, end, INFINITY);
        } else if (!Part.alone(search)) {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                for (int q = 0; q < length; q++) {
                    envelope.values[q] = Float.intBitsToFloat(values[TOP + q * Lanes.COUNT + lane]);
                }
                envelope.transform(0, length, spacing);
                for (int q = 0; q < length; q++) {
                    found[q * Lanes.COUNT + lane] =
                            Float.floatToRawIntBits((float) envelope.values[q]);
                }
            }
        }
    }

    private boolean isInfinite() {
        for (int i = TOP; i < TOP + length * Lanes.COUNT; i++) {
            if (values[i] != INFINITY) {
                return false;
            }
        }
        return true;
    }
}
