package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleLoops.at;
import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.vector.DoubleStep.Operand;
import java.util.Arrays;
import java.util.List;
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

    static final Fold SUM =
            (r, a, n, sums, to) -> {
                DoubleVector low = DoubleVector.fromArray(DOUBLES, sums, to);
                DoubleVector high = DoubleVector.fromArray(DOUBLES, sums, to + HALF);
                for (int i = 0; i < n; i += 2 * HALF) {
                    low = low.add(at(r, a, i));
                    high = high.add(at(r, a, i + HALF));
                }
                low.intoArray(sums, to);
                high.intoArray(sums, to + HALF);
            };

    static final Fold MAX =
            (r, a, n, sums, to) -> {
                DoubleVector best = DoubleVector.fromArray(DOUBLES, sums, to);
                for (int i = 0; i < n; i += HALF) {
                    DoubleVector x = at(r, a, i);
                    best = best.blend(x, best.lt(x).or(x.compare(VectorOperators.NE, x)));
                }
                best.intoArray(sums, to);
            };

    static final Fold MIN =
            (r, a, n, sums, to) -> {
                DoubleVector best = DoubleVector.fromArray(DOUBLES, sums, to);
                for (int i = 0; i < n; i += HALF) {
                    DoubleVector x = at(r, a, i);
                    best = best.blend(x, x.lt(best).or(x.compare(VectorOperators.NE, x)));
                }
                best.intoArray(sums, to);
            };

    /** {@return the loop of a reduction over the pixels} */
    static Fold of(ReduceFunction function) {
        return switch (function) {
            case SUM -> SUM;
            case MAX -> MAX;
            case MIN -> MIN;
            case ARGMAX -> throw new IllegalStateException("argmax is not over pixels");
        };
    }

    /** Every loop, to warm them up. */
    static final List<Fold> ALL = List.of(SUM, MAX, MIN);

    /** A reduction, to one value or to one for each class. */
    static final class Reduction extends DoubleStep {
        private final Fold fold;
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
        void run(DoubleFrame f) {
            for (int c = 0; c < classes; c++) {
                int row = from.row(f, c);
                if (f.count < f.n) {
                    Arrays.fill(f.r, row + f.count, row + f.n, start);
                }
                fold.run(f.r, row, f.n, f.sums, (first + (isPerClass ? c : 0)) * Lanes.COUNT);
            }
        }
    }
}
