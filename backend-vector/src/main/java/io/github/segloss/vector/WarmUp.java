package io.github.segloss.vector;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the code of the interpreter on a few elements, in the background, until the JVM has compiled it: interpreted vectors are a hundred times slower than
 * compiled ones. Once in a JVM, and first what some pass needs. Results never depend on it.
 */
final class WarmUp {
    /** As many calls as make the JVM compile a method in its second tier, and some more. */
    private static final int CALLS = 6000;

    /**
     * One call of so many is on elements, and the others on none: for it is calls that the JVM counts, and before it has compiled a loop they take a hundred times
     * longer for each element. With far fewer on elements a loop would seem to repeat less than once in four calls, which is when the JVM takes what the loop calls for rarely called (its
     * {@code InlineFrequencyRatio}), does not inline what it has compiled elsewhere, and puts every vector into a box for good.
     */
    private static final int SOME = 16;

    /** After so long the interpreter is used even if some loop of it still puts vectors into boxes. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /** So long it waits for calls in all: they have the JVM's compiler for themselves, which does the loops without vectors first. */
    private static final long COURTESY_NANOS = 1_500_000_000L;

    /** And so long for generated loops, which make calls that are many or large faster than the interpreter does, and for the loops of passes in float64. */
    private static final long COURTESY_TO_LOOPS_NANOS = 6_000_000_000L;

    private static final long POLL_NANOS = 2_000_000;

    private static final Map<VectorCode, Candidate> CANDIDATES =
            Stream.of(
                            Loops.ALL,
                            FunctionLoops.ALL,
                            ChoiceLoops.ALL,
                            CompositeLoops.ALL,
                            ClassSteps.ALL,
                            ClassSteps.Pick.ALL,
                            List.of(ClassSteps.Mix.CODE),
                            SumSteps.ALL,
                            SumSteps.AddLanes.ALL,
                            Probabilities.ALL)
                    .flatMap(List::stream)
                    .collect(Collectors.toMap(Function.identity(), Candidate::new));
    private static final AtomicInteger CALLS_UNDER_WAY = new AtomicInteger();
    private static boolean isStarted;
    private static volatile boolean isFinished;

    private WarmUp() {}

    /** Some code, and how far the JVM is with it. */
    private static final class Candidate {
        private final VectorCode code;
        private int shown;
        private int calls;
        private volatile boolean isWanted;
        private volatile boolean isDone;

        Candidate(VectorCode code) {
            this.code = code;
        }

        /**
         * Calls it on nothing, so that the JVM does not take what is called from the same place for one or two, and compile them there and not on their own. Not too
         * often, or it takes all that it calls itself for rarely called.
         */
        void show(Frame f) {
            if (shown < CALLS / SOME) {
                shown++;
                f.n = 0;
                code.run(f);
            }
        }

        /** Calls it some times. It is taken for compiled when the call on elements puts no vector into a box. */
        void call(Frame f, boolean isPatient) {
            f.n = 0;
            for (int k = 1; k < SOME; k++) {
                code.run(f);
            }
            f.n = VectorCode.TRIAL;
            long before = GeneratedLoops.allocated();
            code.run(f);
            calls += SOME;
            isDone = calls >= CALLS && (GeneratedLoops.allocated() == before || !isPatient);
        }
    }

    /** The code of a pass. */
    static final class Share {
        private final List<Candidate> candidates;
        private volatile boolean isDone;

        private Share(List<Candidate> candidates) {
            this.candidates = candidates;
        }

        /** {@return whether the JVM has compiled all of it} */
        boolean isDone() {
            if (!isDone) {
                isDone = left() == 0;
            }
            return isDone;
        }

        /** How many are left. Calls ask for it, and must not allocate. */
        private int left() {
            int left = 0;
            for (int k = 0; k < candidates.size(); k++) {
                left += candidates.get(k).isDone ? 0 : 1;
            }
            return left;
        }

        /** {@return where it stands, for people} */
        String describe() {
            int left = left();
            return left == 0
                    ? "all loops of the interpreter compiled"
                    : left
                            + " of "
                            + candidates.size()
                            + " loops of the interpreter being compiled in the background";
        }
    }

    /** Has the JVM compile code before any other. */
    static synchronized Share want(Collection<VectorCode> codes) {
        List<Candidate> candidates =
                codes.stream()
                        .distinct()
                        .map(code -> Objects.requireNonNull(CANDIDATES.get(code)))
                        .toList();
        candidates.forEach(candidate -> candidate.isWanted = true);
        if (!isStarted) {
            isStarted = true;
            Thread thread = new Thread(WarmUp::run, "segloss-vector-warm-up");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
        return new Share(candidates);
    }

    /** {@return whether a call that starts now is one of those that the warm-up gives way to; if so, {@link #callEnds} has to follow} */
    static boolean callStarts() {
        if (isFinished) {
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
        Frame frame = frame();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long forCalls = COURTESY_NANOS;
        long forLoops = COURTESY_TO_LOOPS_NANOS;
        while (!isFinished) {
            boolean isSomeWanted = false;
            boolean isSomeLeft = false;
            for (Candidate candidate : CANDIDATES.values()) {
                isSomeWanted |= candidate.isWanted && !candidate.isDone;
                isSomeLeft |= !candidate.isDone;
            }
            isFinished = !isSomeLeft;
            for (Candidate candidate : CANDIDATES.values()) {
                forCalls = waitWhile(WarmUp::areCallsUnderWay, forCalls);
                forLoops = waitWhile(WarmUp::areLoopsBeingMade, forLoops);
                if (!candidate.isDone && (candidate.isWanted || !isSomeWanted)) {
                    candidate.call(frame, System.nanoTime() < deadline);
                } else {
                    candidate.show(frame);
                }
            }
        }
    }

    /** {@return what code runs on} */
    static Frame frame() {
        Frame frame = new Frame(8 * VectorCode.TRIAL_BYTES, 2, 1, 0, null);
        Rows.fill(frame.r, 0, frame.r.byteSize(), 0.5f);
        frame.tables = new float[][] {{0.1f, 0.2f, 0.3f, 0.4f}};
        return frame;
    }
}
