package io.github.segloss.vector;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** One op of a pass on one tile. Each kind of step has loops of its own, which the JVM compiles once for all losses. */
abstract class Step implements VectorCode {
    /**
     * How many bytes lie between two rows of a tile. Rows that are a multiple of 4 KiB apart are slow where a loop over classes writes one and reads another: by the
     * low bits of the addresses, which it compares first, the processor takes what is read for what was just written.
     */
    private static final int GAP = 128;

    /** {@return how far apart the rows of a tile are, in bytes}
     *
     * @param tile the pixels of the tile
     */
    static int distance(int tile) {
        return tile * Float.BYTES + GAP;
    }

    /** {@return the pixels of a tile with rows so far apart} */
    static int tile(int distance) {
        return (distance - GAP) / Float.BYTES;
    }

    /** Runs the op on the tile where the frame stands. */
    @Override
    public abstract void run(Frame f);

    /** {@return the code over vectors that it shares with other steps} */
    List<VectorCode> code() {
        return List.of();
    }

    /**
     * Where an operand is: in a tile, with some distance between its classes (0 if it has none), or in a table.
     *
     * @param isTile whether it is in a tile
     * @param at where the first row of the tile is in the frame, in bytes, or the number of the table
     * @param classStep the distance between classes, in bytes if it is in a tile
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
        private final int distance;
        private final int to;
        private final Operand[] rows;
        private final Operand[] scalars;
        private final boolean isOneRun;

        /**
         * Prepares the op.
         *
         * @param loop what to do
         * @param classes the number of rows of the result
         * @param distance the distance between them
         * @param to where the result goes
         * @param rows up to four operands in tiles
         * @param scalars up to four operands in tables
         */
        Pointwise(
                Loops.Loop loop,
                int classes,
                int distance,
                int to,
                List<Operand> rows,
                List<Operand> scalars) {
            this.loop = loop;
            this.classes = classes;
            this.distance = distance;
            this.to = to;
            this.rows = four(rows);
            this.scalars = scalars.toArray(Operand[]::new);
            this.isOneRun =
                    rows.stream().allMatch(row -> row.classStep() == distance)
                            && scalars.stream().allMatch(s -> s.classStep() == 0);
        }

        private static Operand[] four(List<Operand> some) {
            Operand[] all = {Operand.NONE, Operand.NONE, Operand.NONE, Operand.NONE};
            for (int i = 0; i < some.size(); i++) {
                all[i] = some.get(i);
            }
            return all;
        }

        @Override
        public void run(Frame f) {
            // What lies between two rows may be anything.
            int n = f.length();
            if (isOneRun && f.n == tile(distance)) {
                runClass(f, 0, (classes - 1) * distance + n);
                return;
            }
            for (int c = 0; c < classes; c++) {
                runClass(f, c, n);
            }
        }

        @Override
        List<VectorCode> code() {
            return List.of(loop);
        }

        private void runClass(Frame f, int c, int n) {
            loop.run(
                    f.r,
                    to + c * distance,
                    rows[0].row(c),
                    rows[1].row(c),
                    rows[2].row(c),
                    rows[3].row(c),
                    scalar(f, 0, c),
                    scalar(f, 1, c),
                    scalar(f, 2, c),
                    scalar(f, 3, c),
                    n);
        }

        private float scalar(Frame f, int number, int c) {
            return number < scalars.length ? scalars[number].scalar(f, c) : 0;
        }
    }

    /** A choice that depends on the class only: copies. */
    static final class Choice extends Step {
        private final int classes;
        private final int distance;
        private final int to;
        private final Operand condition;
        private final Operand x;
        private final Operand y;

        Choice(int classes, int distance, int to, Operand condition, Operand x, Operand y) {
            this.classes = classes;
            this.distance = distance;
            this.to = to;
            this.condition = condition;
            this.x = x;
            this.y = y;
        }

        @Override
        public void run(Frame f) {
            for (int c = 0; c < classes; c++) {
                Operand chosen = condition.scalar(f, c) != 0 ? x : y;
                int o = to + c * distance;
                if (!chosen.isTile()) {
                    Loops.FILL.run(f.r, o, 0, 0, 0, 0, chosen.scalar(f, c), 0, 0, 0, f.length());
                } else if (chosen.row(c) != o) {
                    MemorySegment.copy(f.r, chosen.row(c), f.r, o, f.length());
                }
            }
        }

        @Override
        List<VectorCode> code() {
            return List.of(Loops.FILL);
        }
    }
}
