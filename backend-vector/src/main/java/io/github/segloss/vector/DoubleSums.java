package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleLoops.at;
import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.vector.DoubleStep.Operand;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/** Reductions over the pixels in float64: in the lanes of two vectors, which are combined last, always in the same order. */
final class DoubleSums {
    private static final int HALF = DOUBLES.length();

    private DoubleSums() {}

    /** How the elements of a row are reduced. */
    @FunctionalInterface
    interface Fold {
        /**
         * Reduces a row.
         *
         * @param r the tiles
         * @param a the row
         * @param n the number of elements, a multiple of those of two vectors
         * @param sums the results, to which is added
         * @param to where their lanes begin
         */
        void run(double[] r, int a, int n, double[] sums, int to);
    }

    /** {@return the larger number, or NaN} */
    static double larger(double best, double x) {
        return best < x || x != x ? x : best;
    }

    /** {@return the smaller number, or NaN} */
    static double smaller(double best, double x) {
        return x < best || x != x ? x : best;
    }

    /**
     * {@return a reduction in two forms}
     *
     * @param lanes in how many lanes it reduces
     * @param f what reduces two numbers
     * @param vectors the loop over vectors
     */
    private static TwoForms<Fold> forms(int lanes, DoubleBinaryOperator f, Fold vectors) {
        Fold elements =
                (r, a, n, sums, to) -> {
                    for (int i = 0; i < n; i++) {
                        int lane = to + i % lanes;
                        sums[lane] = f.applyAsDouble(sums[lane], r[a + i]);
                    }
                };
        return new TwoForms<>(elements, vectors, DoubleTrial::sum);
    }

    static final TwoForms<Fold> SUM =
            forms(
                    Lanes.COUNT,
                    Double::sum,
                    (r, a, n, sums, to) -> {
                        DoubleVector low = DoubleVector.fromArray(DOUBLES, sums, to);
                        DoubleVector high = DoubleVector.fromArray(DOUBLES, sums, to + HALF);
                        for (int i = 0; i < n; i += 2 * HALF) {
                            low = low.add(at(r, a, i));
                            high = high.add(at(r, a, i + HALF));
                        }
                        low.intoArray(sums, to);
                        high.intoArray(sums, to + HALF);
                    });

    static final TwoForms<Fold> MAX =
            forms(
                    HALF,
                    DoubleSums::larger,
                    (r, a, n, sums, to) -> {
                        DoubleVector best = DoubleVector.fromArray(DOUBLES, sums, to);
                        for (int i = 0; i < n; i += HALF) {
                            DoubleVector x = at(r, a, i);
                            best = best.blend(x, best.lt(x).or(x.compare(VectorOperators.NE, x)));
                        }
                        best.intoArray(sums, to);
                    });

    static final TwoForms<Fold> MIN =
            forms(
                    HALF,
                    DoubleSums::smaller,
                    (r, a, n, sums, to) -> {
                        DoubleVector best = DoubleVector.fromArray(DOUBLES, sums, to);
                        for (int i = 0; i < n; i += HALF) {
                            DoubleVector x = at(r, a, i);
                            best = best.blend(x, x.lt(best).or(x.compare(VectorOperators.NE, x)));
                        }
                        best.intoArray(sums, to);
                    });

    /** {@return the loop of a reduction over the pixels} */
    static TwoForms<Fold> of(ReduceFunction function) {
        return switch (function) {
            case SUM -> SUM;
            case MAX -> MAX;
            case MIN -> MIN;
            case ARGMAX -> throw new IllegalStateException("argmax is not over pixels");
        };
    }

    /** Every loop. */
    static final List<TwoForms<Fold>> ALL = List.of(SUM, MAX, MIN);

    /** A reduction, to one value or to one for each class. */
    static final class Reduction extends DoubleStep {
        private final TwoForms<Fold> fold;
        private final double start;
        private final Operand from;
        private final int first;
        private final int classes;
        private final boolean isPerClass;

        /**
         * Prepares the reduction.
         *
         * @param function what it is
         * @param from the operand
         * @param first the number of the first result
         * @param classes over how many classes the operand goes
         * @param isPerClass whether each class has a result of its own
         */
        Reduction(
                ReduceFunction function, Operand from, int first, int classes, boolean isPerClass) {
            this.fold = of(function);
            this.start = Pass.start(function);
            this.from = from;
            this.first = first;
            this.classes = classes;
            this.isPerClass = isPerClass;
        }

        @Override
        Optional<TwoForms<?>> loop() {
            return Optional.of(fold);
        }

        @Override
        void run(DoubleFrame f) {
            for (int c = 0; c < classes; c++) {
                int row = from.row(f, c);
                if (f.count < f.n) {
                    Arrays.fill(f.r, row + f.count, row + f.n, start);
                }
                fold.of(f.tier)
                        .run(f.r, row, f.n, f.sums, (first + (isPerClass ? c : 0)) * Lanes.COUNT);
            }
        }
    }
}
