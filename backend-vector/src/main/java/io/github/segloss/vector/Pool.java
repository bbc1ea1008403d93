package io.github.segloss.vector;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Memory that whoever needs it takes, uses alone and gives back, from any thread.
 *
 * @param <T> what it holds
 */
final class Pool<T> {
    private final Deque<T> free = new ArrayDeque<>();

    /** {@return what was given back last, or null if there is nothing} */
    synchronized @Nullable T poll() {
        return free.poll();
    }

    synchronized void giveBack(T used) {
        free.push(used);
    }

    synchronized void clear() {
        free.clear();
    }
}
