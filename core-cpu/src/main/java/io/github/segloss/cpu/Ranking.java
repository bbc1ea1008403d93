package io.github.segloss.cpu;

import java.util.Arrays;

/**
 * The order of a ranked sum: by key descending, then by index ascending; a key of minus infinity is left out. Zeros of either sign are equal, and NaN comes
 * first. Keeps its arrays for the next ranking. Not thread-safe.
 */
final class Ranking {
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 6; // of 11 bits each, together at least 64

    private final int[][] counts = new int[DIGITS][1 << DIGIT_BITS];
    private int[] order = {};
    private int[] nextOrder = {};
    private long[] codes = {};
    private long[] nextCodes = {};
    private int count;

    /**
     * Ranks elements in linear time: a radix sort from the lowest digit, which keeps the order of equals.
     *
     * @param keys the keys
     */
    void rank(double[] keys) {
        if (order.length != keys.length) {
            resize(keys.length);
        }
        for (int[] digit : counts) {
            Arrays.fill(digit, 0);
        }
        count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != Double.NEGATIVE_INFINITY) {
                long code = code(keys[i]);
                for (int digit = 0; digit < DIGITS; digit++) {
                    counts[digit][digit(code, digit)]++;
                }
                order[count] = i;
                codes[count++] = code;
            }
        }
        for (int digit = 0; digit < DIGITS; digit++) {
            if (count > 0 && counts[digit][digit(codes[0], digit)] < count) {
                sortBy(digit);
            }
        }
    }

    /** All or none, so that a want of memory does no harm to later rankings. */
    private void resize(int size) {
        int[] firstOrder = new int[size];
        int[] secondOrder = new int[size];
        long[] firstCodes = new long[size];
        long[] secondCodes = new long[size];
        order = firstOrder;
        nextOrder = secondOrder;
        codes = firstCodes;
        nextCodes = secondCodes;
    }

    /** A number that is, read without sign, the smaller the larger the key is. */
    private static long code(double key) {
        long bits = Double.doubleToLongBits(key + 0.0); // makes -0.0 a 0.0
        return bits < 0 ? bits : bits ^ Long.MAX_VALUE;
    }

    private static int digit(long code, int digit) {
        return (int) (code >>> digit * DIGIT_BITS) & (1 << DIGIT_BITS) - 1;
    }

    private void sortBy(int digit) {
        int[] next = counts[digit];
        int start = 0;
        for (int value = 0; value < next.length; value++) {
            int here = next[value];
            next[value] = start;
            start += here;
        }
        for (int k = 0; k < count; k++) {
            int to = next[digit(codes[k], digit)]++;
            nextOrder[to] = order[k];
            nextCodes[to] = codes[k];
        }
        int[] swapOrder = order;
        order = nextOrder;
        nextOrder = swapOrder;
        long[] swapCodes = codes;
        codes = nextCodes;
        nextCodes = swapCodes;
    }

    /**
     * Sums in the order of the last ranking.
     *
     * @param values the values
     * @param out for each element the sum of the values up to and with its own; 0 for an element left out
     */
    void sums(double[] values, double[] out) {
        Arrays.fill(out, 0);
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += values[order[k]];
            out[order[k]] = sum;
        }
    }
}
