package io.github.segloss.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value of a graph: an op applied to other nodes. Nodes are immutable and compared by identity; equal nodes become one when they enter a
 * {@link Graph}. They are made by {@link Nodes}, which checks types and simplifies.
 */
public final class Node {
    private final Op op;
    private final List<Node> args;
    private final Axes extent;
    private final ValueType type;
    private final @Nullable Derivative derivative;

    Node(Op op, List<Node> args, Axes extent, ValueType type) {
        this(op, args, extent, type, null);
    }

    private Node(
            Op op, List<Node> args, Axes extent, ValueType type, @Nullable Derivative derivative) {
        this.op = op;
        this.args = List.copyOf(args);
        this.extent = extent;
        this.type = type;
        this.derivative = derivative;
    }

    /** The same value, with a derivative. */
    Node with(Derivative known) {
        return new Node(op, args, extent, type, known);
    }

    /** {@return the operation} */
    public Op op() {
        return op;
    }

    /** {@return the arguments, in the order that the op's documentation gives} */
    public List<Node> args() {
        return args;
    }

    /**
     * {@return one argument}
     *
     * @param index its position
     */
    public Node arg(int index) {
        return args.get(index);
    }

    /** {@return the axes along which the value varies} */
    public Axes extent() {
        return extent;
    }

    /** {@return the kind of value} */
    public ValueType type() {
        return type;
    }

    /** {@return the derivative that is known of this value; null if it follows from the op and its arguments} */
    public @Nullable Derivative derivative() {
        return derivative;
    }

    /** {@return whether this is some op whose arguments may be taken apart: not if that would lose the derivative that is known} */
    boolean isOpen() {
        return derivative == null;
    }

    /** {@return whether this is a reduction that needs a pass over the pixels} */
    public boolean isGridReduction() {
        return op instanceof Op.Reduce reduce && reduce.axes().isGrid();
    }

    /** {@return whether this is the given constant}
     *
     * @param value a number
     */
    public boolean isConstant(double value) {
        return op instanceof Op.Constant constant
                && Double.doubleToLongBits(constant.value()) == Double.doubleToLongBits(value);
    }

    @Override
    public String toString() {
        return op + ":" + type + "{" + extent + "}";
    }
}
