package io.github.segloss.vector;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.GridKernel;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * A pass in float32: tiles, on which the steps of the interpreter run or loops made for this pass: over single elements until the JVM has compiled the
 * interpreter, over vectors once they have proven faster than that.
 */
final class FloatPass extends Pass {
    /** After so many logits a pass is hot. */
    private static final long HOT = 1 << 21;

    /** Up to so many logits the interpreter, compiled or not, is taken to be done sooner than loops would be made: an estimate. */
    private static final int FEW = 1 << 16;

    /** Generated loops do so many pixels in a round; the few at the ragged end of an image are a tile of their own, for the interpreter. */
    private static final int ROUND = 2 * Lanes.COUNT;

    /** One of so many units is watched, and runs generated loops even while the JVM compiles them again, which it does only if they run. */
    private static final int WATCHED = 16;

    private final TileCode steps;
    private final List<FusedPass> fused;
    private final FloatTables tables;
    private final int tile;
    private final int bytes;
    private final Plan plan;
    private final Tier tier;
    private final WarmUp.Share warmUp;
    private final GeneratedLoops[] generated = new GeneratedLoops[MemoryAccess.COUNT];
    private final AtomicLong logits = new AtomicLong();

    /**
     * Takes what the compiler made.
     *
     * @param steps the steps of the interpreter
     * @param fused the loops that can be made, what to try first at the front
     * @param tables the tables that both read
     * @param tile the pixels of a tile
     * @param bytes what the rows of a tile take in all
     * @param plan the plan
     * @param kernel the pass of the program
     */
    FloatPass(
            List<Step> steps,
            List<FusedPass> fused,
            FloatTables tables,
            int tile,
            int bytes,
            Plan plan,
            GridKernel kernel) {
        super(plan, kernel);
        this.steps = new TileCode(steps.toArray(Step[]::new));
        this.fused = fused;
        this.tables = tables;
        this.tile = tile;
        this.bytes = bytes;
        this.plan = plan;
        this.tier = plan.tier();
        this.warmUp = WarmUp.want(steps.stream().map(Step::code).flatMap(List::stream).toList());
        for (int number = 0; number < MemoryAccess.COUNT; number++) {
            generated[number] = new GeneratedLoops(fused, MemoryAccess.of(number));
        }
    }

    /** {@return the steps of the interpreter} */
    Step[] steps() {
        return steps.whole();
    }

    FusedPass fused() {
        return fused.getFirst();
    }

    /** {@return whether the JVM has compiled the interpreter, as far as this pass needs it} */
    boolean isWarm() {
        return warmUp.isDone();
    }

    /** {@return whether nobody can run this pass any more} */
    boolean isClosed() {
        return plan.workers().isClosed();
    }

    int tile() {
        return tile;
    }

    @Override
    String describeWork() {
        long loops = fused().parts().stream().filter(FusedPass.Loop.class::isInstance).count();
        return steps().length
                + " steps on tiles of "
                + tile
                + " pixels, "
                + bytes / 1024
                + " KiB, "
                + warmUp.describe()
                + "; "
                + loops
                + " generated loops, "
                + switch (tier) {
                    case INTERPRETER -> "not used because -D" + Tier.PROPERTY + " says so";
                    case SCALAR -> "without vectors because -D" + Tier.PROPERTY + " says so";
                    case GENERATED, AUTO -> states();
                };
    }

    /** Where the loops that somebody asked for stand. */
    private String states() {
        String states =
                Arrays.stream(generated)
                        .filter(GeneratedLoops::isWanted)
                        .map(GeneratedLoops::describe)
                        .collect(Collectors.joining(", "));
        return states.isEmpty() ? "not needed so far" : states;
    }

    @Override
    void prepare(Workspace w) {
        float[][] floatTables = w.floatTables[number()];
        if (floatTables == null) {
            floatTables = tables.allocate();
            w.floatTables[number()] = floatTables;
        }
        tables.convert(w.tables, floatTables);
        w.code[number()] = choose(w);
    }

    private TileCode choose(Workspace w) {
        if (!canRun(w)) {
            return steps;
        }
        GeneratedLoops loops = generated[access(w)];
        return switch (tier) {
            case INTERPRETER -> steps;
            case SCALAR -> loops.scalar();
            case GENERATED -> loops.madeNow(this);
            case AUTO -> choose(w, loops);
        };
    }

    private TileCode choose(Workspace w, GeneratedLoops loops) {
        TileCode ready = loops.ready();
        if (ready != null) {
            return ready;
        }
        long done = logits.addAndGet((long) w.samples * w.pixels * plan.classes());
        if (done > HOT) {
            loops.request(this);
        }
        return isWarm() || done <= FEW ? steps : loops.scalar();
    }

    private boolean canRun(Workspace w) {
        for (int k = 0; k < fused.size(); k++) {
            if (!fused.get(k).canRun(w)) {
                return false;
            }
        }
        return true;
    }

    /** How loops have to reach the tensors, whichever of them run: by segments if one of them has to. */
    private int access(Workspace w) {
        int access = fused.getFirst().access(w);
        for (int k = 1; k < fused.size(); k++) {
            access = MemoryAccess.common(access, fused.get(k).access(w));
        }
        return access;
    }

    @Override
    Frame newFrame(Workspace w) {
        return new Frame(bytes, plan.classes(), rows(), w.segments.length, w);
    }

    /** {@return scratch memory with tensors of one tile, to warm up on} */
    Frame dummyFrame(MemoryAccess access, Arena arena) {
        Workspace w = new Workspace(plan);
        w.bindDummies(access, tile, arena);
        Frame frame = newFrame(w);
        frame.tables = tables.allocateDummies();
        return frame;
    }

    @Override
    void unit(Object scratch, Workspace w, int sample, int start, int count, int partialAt) {
        Frame f = (Frame) scratch;
        TileCode chosen = w.code[number()];
        GeneratedLoops loops = generated[access(w)];
        boolean isWatched =
                tier == Tier.AUTO && chosen == loops.ready() && start / unitSize() % WATCHED == 0;
        TileCode running = isWatched ? chosen : forNow(chosen, loops);
        long before = isWatched ? GeneratedLoops.allocated() : 0;
        compute(f, w, running, sample, start, count, partialAt);
        if (isWatched) {
            long bytes = GeneratedLoops.allocated() - before;
            loops.watch(this, running, bytes, System.nanoTime());
        }
    }

    /** What runs a unit that is not watched: while loops are not what they were chosen for, the interpreter, or what stands in for it. */
    private TileCode forNow(TileCode chosen, GeneratedLoops loops) {
        if (tier != Tier.AUTO || chosen == steps) {
            return chosen;
        }
        if (loops.isScalar(chosen) || loops.isBoxed()) {
            return isWarm() ? steps : loops.scalar();
        }
        return chosen;
    }

    private void compute(
            Frame f,
            Workspace w,
            TileCode running,
            int sample,
            int start,
            int count,
            int partialAt) {
        f.workspace = w;
        f.tables = Objects.requireNonNull(w.floatTables[number()]);
        f.sample = sample;
        startSums(f.sums);
        for (int from = 0; from < count; from += f.count) {
            int left = Math.min(tile, count - from);
            int whole = left - left % ROUND;
            f.start = start + from;
            f.count = whole > 0 ? whole : left;
            f.n = Lanes.roundUp(f.count);
            for (Step step : whole > 0 ? running.whole() : running.ragged()) {
                step.run(f);
            }
        }
        for (int row = 0; row < rows(); row++) {
            double sum = f.sums[row * Lanes.COUNT];
            if (function(row) == ReduceFunction.SUM) {
                for (int k = 1; k < Lanes.COUNT; k++) {
                    sum += f.sums[row * Lanes.COUNT + k];
                }
            }
            w.partials[partialAt + row] = sum;
        }
    }

    private void startSums(double[] sums) {
        for (int row = 0; row < rows(); row++) {
            int from = row * Lanes.COUNT;
            Arrays.fill(sums, from, from + Lanes.COUNT, start(function(row)));
        }
    }
}
