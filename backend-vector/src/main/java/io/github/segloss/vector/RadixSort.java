package io.github.segloss.vector;

import java.util.Arrays;

/**
 * Items that are sorted by key upwards, stably, or counted along as if they were sorted. The upper half of an item is its key, a signed number; the lower half
 * is the index of an element and, in the lowest bit, whether the element is marked.
 *
 * <p>The bits in which keys differ make three digits of equal length, least significant first. Digits of nine or ten bits, as the keys of most rankings have
 * them, need tables and places to write to that the nearest cache holds.
 */
final class RadixSort {
    private static final int LONGEST_DIGIT = 11;

    /** One more item; the lower half of such numbers has the marked ones among them. */
    private static final long ONE = 1L << Integer.SIZE;

    /** The items, in the order in which they came or, after {@link #sort}, by key. */
    private long[] items = new long[0];

    private long[] other = new long[0];
    private int size;
    private int least;
    private int most;

    /** What the keys of items are above 0, until it is subtracted from them. */
    private long base;

    /**
     * Of no use, but that the JVM must not leave out the loads that make it. Stores to places all over an array wait for each other to get their lines into the
     * nearest cache; loads do not, and are made as soon as the place is known.
     */
    private long ignored;

    /** Tables by the length of a digit: that their length is exact spares the JVM comparisons of indices with it. */
    private final int[][] lows = new int[LONGEST_DIGIT + 1][];

    private final int[][] middles = new int[LONGEST_DIGIT + 1][];
    private final long[][] highs = new long[LONGEST_DIGIT + 1][];

    /** Makes room, and forgets. */
    void start(int capacity) {
        if (items.length < capacity) {
            items = new long[capacity];
            other = new long[capacity];
        }
        restart();
    }

    private void restart() {
        size = 0;
        least = Integer.MAX_VALUE;
        most = Integer.MIN_VALUE;
    }

    /** {@return the array of items, to write some behind the last} */
    long[] items() {
        return items;
    }

    int size() {
        return size;
    }

    /** Says that items were written behind the last. */
    void added(int count) {
        size += count;
    }

    /** Says between which numbers the keys of added items are. */
    void addedKeys(int leastKey, int mostKey) {
        least = Math.min(least, leastKey);
        most = Math.max(most, mostKey);
    }

    void add(int key, int index, boolean isMarked) {
        items[size] = (long) key << Integer.SIZE | (long) index << 1 | (isMarked ? 1 : 0);
        added(1);
        addedKeys(key, key);
    }

    /** {@return the index of the element of an item} */
    int index(int item) {
        return (int) items[item] >>> 1;
    }

    /** Sorts the items. */
    void sort() {
        long[] starts = sortByLowerDigits();
        long[] source = items;
        long[] target = other;
        int shift = highShift();
        long first = base;
        for (int i = 0; i < size; i++) {
            long item = source[i] - first;
            int bucket = (int) (item >>> shift) & starts.length - 1;
            long start = starts[bucket];
            starts[bucket] = start + ONE;
            target[(int) (start >>> Integer.SIZE)] = item;
        }
        items = target;
        other = source;
    }

    /** Replaces the keys of sorted items, in their order. */
    void replaceKeys(Keys keys) {
        int count = size;
        restart();
        for (int i = 0; i < count; i++) {
            long item = items[i];
            add(keys.of((int) item >>> 1), (int) item >>> 1, (item & 1) != 0);
        }
    }

    /** The keys of elements by index. */
    interface Keys {
        int of(int index);
    }

    /**
     * Counts items in the order of their keys. The last of the digits has no need to sort: each of its buckets counts on from the items before it.
     *
     * @return for each element, by index, how many items there are up to and including its own, and in the lower half how many of these are marked; 0 if it has
     *     none. The array has at least so many elements as there are
     */
    long[] count(int elements) {
        long[] counts = sortByLowerDigits();
        long[] source = items;
        long[] target = other;
        if (size < elements) {
            Arrays.fill(target, 0, elements, 0);
        }
        int shift = highShift();
        long first = base;
        long fetched = 0;
        for (int i = 0; i < size; i++) {
            long item = source[i];
            int index = (int) item >>> 1;
            fetched |= target[index];
            int bucket = (int) (item - first >>> shift) & counts.length - 1;
            long count = counts[bucket] + (ONE + (item & 1));
            counts[bucket] = count;
            target[index] = count;
        }
        ignored = fetched;
        return target;
    }

    // ---- digits

    private int bits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(most - least);
    }

    private int middleShift() {
        return Integer.SIZE + bits() / 3;
    }

    private int highShift() {
        return Integer.SIZE + 2 * bits() / 3;
    }

    /** {@return what is in the buckets of the last digit before each of them} */
    private long[] sortByLowerDigits() {
        base = (long) least << Integer.SIZE;
        int[] low = cleared(lows, middleShift() - Integer.SIZE);
        int[] middle = cleared(middles, highShift() - middleShift());
        int length = bits() + Integer.SIZE - highShift();
        if (highs[length] == null) {
            highs[length] = new long[1 << length];
        }
        long[] high = highs[length];
        Arrays.fill(high, 0);
        countDigits(low, middle, high);
        distribute(low, Integer.SIZE);
        distribute(middle, middleShift());
        long sum = 0;
        for (int b = 0; b < high.length; b++) {
            long count = high[b];
            high[b] = sum;
            sum += count;
        }
        return high;
    }

    private static int[] cleared(int[][] tables, int length) {
        if (tables[length] == null) {
            tables[length] = new int[1 << length];
        }
        Arrays.fill(tables[length], 0);
        return tables[length];
    }

    /** Counts how often each digit occurs. */
    private void countDigits(int[] low, int[] middle, long[] high) {
        long[] source = items;
        int middleShift = middleShift();
        int highShift = highShift();
        long first = base;
        for (int i = 0; i < size; i++) {
            long item = source[i] - first;
            low[(int) (item >>> Integer.SIZE) & low.length - 1]++;
            middle[(int) (item >>> middleShift) & middle.length - 1]++;
            high[(int) (item >>> highShift) & high.length - 1] += ONE + (item & 1);
        }
    }

    /** Sorts by one digit, and subtracts the base. */
    private void distribute(int[] counts, int shift) {
        int start = 0;
        for (int b = 0; b < counts.length; b++) {
            int count = counts[b];
            if (count == size) {
                return; // all in one bucket
            }
            counts[b] = start;
            start += count;
        }
        long[] source = items;
        long[] target = other;
        long first = base;
        int i = 0;
        for (; i < size - 3; i += 4) { // four, so that loads need not wait for stores before them
            long a = source[i] - first;
            long b = source[i + 1] - first;
            long c = source[i + 2] - first;
            long d = source[i + 3] - first;
            int toA = counts[(int) (a >>> shift) & counts.length - 1]++;
            int toB = counts[(int) (b >>> shift) & counts.length - 1]++;
            int toC = counts[(int) (c >>> shift) & counts.length - 1]++;
            int toD = counts[(int) (d >>> shift) & counts.length - 1]++;
            target[toA] = a;
            target[toB] = b;
            target[toC] = c;
            target[toD] = d;
        }
        for (; i < size; i++) {
            long item = source[i] - first;
            target[counts[(int) (item >>> shift) & counts.length - 1]++] = item;
        }
        items = target;
        other = source;
        base = 0;
    }
}
