package io.github.segloss.cpu;

import java.util.Arrays;

/** The order of a ranked sum: by key descending, then by index ascending; a key of minus infinity is left out. */
final class Ranking {
    private Ranking() {}

    /**
     * The indices of the elements in the order of their rank, by a stable bottom-up merge sort.
     *
     * @param keys the keys
     * @return the indices, without those whose key is minus infinity
     */
    static int[] order(double[] keys) {
        int count = 0;
        int[] order = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != Double.NEGATIVE_INFINITY) {
                order[count++] = i;
            }
        }
        int[] from = Arrays.copyOf(order, count);
        int[] to = new int[count];
        for (int width = 1; width < count; width *= 2) {
            for (int start = 0; start < count; start += 2 * width) {
                merge(
                        keys,
                        from,
                        to,
                        start,
                        Math.min(start + width, count),
                        Math.min(start + 2 * width, count));
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    private static void merge(double[] keys, int[] from, int[] to, int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int k = start; k < end; k++) {
            boolean takeLeft =
                    left < middle
                            && (right >= end
                                    || Double.compare(keys[from[left]], keys[from[right]]) >= 0);
            to[k] = takeLeft ? from[left++] : from[right++];
        }
    }
}
