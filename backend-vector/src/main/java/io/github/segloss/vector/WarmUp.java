package io.github.segloss.vector;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Runs every loop on a few elements, in the background and once in a JVM, until the JVM has had reason to compile it: interpreted vectors are a hundred
 * times slower than compiled ones. Results never depend on it.
 */
final class WarmUp {
    /** As many calls as make the JVM compile a method in its second tier, and some more. */
    private static final int CALLS = 6000;

    /**
     * One call of so many is on elements, and the others on none: for it is calls that the JVM counts, and before it has compiled a loop they take a hundred times
     * longer for each element. With far fewer on elements the JVM would take what a loop calls for rarely called, and put every vector into a box for good.
     */
    private static final int SOME = 16;

    /** A loop that seldom repeats would be compiled as if it never did, and not unrolled. */
    static final int N = 16 * Lanes.COUNT;

    /** How far apart the rows are. */
    private static final int BYTES = N * Float.BYTES;

    private static final List<Loops.Loop> LOOPS =
            Stream.of(Loops.ALL, FunctionLoops.ALL, ChoiceLoops.ALL, CompositeLoops.ALL)
                    .flatMap(List::stream)
                    .toList();
    private static final List<Step> STEPS = steps();
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    /** After so long the interpreter is used even if some loop of it still puts vectors into boxes. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /** So long it waits for calls in all: they have the JVM's compiler for themselves, which does the loops without vectors first. */
    private static final long COURTESY_NANOS = 1_500_000_000L;

    /** And so long for generated loops, which make calls that are many or large faster than the interpreter does, and for the loops of passes in float64. */
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

    private static boolean areLoopsBeingMade() {
        return GeneratedLoops.areBeingMade() || DoubleWarmUp.isUnderWay();
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
        Frame frame = frame();
        long allocated = GeneratedLoops.allocated();
        int rounds = 0;
        // The JVM has compiled all of them when a round puts no vector into a box.
        while (rounds <= CALLS
                || GeneratedLoops.allocated() > allocated && System.nanoTime() < deadline) {
            forCalls = waitWhile(WarmUp::areCallsUnderWay, forCalls);
            forLoops = waitWhile(WarmUp::areLoopsBeingMade, forLoops);
            allocated = GeneratedLoops.allocated();
            round(frame, rounds < CALLS && rounds % SOME != 0 ? 0 : N);
            rounds++;
        }
        finished = true;
    }

    private static Step.Operand row(int number, int distance) {
        return new Step.Operand(true, number * BYTES, distance, 0);
    }

    /** The steps that have loops of their own. */
    private static List<Step> steps() {
        var rows =
                new Probabilities.SoftmaxRows(
                        0, 2 * BYTES, 3 * BYTES, 4 * BYTES, 6 * BYTES, 7 * BYTES);
        Ahead nothing = new Ahead(N);
        Step.Operand table = new Step.Operand(false, 0, 1, 0);
        return List.of(
                new Probabilities.Softmax(rows, nothing, BYTES, 2),
                new Probabilities.StashedSoftmax(
                        0, 4 * BYTES, 6 * BYTES, 7 * BYTES, nothing, BYTES, 2),
                new Probabilities.Sigmoid(row(0, BYTES), row(4, BYTES), row(6, BYTES), nothing, 2),
                new ClassSteps.Pick(4 * BYTES, 0, row(1, BYTES), 2),
                new ClassSteps.Pick(4 * BYTES, 0, table, 2),
                new ClassSteps.Mix(4 * BYTES, 0, false, row(0, BYTES), BYTES, 2));
    }

    /** {@return what the loops run on} */
    static Frame frame() {
        Frame frame = new Frame(8 * BYTES, 1, 0, null);
        Rows.fill(frame.r, 0, frame.r.byteSize(), 0.5f);
        frame.tables = new float[][] {{0.1f, 0.2f, 0.3f, 0.4f}};
        return frame;
    }

    /** Runs every loop once, on some elements. */
    static void round(Frame f, int n) {
        MemorySegment r = f.r;
        int b = BYTES;
        f.n = n;
        int length = f.length();
        for (int i = 0; i < LOOPS.size(); i++) {
            LOOPS.get(i).run(r, 4 * b, 0, b, 2 * b, 3 * b, 0.7f, 0.3f, 0.2f, 0.1f, length);
        }
        for (int i = 0; i < ClassSteps.ALL.size(); i++) {
            ClassSteps.ALL.get(i).run(r, 4 * b, 0, 2 * b, b, 2, length);
        }
        for (int i = 0; i < SumSteps.ALL.size(); i++) {
            SumSteps.ALL.get(i).run(r, 0, b, 2 * b, 1, 0, 1, length, f.sums, 0);
        }
        for (int i = 0; i < STEPS.size(); i++) {
            STEPS.get(i).run(f);
        }
    }
}
