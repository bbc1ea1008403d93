package io.github.segloss.vector;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The loops of a pass as classes, made in the background. They replace the interpreter when the JVM has compiled them well: when a run allocates nothing,
 * which shows that no vector is boxed, and is faster than the interpreter's.
 */
final class GeneratedLoops {
    /** Until the JVM has compiled a loop for the first time it is a thousand times slower: these calls are on two vectors only. */
    private static final int FIRST_CALLS = 300;

    private static final int CALLS = 200;
    private static final int MEASURED_CALLS = 10;
    private static final int MEASUREMENTS = 9;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /** How long a loop of two vectors a round may take: if it is not compiled by then, it is tried with one. */
    private static final long PATIENCE_WITH_TWO_NANOS = 8_000_000_000L;

    /** One thread for all: compiling is the work of the JVM's own threads, of which there are few. */
    private static final ExecutorService BACKGROUND =
            Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "segloss-vector-generator");
                thread.setDaemon(true);
                thread.setPriority(Thread.MIN_PRIORITY);
                return thread;
            });

    private final List<FusedPass> fused;
    private final MemoryAccess access;
    private final AtomicBoolean isAskedFor = new AtomicBoolean();
    private volatile Step @Nullable [] ready;
    private volatile String state = "being made";

    GeneratedLoops(List<FusedPass> fused, MemoryAccess access) {
        this.fused = fused;
        this.access = access;
    }

    /** {@return the steps and loops of the pass, or null while the interpreter is to run it} */
    Step @Nullable [] ready() {
        return ready;
    }

    /** {@return whether somebody asked for them} */
    boolean isWanted() {
        return isAskedFor.get();
    }

    /** {@return where this stands, for people} */
    String describe() {
        return access + ": " + state;
    }

    /** Makes them at once, however slow they are before the JVM compiles them. */
    void makeNow() {
        if (isAskedFor.compareAndSet(false, true)) {
            ready = make(fused.getFirst());
            state = "in use because -D" + Tier.PROPERTY + " says so";
        }
    }

    /**
     * Asks for them; returns at once.
     *
     * @param pass the pass, with the steps to compare with
     */
    void request(FloatPass pass) {
        if (isAskedFor.compareAndSet(false, true)) {
            state = "being compiled in the background";
            BACKGROUND.execute(() -> proveOneOf(pass));
        }
    }

    private Step[] make(FusedPass plan) {
        return plan.parts().stream()
                .map(part ->
                        switch (part) {
                            case FusedPass.Done(Step step) -> step;
                            case FusedPass.Loop loop -> LoopClass.make(loop, access);
                        })
                .toArray(Step[]::new);
    }

    private void proveOneOf(FloatPass pass) {
        for (FusedPass plan : fused) {
            prove(pass, plan);
            if (ready != null) {
                return;
            }
        }
    }

    private void prove(FloatPass pass, FusedPass plan) {
        try (Arena arena = Arena.ofShared()) {
            Frame frame = pass.dummyFrame(access, arena);
            Step[] made = compiled(plan, frame);
            if (made != null) {
                Step[] loops = withoutMemory(made);
                Step[] steps = withoutMemory(pass.steps());
                long deadline = System.nanoTime() + PATIENCE_NANOS;
                while (System.nanoTime() < deadline) {
                    // What the JVM has compiled it may throw away and compile again.
                    run(loops, frame, CALLS, 8 * Lanes.COUNT);
                    if (allocatedBy(loops, frame, 8 * Lanes.COUNT) > 0) {
                        continue;
                    }
                    double best = nanos(loops, frame, pass.tile());
                    double old = nanos(steps, frame, pass.tile());
                    if (best < old) {
                        ready = made;
                        state =
                                String.format(
                                        Locale.ROOT,
                                        "in use, %.1f times faster than the interpreter",
                                        old / best);
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
    private Step @Nullable [] compiled(FusedPass plan, Frame frame) {
        List<Step> all = new ArrayList<>();
        for (FusedPass.Part part : plan.parts()) {
            Step step =
                    switch (part) {
                        case FusedPass.Done(Step done) -> done;
                        case FusedPass.Loop loop -> compiled(loop, frame);
                    };
            if (step == null) {
                return null;
            }
            all.add(step);
        }
        return all.toArray(Step[]::new);
    }

    private @Nullable Step compiled(FusedPass.Loop loop, Frame frame) {
        for (int copies = LoopClass.mostCopies(loop.body()); copies > 0; copies--) {
            Step step = LoopClass.make(loop, access, copies);
            long patience = copies > 1 ? PATIENCE_WITH_TWO_NANOS : PATIENCE_NANOS;
            if (isCompiledWithin(patience, step, frame)) {
                return step;
            }
        }
        return null;
    }

    private static boolean isCompiledWithin(long nanos, Step loop, Frame frame) {
        Step[] alone = {loop};
        long deadline = System.nanoTime() + nanos;
        run(alone, frame, FIRST_CALLS, 2 * Lanes.COUNT);
        while (System.nanoTime() < deadline) {
            run(alone, frame, CALLS, 8 * Lanes.COUNT);
            if (allocatedBy(alone, frame, 8 * Lanes.COUNT) == 0) {
                return true;
            }
        }
        return false;
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
        if (!(ManagementFactory.getThreadMXBean()
                instanceof com.sun.management.ThreadMXBean threads)) {
            return 0;
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        run(steps, frame, MEASURED_CALLS, pixels);
        return threads.getCurrentThreadAllocatedBytes() - before;
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
