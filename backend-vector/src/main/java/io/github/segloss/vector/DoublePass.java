package io.github.segloss.vector;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.GridKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A pass in float64: tiles, on which steps run, one for each op. */
final class DoublePass extends Pass {
    /** What is done before the first tile of a unit. */
    private final DoubleStep[] broadcasts;

    /** What is done on each tile. */
    private final DoubleStep[] steps;

    private final int tile;
    private final int spare;
    private final int doubles;
    private final Tier tier;
    private final List<TwoForms<?>> loops;

    /**
     * Compiles a pass.
     *
     * @param kernel the pass of the program
     * @param plan the plan
     */
    DoublePass(GridKernel kernel, Plan plan) {
        super(plan, kernel);
        DoubleSteps compiled = DoublePassCompiler.compile(kernel, plan);
        this.broadcasts = compiled.broadcasts().toArray(DoubleStep[]::new);
        this.steps = compiled.steps().toArray(DoubleStep[]::new);
        this.tile = compiled.tile();
        this.spare = compiled.spare();
        this.doubles = compiled.doubles();
        this.tier = plan.tier();
        this.loops =
                compiled.steps().stream()
                        .map(DoubleStep::loop)
                        .flatMap(Optional::stream)
                        .<TwoForms<?>>map(loop -> loop)
                        .distinct()
                        .toList();
        if (tier == Tier.AUTO) {
            DoubleWarmUp.want(loops);
        }
    }

    @Override
    String describeWork() {
        return steps.length
                + " steps in float64 on tiles of "
                + tile
                + " pixels, "
                + doubles * Double.BYTES / 1024
                + " KiB, "
                + switch (tier) {
                    case INTERPRETER, GENERATED -> "over vectors";
                    case SCALAR -> "over single elements because -D" + Tier.PROPERTY + " says so";
                    case AUTO -> state();
                };
    }

    private String state() {
        long left = loops.stream().filter(loop -> !loop.isCompiled()).count();
        return left == 0
                ? "over vectors"
                : left + " of " + loops.size() + " loops over single elements for now";
    }

    @Override
    void prepare(Workspace w) {}

    @Override
    Object newFrame(Workspace w) {
        return new DoubleFrame(doubles, spare, rows(), tier, w);
    }

    @Override
    void unit(Object scratch, Workspace w, int sample, int start, int count, int partialAt) {
        DoubleFrame f = (DoubleFrame) scratch;
        f.workspace = w;
        f.sample = sample;
        for (int row = 0; row < rows(); row++) {
            int from = row * Lanes.COUNT;
            Arrays.fill(f.sums, from, from + Lanes.COUNT, start(function(row)));
        }
        for (DoubleStep broadcast : broadcasts) {
            broadcast.run(f);
        }
        for (int from = 0; from < count; from += tile) {
            f.start = start + from;
            f.count = Math.min(tile, count - from);
            f.n = Lanes.roundUp(f.count);
            for (DoubleStep step : steps) {
                step.run(f);
            }
        }
        for (int row = 0; row < rows(); row++) {
            ReduceFunction function = function(row);
            double result = start(function);
            for (int k = 0; k < Lanes.COUNT; k++) {
                result = combine(function, result, f.sums[row * Lanes.COUNT + k]);
            }
            w.partials[partialAt + row] = result;
        }
    }
}
