package io.github.segloss.vector;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Runs every loop on a few elements, in the background and once in a JVM, until the JVM has had reason to compile it: interpreted vectors are a hundred
 * times slower than compiled ones. Results never depend on it.
 */
final class WarmUp {
    /** As many calls as make the JVM compile a method in its second tier, and some more. */
    private static final int CALLS = 6000;

    /** Two vectors, not one: a loop that never repeats would be compiled as if it never did. */
    static final int N = 2 * Lanes.COUNT;

    private static final List<Loops.Loop> LOOPS = Loops.all();
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    /** After so long the interpreter is used even if some loop of it still puts vectors into boxes. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /** So long it waits for calls in all: they have the JVM's compiler for themselves, which does the loops without vectors first. */
    private static final long COURTESY_NANOS = 1_500_000_000L;

    /** And so long for generated loops, which make calls that are many or large faster than the interpreter does. */
    private static final long COURTESY_TO_LOOPS_NANOS = 6_000_000_000L;

    private static final long POLL_NANOS = 2_000_000;

    private static final AtomicInteger CALLS_UNDER_WAY = new AtomicInteger();
    private static volatile boolean finished;

    private WarmUp() {}

    /** Starts it, unless it was started before. */
    static void start() {
        if (STARTED.compareAndSet(false, true)) {
            Thread thread = new Thread(WarmUp::run, "segloss-vector-warm-up");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    /** {@return where it stands, for people} */
    static String state() {
        return finished
                ? "warm-up of the loops has finished"
                : "warm-up of the loops is under way in the background";
    }

    /** {@return whether the JVM has compiled the loops} */
    static boolean isFinished() {
        return finished;
    }

    /** {@return whether a call that starts now is one of those that the warm-up gives way to; if so, {@link #callEnds} has to follow} */
    static boolean callStarts() {
        if (finished) {
            return false;
        }
        CALLS_UNDER_WAY.incrementAndGet();
        return true;
    }

    /** Says that such a call is over. */
    static void callEnds() {
        CALLS_UNDER_WAY.decrementAndGet();
    }

    /** Waits while calls are under way that the JVM's compiler should be left to. */
    static void giveWay() {
        waitWhile(WarmUp::areCallsUnderWay, COURTESY_NANOS);
    }

    private static boolean areCallsUnderWay() {
        return CALLS_UNDER_WAY.get() > 0;
    }

    /** {@return how much is left of the longest time that it may wait} */
    private static long waitWhile(BooleanSupplier condition, long nanos) {
        if (nanos <= 0 || !condition.getAsBoolean()) {
            return nanos;
        }
        long start = System.nanoTime();
        while (condition.getAsBoolean() && System.nanoTime() - start < nanos) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        return nanos - (System.nanoTime() - start);
    }

    private static void run() {
        long forCalls = COURTESY_NANOS;
        long forLoops = COURTESY_TO_LOOPS_NANOS;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        float[] r = new float[8 * N];
        Arrays.fill(r, 0.5f);
        double[] sums = new double[N];
        long allocated = GeneratedLoops.allocated();
        int rounds = 0;
        // The JVM has compiled all of them when a round puts no vector into a box.
        while (rounds < CALLS
                || GeneratedLoops.allocated() > allocated && System.nanoTime() < deadline) {
            forCalls = waitWhile(WarmUp::areCallsUnderWay, forCalls);
            forLoops = waitWhile(GeneratedLoops::areBeingMade, forLoops);
            allocated = GeneratedLoops.allocated();
            round(r, sums);
            rounds++;
        }
        finished = true;
    }

    /** Runs every loop once. */
    static void round(float[] r, double[] sums) {
        for (int i = 0; i < LOOPS.size(); i++) {
            LOOPS.get(i).run(r, 4 * N, 0, N, 2 * N, 0.7f, 0.3f, 0.2f, N);
        }
        for (int i = 0; i < ClassSteps.ALL.size(); i++) {
            ClassSteps.ALL.get(i).run(r, 4 * N, 0, N, 2, N);
        }
        for (int i = 0; i < SumSteps.ALL.size(); i++) {
            SumSteps.ALL.get(i).run(r, 0, N, 1, 1, N, sums, 0);
        }
    }
}
