package io.github.segloss.vector;

import java.util.Arrays;

/**
 * One ranking, with its memory: elements by key descending, then by index ascending. Keys become integers that ascend as keys descend, and are sorted together
 * with their indices.
 *
 * <p>Of float32 keys the 20 bits in which they differ most are sorted by, ten at a time, least significant first, because so many targets fit into the
 * nearest cache; what is still out of order then is little, unless keys crowd, and moves up to its place. Where too much would have to move, all bits are
 * sorted by.
 */
final class Ranking {
    private static final int DIGIT = 10;
    private static final int BUCKETS = 1 << DIGIT;

    /** What the key minus infinity becomes, which is left out. */
    private static final int LEFT_OUT = order(Float.NEGATIVE_INFINITY);

    private double[] keys = new double[0];
    private int[] orders = new int[0];
    private byte[] marks = new byte[0];

    /** The orders of keys in the upper half, in the lower half the index, and in the lowest bit the mark. */
    private long[] packed = new long[0];

    private long[] other = new long[0];
    private double[] sums = new double[0];
    private final int[] counts = new int[3 * (BUCKETS << 1)];

    private int size;
    private int ranked;

    /** Makes room, and forgets. */
    void start(int elements, boolean isDouble) {
        size = elements;
        if (packed.length < elements) {
            packed = new long[elements];
            other = new long[elements];
        }
        if (isDouble && keys.length < elements) {
            keys = new double[elements];
        } else if (!isDouble && orders.length < elements) {
            orders = new int[elements];
        }
        if (marks.length < elements) {
            marks = new byte[elements];
        }
    }

    /** Takes float32 keys. */
    void takeFloats(double[] values, int at, int count) {
        for (int i = 0; i < count; i++) {
            orders[at + i] = order((float) values[i]);
        }
    }

    /** Takes float32 keys out of an array. */
    void take(float[] values, int from, int at, int count) {
        for (int i = 0; i < count; i++) {
            orders[at + i] = order(values[from + i]);
        }
    }

    /** Takes float64 keys. */
    void takeDoubles(double[] values, int at, int count) {
        System.arraycopy(values, 0, keys, at, count);
    }

    /** Marks what is not 0. */
    void mark(double[] values, int at, int count) {
        for (int i = 0; i < count; i++) {
            marks[at + i] = (byte) (values[i] != 0 ? 1 : 0);
        }
    }

    /** Marks what is not 0 in an array. */
    void mark(float[] values, int from, int at, int count) {
        for (int i = 0; i < count; i++) {
            marks[at + i] = (byte) (values[from + i] != 0 ? 1 : 0);
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

    private long low(int index) {
        return (long) index << 1 | marks[index];
    }

    // ---- float32

    /** Ranks the float32 keys. */
    void rankFloats() {
        int least = Integer.MAX_VALUE;
        int most = Integer.MIN_VALUE;
        int left = 0;
        for (int i = 0; i < size; i++) {
            int order = orders[i];
            if (order != LEFT_OUT) {
                least = Math.min(least, order);
                most = Math.max(most, order);
            } else {
                left++;
            }
        }
        ranked = size - left;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(most - least);
        int shift = Math.max(0, bits - 2 * DIGIT);
        Arrays.fill(counts, 0, 2 * BUCKETS, 0);
        for (int i = 0; i < size; i++) {
            int order = orders[i];
            if (order != LEFT_OUT) {
                int digits = order - least >>> shift;
                counts[digits & BUCKETS - 1]++;
                counts[BUCKETS + (digits >>> DIGIT)]++;
            }
        }
        starts(0, BUCKETS);
        starts(BUCKETS, BUCKETS);
        pack(least, shift);
        distribute(Integer.SIZE + shift + DIGIT, BUCKETS, BUCKETS);
        if (!moveUp()) {
            sortByUpperHalf();
        }
    }

    /** Packs keys and indices, sorted by the lower digit. */
    private void pack(int least, int shift) {
        for (int i = 0; i < size; i++) {
            int order = orders[i];
            if (order != LEFT_OUT) {
                int key = order - least;
                packed[counts[key >>> shift & BUCKETS - 1]++] = (long) key << 32 | low(i);
            }
        }
    }

    /** Moves each item up to its place; gives up where they move further than twice the number of items. */
    private boolean moveUp() {
        long[] items = packed;
        long moves = 2L * ranked;
        for (int i = 1; i < ranked; i++) {
            long item = items[i];
            int to = i;
            while (to > 0 && item >>> 32 < items[to - 1] >>> 32) {
                items[to] = items[to - 1];
                to--;
            }
            items[to] = item;
            moves -= i - to;
            if (moves < 0) {
                return false;
            }
        }
        return true;
    }

    // ---- float64

    /** Ranks the float64 keys: first by their lower halves, then, stably, by their upper ones. */
    void rankDoubles() {
        ranked = 0;
        for (int i = 0; i < size; i++) {
            if (keys[i] != Double.NEGATIVE_INFINITY) {
                packed[ranked++] = order(keys[i]) << 32 | low(i);
            }
        }
        sortByUpperHalf();
        for (int i = 0; i < ranked; i++) {
            int low = (int) packed[i];
            packed[i] = order(keys[low >>> 1]) & 0xFFFFFFFF00000000L | low & 0xFFFFFFFFL;
        }
        sortByUpperHalf();
    }

    /** A stable sort by the upper 32 bits, least significant digit first. */
    private void sortByUpperHalf() {
        int buckets = BUCKETS << 1;
        Arrays.fill(counts, 0);
        for (int i = 0; i < ranked; i++) {
            long key = packed[i];
            counts[(int) (key >>> 32) & buckets - 1]++;
            counts[buckets + ((int) (key >>> 43) & buckets - 1)]++;
            counts[2 * buckets + (int) (key >>> 54)]++;
        }
        for (int digit = 0; digit < 3; digit++) {
            if (starts(digit * buckets, buckets)) {
                distribute(32 + digit * (DIGIT + 1), digit * buckets, buckets);
            }
        }
    }

    // ---- both

    /** Turns the counts of a digit into the starts of its buckets; false if all keys are in one bucket. */
    private boolean starts(int from, int buckets) {
        int start = 0;
        for (int b = from; b < from + buckets; b++) {
            int count = counts[b];
            if (count == ranked) {
                counts[b] = 0;
                return false;
            }
            counts[b] = start;
            start += count;
        }
        return true;
    }

    private void distribute(int shift, int from, int buckets) {
        long[] source = packed;
        long[] target = other;
        for (int i = 0; i < ranked; i++) {
            long key = source[i];
            int bucket = from + ((int) (key >>> shift) & buckets - 1);
            target[counts[bucket]++] = key;
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
