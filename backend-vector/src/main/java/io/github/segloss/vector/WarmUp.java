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
        // Two vectors, not one: a loop that never repeats would be compiled as if it never did.
        int n = 2 * Lanes.COUNT;
        float[] r = new float[8 * n];
        Arrays.fill(r, 0.5f);
        double[] sums = new double[n];
        List<Loops.Loop> loops = Loops.all();
        long allocated = GeneratedLoops.allocated();
        int round = 0;
        // The JVM has compiled all of them when a round puts no vector into a box.
        while (round < CALLS
                || GeneratedLoops.allocated() > allocated && System.nanoTime() < deadline) {
            forCalls = waitWhile(WarmUp::areCallsUnderWay, forCalls);
            forLoops = waitWhile(GeneratedLoops::areBeingMade, forLoops);
            allocated = GeneratedLoops.allocated();
            for (int i = 0; i < loops.size(); i++) {
                loops.get(i).run(r, 4 * n, 0, n, 2 * n, 0.7f, 0.3f, 0.2f, n);
            }
            for (ClassSteps.Fold fold : ClassSteps.ALL) {
                fold.run(r, 4 * n, 0, n, 2, n);
            }
            for (SumSteps.Fold fold : SumSteps.ALL) {
                fold.run(r, 0, n, 1, 1, n, sums, 0);
            }
            round++;
        }
        finished = true;
    }
}
