package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One op of a pass in float64 on one tile. Each kind of step has loops of its own, which the JVM compiles once for all losses. */
abstract class DoubleStep {
    /** Runs the op on the tile where the frame stands. */
    abstract void run(DoubleFrame f);

    /** {@return the loop of this op that the JVM has to compile, if any} */
    Optional<TwoForms<?>> loop() {
        return Optional.empty();
    }

    /**
     * Where an operand is: a row of the tiles, or the complement of where a number for a whole row lies; see {@link DoubleLoops}.
     *
     * @param at the one or the other, for the first class
     * @param classStep the distance between classes, 0 for none
     */
    record Operand(int at, int classStep) {
        static final Operand NONE = new Operand(0, 0);

        boolean isRow() {
            return at >= 0;
        }

        int of(int klass) {
            return isRow() ? at + klass * classStep : at - klass * classStep;
        }

        /** {@return the row of a class; a number is written into a spare row} */
        int row(DoubleFrame f, int klass) {
            int place = of(klass);
            if (isRow()) {
                return place;
            }
            Arrays.fill(f.r, f.spare, f.spare + f.n, f.r[~place]);
            return f.spare;
        }
    }

    /** Puts the numbers of a table into all lanes of vectors, before the first tile of a sample. */
    static final class Broadcast extends DoubleStep {
        private static final int STEP = Lanes.DOUBLES.length();

        private final Plan plan;
        private final int table;
        private final Axes extent;
        private final int to;

        Broadcast(Plan plan, int table, Axes extent, int to) {
            this.plan = plan;
            this.table = table;
            this.extent = extent;
            this.to = to;
        }

        @Override
        void run(DoubleFrame f) {
            int classes = extent.has(Axis.CLASS) ? plan.classes() : 1;
            for (int c = 0; c < classes; c++) {
                double value = f.workspace.tables[table][plan.index(extent, f.sample, c)];
                int from = to + c * STEP;
                Arrays.fill(f.r, from, from + STEP, value);
            }
        }
    }

    /** A pointwise op. */
    static final class Pointwise extends DoubleStep {
        private final TwoForms<DoubleLoops.Loop> loop;
        private final int classes;
        private final int tile;
        private final int to;
        private final Operand[] operands = {Operand.NONE, Operand.NONE, Operand.NONE, Operand.NONE};
        private final boolean isOneRun;

        /**
         * Prepares the op.
         *
         * @param loop what to do
         * @param classes the number of rows of the result
         * @param tile the pixels of a whole tile, which is also the distance between rows
         * @param to where the result goes
         * @param some up to four operands
         */
        Pointwise(
                TwoForms<DoubleLoops.Loop> loop,
                int classes,
                int tile,
                int to,
                List<Operand> some) {
            this.loop = loop;
            this.classes = classes;
            this.tile = tile;
            this.to = to;
            for (int i = 0; i < some.size(); i++) {
                operands[i] = some.get(i);
            }
            this.isOneRun = some.stream().allMatch(x -> x.classStep() == (x.isRow() ? tile : 0));
        }

        @Override
        void run(DoubleFrame f) {
            DoubleLoops.Loop chosen = loop.of(f.tier);
            if (isOneRun && f.n == tile) {
                runClass(chosen, f, 0, classes * tile);
                return;
            }
            for (int c = 0; c < classes; c++) {
                runClass(chosen, f, c, f.n);
            }
        }

        @Override
        Optional<TwoForms<?>> loop() {
            return Optional.of(loop);
        }

        private void runClass(DoubleLoops.Loop chosen, DoubleFrame f, int c, int n) {
            chosen.run(
                    f.r,
                    to + c * tile,
                    operands[0].of(c),
                    operands[1].of(c),
                    operands[2].of(c),
                    operands[3].of(c),
                    n);
        }
    }
}
