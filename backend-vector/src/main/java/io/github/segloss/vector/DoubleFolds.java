package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleLoops.at;
import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.vector.DoubleStep.Operand;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The ops in float64 that look at all classes of a pixel. The class loop is inside, so that the running value stays in a register. */
final class DoubleFolds {
    private static final int STEP = DOUBLES.length();

    private DoubleFolds() {}

    /** What is computed from the classes of each pixel. */
    @FunctionalInterface
    interface Fold {
        /**
         * Computes a row.
         *
         * @param r the tiles
         * @param o where the result goes
         * @param a the operand for class 0
         * @param step the distance between classes
         * @param classes how many there are
         * @param labels the row of the labels, where the loop needs them
         * @param n the number of elements, a multiple of the lanes
         */
        void run(double[] r, int o, int a, int step, int classes, int labels, int n);
    }

    static final Fold SUM =
            (r, o, a, step, classes, labels, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector sum = at(r, a, i);
                    for (int c = 1; c < classes; c++) {
                        sum = sum.add(at(r, a + c * step, i));
                    }
                    sum.intoArray(r, o + i);
                }
            };

    static final Fold MAX =
            (r, o, a, step, classes, labels, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector best = at(r, a, i);
                    for (int c = 1; c < classes; c++) {
                        DoubleVector x = at(r, a + c * step, i);
                        best = best.blend(x, best.lt(x).or(x.compare(VectorOperators.NE, x)));
                    }
                    best.intoArray(r, o + i);
                }
            };

    static final Fold MIN =
            (r, o, a, step, classes, labels, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector best = at(r, a, i);
                    for (int c = 1; c < classes; c++) {
                        DoubleVector x = at(r, a + c * step, i);
                        best = best.blend(x, x.lt(best).or(x.compare(VectorOperators.NE, x)));
                    }
                    best.intoArray(r, o + i);
                }
            };

    static final Fold ARGMAX =
            (r, o, a, step, classes, labels, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector best = at(r, a, i);
                    DoubleVector winner = DoubleVector.zero(DOUBLES);
                    for (int c = 1; c < classes; c++) {
                        DoubleVector x = at(r, a + c * step, i);
                        VectorMask<Double> better = best.lt(x);
                        winner = winner.blend(c, better);
                        // NaN stays, as it does in a maximum.
                        best = best.blend(x, better.or(x.compare(VectorOperators.NE, x)));
                    }
                    winner.intoArray(r, o + i);
                }
            };

    /** The value of the class that a label names; 0 if it names none. */
    static final Fold PICK =
            (r, o, a, step, classes, labels, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector label = at(r, labels, i);
                    DoubleVector value = DoubleVector.zero(DOUBLES);
                    for (int c = 0; c < classes; c++) {
                        value = value.blend(at(r, a + c * step, i), label.eq(c));
                    }
                    value.intoArray(r, o + i);
                }
            };

    /** A value that does not depend on the class, where a label names one; else 0. */
    static final Fold WHERE_CLASS =
            (r, o, a, step, classes, labels, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector label = at(r, labels, i);
                    VectorMask<Double> isClass =
                            label.compare(VectorOperators.GE, 0).and(label.lt(classes));
                    DoubleVector.zero(DOUBLES).blend(at(r, a, i), isClass).intoArray(r, o + i);
                }
            };

    /** {@return the loop of a reduction over CLASS} */
    static Fold of(ReduceFunction function) {
        return switch (function) {
            case SUM -> SUM;
            case MAX -> MAX;
            case MIN -> MIN;
            case ARGMAX -> ARGMAX;
        };
    }

    /** Every loop, to warm them up. */
    static final List<Fold> ALL = List.of(SUM, MAX, MIN, ARGMAX, PICK, WHERE_CLASS);

    /** A reduction over CLASS. */
    static final class Reduction extends DoubleStep {
        private final Fold fold;
        private final int to;
        private final Operand from;
        private final int labels;
        private final int classes;

        Reduction(Fold fold, int to, Operand from, int labels, int classes) {
            this.fold = fold;
            this.to = to;
            this.from = from;
            this.labels = labels;
            this.classes = classes;
        }

        @Override
        void run(DoubleFrame f) {
            int step = from.isRow() ? from.classStep() : -from.classStep();
            fold.run(f.r, to, from.at(), step, classes, labels, f.n);
        }
    }

    /** A matrix times the classes of each pixel. */
    static final class Mix extends DoubleStep {
        private final int to;
        private final int matrix;
        private final boolean isTransposed;
        private final Operand from;
        private final int tile;
        private final int classes;

        Mix(int to, int matrix, boolean isTransposed, Operand from, int tile, int classes) {
            this.to = to;
            this.matrix = matrix;
            this.isTransposed = isTransposed;
            this.from = from;
            this.tile = tile;
            this.classes = classes;
        }

        @Override
        void run(DoubleFrame f) {
            double[] m = f.workspace.tables[matrix];
            for (int d = 0; d < classes; d++) {
                int first = isTransposed ? d : d * classes;
                row(f.r, to + d * tile, m, first, isTransposed ? classes : 1, f.n);
            }
        }

        private void row(double[] r, int o, double[] m, int first, int next, int n) {
            int a = from.at();
            int step = from.isRow() ? from.classStep() : -from.classStep();
            for (int i = 0; i < n; i += STEP) {
                DoubleVector sum = DoubleVector.zero(DOUBLES);
                for (int c = 0; c < classes; c++) {
                    DoubleVector weight = DoubleVector.broadcast(DOUBLES, m[first + c * next]);
                    sum = at(r, a + c * step, i).fma(weight, sum);
                }
                sum.intoArray(r, o + i);
            }
        }
    }
}
