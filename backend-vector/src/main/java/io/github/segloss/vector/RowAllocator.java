package io.github.segloss.vector;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Gives out rows of the tiles, and again those that were given back: what was written last is in the nearest cache. */
final class RowAllocator {
    private final Map<Integer, Deque<Integer>> free = new HashMap<>();
    private int size;

    /** {@return the first of some rows in a row} */
    int take(int count) {
        Deque<Integer> again = free.get(count);
        if (again != null && !again.isEmpty()) {
            return again.pop();
        }
        int first = size;
        size += count;
        return first;
    }

    void giveBack(int first, int count) {
        free.computeIfAbsent(count, _ -> new ArrayDeque<>()).push(first);
    }

    /** {@return how many rows are needed in all} */
    int size() {
        return size;
    }
}
