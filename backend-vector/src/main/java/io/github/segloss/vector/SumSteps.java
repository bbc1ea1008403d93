package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.FLOATS;

import io.github.segloss.vector.Step.Operand;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums over the pixels of a tile. Inside a tile each lane adds in float32, over tiles in float64, and the lanes are added last: always in the same order.
 */
final class SumSteps {
    private SumSteps() {}

    private static FloatVector at(float[] r, int i) {
        return FloatVector.fromArray(FLOATS, r, i);
    }

    /** How the elements of a row, or of two, are added. */
    @FunctionalInterface
    interface Fold {
        /**
         * Adds up.
         *
         * @param r the tiles
         * @param a the first operand
         * @param b the second operand
         * @param s a scalar operand
         * @param n the number of elements
         * @param lanes where two vectors of partial sums go
         */
        void run(float[] r, int a, int b, float s, int n, float[] lanes);
    }

    private static final int L = Lanes.COUNT;

    /** The sum of a. */
    static final Fold PLAIN =
            (r, a, b, s, n, lanes) -> {
                FloatVector even = FloatVector.zero(FLOATS);
                FloatVector odd = even;
                int i = 0;
                for (; i + L < n; i += 2 * L) {
                    even = even.add(at(r, a + i));
                    odd = odd.add(at(r, a + i + L));
                }
                if (i < n) {
                    even = even.add(at(r, a + i));
                }
                even.intoArray(lanes, 0);
                odd.intoArray(lanes, L);
            };

    /** The sum of a b. */
    static final Fold PRODUCT =
            (r, a, b, s, n, lanes) -> {
                FloatVector even = FloatVector.zero(FLOATS);
                FloatVector odd = even;
                int i = 0;
                for (; i + L < n; i += 2 * L) {
                    even = at(r, a + i).fma(at(r, b + i), even);
                    odd = at(r, a + i + L).fma(at(r, b + i + L), odd);
                }
                if (i < n) {
                    even = at(r, a + i).fma(at(r, b + i), even);
                }
                even.intoArray(lanes, 0);
                odd.intoArray(lanes, L);
            };

    /** The sum of b where a is s. */
    static final Fold WHERE_EQUAL =
            (r, a, b, s, n, lanes) -> {
                FloatVector even = FloatVector.zero(FLOATS);
                FloatVector odd = even;
                FloatVector k = FloatVector.broadcast(FLOATS, s);
                int i = 0;
                for (; i + L < n; i += 2 * L) {
                    even = even.add(at(r, b + i), at(r, a + i).eq(k));
                    odd = odd.add(at(r, b + i + L), at(r, a + i + L).eq(k));
                }
                if (i < n) {
                    even = even.add(at(r, b + i), at(r, a + i).eq(k));
                }
                even.intoArray(lanes, 0);
                odd.intoArray(lanes, L);
            };

    /** The sum of b where a is not s. */
    static final Fold WHERE_UNEQUAL =
            (r, a, b, s, n, lanes) -> {
                FloatVector even = FloatVector.zero(FLOATS);
                FloatVector odd = even;
                FloatVector k = FloatVector.broadcast(FLOATS, s);
                int i = 0;
                for (; i + L < n; i += 2 * L) {
                    even = even.add(at(r, b + i), at(r, a + i).compare(VectorOperators.NE, k));
                    odd =
                            odd.add(
                                    at(r, b + i + L),
                                    at(r, a + i + L).compare(VectorOperators.NE, k));
                }
                if (i < n) {
                    even = even.add(at(r, b + i), at(r, a + i).compare(VectorOperators.NE, k));
                }
                even.intoArray(lanes, 0);
                odd.intoArray(lanes, L);
            };

    /** How many a are s. */
    static final Fold COUNT_EQUAL =
            (r, a, b, s, n, lanes) -> {
                FloatVector even = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, s);
                for (int i = 0; i < n; i += L) {
                    even = even.add(1f, at(r, a + i).eq(k));
                }
                even.intoArray(lanes, 0);
                Arrays.fill(lanes, L, 2 * L, 0f);
            };

    /** Every fold, to warm them up. */
    static final List<Fold> ALL = List.of(PLAIN, PRODUCT, WHERE_EQUAL, WHERE_UNEQUAL, COUNT_EQUAL);

    /** A sum, of one value or for each class. */
    static final class Sum extends Step {
        private final Fold fold;
        private final Operand a;
        private final Operand b;
        private final Operand scalar;
        private final boolean hasScalar;
        private final float tail;
        private final int first;
        private final int classes;
        private final boolean isPerClass;

        /**
         * Prepares the sum.
         *
         * @param fold how to add
         * @param tail what to put behind the last pixel of a so that it does not count
         * @param a the first operand, a tile
         * @param b the second operand, a tile
         * @param scalar the scalar operand; {@link Operand#NONE} for none
         * @param first the number of the first sum
         * @param classes over how many classes the operands go
         * @param isPerClass whether each class has a sum of its own
         */
        Sum(
                Fold fold,
                float tail,
                Operand a,
                Operand b,
                Operand scalar,
                int first,
                int classes,
                boolean isPerClass) {
            this.fold = fold;
            this.tail = tail;
            this.a = a;
            this.b = b;
            this.scalar = scalar;
            this.hasScalar = !scalar.isTile();
            this.first = first;
            this.classes = classes;
            this.isPerClass = isPerClass;
        }

        @Override
        void run(Frame f) {
            for (int c = 0; c < classes; c++) {
                int x = a.row(c);
                int y = b.row(c);
                if (f.count < f.n) {
                    Arrays.fill(f.r, x + f.count, x + f.n, tail);
                    if (b != Operand.NONE) {
                        Arrays.fill(f.r, y + f.count, y + f.n, 0f);
                    }
                }
                float s = hasScalar ? scalar.scalar(f, c) : 0;
                fold.run(f.r, x, y, s, f.n, f.lanes);
                add(f.lanes, f.sums, (first + (isPerClass ? c : 0)) * L);
            }
        }

        private static void add(float[] lanes, double[] sums, int to) {
            for (int k = 0; k < L; k++) {
                sums[to + k] += (double) lanes[k] + lanes[L + k];
            }
        }
    }

    /** The largest or smallest value; kept in the first lane. */
    static final class Extreme extends Step {
        private final boolean isMax;
        private final Operand a;
        private final int first;
        private final int classes;
        private final boolean isPerClass;

        Extreme(boolean isMax, Operand a, int first, int classes, boolean isPerClass) {
            this.isMax = isMax;
            this.a = a;
            this.first = first;
            this.classes = classes;
            this.isPerClass = isPerClass;
        }

        @Override
        void run(Frame f) {
            for (int c = 0; c < classes; c++) {
                int from = a.row(c);
                int to = (first + (isPerClass ? c : 0)) * L;
                double best = f.sums[to];
                for (int i = 0; i < f.count; i++) {
                    double x = f.r[from + i];
                    best = isMax ? Math.max(best, x) : Math.min(best, x);
                }
                f.sums[to] = best;
            }
        }
    }
}
