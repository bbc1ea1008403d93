package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in forms that take fewer instructions once the derivatives are made and the element types known: the negative magnitude of a value, and
 * checks of labels that cannot be negative because they are unsigned bytes.
 */
final class SimplerForms {
    private final Predicate<Node> isUnsignedByte;

    /**
     * Takes what is known of inputs.
     *
     * @param isUnsignedByte whether an input is of unsigned bytes
     */
    SimplerForms(Predicate<Node> isUnsignedByte) {
        this.isUnsignedByte = isUnsignedByte;
    }

    /** {@return a node in a simpler form that computes the same, but perhaps another zero of the two, or itself} */
    Node rule(Node node) {
        return switch (node.op()) {
            case Op.Select _ when isNegativeMagnitude(node) ->
                    Nodes.unary(UnaryFunction.NEG, Nodes.unary(UnaryFunction.ABS, node.arg(2)));
            case Op.Binary(BinaryFunction f) when f == BinaryFunction.OR -> eitherOf(node);
            case Op.Unary(UnaryFunction f) when f == UnaryFunction.NOT -> isAboveOne(node);
            default -> node;
        };
    }

    /** Whether a choice is {@code select(0 < x, -x, x)}. */
    private static boolean isNegativeMagnitude(Node choice) {
        Node condition = choice.arg(0);
        Node x = choice.arg(2);
        return is(condition, BinaryFunction.LT)
                && condition.arg(0).isConstant(0)
                && condition.arg(1) == x
                && choice.arg(1).op() instanceof Op.Unary(UnaryFunction f)
                && f == UnaryFunction.NEG
                && choice.arg(1).arg(0) == x;
    }

    /** {@code t < 0 or c} is c where t is unsigned. */
    private Node eitherOf(Node either) {
        for (int k = 0; k < 2; k++) {
            Node condition = either.arg(k);
            if (is(condition, BinaryFunction.LT)
                    && condition.arg(1).isConstant(0)
                    && isUnsigned(condition.arg(0))) {
                return either.arg(1 - k);
            }
        }
        return either;
    }

    /** {@code not (t == 0 or t == 1)} is {@code 1 < t} where t is an unsigned integer. */
    private Node isAboveOne(Node not) {
        Node either = not.arg(0);
        if (!is(either, BinaryFunction.OR)) {
            return not;
        }
        Node zero = comparedWith(0, either);
        Node one = comparedWith(1, either);
        return zero != null && zero == one && isUnsigned(zero)
                ? Nodes.binary(BinaryFunction.LT, Nodes.constant(1), zero)
                : not;
    }

    /** What one of two conditions compares with a number for equality; null if none does. */
    private static @Nullable Node comparedWith(double number, Node either) {
        for (Node condition : either.args()) {
            for (int k = 0; is(condition, BinaryFunction.EQ) && k < 2; k++) {
                if (condition.arg(k).isConstant(number)) {
                    return condition.arg(1 - k);
                }
            }
        }
        return null;
    }

    private static boolean is(Node node, BinaryFunction function) {
        return node.op() instanceof Op.Binary(BinaryFunction f) && f == function;
    }

    /** Whether a value is an integer that is not negative. */
    private boolean isUnsigned(Node value) {
        Node node = TileSteps.root(value);
        return switch (node.op()) {
            case Op.Input _ -> isUnsignedByte.test(node);
            case Op.Constant(double number) -> number >= 0 && number == Math.rint(number);
            case Op.Select _ -> isUnsigned(node.arg(1)) && isUnsigned(node.arg(2));
            default -> false;
        };
    }
}
