package io.github.segloss.expr;

import io.github.segloss.SegLossException;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Derivative;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.Window;
import java.util.Arrays;

/**
 * A real-valued expression over the axes BATCH, CLASS and SPACE: what a loss is written with. Expressions are immutable; arithmetic broadcasts along
 * the axes that an operand lacks. Nothing is computed here: an expression describes a graph, which is differentiated, simplified and compiled later.
 */
public final class Expr {
    private final Node node;

    private Expr(Node node) {
        this.node = node;
    }

    /**
     * {@return the expression of a FLOAT node}
     *
     * @param node the node
     */
    public static Expr of(Node node) {
        return new Expr(node);
    }

    /**
     * {@return a constant}
     *
     * @param value the number
     */
    public static Expr constant(double value) {
        return new Expr(Nodes.constant(value));
    }

    /** {@return the constant 0} */
    public static Expr zero() {
        return constant(0);
    }

    /** {@return the constant 1} */
    public static Expr one() {
        return constant(1);
    }

    /**
     * {@return a constant vector along CLASS}
     *
     * @param values one number per class
     */
    public static Expr classTable(double... values) {
        return new Expr(Nodes.classTable(Arrays.stream(values).boxed().toList()));
    }

    /**
     * {@return the run-time number of elements along some axes}
     *
     * @param axes the axes
     */
    public static Expr size(Axes axes) {
        return new Expr(Nodes.size(axes));
    }

    /** {@return the graph node} */
    public Node node() {
        return node;
    }

    /** {@return the axes along which the value varies} */
    public Axes extent() {
        return node.extent();
    }

    /** {@return {@code -this}} */
    public Expr neg() {
        return unary(UnaryFunction.NEG);
    }

    /** {@return {@code |this|}} */
    public Expr abs() {
        return unary(UnaryFunction.ABS);
    }

    /** {@return the square root} */
    public Expr sqrt() {
        return unary(UnaryFunction.SQRT);
    }

    /** {@return {@code e^this}} */
    public Expr exp() {
        return unary(UnaryFunction.EXP);
    }

    /** {@return the natural logarithm} */
    public Expr log() {
        return unary(UnaryFunction.LOG);
    }

    /** {@return {@code ln(1 + this)}, accurate near 0} */
    public Expr log1p() {
        return unary(UnaryFunction.LOG1P);
    }

    /** {@return {@code e^this - 1}, accurate near 0} */
    public Expr expm1() {
        return unary(UnaryFunction.EXPM1);
    }

    /** {@return the hyperbolic tangent} */
    public Expr tanh() {
        return unary(UnaryFunction.TANH);
    }

    /** {@return the largest integer not above this} */
    public Expr floor() {
        return unary(UnaryFunction.FLOOR);
    }

    /** {@return this, as a constant for differentiation} */
    public Expr detach() {
        return unary(UnaryFunction.DETACH);
    }

    /**
     * {@return this value, of which it is known that it is a pointwise function of one other value, of that alone, and with what derivative}
     *
     * <p>For values that are computed in one form, for accuracy, and differentiated in another, for speed: a sigmoid p of x, whose derivative is
     * {@code p (1 - p)} however it is computed. The derivative must be the true one, wherever there is one: nobody checks it but the tests of the loss.
     *
     * @param x the other value
     * @param derivative the derivative of this with respect to x
     * @throws SegLossException if x or the derivative varies along an axis along which this value does not
     */
    public Expr withDerivative(Expr x, Expr derivative) {
        Axes needed = x.extent().plus(derivative.extent());
        if (!needed.minus(extent()).isEmpty()) {
            throw new SegLossException(
                    "a value of extent "
                            + extent()
                            + " is no pointwise function with a derivative of extent "
                            + needed);
        }
        return new Expr(Nodes.withDerivative(node, new Derivative(x.node, derivative.node)));
    }

    /** {@return {@code this * this}} */
    public Expr square() {
        return mul(this);
    }

    /**
     * {@return {@code this + other}}
     *
     * @param other the other operand
     */
    public Expr add(Expr other) {
        return binary(BinaryFunction.ADD, other);
    }

    /**
     * {@return {@code this + value}}
     *
     * @param value a constant
     */
    public Expr add(double value) {
        return add(constant(value));
    }

    /**
     * {@return {@code this - other}}
     *
     * @param other the other operand
     */
    public Expr sub(Expr other) {
        return binary(BinaryFunction.SUB, other);
    }

    /**
     * {@return {@code this - value}}
     *
     * @param value a constant
     */
    public Expr sub(double value) {
        return sub(constant(value));
    }

    /**
     * {@return {@code this * other}}
     *
     * @param other the other operand
     */
    public Expr mul(Expr other) {
        return binary(BinaryFunction.MUL, other);
    }

    /**
     * {@return {@code this * value}}
     *
     * @param value a constant
     */
    public Expr mul(double value) {
        return mul(constant(value));
    }

    /**
     * {@return {@code this / other}}
     *
     * @param other the other operand
     */
    public Expr div(Expr other) {
        return binary(BinaryFunction.DIV, other);
    }

    /**
     * {@return {@code this / value}}
     *
     * @param value a constant
     */
    public Expr div(double value) {
        return div(constant(value));
    }

    /**
     * {@return {@code this ^ exponent}; its gradient at 0 is 0 where the exponent is below 1}
     *
     * @param exponent the exponent
     */
    public Expr pow(Expr exponent) {
        return binary(BinaryFunction.POW, exponent);
    }

    /**
     * {@return {@code this ^ exponent}; its gradient at 0 is 0 where the exponent is below 1}
     *
     * @param exponent a constant, for which backends may use roots and products
     */
    public Expr pow(double exponent) {
        return pow(constant(exponent));
    }

    /**
     * {@return the smaller of both; equal operands share the gradient}
     *
     * @param other the other operand
     */
    public Expr min(Expr other) {
        return binary(BinaryFunction.MIN, other);
    }

    /**
     * {@return the larger of both; equal operands share the gradient}
     *
     * @param other the other operand
     */
    public Expr max(Expr other) {
        return binary(BinaryFunction.MAX, other);
    }

    /**
     * {@return whether {@code this < other}}
     *
     * @param other the other operand
     */
    public Condition lt(Expr other) {
        return compare(BinaryFunction.LT, this, other);
    }

    /**
     * {@return whether {@code this < value}}
     *
     * @param value a constant
     */
    public Condition lt(double value) {
        return lt(constant(value));
    }

    /**
     * {@return whether {@code this > other}}
     *
     * @param other the other operand
     */
    public Condition gt(Expr other) {
        return compare(BinaryFunction.LT, other, this);
    }

    /**
     * {@return whether {@code this > value}}
     *
     * @param value a constant
     */
    public Condition gt(double value) {
        return gt(constant(value));
    }

    /**
     * {@return whether {@code this <= other}}
     *
     * @param other the other operand
     */
    public Condition le(Expr other) {
        return compare(BinaryFunction.LE, this, other);
    }

    /**
     * {@return whether {@code this <= value}}
     *
     * @param value a constant
     */
    public Condition le(double value) {
        return le(constant(value));
    }

    /**
     * {@return whether {@code this >= value}}
     *
     * @param value a constant
     */
    public Condition ge(double value) {
        return compare(BinaryFunction.LE, constant(value), this);
    }

    /**
     * {@return whether both are equal}
     *
     * @param other the other operand
     */
    public Condition eq(Expr other) {
        return compare(BinaryFunction.EQ, this, other);
    }

    /**
     * {@return whether this equals a constant}
     *
     * @param value the constant
     */
    public Condition eq(double value) {
        return eq(constant(value));
    }

    /**
     * {@return the plain sum over some axes, without mask or weights; an axis along which this does not vary multiplies by its size}
     *
     * @param axes the axes
     */
    public Expr sum(Axes axes) {
        return new Expr(Nodes.sum(node, axes));
    }

    /**
     * {@return the largest value over some axes}
     *
     * @param axes the axes
     */
    public Expr max(Axes axes) {
        return new Expr(Nodes.max(node, axes));
    }

    /**
     * {@return the smallest value over some axes}
     *
     * @param axes the axes
     */
    public Expr min(Axes axes) {
        return new Expr(Nodes.min(node, axes));
    }

    /** {@return where this is the largest along CLASS: true for exactly one class, the lowest of equals} */
    public Condition isArgmax() {
        return Condition.of(
                Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), Nodes.argmax(node)));
    }

    /**
     * {@return a C x C matrix times the class vectors of this: {@code y_d = sum_c M[d, c] x_c}}
     *
     * @param matrix a matrix parameter
     * @param transposed whether M[c, d] is used instead
     */
    public Expr classMix(Expr matrix, boolean transposed) {
        return new Expr(Nodes.classMix(matrix.node, node, transposed));
    }

    /**
     * {@return for each element the sum of this over all elements of equal or smaller rank by the keys, itself included; no gradient}
     *
     * @param keys ranked descending, ties by index; minus infinity is left out
     * @param axes SPACE, or BATCH and SPACE
     */
    public Expr rankedSum(Expr keys, Axes axes) {
        return new Expr(Nodes.rankedSum(keys.node, node, axes));
    }

    /**
     * {@return the extreme of this over a neighbourhood of each element}
     *
     * @param window the neighbourhood
     */
    public Expr window(Window window) {
        return new Expr(Nodes.windowExtreme(window, node));
    }

    /** {@return whether this is the constant 0} */
    public boolean isZero() {
        return node.op() instanceof Op.Constant(double value) && value == 0;
    }

    @Override
    public String toString() {
        return node.toString();
    }

    private Expr unary(UnaryFunction function) {
        return new Expr(Nodes.unary(function, node));
    }

    private Expr binary(BinaryFunction function, Expr other) {
        return new Expr(Nodes.binary(function, node, other.node));
    }

    private static Condition compare(BinaryFunction function, Expr a, Expr b) {
        return Condition.of(Nodes.binary(function, a.node, b.node));
    }
}
