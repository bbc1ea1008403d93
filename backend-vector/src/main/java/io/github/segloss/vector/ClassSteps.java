package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.FLOATS;
import static io.github.segloss.vector.Lanes.all;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.put;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.vector.Step.Operand;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** The ops that look at all classes of a pixel. The class loop is inside, so that the running value stays in a register. */
final class ClassSteps {
    /**
     * Two vectors, so that less is spent on the loop over classes. Of an odd number of vectors the last goes with one more, for which each row has room: whole tiles are
     * even, and what lies behind the last pixel is arbitrary.
     */
    private static final int TWO = 2 * STEP;

    private ClassSteps() {}

    /** What is computed from the classes of each pixel. */
    @FunctionalInterface
    interface Fold extends VectorCode {
        /**
         * Computes a row. All places in the tiles are in bytes. If there is nothing to do, it returns at once, as a {@link Loops.Loop} does.
         *
         * @param r the tiles
         * @param o where the result goes
         * @param a where the first operand is, a row for each class
         * @param b where the second operand is
         * @param distance the distance between the rows of an operand with classes
         * @param classes the number of classes
         * @param n how many bytes of a row
         */
        void run(MemorySegment r, long o, long a, long b, int distance, int classes, int n);

        @Override
        default void run(Frame f) {
            run(f.r, 4 * TRIAL_BYTES, 0, 2 * TRIAL_BYTES, TRIAL_BYTES, 2, f.length());
        }
    }

    static final Fold SUM =
            (r, o, a, b, distance, classes, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector sum = at(r, a + i);
                    for (int k = 1; k < classes; k++) {
                        sum = sum.add(at(r, a + k * distance + i));
                    }
                    put(sum, r, o + i);
                }
            };

    static final Fold MAX =
            (r, o, a, b, distance, classes, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector best = at(r, a + i);
                    for (int k = 1; k < classes; k++) {
                        FloatVector x = at(r, a + k * distance + i);
                        best = best.blend(x, best.lt(x).or(x.compare(VectorOperators.NE, x)));
                    }
                    put(best, r, o + i);
                }
            };

    static final Fold MIN =
            (r, o, a, b, distance, classes, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector best = at(r, a + i);
                    for (int k = 1; k < classes; k++) {
                        FloatVector x = at(r, a + k * distance + i);
                        best = best.blend(x, x.lt(best).or(x.compare(VectorOperators.NE, x)));
                    }
                    put(best, r, o + i);
                }
            };

    static final Fold ARGMAX =
            (r, o, a, b, distance, classes, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector best = at(r, a + i);
                    FloatVector winner = FloatVector.zero(FLOATS);
                    for (int k = 1; k < classes; k++) {
                        FloatVector x = at(r, a + k * distance + i);
                        VectorMask<Float> better = best.lt(x);
                        winner = winner.blend((float) k, better);
                        // NaN stays, as it does in a maximum.
                        best = best.blend(x, better.or(x.compare(VectorOperators.NE, x)));
                    }
                    put(winner, r, o + i);
                }
            };

    /** The sum of all classes of a but that which b names. */
    static final Fold SUM_OF_OTHERS =
            (r, o, a, b, distance, classes, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector one = at(r, b + i);
                    FloatVector sum = FloatVector.broadcast(FLOATS, -0f);
                    for (int k = 0; k < classes; k++) {
                        sum = sum.add(at(r, a + k * distance + i).blend(0f, one.eq((float) k)));
                    }
                    put(sum, r, o + i);
                }
            };

    /** The sum of all classes of a but that in which b is negative. */
    static final Fold SUM_UNLESS_NEGATIVE =
            (r, o, a, b, distance, classes, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector sum = FloatVector.broadcast(FLOATS, -0f);
                    for (int k = 0; k < classes; k++) {
                        long from = k * distance + i;
                        sum = sum.add(at(r, a + from).blend(0f, at(r, b + from).lt(0f)));
                    }
                    put(sum, r, o + i);
                }
            };

    /** The sum of a b over the classes. */
    static final Fold SUM_OF_PRODUCTS =
            (r, o, a, b, distance, classes, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += TWO) {
                    FloatVector sum = FloatVector.broadcast(FLOATS, -0f);
                    FloatVector next = sum;
                    for (int k = 0; k < classes; k++) {
                        long from = k * distance + i;
                        long then = from + STEP;
                        sum = sum.add(at(r, a + from).mul(at(r, b + from)));
                        next = next.add(at(r, a + then).mul(at(r, b + then)));
                    }
                    put(sum, r, o + i);
                    put(next, r, o + i + STEP);
                }
            };

    /** Every fold, to warm them up. */
    static final List<Fold> ALL =
            List.of(SUM, MAX, MIN, ARGMAX, SUM_OF_OTHERS, SUM_UNLESS_NEGATIVE, SUM_OF_PRODUCTS);

    /** {@return whether a node is the sum over CLASS of all classes but one} */
    static boolean isSumOfOthers(Node node) {
        return isSum(node)
                && node.arg(0).op() instanceof Op.Select
                && node.arg(0).arg(1).isConstant(0)
                && node.arg(0).arg(2).extent().has(Axis.CLASS)
                && excluded(node) != null;
    }

    /** {@return whether a node is the sum over CLASS of what is 0 where the stash of a softmax is negative} */
    static boolean isSumUnlessNegative(Node node) {
        return isSum(node)
                && node.arg(0).op() instanceof Op.Select
                && node.arg(0).arg(1).isConstant(0)
                && node.arg(0).arg(2).extent().has(Axis.CLASS)
                && Stash.isBest(node.arg(0).arg(0));
    }

    /** {@return what names the class that such a sum leaves out, or null} */
    static @Nullable Node excluded(Node sum) {
        Node condition = sum.arg(0).arg(0);
        Conditions.Test test = condition.extent().isGrid() ? Conditions.of(condition) : null;
        return test != null
                        && test.compares() == Conditions.Compares.EQUAL
                        && test.scalar().op() instanceof Op.ClassIndex
                        && !test.row().extent().has(Axis.CLASS)
                ? test.row()
                : null;
    }

    private static boolean isSum(Node node) {
        return node.extent().isGrid()
                && node.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.SUM;
    }

    /** {@return whether a node is the sum over CLASS of products of two values with CLASS} */
    static boolean isSumOfProducts(Node node) {
        return isSum(node)
                && node.arg(0).op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.MUL
                && node.arg(0).args().stream()
                        .allMatch(arg -> arg.extent().isGrid() && arg.extent().has(Axis.CLASS));
    }

    /** A reduction over CLASS. */
    static final class Reduction extends Step {
        private final Fold fold;
        private final int to;
        private final int[] from;
        private final int distance;
        private final int classes;

        /**
         * Prepares the reduction.
         *
         * @param fold what to compute
         * @param to where its result goes
         * @param from where its operands are, one or two
         * @param distance the distance between the rows of an operand with classes
         * @param classes the number of classes
         */
        Reduction(Fold fold, int to, int[] from, int distance, int classes) {
            this.fold = fold;
            this.to = to;
            this.from = Arrays.copyOf(from, 2);
            this.distance = distance;
            this.classes = classes;
        }

        @Override
        public void run(Frame f) {
            fold.run(f.r, to, from[0], from[1], distance, classes, f.length());
        }

        @Override
        List<VectorCode> code() {
            return List.of(fold);
        }
    }

    /** The value of the class that a label names; 0 if it names none. */
    static final class Pick extends Step {
        private static final Pick OF_ROWS =
                new Pick(4 * TRIAL_BYTES, 0, new Operand(true, TRIAL_BYTES, TRIAL_BYTES, 0), 2);
        private static final Pick OF_SCALARS =
                new Pick(4 * TRIAL_BYTES, 0, new Operand(false, 0, 1, 0), 2);
        static final List<VectorCode> ALL = List.of(OF_ROWS, OF_SCALARS);

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
        public void run(Frame f) {
            if (value.isTile()) {
                pickRows(f.r, to, labels, value.at(), value.classStep(), classes, f.length());
            } else {
                int first = value.at();
                int shift = f.sample * value.sampleStep();
                pickScalars(
                        f.r,
                        to,
                        labels,
                        f.tables[first],
                        shift,
                        value.classStep(),
                        classes,
                        f.length());
            }
        }

        @Override
        List<VectorCode> code() {
            return List.of(value.isTile() ? OF_ROWS : OF_SCALARS);
        }

        private static void pickRows(
                MemorySegment r, long o, long labels, long a, int distance, int classes, int n) {
            if (n == 0) {
                return;
            }
            for (int i = 0; i < n; i += TWO) {
                FloatVector label = at(r, labels + i);
                FloatVector nextLabel = at(r, labels + i + STEP);
                FloatVector value = FloatVector.zero(FLOATS);
                FloatVector next = value;
                for (int c = 0; c < classes; c++) {
                    long from = a + c * distance + i;
                    FloatVector klass = all(c);
                    value = value.blend(at(r, from), label.eq(klass));
                    next = next.blend(at(r, from + STEP), nextLabel.eq(klass));
                }
                put(value, r, o + i);
                put(next, r, o + i + STEP);
            }
        }

        private static void pickScalars(
                MemorySegment r,
                long o,
                long labels,
                float[] table,
                int shift,
                int step,
                int classes,
                int n) {
            if (n == 0) {
                return;
            }
            for (int i = 0; i < n; i += STEP) {
                FloatVector label = at(r, labels + i);
                FloatVector value = FloatVector.zero(FLOATS);
                for (int c = 0; c < classes; c++) {
                    value = value.blend(table[shift + c * step], label.eq((float) c));
                }
                put(value, r, o + i);
            }
        }
    }

    /** A matrix times the classes of each pixel. */
    static final class Mix extends Step {
        static final Mix CODE =
                new Mix(
                        4 * TRIAL_BYTES,
                        0,
                        false,
                        new Operand(true, 0, TRIAL_BYTES, 0),
                        TRIAL_BYTES,
                        2);

        private final int to;
        private final int matrix;
        private final boolean transposed;
        private final Operand value;
        private final int distance;
        private final int classes;

        Mix(int to, int matrix, boolean transposed, Operand value, int distance, int classes) {
            this.to = to;
            this.matrix = matrix;
            this.transposed = transposed;
            this.value = value;
            this.distance = distance;
            this.classes = classes;
        }

        @Override
        public void run(Frame f) {
            float[] m = f.tables[matrix];
            for (int d = 0; d < classes; d++) {
                int first = transposed ? d : d * classes;
                int step = transposed ? classes : 1;
                row(f.r, to + d * distance, value, m, first, step, classes, f.length());
            }
        }

        @Override
        List<VectorCode> code() {
            return List.of(CODE);
        }

        private static void row(
                MemorySegment r,
                long o,
                Operand x,
                float[] m,
                int first,
                int step,
                int classes,
                int n) {
            if (n == 0) {
                return;
            }
            long a = x.at();
            int distance = x.classStep();
            for (int i = 0; i < n; i += STEP) {
                FloatVector sum = FloatVector.zero(FLOATS);
                for (int c = 0; c < classes; c++) {
                    FloatVector weight = FloatVector.broadcast(FLOATS, m[first + c * step]);
                    sum = at(r, a + c * distance + i).fma(weight, sum);
                }
                put(sum, r, o + i);
            }
        }
    }
}
