package io.github.segloss.vector;

import java.util.List;

/** One op of a pass on one tile. Each kind of step has loops of its own, which the JVM compiles once for all losses. */
abstract class Step {
    /** Runs the op on the tile where the frame stands. */
    abstract void run(Frame f);

    /**
     * Where an operand is: in a tile, with some distance between its classes (0 if it has none), or in a table.
     *
     * @param isTile whether it is in a tile
     * @param at the first row of the tile in the frame, or the number of the table
     * @param classStep the distance between classes
     * @param sampleStep the distance between samples, of a table
     */
    record Operand(boolean isTile, int at, int classStep, int sampleStep)
            implements LoopBody.Source {
        static final Operand NONE = new Operand(true, 0, 0, 0);

        int row(int klass) {
            return at + klass * classStep;
        }

        float scalar(Frame f, int klass) {
            return f.tables[at][f.sample * sampleStep + klass * classStep];
        }
    }

    /** A pointwise op. */
    static final class Pointwise extends Step {
        private final Loops.Loop loop;
        private final int classes;
        private final int tile;
        private final int to;
        private final Operand[] rows;
        private final Operand[] scalars;
        private final boolean isOneRun;

        /**
         * Prepares the op.
         *
         * @param loop what to do
         * @param classes the number of rows of the result
         * @param tile the distance between them
         * @param to where the result goes
         * @param rows up to three operands in tiles
         * @param scalars up to three operands in tables
         */
        Pointwise(
                Loops.Loop loop,
                int classes,
                int tile,
                int to,
                List<Operand> rows,
                List<Operand> scalars) {
            this.loop = loop;
            this.classes = classes;
            this.tile = tile;
            this.to = to;
            this.rows = three(rows);
            this.scalars = scalars.toArray(Operand[]::new);
            this.isOneRun =
                    rows.stream().allMatch(row -> row.classStep() == tile)
                            && scalars.stream().allMatch(s -> s.classStep() == 0);
        }

        private static Operand[] three(List<Operand> some) {
            Operand[] all = {Operand.NONE, Operand.NONE, Operand.NONE};
            for (int i = 0; i < some.size(); i++) {
                all[i] = some.get(i);
            }
            return all;
        }

        @Override
        void run(Frame f) {
            if (isOneRun && f.n == tile) {
                runClass(f, 0, classes * tile);
                return;
            }
            for (int c = 0; c < classes; c++) {
                runClass(f, c, f.n);
            }
        }

        private void runClass(Frame f, int c, int n) {
            float s = scalars.length > 0 ? scalars[0].scalar(f, c) : 0;
            float t = scalars.length > 1 ? scalars[1].scalar(f, c) : 0;
            float u = scalars.length > 2 ? scalars[2].scalar(f, c) : 0;
            loop.run(
                    f.r, to + c * tile, rows[0].row(c), rows[1].row(c), rows[2].row(c), s, t, u, n);
        }
    }

    /** A choice that depends on the class only: copies. */
    static final class Choice extends Step {
        private final int classes;
        private final int tile;
        private final int to;
        private final Operand condition;
        private final Operand x;
        private final Operand y;

        Choice(int classes, int tile, int to, Operand condition, Operand x, Operand y) {
            this.classes = classes;
            this.tile = tile;
            this.to = to;
            this.condition = condition;
            this.x = x;
            this.y = y;
        }

        @Override
        void run(Frame f) {
            for (int c = 0; c < classes; c++) {
                Operand chosen = condition.scalar(f, c) != 0 ? x : y;
                int o = to + c * tile;
                if (!chosen.isTile()) {
                    Loops.FILL.run(f.r, o, 0, 0, 0, chosen.scalar(f, c), 0, 0, f.n);
                } else if (chosen.row(c) != o) {
                    System.arraycopy(f.r, chosen.row(c), f.r, o, f.n);
                }
            }
        }
    }
}
