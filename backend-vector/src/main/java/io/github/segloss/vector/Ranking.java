package io.github.segloss.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2L;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * One ranking, with its memory: elements by key descending, then by index ascending. Keys become integers that ascend as keys descend, and are sorted together
 * with their indices.
 *
 * <p>Of float32 keys the 22 bits in which they differ most are sorted by, eleven at a time, least significant first; what is still out of order then is
 * little, unless keys crowd, and moves up to its place. Where too much would have to move, all bits are sorted by.
 */
final class Ranking {
    private static final int DIGIT = 11;
    private static final int BUCKETS = 1 << DIGIT;

    /** What the float32 key minus infinity becomes, which is left out. */
    private static final int LEFT_OUT = order(Float.NEGATIVE_INFINITY);

    private static final int NAN = Float.floatToRawIntBits(Float.NaN);

    private static final VectorSpecies<Long> ITEMS =
            LongVector.SPECIES_512.withShape(Lanes.FLOATS.vectorShape());

    private static final VectorSpecies<Float> KEYS = Lanes.HALF_FLOATS;
    private static final VectorSpecies<Integer> ORDERS =
            IntVector.SPECIES_512.withShape(KEYS.vectorShape());

    private double[] keys = new double[0];

    /** The order of the key in the upper half, in the lower half the index, and in the lowest bit the mark. */
    private long[] packed = new long[0];

    private long[] other = new long[0];
    private double[] sums = new double[0];
    private final int[][] counts = new int[3][BUCKETS];

    private int size;
    private int ranked;

    /** The range of the orders of float32 keys. */
    private int least;

    private int most;

    /** Makes room, and forgets. */
    void start(int elements, boolean isDouble) {
        size = elements;
        ranked = 0;
        least = Integer.MAX_VALUE;
        most = Integer.MIN_VALUE;
        if (packed.length < elements) {
            packed = new long[elements];
            other = new long[elements];
        }
        if (isDouble && keys.length < elements) {
            keys = new double[elements];
        }
    }

    /** Takes the next elements, whose keys are float32; marks those whose mark is not 0. */
    void take(float[] values, int from, float[] marks, int marksFrom, int at, int count) {
        IntVector low = IntVector.broadcast(ORDERS, least);
        IntVector high = IntVector.broadcast(ORDERS, most);
        LongVector indices = LongVector.broadcast(ITEMS, 2L * at).addIndex(2);
        int i = 0;
        for (; i <= count - ITEMS.length(); i += ITEMS.length()) {
            FloatVector keys = FloatVector.fromArray(KEYS, values, from + i).add(0f);
            IntVector bits =
                    keys.reinterpretAsInts()
                            .blend(NAN, keys.test(VectorOperators.IS_NAN).cast(ORDERS));
            IntVector order =
                    bits.lanewise(ASHR, 31).and(Integer.MAX_VALUE).lanewise(XOR, bits).not();
            if (order.eq(LEFT_OUT).anyTrue()) {
                for (int k = i; k < i + ITEMS.length(); k++) {
                    take(values[from + k], marks[marksFrom + k], at + k);
                }
            } else {
                low = low.min(order);
                high = high.max(order);
                LongVector upper = (LongVector) order.convertShape(I2L, ITEMS, 0);
                VectorMask<Float> marked =
                        FloatVector.fromArray(KEYS, marks, marksFrom + i).compare(NE, 0f);
                upper.lanewise(LSHL, Integer.SIZE)
                        .or(indices.add(1, marked.cast(ITEMS)))
                        .intoArray(packed, ranked);
                ranked += ITEMS.length();
            }
            indices = indices.add(2L * ITEMS.length());
        }
        least = Math.min(least, low.reduceLanes(MIN));
        most = Math.max(most, high.reduceLanes(MAX));
        for (; i < count; i++) {
            take(values[from + i], marks[marksFrom + i], at + i);
        }
    }

    private void take(float key, float mark, int index) {
        int order = order(key);
        if (order != LEFT_OUT) {
            least = Math.min(least, order);
            most = Math.max(most, order);
            packed[ranked++] = (long) order << 32 | low(index, mark != 0);
        }
    }

    /** Takes the next elements, whose keys are float64. */
    void take(double[] values, double[] marks, int at, int count) {
        for (int i = 0; i < count; i++) {
            double key = values[i];
            keys[at + i] = key;
            if (key != Double.NEGATIVE_INFINITY) {
                packed[ranked++] = order(key) << 32 | low(at + i, marks[i] != 0);
            }
        }
    }

    private static int order(float key) {
        int bits = Float.floatToIntBits(key + 0f); // makes -0 a 0, which it is equal to
        return ~(bits ^ (bits >> 31) & Integer.MAX_VALUE);
    }

    private static long order(double key) {
        long bits = Double.doubleToLongBits(key + 0.0);
        return ~(bits ^ (bits >> 63) & Long.MAX_VALUE) ^ Long.MIN_VALUE;
    }

    private static long low(int index, boolean isMarked) {
        return (long) index << 1 | (isMarked ? 1 : 0);
    }

    // ---- float32

    /** Ranks the float32 keys. */
    void rankFloats() {
        long first = (long) least << 32;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(most - least);
        int shift = Integer.SIZE + Math.max(0, bits - 2 * DIGIT);
        countDigits(first, shift, 2);
        Arrays.fill(
                other, 0, ranked, 0); // fetches from far in order what would be missed one by one
        distribute(first, shift, 0);
        distribute(first, shift, 1);
        if (!moveUp()) {
            sortByUpperHalf(first);
        }
    }

    /** Moves each item up to its place; gives up where they move further than twice the number of items. */
    private boolean moveUp() {
        long[] items = packed;
        long moves = 2L * ranked;
        int i = 1;
        for (; i <= ranked - ITEMS.length(); i += ITEMS.length()) {
            LongVector some = LongVector.fromArray(ITEMS, items, i);
            if (some.lt(LongVector.fromArray(ITEMS, items, i - 1)).anyTrue()) {
                moves -= moveUp(items, i, i + ITEMS.length());
                if (moves < 0) {
                    return false;
                }
            }
        }
        return moveUp(items, i, ranked) <= moves;
    }

    /** {@return how far some items moved up, together} Equal keys are in order: the sort is stable. */
    private static long moveUp(long[] items, int from, int end) {
        long moves = 0;
        for (int i = from; i < end; i++) {
            long item = items[i];
            int to = i;
            while (to > 0 && item < items[to - 1]) {
                items[to] = items[to - 1];
                to--;
            }
            items[to] = item;
            moves += i - to;
        }
        return moves;
    }

    // ---- float64

    /** Ranks the float64 keys: first by their lower halves, then, stably, by their upper ones. */
    void rankDoubles() {
        sortByUpperHalf(0);
        for (int i = 0; i < ranked; i++) {
            int low = (int) packed[i];
            packed[i] = order(keys[low >>> 1]) & 0xFFFFFFFF00000000L | low & 0xFFFFFFFFL;
        }
        sortByUpperHalf(0);
    }

    // ---- both

    /** A stable sort by all that the upper halves of items are beyond that of the first. */
    private void sortByUpperHalf(long first) {
        countDigits(first, Integer.SIZE, 3);
        for (int digit = 0; digit < 3; digit++) {
            distribute(first, Integer.SIZE, digit);
        }
    }

    /** Counts how often each digit of the shifted differences to the first item occurs. */
    private void countDigits(long first, int shift, int digits) {
        long[] items = packed;
        int[] low = counts[0];
        int[] middle = counts[1];
        int[] high = counts[2];
        Arrays.fill(low, 0);
        Arrays.fill(middle, 0);
        Arrays.fill(high, 0);
        for (int i = 0; i < ranked; i++) {
            int value = (int) (items[i] - first >>> shift);
            low[value & low.length - 1]++;
            middle[value >>> DIGIT & middle.length - 1]++;
            if (digits > 2) {
                high[value >>> 2 * DIGIT & high.length - 1]++;
            }
        }
    }

    /** Sorts by one digit, stably. */
    private void distribute(long first, int shift, int digit) {
        long[] source = packed;
        long[] target = other;
        int[] starts = counts[digit];
        int start = 0;
        for (int b = 0; b < BUCKETS; b++) {
            int count = starts[b];
            if (count == ranked) {
                return; // all in one bucket
            }
            starts[b] = start;
            start += count;
        }
        int digitShift = shift + digit * DIGIT;
        for (int i = 0; i < ranked; i++) {
            long item = source[i];
            int bucket = (int) (item - first >>> digitShift) & starts.length - 1;
            target[starts[bucket]++] = item;
        }
        packed = target;
        other = source;
    }

    // ---- sums

    /** Counts, in the order of rank, the marked elements and the others. */
    void count() {
        if (ranked < size) {
            Arrays.fill(other, 0, size, 0);
        }
        long marked = 0;
        for (int i = 0; i < ranked; i++) {
            int low = (int) packed[i];
            marked += low & 1;
            other[low >>> 1] = (i + 1 - marked) << 32 | marked;
        }
    }

    /** Gives the counts of marked elements, or of the others, up to and including some elements. */
    void giveCounts(boolean ofMarked, int at, double[] values, int count) {
        int shift = ofMarked ? 0 : 32;
        for (int i = 0; i < count; i++) {
            values[i] = (int) (other[at + i] >>> shift);
        }
    }

    /** Gives them to an array. */
    void giveCounts(boolean ofMarked, int at, float[] values, int from, int count) {
        int shift = ofMarked ? 0 : 32;
        for (int i = 0; i < count; i++) {
            values[from + i] = (int) (other[at + i] >>> shift);
        }
    }

    /** {@return the sums of values, in the order of rank, up to and including each element; 0 for those left out} */
    double[] sum(double[] values) {
        if (sums.length < size) {
            sums = new double[size];
        }
        if (ranked < size) {
            Arrays.fill(sums, 0, size, 0);
        }
        double sum = 0;
        for (int i = 0; i < ranked; i++) {
            int index = (int) packed[i] >>> 1;
            sum += values[index];
            sums[index] = sum;
        }
        return sums;
    }
}
