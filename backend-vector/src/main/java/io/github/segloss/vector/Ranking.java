package io.github.segloss.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
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
import jdk.incubator.vector.VectorSpecies;

/**
 * One ranking, with its memory: elements by key descending, then by index ascending. Keys become integers that ascend as keys descend, and are sorted together
 * with their indices; float64 keys in two halves.
 */
final class Ranking {
    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    private static final int NAN = Float.floatToRawIntBits(Float.NaN);

    /** What the float32 key minus infinity becomes, which is left out. */
    private static final int LEFT_OUT = order(Float.NEGATIVE_INFINITY);

    private static final VectorSpecies<Long> ITEMS =
            LongVector.SPECIES_512.withShape(Lanes.FLOATS.vectorShape());

    private static final VectorSpecies<Float> KEYS = Lanes.HALF_FLOATS;
    private static final VectorSpecies<Integer> ORDERS =
            IntVector.SPECIES_512.withShape(KEYS.vectorShape());

    private final RadixSort sort = new RadixSort();
    private double[] keys = new double[0];
    private final RadixSort.Keys upperHalves = index -> (int) (order(keys[index]) >> Integer.SIZE);
    private long[] counts = new long[0];
    private double[] sums = new double[0];
    private int size;
    private boolean isDouble;

    /** Makes room, and forgets. */
    void start(int elements, boolean hasDoubles) {
        size = elements;
        isDouble = hasDoubles;
        sort.start(elements);
        if (isDouble && keys.length < elements) {
            keys = new double[elements];
        }
    }

    /** Takes the next elements, whose keys are float32; marks those whose mark is not 0. */
    void take(float[] values, int from, float[] marks, int marksFrom, int at, int count) {
        long[] items = sort.items();
        IntVector low = IntVector.broadcast(ORDERS, Integer.MAX_VALUE);
        IntVector high = IntVector.broadcast(ORDERS, Integer.MIN_VALUE);
        LongVector indices = LongVector.broadcast(ITEMS, 2L * at).addIndex(2);
        int i = 0;
        for (; i <= count - ITEMS.length(); i += ITEMS.length()) {
            IntVector raw =
                    FloatVector.fromArray(KEYS, values, from + i).add(0f).reinterpretAsInts();
            IntVector bits = raw.blend(NAN, raw.and(Integer.MAX_VALUE).compare(GT, INFINITY));
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
                        .intoArray(items, sort.size());
                sort.added(ITEMS.length());
            }
            indices = indices.add(2L * ITEMS.length());
        }
        sort.addedKeys(low.reduceLanes(MIN), high.reduceLanes(MAX));
        for (; i < count; i++) {
            take(values[from + i], marks[marksFrom + i], at + i);
        }
    }

    private void take(float key, float mark, int index) {
        int order = order(key);
        if (order != LEFT_OUT) {
            sort.add(order, index, mark != 0);
        }
    }

    /** Takes the next elements, whose keys are float64. */
    void take(double[] values, double[] marks, int at, int count) {
        for (int i = 0; i < count; i++) {
            double key = values[i];
            keys[at + i] = key;
            if (key != Double.NEGATIVE_INFINITY) {
                sort.add(lowerHalf(order(key)), at + i, marks[i] != 0);
            }
        }
    }

    private static int order(float key) {
        int bits = Float.floatToIntBits(key + 0f); // makes -0 a 0, which it is equal to
        return ~(bits ^ (bits >> 31) & Integer.MAX_VALUE);
    }

    private static long order(double key) {
        long bits = Double.doubleToLongBits(key + 0.0);
        return ~(bits ^ (bits >> 63) & Long.MAX_VALUE);
    }

    /** The lower half as a signed number in the same order. */
    private static int lowerHalf(long order) {
        return (int) order ^ Integer.MIN_VALUE;
    }

    /** Sorts float64 keys by their lower halves; what comes after that goes, stably, by their upper ones. */
    private void sortByLowerHalves() {
        sort.sort();
        sort.replaceKeys(upperHalves);
    }

    /** Counts, in the order of rank, the elements and the marked ones. */
    void count() {
        if (isDouble) {
            sortByLowerHalves();
        }
        counts = sort.count(size);
    }

    /** Gives the counts of marked elements, or of the others, up to and including some elements; 0 for those left out. */
    void giveCounts(boolean ofMarked, int at, double[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = count(counts[at + i], ofMarked);
        }
    }

    /** Gives them to an array. */
    void giveCounts(boolean ofMarked, int at, float[] values, int from, int count) {
        for (int i = 0; i < count; i++) {
            values[from + i] = count(counts[at + i], ofMarked);
        }
    }

    private static int count(long counts, boolean ofMarked) {
        int marked = (int) counts;
        return ofMarked ? marked : (int) (counts >>> Integer.SIZE) - marked;
    }

    /** Sorts the elements by rank. */
    void rank() {
        if (isDouble) {
            sortByLowerHalves();
        }
        sort.sort();
    }

    /** {@return the sums of values, in the order of rank, up to and including each element; 0 for those left out} */
    double[] sum(double[] values) {
        if (sums.length < size) {
            sums = new double[size];
        }
        int ranked = sort.size();
        if (ranked < size) {
            Arrays.fill(sums, 0, size, 0);
        }
        double sum = 0;
        for (int i = 0; i < ranked; i++) {
            int index = sort.index(i);
            sum += values[index];
            sums[index] = sum;
        }
        return sums;
    }
}
