package io.github.segloss.vector;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.GridKernel;
import java.util.Arrays;
import java.util.List;

/** A pass in float32, as steps on tiles. */
final class FloatPass extends Pass {
    private final Step[] steps;
    private final FloatTables tables;
    private final int tile;
    private final int floats;

    FloatPass(
            List<Step> steps,
            FloatTables tables,
            int tile,
            int floats,
            Plan plan,
            GridKernel kernel) {
        super(plan, kernel);
        this.steps = steps.toArray(Step[]::new);
        this.tables = tables;
        this.tile = tile;
        this.floats = floats;
    }

    @Override
    String describeWork() {
        return steps.length
                + " steps on tiles of "
                + tile
                + " pixels, "
                + floats * 4 / 1024
                + " KiB";
    }

    @Override
    void prepare(Workspace w) {
        float[][] floats = w.floatTables[number()];
        if (floats == null) {
            floats = tables.allocate();
            w.floatTables[number()] = floats;
        }
        tables.convert(w.tables, floats);
    }

    @Override
    Frame newFrame(Workspace w) {
        return new Frame(floats, rows(), w);
    }

    @Override
    void unit(Object scratch, Workspace w, int sample, int start, int count, int partialAt) {
        Frame f = (Frame) scratch;
        f.workspace = w;
        f.tables = w.floatTables[number()];
        f.sample = sample;
        startSums(f.sums);
        for (int from = 0; from < count; from += tile) {
            f.start = start + from;
            f.count = Math.min(tile, count - from);
            f.n = Lanes.roundUp(f.count);
            for (Step step : steps) {
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
