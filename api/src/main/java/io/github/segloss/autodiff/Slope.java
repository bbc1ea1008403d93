package io.github.segloss.autodiff;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Derivative;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The derivative of a value that is a node with a known {@link Derivative}, or a multiple of one. A choice between two such values, {@code g ln p + (1 - g) ln q}
 * of a target that is 0 or 1, is differentiated at once: by {@code u (g dp + (1 - g) dq)}, in which the two often have most in common, and not by
 * {@code g u dp + (1 - g) u dq}.
 *
 * @param of what the derivative is taken with respect to
 * @param core the part of it on the pixels
 * @param scale the rest: a number, or a table
 */
record Slope(Node of, Node core, Node scale) {
    private static final Node ONE = Nodes.constant(1);

    /**
     * {@return the derivative of a value; null if it is none of these}
     *
     * @param node the value
     * @param isConstant says of a node whether it does not depend on what is varied
     */
    static @Nullable Slope of(Node node, Predicate<Node> isConstant) {
        Derivative known = node.derivative();
        if (known != null) {
            return new Slope(known.of(), ONE, ONE).times(known.factor());
        }
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) when f == UnaryFunction.NEG ->
                    scaled(node.arg(0), Nodes.constant(-1), isConstant);
            case Op.Binary(BinaryFunction f) when f == BinaryFunction.MUL ->
                    isConstant.test(node.arg(1))
                            ? scaled(node.arg(0), node.arg(1), isConstant)
                            : isConstant.test(node.arg(0))
                                    ? scaled(node.arg(1), node.arg(0), isConstant)
                                    : null;
            default -> null;
        };
    }

    private static @Nullable Slope scaled(Node node, Node factor, Predicate<Node> isConstant) {
        Slope slope = of(node, isConstant);
        return slope == null ? null : slope.times(factor);
    }

    private Slope times(Node factor) {
        if (factor.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.NEG) {
            return times(factor.arg(0)).times(Nodes.constant(-1));
        }
        return factor.extent().isGrid()
                ? new Slope(of, mul(core, factor), scale)
                : new Slope(of, core, mul(scale, factor));
    }

    /** {@return the derivative of a choice between two values} */
    static Node choose(Node condition, Slope a, Slope b) {
        return mul(
                Nodes.select(condition, a.core, b.core), Nodes.select(condition, a.scale, b.scale));
    }

    private static Node mul(Node a, Node b) {
        return Nodes.binary(BinaryFunction.MUL, a, b);
    }
}
