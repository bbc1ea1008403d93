package io.github.segloss.vector;

import java.lang.foreign.Arena;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The loops of a pass as classes: over single elements, made when they are wanted, and over vectors, made in the background. Those replace what runs when the
 * JVM has compiled them well: when a run allocates nothing, which shows that no vector is boxed, and is faster.
 */
final class GeneratedLoops {
    /**
     * Calls between two looks at what they allocate. Until the JVM has compiled a loop it is a thousand times slower: most calls are on two vectors only, for it is
     * calls that the JVM counts; but a loop that never repeats would be compiled as if it never did.
     */
    private static final int CALLS = 200;

    private static final int LONGER_CALLS = 10;

    /** After so many calls the JVM has had reason to compile a loop in its second tier, and some more: its compiler may need the processor. */
    private static final int ENOUGH_CALLS = 6000;

    private static final long PAUSE_NANOS = 20_000_000;
    private static final int MEASURED_CALLS = 10;
    private static final int MEASUREMENTS = 9;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /** How long a loop of two vectors a round may take: if it is not compiled by then, it is tried with one. */
    private static final long PATIENCE_WITH_TWO_NANOS = 8_000_000_000L;

    /** When the JVM has had nothing to compile for so long, it has done with a loop. It says what it has compiled only when it is ready, and a long loop may take seconds. */
    private static final long IDLE_NANOS = 5_000_000_000L;

    /** What the JVM compiles again it may put into boxes only until it is done; after so long it has done with it. */
    private static final long PATIENCE_WITH_BOXES_NANOS = 5_000_000_000L;

    /** So many times loops are made anew when the JVM has put vectors into boxes after all. */
    private static final int MOST_ATTEMPTS = 3;

    /** One thread for all: compiling is the work of the JVM's own threads, of which there are few. */
    private static final ExecutorService BACKGROUND =
            Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "segloss-vector-generator");
                thread.setDaemon(true);
                thread.setPriority(Thread.MIN_PRIORITY);
                return thread;
            });

    private static final AtomicInteger BEING_MADE = new AtomicInteger();

    /** Null on a JVM that compiles nothing. */
    private static final @Nullable CompilationMXBean COMPILER =
            ManagementFactory.getCompilationMXBean();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<FusedPass> fused;
    private final MemoryAccess access;
    private final AtomicBoolean isAskedFor = new AtomicBoolean();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile @Nullable TileCode ready;
    private volatile @Nullable TileCode scalar;

    /** Since when every unit that was watched had boxes; 0 if the last one had none. */
    private volatile long boxedSince;

    private volatile String state = "being made";

    GeneratedLoops(List<FusedPass> fused, MemoryAccess access) {
        this.fused = fused;
        this.access = access;
    }

    /** {@return the loops over vectors, or null while there are none that have proven faster} */
    @Nullable TileCode ready() {
        return ready;
    }

    /** {@return the loops over single elements} */
    TileCode scalar() {
        TileCode made = scalar;
        return made == null ? makeScalar() : made;
    }

    private synchronized TileCode makeScalar() {
        TileCode made = scalar;
        if (made == null) {
            made = new TileCode(make(loop -> ScalarLoop.make(loop, access)));
            scalar = made;
        }
        return made;
    }

    /** {@return whether code is the loops over single elements} */
    boolean isScalar(TileCode code) {
        return code == scalar;
    }

    /** {@return whether somebody asked for them} */
    boolean isWanted() {
        return isAskedFor.get();
    }

    /** {@return where this stands, for people} */
    String describe() {
        return access + ": " + state;
    }

    /** {@return the loops over vectors, made at once, however slow they are before the JVM compiles them} */
    synchronized TileCode madeNow(FloatPass pass) {
        TileCode made = ready;
        if (made == null) {
            isAskedFor.set(true);
            Step[] whole = make(loop -> VectorLoop.make(loop, access));
            made = new TileCode(whole, pass.steps());
            ready = made;
            state = "in use because -D" + Tier.PROPERTY + " says so";
        }
        return made;
    }

    /**
     * Asks for them; returns at once.
     *
     * @param pass the pass, with the steps to compare with
     */
    void request(FloatPass pass) {
        if (isAskedFor.compareAndSet(false, true)) {
            state = "being compiled in the background";
            makeInBackground(pass);
        }
    }

    /** {@return whether the last unit that was watched had boxes: the JVM is compiling the loops again, and the interpreter is faster meanwhile} */
    boolean isBoxed() {
        return boxedSince != 0;
    }

    /**
     * Takes what a unit of the pass has allocated. Loops that go on to allocate are given up, and made anew a few times: the JVM may compile a loop again at any
     * time, and not as well.
     *
     * @param pass the pass
     * @param code what the unit ran
     * @param allocated how many bytes it allocated
     * @param now the time
     */
    void watch(FloatPass pass, TileCode code, long allocated, long now) {
        if (code != ready) {
            return;
        }
        if (allocated == 0) {
            if (boxedSince != 0) {
                boxedSince = 0;
            }
        } else if (boxedSince == 0) {
            boxedSince = now;
        } else if (now - boxedSince > PATIENCE_WITH_BOXES_NANOS) {
            giveUp(pass, code);
        }
    }

    private synchronized void giveUp(FloatPass pass, TileCode code) {
        if (code != ready) {
            return; // another thread was faster
        }
        ready = null;
        boxedSince = 0;
        state = "given up: the JVM compiled them again, with vectors in boxes";
        if (attempts.incrementAndGet() < MOST_ATTEMPTS) {
            state += "; being compiled anew in the background";
            makeInBackground(pass);
        }
    }

    private Step[] make(Function<FusedPass.Loop, Step> loops) {
        return fused.getFirst().parts().stream()
                .map(part ->
                        switch (part) {
                            case FusedPass.Done(Step step) -> step;
                            case FusedPass.Loop loop -> loops.apply(loop);
                        })
                .toArray(Step[]::new);
    }

    private void makeInBackground(FloatPass pass) {
        BEING_MADE.incrementAndGet();
        BACKGROUND.execute(() -> {
            try {
                WarmUp.giveWay();
                proveOneOf(pass);
            } finally {
                BEING_MADE.decrementAndGet();
            }
        });
    }

    /** {@return whether any are on their way} */
    static boolean areBeingMade() {
        return BEING_MADE.get() > 0;
    }

    private void proveOneOf(FloatPass pass) {
        for (FusedPass plan : fused) {
            if (pass.isClosed()) {
                return; // others may wait for theirs
            }
            prove(pass, plan);
            if (ready != null) {
                return;
            }
        }
    }

    private void prove(FloatPass pass, FusedPass plan) {
        try (Arena arena = Arena.ofShared()) {
            Frame frame = pass.dummyFrame(access, arena);
            Step[] made = compiled(pass, plan, frame);
            if (made != null) {
                Step[] loops = withoutMemory(made);
                long deadline = System.nanoTime() + PATIENCE_NANOS;
                while (System.nanoTime() < deadline && !pass.isClosed()) {
                    // What the JVM has compiled it may throw away and compile again.
                    run(loops, frame, CALLS, 8 * Lanes.COUNT);
                    if (allocatedBy(loops, frame, 8 * Lanes.COUNT) > 0) {
                        continue;
                    }
                    double best = nanos(loops, frame, pass.tile());
                    boolean isWarm = pass.isWarm();
                    Step[] steps = isWarm ? pass.steps() : scalar().whole();
                    double old = nanos(withoutMemory(steps), frame, pass.tile());
                    if (best < old) {
                        ready = new TileCode(made, pass.steps());
                        state =
                                String.format(
                                        Locale.ROOT,
                                        "in use, %.1f times faster than %s",
                                        old / best,
                                        isWarm ? "the interpreter" : "without vectors");
                        return;
                    }
                }
            }
            state = "not used: the JVM has not compiled them to anything faster";
        } catch (RuntimeException | LinkageError e) {
            state = "not used: " + e;
        }
    }

    /** The steps and loops of a plan, the loops compiled by the JVM to code that puts no vector into a box; null if it does not. */
    private Step @Nullable [] compiled(FloatPass pass, FusedPass plan, Frame frame) {
        List<Step> all = new ArrayList<>();
        for (FusedPass.Part part : plan.parts()) {
            Step step =
                    switch (part) {
                        case FusedPass.Done(Step done) -> done;
                        case FusedPass.Loop loop -> compiled(pass, loop, frame);
                    };
            if (step == null) {
                return null;
            }
            all.add(step);
        }
        return all.toArray(Step[]::new);
    }

    private @Nullable Step compiled(FloatPass pass, FusedPass.Loop loop, Frame frame) {
        for (int copies = VectorLoop.mostCopies(loop.body()); copies > 0; copies--) {
            Step step = VectorLoop.make(loop, access, copies);
            long patience = copies > 1 ? PATIENCE_WITH_TWO_NANOS : PATIENCE_NANOS;
            if (isCompiledWithin(patience, pass, step, frame)) {
                return step;
            }
        }
        return null;
    }

    private static boolean isCompiledWithin(long nanos, FloatPass pass, Step loop, Frame frame) {
        Step[] alone = {loop};
        long deadline = System.nanoTime() + nanos;
        long compiling = 0;
        long idleSince = System.nanoTime();
        for (int calls = 0; System.nanoTime() < deadline && !pass.isClosed(); calls += CALLS) {
            if (calls >= ENOUGH_CALLS) {
                LockSupport.parkNanos(PAUSE_NANOS);
                if (millisOfCompiling() != compiling) {
                    compiling = millisOfCompiling();
                    idleSince = System.nanoTime();
                } else if (compiling > 0 && System.nanoTime() - idleSince > IDLE_NANOS) {
                    return false;
                }
            }
            run(alone, frame, CALLS - LONGER_CALLS, 2 * Lanes.COUNT);
            run(alone, frame, LONGER_CALLS, 8 * Lanes.COUNT);
            if (allocatedBy(alone, frame, 8 * Lanes.COUNT) == 0) {
                return true;
            }
        }
        return false;
    }

    /** {@return how long the JVM has compiled so far; 0 on a JVM that does not count it} */
    private static long millisOfCompiling() {
        return COMPILER != null && COMPILER.isCompilationTimeMonitoringSupported()
                ? COMPILER.getTotalCompilationTime()
                : 0;
    }

    /** What the loops replace: loads and stores that stay steps need tensors, and are the same in both. */
    private static Step[] withoutMemory(Step[] steps) {
        List<Step> some = new ArrayList<>();
        for (Step step : steps) {
            if (!MemorySteps.isMemory(step)) {
                some.add(step);
            }
        }
        return some.toArray(Step[]::new);
    }

    private static void run(Step[] steps, Frame frame, int calls, int pixels) {
        frame.count = pixels;
        frame.n = pixels;
        for (int k = 0; k < calls; k++) {
            for (Step step : steps) {
                step.run(frame);
            }
            Arrays.fill(frame.sums, 0);
        }
    }

    private static long allocatedBy(Step[] steps, Frame frame, int pixels) {
        long before = allocated();
        run(steps, frame, MEASURED_CALLS, pixels);
        return allocated() - before;
    }

    /** {@return the bytes that this thread has allocated so far; 0 on a JVM that does not count them} */
    static long allocated() {
        return THREADS instanceof com.sun.management.ThreadMXBean threads
                ? threads.getCurrentThreadAllocatedBytes()
                : 0;
    }

    private static double nanos(Step[] steps, Frame frame, int pixels) {
        double least = Double.MAX_VALUE;
        for (int k = 0; k < MEASUREMENTS; k++) {
            long start = System.nanoTime();
            run(steps, frame, MEASURED_CALLS, pixels);
            least = Math.min(least, System.nanoTime() - start);
        }
        return least;
    }
}
