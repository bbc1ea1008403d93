package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Between which numbers a value on the pixels lies, whatever the inputs, unless it is NaN. From it follows which special cases a function need not look for
 * (most exponents are not positive, most logarithms are of numbers above 1), and which sums may start in float lanes without danger of overflow.
 */
final class Ranges {
    /**
     * A range.
     *
     * @param low the smallest possible value
     * @param high the largest possible value
     */
    record Range(float low, float high) {
        static final Range ALL = new Range(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

        /** {@return the range between two bounds; everything if one is NaN} */
        static Range of(double low, double high) {
            return low <= high ? new Range(below(low), above(high)) : ALL;
        }

        /** Rounding never crosses 0. */
        private static float below(double bound) {
            float low = Math.nextDown((float) bound);
            return bound >= 0 ? Math.max(0, low) : low;
        }

        private static float above(double bound) {
            float high = Math.nextUp((float) bound);
            return bound <= 0 ? Math.min(0, high) : high;
        }

        Range or(Range other) {
            return new Range(Math.min(low, other.low), Math.max(high, other.high));
        }

        boolean isWithin(float from, float to) {
            return from <= low && high <= to;
        }
    }

    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final Range BIT = new Range(0, 1);
    private static final Range NOT_POSITIVE = new Range(-INFINITY, 0);

    private final int classes;
    private final Set<Node> reported;
    private final Map<Node, Range> known = new IdentityHashMap<>();

    /**
     * Knows nothing yet.
     *
     * @param classes the number of classes
     * @param reported the values that make all results worthless where they are NaN or infinite
     */
    Ranges(int classes, Set<Node> reported) {
        this.classes = classes;
        this.reported = reported;
    }

    /** {@return whether it matters what becomes of a NaN} */
    boolean mayBeNaN(Node node) {
        return !reported.contains(node);
    }

    /** {@return whether a value is a number, not NaN, wherever all results are not worthless} */
    boolean isNumber(Node node) {
        return switch (node.op()) {
            case Op.Constant(double value) -> !Double.isNaN(value);
            case Op.Binary(BinaryFunction f) when f == BinaryFunction.SUB ->
                    node.args().stream().allMatch(this::isFinite);
            case Op.Select _ -> isNumber(node.arg(1)) && isNumber(node.arg(2));
            default -> isFinite(node);
        };
    }

    /** Whether a value is neither NaN nor infinite wherever all results are not worthless. */
    private boolean isFinite(Node node) {
        return switch (node.op()) {
            case Op.Constant(double value) -> Math.abs((float) value) <= Float.MAX_VALUE;
            case Op.Input _ -> reported.contains(node);
            case Op.Unary(UnaryFunction f) ->
                    (f == UnaryFunction.NEG || f == UnaryFunction.ABS) && isFinite(node.arg(0));
            case Op.Select _ -> isFinite(node.arg(1)) && isFinite(node.arg(2));
            case Op.Reduce(ReduceFunction f, _) ->
                    (f == ReduceFunction.MAX || TileSteps.isChoice(node)) && isFinite(node.arg(0));
            default -> false;
        };
    }

    /** {@return the range of a value} */
    Range of(Node node) {
        Range range = known.get(node);
        if (range == null) {
            range = compute(node);
            known.put(node, range);
        }
        return range;
    }

    private Range compute(Node node) {
        if (node.type() == ValueType.BOOL) {
            return BIT;
        }
        return switch (node.op()) {
            case Op.Constant(double value) -> exactly(value);
            case Op.ClassTable(List<Double> values) ->
                    values.stream().map(Ranges::exactly).reduce(Range::or).orElse(Range.ALL);
            case Op.Unary(UnaryFunction f) -> unary(f, node.arg(0));
            case Op.Binary(BinaryFunction f) -> binary(f, node.arg(0), node.arg(1));
            case Op.Select _ -> select(node);
            case Op.Reduce(ReduceFunction f, _) -> reduce(f, node);
            case Op.Input input -> Stash.range(input);
            case Op.ClassIndex _,
                    Op.Size _,
                    Op.ClassMix _,
                    Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    Range.ALL;
        };
    }

    private static Range exactly(double value) {
        float rounded = (float) value;
        return rounded == rounded ? new Range(rounded, rounded) : Range.ALL;
    }

    private Range unary(UnaryFunction f, Node arg) {
        Range x = of(arg);
        return switch (f) {
            case NEG -> new Range(-x.high, -x.low);
            case ABS -> new Range(0, Math.max(Math.abs(x.low), Math.abs(x.high)));
            case EXP -> x.high <= 0 ? BIT : new Range(0, INFINITY);
            case SQRT -> new Range(0, INFINITY);
            case LOG1P -> x.low >= 0 ? new Range(0, x.high) : Range.ALL;
            case SIGN, TANH -> new Range(-1, 1);
            case CAST, DETACH, NOT -> x;
            case LOG, EXPM1, FLOOR -> Range.ALL;
        };
    }

    private Range binary(BinaryFunction f, Node first, Node second) {
        Range a = of(first);
        Range b = of(second);
        return switch (f) {
            case ADD -> Range.of((double) a.low + b.low, (double) a.high + b.high);
            case SUB -> difference(first, second, a, b);
            case MUL ->
                    a.low >= 0 && b.low >= 0 && a.high < INFINITY && b.high < INFINITY
                            ? Range.of((double) a.low * b.low, (double) a.high * b.high)
                            : Range.ALL;
            case DIV ->
                    a.low >= 0 && b.low > 0 && a.high < INFINITY
                            ? Range.of((double) a.low / b.high, (double) a.high / b.low)
                            : Range.ALL;
            case MIN -> new Range(Math.min(a.low, b.low), Math.min(a.high, b.high));
            case MAX -> new Range(Math.max(a.low, b.low), Math.max(a.high, b.high));
            case POW -> a.low >= 0 ? new Range(0, INFINITY) : Range.ALL;
            case LT, LE, EQ, AND, OR -> BIT;
        };
    }

    private static Range difference(Node first, Node second, Range a, Range b) {
        if (first == second) {
            return new Range(0, 0);
        }
        boolean isBelowMaximum =
                second.op() instanceof Op.Reduce(ReduceFunction f, _)
                        && f == ReduceFunction.MAX
                        && second.arg(0) == first;
        return isBelowMaximum
                ? NOT_POSITIVE
                : Range.of((double) a.low - b.high, (double) a.high - b.low);
    }

    private Range select(Node node) {
        Node condition = node.arg(0);
        Range x = of(node.arg(1));
        Range y = of(node.arg(2));
        Range chosen = x;
        if (condition.op() instanceof Op.Binary(BinaryFunction f)
                && (f == BinaryFunction.LE || f == BinaryFunction.LT)) {
            Node low = condition.arg(0);
            Node high = condition.arg(1);
            if (high == node.arg(1) && low.op() instanceof Op.Constant(double bound)) {
                chosen = new Range(Math.max(x.low, (float) bound), x.high);
            } else if (low == node.arg(1) && high.op() instanceof Op.Constant(double bound)) {
                chosen = new Range(x.low, Math.min(x.high, (float) bound));
            }
        }
        return chosen.low <= chosen.high ? chosen.or(y) : y;
    }

    private Range reduce(ReduceFunction f, Node node) {
        Range x = of(node.arg(0));
        return switch (f) {
            case SUM -> {
                if (TileSteps.isChoice(node)) {
                    yield x.or(new Range(0, 0));
                }
                // Float sums of so many terms may exceed the exact sum a little.
                double slack = 1.001;
                yield Range.of(x.low * (double) classes * slack, x.high * (double) classes * slack);
            }
            case MAX, MIN -> x;
            case ARGMAX -> new Range(0, classes);
        };
    }
}
