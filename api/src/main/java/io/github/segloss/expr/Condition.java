package io.github.segloss.expr;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;

/** A truth value over the axes BATCH, CLASS and SPACE. No gradient passes it. */
public final class Condition {
    private final Node node;

    private Condition(Node node) {
        this.node = node;
    }

    /**
     * {@return the condition of a BOOL node}
     *
     * @param node the node
     */
    public static Condition of(Node node) {
        return new Condition(node);
    }

    /** {@return the graph node} */
    public Node node() {
        return node;
    }

    /** {@return the negation} */
    public Condition not() {
        return new Condition(Nodes.unary(UnaryFunction.NOT, node));
    }

    /**
     * {@return whether both hold}
     *
     * @param other the other condition
     */
    public Condition and(Condition other) {
        return new Condition(Nodes.binary(BinaryFunction.AND, node, other.node));
    }

    /**
     * {@return whether either holds}
     *
     * @param other the other condition
     */
    public Condition or(Condition other) {
        return new Condition(Nodes.binary(BinaryFunction.OR, node, other.node));
    }

    /**
     * {@return a where this holds, else b; the branch not taken has no influence, not even by NaN}
     *
     * @param a the value where this holds
     * @param b the value where it does not
     */
    public Expr select(Expr a, Expr b) {
        return Expr.of(Nodes.select(node, a.node(), b.node()));
    }

    /**
     * {@return a where this holds, else b}
     *
     * @param a the value where this holds
     * @param b a constant
     */
    public Expr select(Expr a, double b) {
        return select(a, Expr.constant(b));
    }

    /**
     * {@return a where this holds, else b}
     *
     * @param a a constant
     * @param b the value where it does not hold
     */
    public Expr select(double a, Expr b) {
        return select(Expr.constant(a), b);
    }

    /** {@return 1 where this holds, else 0} */
    public Expr toExpr() {
        return Expr.of(Nodes.unary(UnaryFunction.CAST, node));
    }

    /** {@return the exact Euclidean distance of each true element to the nearest false one, with the spacing of the run; no gradient} */
    public Expr distanceTransform() {
        return Expr.of(Nodes.distanceTransform(node));
    }
}
