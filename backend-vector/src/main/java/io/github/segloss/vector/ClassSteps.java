package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.FLOATS;

import io.github.segloss.vector.Step.Operand;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The ops that look at all classes of a pixel. The class loop is inside, so that the running value stays in a register. */
final class ClassSteps {
    private ClassSteps() {}

    private static FloatVector at(float[] r, int i) {
        return FloatVector.fromArray(FLOATS, r, i);
    }

    /** What is computed from the classes of each pixel. */
    @FunctionalInterface
    interface Fold {
        void run(float[] r, int o, int a, int tile, int classes, int n);
    }

    static final Fold SUM =
            (r, o, a, tile, classes, n) -> {
                for (int i = 0; i < n; i += Lanes.COUNT) {
                    FloatVector sum = at(r, a + i);
                    for (int c = 1; c < classes; c++) {
                        sum = sum.add(at(r, a + c * tile + i));
                    }
                    sum.intoArray(r, o + i);
                }
            };

    static final Fold MAX =
            (r, o, a, tile, classes, n) -> {
                for (int i = 0; i < n; i += Lanes.COUNT) {
                    FloatVector best = at(r, a + i);
                    for (int c = 1; c < classes; c++) {
                        FloatVector x = at(r, a + c * tile + i);
                        best = best.blend(x, best.lt(x).or(x.compare(VectorOperators.NE, x)));
                    }
                    best.intoArray(r, o + i);
                }
            };

    static final Fold MIN =
            (r, o, a, tile, classes, n) -> {
                for (int i = 0; i < n; i += Lanes.COUNT) {
                    FloatVector best = at(r, a + i);
                    for (int c = 1; c < classes; c++) {
                        FloatVector x = at(r, a + c * tile + i);
                        best = best.blend(x, x.lt(best).or(x.compare(VectorOperators.NE, x)));
                    }
                    best.intoArray(r, o + i);
                }
            };

    static final Fold ARGMAX =
            (r, o, a, tile, classes, n) -> {
                for (int i = 0; i < n; i += Lanes.COUNT) {
                    FloatVector best = at(r, a + i);
                    FloatVector winner = FloatVector.zero(FLOATS);
                    for (int c = 1; c < classes; c++) {
                        FloatVector x = at(r, a + c * tile + i);
                        VectorMask<Float> better = best.lt(x);
                        winner = winner.blend((float) c, better);
                        // NaN stays, as it does in a maximum.
                        best = best.blend(x, better.or(x.compare(VectorOperators.NE, x)));
                    }
                    winner.intoArray(r, o + i);
                }
            };

    /** Every fold, to warm them up. */
    static final List<Fold> ALL = List.of(SUM, MAX, MIN, ARGMAX);

    /** A reduction over CLASS. */
    static final class Reduction extends Step {
        private final Fold fold;
        private final int to;
        private final int from;
        private final int tile;
        private final int classes;

        Reduction(Fold fold, int to, int from, int tile, int classes) {
            this.fold = fold;
            this.to = to;
            this.from = from;
            this.tile = tile;
            this.classes = classes;
        }

        @Override
        void run(Frame f) {
            fold.run(f.r, to, from, tile, classes, f.n);
        }
    }

    /** The value of the class that a label names; 0 if it names none. */
    static final class Pick extends Step {
        private final int to;
        private final int labels;
        private final Operand value;
        private final int classes;

        Pick(int to, int labels, Operand value, int classes) {
            this.to = to;
            this.labels = labels;
            this.value = value;
            this.classes = classes;
        }

        @Override
        void run(Frame f) {
            if (value.isTile()) {
                pickRows(f.r, to, labels, value.at(), value.classStep(), classes, f.n);
            } else {
                int first = value.at();
                int shift = f.sample * value.sampleStep();
                pickScalars(
                        f.r, to, labels, f.tables[first], shift, value.classStep(), classes, f.n);
            }
        }

        private static void pickRows(
                float[] r, int o, int labels, int a, int tile, int classes, int n) {
            for (int i = 0; i < n; i += Lanes.COUNT) {
                FloatVector label = at(r, labels + i);
                FloatVector value = FloatVector.zero(FLOATS);
                for (int c = 0; c < classes; c++) {
                    value = value.blend(at(r, a + c * tile + i), label.eq((float) c));
                }
                value.intoArray(r, o + i);
            }
        }

        private static void pickScalars(
                float[] r,
                int o,
                int labels,
                float[] table,
                int shift,
                int step,
                int classes,
                int n) {
            for (int i = 0; i < n; i += Lanes.COUNT) {
                FloatVector label = at(r, labels + i);
                FloatVector value = FloatVector.zero(FLOATS);
                for (int c = 0; c < classes; c++) {
                    value = value.blend(table[shift + c * step], label.eq((float) c));
                }
                value.intoArray(r, o + i);
            }
        }
    }

    /** A matrix times the classes of each pixel. */
    static final class Mix extends Step {
        private final int to;
        private final int matrix;
        private final boolean transposed;
        private final Operand value;
        private final int tile;
        private final int classes;

        Mix(int to, int matrix, boolean transposed, Operand value, int tile, int classes) {
            this.to = to;
            this.matrix = matrix;
            this.transposed = transposed;
            this.value = value;
            this.tile = tile;
            this.classes = classes;
        }

        @Override
        void run(Frame f) {
            float[] m = f.tables[matrix];
            for (int d = 0; d < classes; d++) {
                int first = transposed ? d : d * classes;
                int step = transposed ? classes : 1;
                row(f.r, to + d * tile, value, m, first, step, classes, f.n);
            }
        }

        private static void row(
                float[] r, int o, Operand x, float[] m, int first, int step, int classes, int n) {
            int a = x.at();
            int tile = x.classStep();
            for (int i = 0; i < n; i += Lanes.COUNT) {
                FloatVector sum = FloatVector.zero(FLOATS);
                for (int c = 0; c < classes; c++) {
                    FloatVector weight = FloatVector.broadcast(FLOATS, m[first + c * step]);
                    sum = at(r, a + c * tile + i).fma(weight, sum);
                }
                sum.intoArray(r, o + i);
            }
        }
    }
}
