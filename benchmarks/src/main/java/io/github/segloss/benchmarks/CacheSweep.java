package io.github.segloss.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes caches cold: walks through more memory than they hold, reading and writing, on as many threads as a contender may use, since each core has caches
 * of its own. Allocates nothing, so that it cannot be mistaken for the contender.
 */
final class CacheSweep implements AutoCloseable {
    private final long[] memory;
    private final List<Thread> walkers = new ArrayList<>();
    private final AtomicInteger walking = new AtomicInteger();
    private final int share;
    private volatile int round;
    private volatile boolean isClosed;

    /**
     * Creates a sweep.
     *
     * @param bytes the bytes of the walk; without any, caches stay as they are
     * @param threads the number of threads that walk, each through its share, the caller's among them
     */
    CacheSweep(int bytes, int threads) {
        this.memory = new long[bytes / Long.BYTES];
        this.share = memory.length / threads;
        for (int t = 1; t < threads; t++) {
            int first = t * share;
            walkers.add(Thread.ofPlatform().daemon().name("sweep-" + t).start(() -> serve(first)));
        }
    }

    void run() {
        if (share == 0) {
            return;
        }
        walking.set(walkers.size());
        round++;
        for (int w = 0; w < walkers.size(); w++) {
            LockSupport.unpark(walkers.get(w));
        }
        walk(0);
        while (walking.get() > 0) {
            Thread.onSpinWait();
        }
    }

    private void serve(int first) {
        int seen = 0;
        while (!isClosed) {
            if (round == seen) {
                LockSupport.park(this);
            } else {
                seen = round;
                walk(first);
                walking.decrementAndGet();
            }
        }
    }

    private void walk(int first) {
        for (int i = first; i < first + share; i++) {
            memory[i]++;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        walkers.forEach(LockSupport::unpark);
    }
}
