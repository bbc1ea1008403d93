package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.DOUBLES;
import static io.github.segloss.vector.Lanes.FLOATS;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.halfAt;

import io.github.segloss.vector.Step.Operand;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** Sums over the pixels: within a tile in the lanes that {@link Addition} says, from tile to tile in float64 lanes, and the lanes last: always in the same order. */
final class SumSteps {
    private SumSteps() {}

    /** How the elements of a row, or of two, are added. */
    @FunctionalInterface
    interface Fold {
        /**
         * Adds up. If there is nothing to add, it returns at once, as a {@link Loops.Loop} does.
         *
         * @param r the tiles
         * @param a the first operand
         * @param b the second operand
         * @param c the third operand
         * @param s a scalar operand
         * @param t another scalar operand
         * @param scale what each term is multiplied by, a power of two, and the sum divided by
         * @param n how many bytes they take
         * @param sums the sums, to which is added
         * @param to where the sums of the lanes begin
         */
        void run(
                MemorySegment r,
                long a,
                long b,
                long c,
                float s,
                float t,
                float scale,
                int n,
                double[] sums,
                int to);
    }

    private static final int L = Lanes.COUNT;
    private static final int HALF = L / 2;

    private static void add(FloatVector sum, float scale, double[] sums, int to) {
        add(sum, 0, scale, sums, to);
        add(sum, 1, scale, sums, to + HALF);
    }

    private static void add(FloatVector sum, int part, float scale, double[] sums, int to) {
        DoubleVector lanes = (DoubleVector) sum.convertShape(VectorOperators.F2D, DOUBLES, part);
        // A division by a power of two is the same, and slow.
        DoubleVector.fromArray(DOUBLES, sums, to)
                .add(lanes.mul(1 / (double) scale))
                .intoArray(sums, to);
    }

    /** The sum of a. */
    static final Fold PLAIN =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    sum = at(r, a + i).fma(k, sum);
                }
                add(sum, scale, sums, to);
            };

    /** The sum of a in float64 lanes. */
    static final Fold EXACT =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                DoubleVector low = DoubleVector.zero(DOUBLES);
                DoubleVector high = DoubleVector.zero(DOUBLES);
                for (int i = 0; i < n; i += STEP) {
                    // Moving the upper half of a vector down costs the Vector API several
                    // instructions.
                    int from = i;
                    low = low.add(doubles(r, a + from));
                    from += STEP / 2;
                    high = high.add(doubles(r, a + from));
                }
                DoubleVector.fromArray(DOUBLES, sums, to).add(low).intoArray(sums, to);
                DoubleVector.fromArray(DOUBLES, sums, to + HALF)
                        .add(high)
                        .intoArray(sums, to + HALF);
            };

    private static Vector<Double> doubles(MemorySegment r, long at) {
        return halfAt(r, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    /** The sum of a b. */
    static final Fold PRODUCT =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i).mul(at(r, b + i));
                    sum = x.fma(k, sum);
                }
                add(sum, scale, sums, to);
            };

    /** The sum of b where a is s. */
    static final Fold WHERE_EQUAL =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector zero = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = zero.blend(at(r, b + i), at(r, a + i).eq(s));
                    sum = x.fma(k, sum);
                }
                add(sum, scale, sums, to);
            };

    /** The sum of b where a is not s. */
    static final Fold WHERE_UNEQUAL =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector zero = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, b + i).blend(zero, at(r, a + i).eq(s));
                    sum = x.fma(k, sum);
                }
                add(sum, scale, sums, to);
            };

    /** How many a are s. */
    static final Fold COUNT_EQUAL =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector zero = FloatVector.zero(FLOATS);
                for (int i = 0; i < n; i += STEP) {
                    sum = sum.add(zero.blend(1f, at(r, a + i).eq(s)));
                }
                add(sum, 1f, sums, to);
            };

    /** The sum of b where a is s, and of c elsewhere. */
    static final Fold CHOICE =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, c + i).blend(at(r, b + i), at(r, a + i).eq(s));
                    sum = x.fma(k, sum);
                }
                add(sum, scale, sums, to);
            };

    /** The sum of a - a: 0 unless one is NaN or infinite. */
    static final Fold DIFFERENCE_TO_ITSELF =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    sum = sum.add(x.sub(x));
                }
                add(sum, 1f, sums, to);
            };

    /** How many a are below s, or not below t. */
    static final Fold COUNT_OUTSIDE =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector zero = FloatVector.zero(FLOATS);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    sum = sum.add(zero.blend(1f, x.lt(s).or(x.compare(VectorOperators.GE, t))));
                }
                add(sum, 1f, sums, to);
            };

    /** How many a are neither s nor t, and the sum of b - b. */
    static final Fold COUNT_NEITHER =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector one = FloatVector.broadcast(FLOATS, 1f);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    FloatVector y = at(r, b + i);
                    sum = sum.add(y.sub(y).add(one.blend(0f, x.eq(s).or(x.eq(t)))));
                }
                add(sum, 1f, sums, to);
            };

    /** How many a are above s, and the sum of b - b. */
    static final Fold COUNT_ABOVE =
            (r, a, b, c, s, t, scale, n, sums, to) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector zero = FloatVector.zero(FLOATS);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    FloatVector y = at(r, b + i);
                    FloatVector more = zero.blend(1f, x.compare(VectorOperators.GT, s));
                    sum = sum.add(y.sub(y).add(more));
                }
                add(sum, 1f, sums, to);
            };

    /** Every fold, to warm them up. */
    static final List<Fold> ALL =
            List.of(
                    PLAIN,
                    EXACT,
                    PRODUCT,
                    WHERE_EQUAL,
                    WHERE_UNEQUAL,
                    COUNT_EQUAL,
                    CHOICE,
                    DIFFERENCE_TO_ITSELF,
                    COUNT_OUTSIDE,
                    COUNT_NEITHER,
                    COUNT_ABOVE);

    /** A sum, of one value or for each class. */
    static final class Sum extends Step {
        private final Fold fold;
        private final Operand[] rows;
        private final Operand[] scalars;
        private final float scale;
        private final float tail;
        private final int first;
        private final int classes;
        private final boolean isPerClass;

        /**
         * Prepares the sum.
         *
         * @param fold how to add
         * @param tail what to put behind the last pixel of the first row so that it does not count; behind that of others goes 0
         * @param rows up to three operands in tiles
         * @param scalars up to two operands in tables
         * @param scale what the terms are multiplied by while they are added
         * @param first the number of the first sum
         * @param classes over how many classes the operands go
         * @param isPerClass whether each class has a sum of its own
         */
        Sum(
                Fold fold,
                float tail,
                List<Operand> rows,
                List<Operand> scalars,
                float scale,
                int first,
                int classes,
                boolean isPerClass) {
            this.fold = fold;
            this.tail = tail;
            this.rows = rows.toArray(Operand[]::new);
            this.scalars = scalars.toArray(Operand[]::new);
            this.scale = scale;
            this.first = first;
            this.classes = classes;
            this.isPerClass = isPerClass;
        }

        @Override
        void run(Frame f) {
            for (int k = 0; k < classes; k++) {
                if (f.count < f.n) {
                    fillTail(f, k);
                }
                fold.run(
                        f.r,
                        row(0, k),
                        row(1, k),
                        row(2, k),
                        scalar(f, 0, k),
                        scalar(f, 1, k),
                        scale,
                        f.length(),
                        f.sums,
                        (first + (isPerClass ? k : 0)) * L);
            }
        }

        private void fillTail(Frame f, int klass) {
            for (int number = rows.length - 1; number >= 0; number--) {
                f.fillTail(row(number, klass), number == 0 ? tail : 0f);
            }
        }

        private int row(int number, int klass) {
            return number < rows.length ? rows[number].row(klass) : 0;
        }

        private float scalar(Frame f, int number, int klass) {
            return number < scalars.length ? scalars[number].scalar(f, klass) : 0;
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
                Rows.read(f.r, a.row(c), f.floats, f.count);
                int to = (first + (isPerClass ? c : 0)) * L;
                double best = f.sums[to];
                for (int i = 0; i < f.count; i++) {
                    double x = f.floats[i];
                    best = isMax ? Math.max(best, x) : Math.min(best, x);
                }
                f.sums[to] = best;
            }
        }
    }
}
