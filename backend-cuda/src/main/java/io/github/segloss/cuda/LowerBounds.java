package io.github.segloss.cuda;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What values are never below, whatever the inputs: {@code 1 + exp(x)} is at least 1 or NaN. A division by what is never near 0 needs none of the care that
 * makes a general one cost as much as an exponential.
 */
final class LowerBounds {
    private static final double NONE = Double.NEGATIVE_INFINITY;

    /** Far above the smallest normal float, so that neither the reciprocal nor the root leaves the normal ones. */
    private static final double FAR_FROM_ZERO = 0x1p-80;

    private final Map<Node, Double> known = new IdentityHashMap<>();

    /** Whether a power of a value, its exponent above 0, is positive and not tiny; it may be infinite or NaN. */
    boolean isFarFromZero(Node node, double power) {
        double bound = of(node);
        return bound > 0 && Math.pow(bound, power) >= FAR_FROM_ZERO;
    }

    private double of(Node node) {
        Double before = known.get(node);
        if (before == null) {
            before = node.type() == ValueType.FLOAT ? find(node) : NONE;
            known.put(node, before);
        }
        return before;
    }

    private double find(Node node) {
        return switch (node.op()) {
            case Op.Constant(double value) -> Double.isNaN(value) ? NONE : value;
            case Op.ClassTable(List<Double> values) ->
                    values.stream().mapToDouble(v -> v).min().orElse(NONE);
            case Op.Unary(UnaryFunction f) -> unary(f, node.arg(0));
            case Op.Binary(BinaryFunction f) -> binary(f, node.arg(0), node.arg(1));
            case Op.Select _ -> Math.min(chosen(node, 1), chosen(node, 2));
            case Op.Reduce(ReduceFunction f, _) -> reduce(f, node);
            case Op.Input _,
                    Op.ClassIndex _,
                    Op.Size _,
                    Op.ClassMix _,
                    Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    NONE;
        };
    }

    private double reduce(ReduceFunction f, Node node) {
        // Roundings of many positive terms stay positive; how large the smallest sum is depends on
        // their number.
        return f == ReduceFunction.SUM && of(node.arg(0)) >= 0 ? 0 : NONE;
    }

    /** A branch of a choice; {@code x < c ? a : x} gives no x below c. */
    private double chosen(Node select, int branch) {
        Node value = select.arg(branch);
        double bound = of(value);
        Node condition = select.arg(0);
        boolean isAgainstConstant =
                branch == 2
                        && condition.op() instanceof Op.Binary(BinaryFunction f)
                        && (f == BinaryFunction.LT || f == BinaryFunction.LE)
                        && condition.arg(0) == value
                        && condition.arg(1).op() instanceof Op.Constant;
        return isAgainstConstant ? Math.max(bound, of(condition.arg(1))) : bound;
    }

    private double unary(UnaryFunction f, Node x) {
        double a = x.type() == ValueType.FLOAT ? of(x) : NONE;
        return switch (f) {
            case EXP, ABS, CAST -> x.type() == ValueType.INDEX ? NONE : 0;
            case SQRT -> a >= 0 ? Math.sqrt(a) : 0;
            case LOG1P -> a >= 0 ? 0 : NONE;
            case DETACH -> a;
            case NEG, SIGN, LOG, EXPM1, TANH, FLOOR, NOT -> NONE;
        };
    }

    private double binary(BinaryFunction f, Node x, Node y) {
        double a = of(x);
        double b = of(y);
        return switch (f) {
            case ADD -> a + b;
            case MUL -> a >= 0 && b >= 0 ? a * b : x == y ? 0 : NONE;
            case DIV -> a >= 0 && b >= 0 ? 0 : NONE;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case POW -> a >= 0 ? 0 : NONE;
            case SUB, LT, LE, EQ, AND, OR -> NONE;
        };
    }
}
