package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleLoops.at;
import static io.github.segloss.vector.DoubleLoops.one;
import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.vector.DoubleStep.Operand;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
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

    /** The same for one pixel. */
    @FunctionalInterface
    private interface Pixel {
        double of(double[] r, int a, int step, int classes, double label, int i);
    }

    private static TwoForms<Fold> forms(Pixel pixel, Fold vectors) {
        Fold elements =
                (r, o, a, step, classes, labels, n) -> {
                    for (int i = 0; i < n; i++) {
                        r[o + i] = pixel.of(r, a, step, classes, one(r, labels, i), i);
                    }
                };
        return new TwoForms<>(elements, vectors, DoubleTrial::fold);
    }

    private static Pixel folded(DoubleBinaryOperator f) {
        return (r, a, step, classes, label, i) -> {
            double all = one(r, a, i);
            for (int c = 1; c < classes; c++) {
                all = f.applyAsDouble(all, one(r, a + c * step, i));
            }
            return all;
        };
    }

    static final TwoForms<Fold> SUM =
            forms(
                    folded(Double::sum),
                    (r, o, a, step, classes, labels, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector sum = at(r, a, i);
                            for (int c = 1; c < classes; c++) {
                                sum = sum.add(at(r, a + c * step, i));
                            }
                            sum.intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Fold> MAX =
            forms(
                    folded(DoubleSums::larger),
                    (r, o, a, step, classes, labels, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector best = at(r, a, i);
                            for (int c = 1; c < classes; c++) {
                                DoubleVector x = at(r, a + c * step, i);
                                best =
                                        best.blend(
                                                x, best.lt(x).or(x.compare(VectorOperators.NE, x)));
                            }
                            best.intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Fold> MIN =
            forms(
                    folded(DoubleSums::smaller),
                    (r, o, a, step, classes, labels, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector best = at(r, a, i);
                            for (int c = 1; c < classes; c++) {
                                DoubleVector x = at(r, a + c * step, i);
                                best =
                                        best.blend(
                                                x, x.lt(best).or(x.compare(VectorOperators.NE, x)));
                            }
                            best.intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Fold> ARGMAX =
            forms(
                    (r, a, step, classes, label, i) -> {
                        double best = one(r, a, i);
                        int winner = 0;
                        for (int c = 1; c < classes; c++) {
                            double x = one(r, a + c * step, i);
                            winner = best < x ? c : winner;
                            best = DoubleSums.larger(best, x);
                        }
                        return winner;
                    },
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
                    });

    /** The value of the class that a label names; 0 if it names none. */
    static final TwoForms<Fold> PICK =
            forms(
                    (r, a, step, classes, label, i) ->
                            label >= 0 && label < classes && label == (int) label
                                    ? one(r, a + (int) label * step, i)
                                    : 0,
                    (r, o, a, step, classes, labels, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector label = at(r, labels, i);
                            DoubleVector value = DoubleVector.zero(DOUBLES);
                            for (int c = 0; c < classes; c++) {
                                value = value.blend(at(r, a + c * step, i), label.eq(c));
                            }
                            value.intoArray(r, o + i);
                        }
                    });

    /** A value that does not depend on the class, where a label names one; else 0. */
    static final TwoForms<Fold> WHERE_CLASS =
            forms(
                    (r, a, step, classes, label, i) ->
                            label >= 0 && label < classes ? one(r, a, i) : 0,
                    (r, o, a, step, classes, labels, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector label = at(r, labels, i);
                            VectorMask<Double> isClass =
                                    label.compare(VectorOperators.GE, 0).and(label.lt(classes));
                            DoubleVector.zero(DOUBLES)
                                    .blend(at(r, a, i), isClass)
                                    .intoArray(r, o + i);
                        }
                    });

    /** A row of a matrix times the classes of each pixel. */
    @FunctionalInterface
    interface Product {
        /**
         * Computes a row.
         *
         * @param r the tiles
         * @param o where the result goes
         * @param a the operand for class 0
         * @param step the distance between classes
         * @param classes how many there are
         * @param m the matrix
         * @param first where its row begins
         * @param next the distance of the elements of the row
         * @param n the number of elements, a multiple of the lanes
         */
        void run(
                double[] r,
                int o,
                int a,
                int step,
                int classes,
                double[] m,
                int first,
                int next,
                int n);
    }

    static final TwoForms<Product> PRODUCT =
            new TwoForms<>(
                    (r, o, a, step, classes, m, first, next, n) -> {
                        for (int i = 0; i < n; i++) {
                            double sum = 0;
                            for (int c = 0; c < classes; c++) {
                                sum = Math.fma(one(r, a + c * step, i), m[first + c * next], sum);
                            }
                            r[o + i] = sum;
                        }
                    },
                    (r, o, a, step, classes, m, first, next, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector sum = DoubleVector.zero(DOUBLES);
                            for (int c = 0; c < classes; c++) {
                                DoubleVector weight =
                                        DoubleVector.broadcast(DOUBLES, m[first + c * next]);
                                sum = at(r, a + c * step, i).fma(weight, sum);
                            }
                            sum.intoArray(r, o + i);
                        }
                    },
                    DoubleTrial::mix);

    /** {@return the loop of a reduction over CLASS} */
    static TwoForms<Fold> of(ReduceFunction function) {
        return switch (function) {
            case SUM -> SUM;
            case MAX -> MAX;
            case MIN -> MIN;
            case ARGMAX -> ARGMAX;
        };
    }

    /** Every loop. */
    static final List<TwoForms<Fold>> ALL = List.of(SUM, MAX, MIN, ARGMAX, PICK, WHERE_CLASS);

    /** A reduction over CLASS. */
    static final class Reduction extends DoubleStep {
        private final TwoForms<Fold> fold;
        private final int to;
        private final Operand from;
        private final int labels;
        private final int classes;

        Reduction(TwoForms<Fold> fold, int to, Operand from, int labels, int classes) {
            this.fold = fold;
            this.to = to;
            this.from = from;
            this.labels = labels;
            this.classes = classes;
        }

        @Override
        Optional<TwoForms<?>> loop() {
            return Optional.of(fold);
        }

        @Override
        void run(DoubleFrame f) {
            int step = from.isRow() ? from.classStep() : -from.classStep();
            fold.of(f.tier).run(f.r, to, from.at(), step, classes, labels, f.n);
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
        Optional<TwoForms<?>> loop() {
            return Optional.of(PRODUCT);
        }

        @Override
        void run(DoubleFrame f) {
            double[] m = f.workspace.tables[matrix];
            int step = from.isRow() ? from.classStep() : -from.classStep();
            Product product = PRODUCT.of(f.tier);
            for (int d = 0; d < classes; d++) {
                int first = isTransposed ? d : d * classes;
                int next = isTransposed ? classes : 1;
                product.run(f.r, to + d * tile, from.at(), step, classes, m, first, next, f.n);
            }
        }
    }
}
