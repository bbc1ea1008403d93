package io.github.segloss.benchmarks;

import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A simple loop over arrays as large as a prediction, as fast as the memory lets it: its bandwidth is the yardstick of fused passes. */
final class BandwidthProbe implements Contender {
    /** What the loop does. */
    enum Kind {
        /** Sums an array. */
        READ(1),
        /** Writes a multiple of one array to another, as a pass reads a prediction and writes a gradient. */
        SCALE(2),
        /** Writes the sum of one array and a multiple of another to a third. */
        TRIAD(3);

        private final int arrays;

        Kind(int arrays) {
            this.arrays = arrays;
        }

        /** {@return the name in lower case} */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** {@return the bytes moved where a prediction has so many floats} */
        long bytes(long floats) {
            return Float.BYTES * floats * arrays;
        }
    }

    /** Three arrays that all probes of one size share. */
    record Arrays(long[] a, long[] b, long[] c) {
        /** {@return arrays of as many bytes as an array of floats} */
        static Arrays of(int floats) {
            int length = (floats + 1) / 2;
            return new Arrays(new long[length], new long[length], new long[length]);
        }
    }

    /** The elements that a thread takes at a time. */
    private static final int PIECE = 8192;

    private static final boolean HAS_VECTORS =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private final Kind kind;
    private final int threads;
    private final Arrays arrays;
    private final ExecutorService pool;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong sum = new AtomicLong();
    private volatile boolean isGoing;

    BandwidthProbe(Kind kind, int threads, Arrays arrays) {
        this.kind = kind;
        this.threads = threads;
        this.arrays = arrays;
        this.pool = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    }

    @Override
    public String name() {
        return kind.text();
    }

    @Override
    public int threads() {
        return threads;
    }

    Kind kind() {
        return kind;
    }

    /** {@return the bytes that a call moves} */
    long bytes() {
        return kind.bytes(2L * arrays.a().length);
    }

    /** Has the other threads running, so that waking them is not timed. */
    @Override
    public void prepare() {
        isGoing = false;
        next.set(0);
        for (int t = 1; t < threads; t++) {
            pool.execute(() -> {
                waiting.incrementAndGet();
                while (!isGoing) {
                    Thread.onSpinWait();
                }
                work();
                waiting.decrementAndGet();
            });
        }
        while (waiting.get() < threads - 1) {
            Thread.onSpinWait();
        }
    }

    @Override
    public double call() {
        isGoing = true;
        work();
        while (waiting.get() > 0) {
            Thread.onSpinWait();
        }
        return sum.get();
    }

    private void work() {
        int length = arrays.a().length;
        int pieces = (length + PIECE - 1) / PIECE;
        long[] sums = new long[WideReads.SUMS];
        long total = 0;
        for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
            int from = piece * PIECE;
            int to = Math.min(length, from + PIECE);
            switch (kind) {
                case READ -> total += read(arrays.a(), from, to, sums);
                case SCALE -> scale(arrays.a(), arrays.b(), from, to);
                case TRIAD -> triad(arrays.a(), arrays.b(), arrays.c(), from, to);
            }
        }
        sum.addAndGet(total);
    }

    private static long read(long[] a, int from, int to, long[] sums) {
        if (HAS_VECTORS) {
            return WideReads.read(a, from, to, sums);
        }
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += a[i];
        }
        return sum;
    }

    private static void scale(long[] a, long[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            b[i] = a[i] << 1;
        }
    }

    private static void triad(long[] a, long[] b, long[] c, int from, int to) {
        for (int i = from; i < to; i++) {
            c[i] = a[i] + (b[i] << 1);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
