package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.DOUBLES;
import static io.github.segloss.vector.Lanes.FLOATS;
import static io.github.segloss.vector.Lanes.HALF_FLOATS;
import static io.github.segloss.vector.Rows.ORDER;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.halfAt;
import static io.github.segloss.vector.Rows.known;
import static io.github.segloss.vector.Rows.put;

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
    interface Fold extends VectorCode {
        /**
         * Adds up. If there is nothing to add, it returns at once, as a {@link Loops.Loop} does.
         *
         * @param r the tiles
         * @param o where the sum of each lane goes
         * @param a the first operand
         * @param b the second operand
         * @param c the third operand
         * @param s a scalar operand
         * @param t another scalar operand
         * @param scale what each term is multiplied by, a power of two
         * @param n how many bytes they take
         */
        void run(
                MemorySegment r,
                long o,
                long a,
                long b,
                long c,
                float s,
                float t,
                float scale,
                int n);

        @Override
        default void run(Frame f) {
            int b = TRIAL_BYTES;
            run(f.r, 4 * b, 0, b, 2 * b, 1, 0, 1, f.length());
        }
    }

    private static final int L = Lanes.COUNT;
    private static final int HALF = L / 2;

    /** What the lanes of a row take in bytes, at most. */
    static final int LANE_BYTES = L * Double.BYTES;

    private static Vector<Double> doubles(MemorySegment r, long at) {
        return halfAt(r, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    /** The sum of a. */
    static final Fold PLAIN =
            (r, o, a, b, c, s, t, scale, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    sum = at(r, a + i).fma(k, sum);
                }
                put(sum, r, o);
            };

    /** The sum of a in float64 lanes. */
    static final Fold EXACT =
            (r, o, a, b, c, s, t, scale, n) -> {
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
                low.intoMemorySegment(known(r), o, ORDER);
                high.intoMemorySegment(known(r), o + LANE_BYTES / 2, ORDER);
            };

    /** The sum of a b. */
    static final Fold PRODUCT =
            (r, o, a, b, c, s, t, scale, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i).mul(at(r, b + i));
                    sum = x.fma(k, sum);
                }
                put(sum, r, o);
            };

    /** The sum of b where a is s. */
    static final Fold WHERE_EQUAL =
            (r, o, a, b, c, s, t, scale, n) -> {
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
                put(sum, r, o);
            };

    /** The sum of b where a is not s. */
    static final Fold WHERE_UNEQUAL =
            (r, o, a, b, c, s, t, scale, n) -> {
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
                put(sum, r, o);
            };

    /** How many a are s. */
    static final Fold COUNT_EQUAL =
            (r, o, a, b, c, s, t, scale, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector zero = FloatVector.zero(FLOATS);
                for (int i = 0; i < n; i += STEP) {
                    sum = sum.add(zero.blend(1f, at(r, a + i).eq(s)));
                }
                put(sum, r, o);
            };

    /** The sum of b where a is s, and of c elsewhere. */
    static final Fold CHOICE =
            (r, o, a, b, c, s, t, scale, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector k = FloatVector.broadcast(FLOATS, scale);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, c + i).blend(at(r, b + i), at(r, a + i).eq(s));
                    sum = x.fma(k, sum);
                }
                put(sum, r, o);
            };

    /** The sum of a - a: 0 unless one is NaN or infinite. */
    static final Fold DIFFERENCE_TO_ITSELF =
            (r, o, a, b, c, s, t, scale, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    sum = sum.add(x.sub(x));
                }
                put(sum, r, o);
            };

    /** How many a are below s, or not below t. */
    static final Fold COUNT_OUTSIDE =
            (r, o, a, b, c, s, t, scale, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector sum = FloatVector.zero(FLOATS);
                FloatVector zero = FloatVector.zero(FLOATS);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    sum = sum.add(zero.blend(1f, x.lt(s).or(x.compare(VectorOperators.GE, t))));
                }
                put(sum, r, o);
            };

    /** How many a are neither s nor t, and the sum of b - b. */
    static final Fold COUNT_NEITHER =
            (r, o, a, b, c, s, t, scale, n) -> {
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
                put(sum, r, o);
            };

    /** How many a are above s, and the sum of b - b. */
    static final Fold COUNT_ABOVE =
            (r, o, a, b, c, s, t, scale, n) -> {
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
                put(sum, r, o);
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

    /** The sums of a tile, of one value or for each class, as lanes. {@link AddLanes} has to follow. */
    static final class Sum extends Step {
        private final Fold fold;
        private final Operand[] rows;
        private final Operand[] scalars;
        private final float scale;
        private final float tail;
        private final int classes;

        /**
         * Prepares the sum.
         *
         * @param fold how to add
         * @param tail what to put behind the last pixel of the first row so that it does not count; behind that of others goes 0
         * @param rows up to three operands in tiles
         * @param scalars up to two operands in tables
         * @param scale what the terms are multiplied by while they are added
         * @param classes over how many classes the operands go
         */
        Sum(
                Fold fold,
                float tail,
                List<Operand> rows,
                List<Operand> scalars,
                float scale,
                int classes) {
            this.fold = fold;
            this.tail = tail;
            this.rows = rows.toArray(Operand[]::new);
            this.scalars = scalars.toArray(Operand[]::new);
            this.scale = scale;
            this.classes = classes;
        }

        @Override
        public void run(Frame f) {
            for (int k = 0; k < classes; k++) {
                if (f.count < f.n) {
                    fillTail(f, k);
                }
                fold.run(
                        f.r,
                        f.lanesAt + k * LANE_BYTES,
                        row(0, k),
                        row(1, k),
                        row(2, k),
                        scalar(f, 0, k),
                        scalar(f, 1, k),
                        scale,
                        f.length());
            }
        }

        @Override
        List<VectorCode> code() {
            return List.of(fold);
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

    /**
     * Adds the lanes of a tile to the sums of the pass. Not done by the loops over pixels: behind such a loop a call is rare, and of a method that is called rarely the
     * JVM may make a call indeed, for which it puts the sum into a box, in every round of the loop.
     */
    static final class AddLanes extends Step {
        static final List<VectorCode> ALL =
                List.of(new AddLanes(false, 1, 0, 2, false), new AddLanes(true, 1, 0, 2, false));

        private final boolean isDouble;
        private final double factor;
        private final int first;
        private final int classes;
        private final int distance;

        /**
         * Prepares the addition.
         *
         * @param isDouble whether the lanes are in float64
         * @param scale what the terms were multiplied by, a power of two
         * @param first the number of the first sum
         * @param classes how many classes have lanes
         * @param isPerClass whether each class has a sum of its own
         */
        AddLanes(boolean isDouble, float scale, int first, int classes, boolean isPerClass) {
            this.isDouble = isDouble;
            this.factor = 1 / (double) scale; // a division by a power of two is the same, and slow
            this.first = first;
            this.classes = classes;
            this.distance = isPerClass ? L : 0;
        }

        @Override
        public void run(Frame f) {
            if (f.n == 0) {
                return;
            }
            // Vectors from two places in one variable would be put into boxes.
            if (isDouble) {
                addDoubles(f.r, f.lanesAt, classes, f.sums, first * L, distance);
            } else {
                addFloats(f.r, f.lanesAt, factor, classes, f.sums, first * L, distance);
            }
        }

        private static void addDoubles(
                MemorySegment tiles, long from, int count, double[] sums, int to, int distance) {
            MemorySegment r = known(tiles);
            for (int k = 0; k < count; k++) {
                for (int half = 0; half < L; half += HALF) {
                    long at = from + (long) k * LANE_BYTES + half * Double.BYTES;
                    int sum = to + k * distance + half;
                    DoubleVector.fromArray(DOUBLES, sums, sum)
                            .add(DoubleVector.fromMemorySegment(DOUBLES, r, at, ORDER))
                            .intoArray(sums, sum);
                }
            }
        }

        private static void addFloats(
                MemorySegment tiles,
                long from,
                double factor,
                int count,
                double[] sums,
                int to,
                int distance) {
            MemorySegment r = known(tiles);
            for (int k = 0; k < count; k++) {
                for (int half = 0; half < L; half += HALF) {
                    long at = from + (long) k * LANE_BYTES + half * Float.BYTES;
                    int sum = to + k * distance + half;
                    DoubleVector lanes =
                            (DoubleVector)
                                    FloatVector.fromMemorySegment(HALF_FLOATS, r, at, ORDER)
                                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
                    DoubleVector.fromArray(DOUBLES, sums, sum)
                            .add(lanes.mul(factor))
                            .intoArray(sums, sum);
                }
            }
        }

        @Override
        List<VectorCode> code() {
            return ALL;
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
        public void run(Frame f) {
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
