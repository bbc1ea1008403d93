package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.vector.Conditions.Compares;
import io.github.segloss.vector.Conditions.Test;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the interpreter computes a sum over the pixels, and what it reads: a selection, a count or a product is added up without being stored.
 *
 * @param sum the sum
 * @param first the number of its first lane sum
 * @param terms what is added, and how
 * @param scale what the terms are multiplied by while they are added
 */
record PixelSum(PassGraph.Sum sum, int first, Terms terms, float scale) {
    /**
     * What is added.
     *
     * @param fold the loop
     * @param tail what to put behind the last pixel of the first operand so that it does not count
     * @param operands the values on the pixels that the loop reads
     * @param scalars the numbers that the loop compares with
     */
    record Terms(SumSteps.Fold fold, float tail, List<Node> operands, List<Node> scalars) {}

    SumSteps.Fold fold() {
        return terms.fold();
    }

    float tail() {
        return terms.tail();
    }

    private static final Node NOTHING_BELOW = Nodes.constant(Double.NEGATIVE_INFINITY);

    List<Node> operands() {
        return terms.operands();
    }

    List<Node> scalars() {
        return terms.scalars();
    }

    /**
     * {@return the way to compute a sum}
     *
     * @param sum the sum
     * @param first the number of its first lane sum
     * @param isArgumentUsedOnce whether nothing else needs what is summed
     * @param addition in which lanes to add
     */
    static PixelSum of(
            PassGraph.Sum sum, int first, boolean isArgumentUsedOnce, Addition addition) {
        Node arg = sum.argument();
        SumSteps.Fold plain = addition == Addition.DOUBLE ? SumSteps.EXACT : SumSteps.PLAIN;
        boolean isFused =
                addition != Addition.DOUBLE
                        && sum.function() == ReduceFunction.SUM
                        && isArgumentUsedOnce;
        Terms fused = isFused ? terms(arg) : null;
        if (fused == null && isFused && addition.scale() == 1) {
            fused = checks(arg);
        }
        Terms terms = fused == null ? new Terms(plain, 0, List.of(arg), List.of()) : fused;
        return new PixelSum(sum, first, terms, addition.scale());
    }

    private static @Nullable Terms terms(Node arg) {
        boolean isProduct = arg.op() instanceof Op.Binary(var f) && f == BinaryFunction.MUL;
        if (isProduct && arg.args().stream().allMatch(factor -> factor.extent().isGrid())) {
            return new Terms(SumSteps.PRODUCT, 0, arg.args(), List.of());
        }
        return arg.op() instanceof Op.Select ? chosen(arg) : null;
    }

    private static @Nullable Terms chosen(Node arg) {
        Test test = Conditions.of(arg.arg(0));
        if (test.compares() != Compares.EQUAL) {
            return null;
        }
        Node x = arg.arg(1);
        Node y = arg.arg(2);
        List<Node> scalars = List.of(test.scalar());
        if (y.isConstant(0)) {
            return new Terms(SumSteps.WHERE_EQUAL, Float.NaN, List.of(test.row(), x), scalars);
        }
        if (x.isConstant(0)) {
            return new Terms(SumSteps.WHERE_UNEQUAL, 0, List.of(test.row(), y), scalars);
        }
        return x.extent().isGrid() && y.extent().isGrid()
                ? new Terms(SumSteps.CHOICE, 0, List.of(test.row(), x, y), scalars)
                : null;
    }

    // ---- sums that check the inputs

    private static @Nullable Terms checks(Node arg) {
        if (isDifferenceToItself(arg)) {
            return new Terms(SumSteps.DIFFERENCE_TO_ITSELF, 0, List.of(arg.arg(0)), List.of());
        }
        if (TileSteps.isAlias(arg) && arg.arg(0).type() == ValueType.BOOL) {
            return count(arg.arg(0));
        }
        if (arg.op() instanceof Op.Binary(var f)
                && f == BinaryFunction.ADD
                && isDifferenceToItself(arg.arg(0))
                && TileSteps.isAlias(arg.arg(1))) {
            Node checked = arg.arg(0).arg(0);
            Terms neither = countNeither(checked, arg.arg(1).arg(0));
            return neither == null ? countAbove(checked, arg.arg(1).arg(0)) : neither;
        }
        return null;
    }

    private static boolean isDifferenceToItself(Node node) {
        return node.op() instanceof Op.Binary(var f)
                && f == BinaryFunction.SUB
                && node.arg(0) == node.arg(1);
    }

    private static @Nullable Terms count(Node condition) {
        Test test = Conditions.of(condition);
        if (test.compares() == Compares.EQUAL) {
            return new Terms(
                    SumSteps.COUNT_EQUAL, Float.NaN, List.of(test.row()), List.of(test.scalar()));
        }
        if (isAtLeast(condition)) {
            return new Terms(
                    SumSteps.COUNT_OUTSIDE,
                    Float.NaN,
                    List.of(condition.arg(1)),
                    List.of(NOTHING_BELOW, condition.arg(0)));
        }
        if (!(condition.op() instanceof Op.Binary(var f)) || f != BinaryFunction.OR) {
            return null;
        }
        Node below = condition.arg(0);
        Node above = condition.arg(1);
        boolean isOutside =
                below.op() instanceof Op.Binary(var g)
                        && g == BinaryFunction.LT
                        && isAtLeast(above)
                        && below.arg(0) == above.arg(1)
                        && !below.arg(1).extent().isGrid();
        return isOutside
                ? new Terms(
                        SumSteps.COUNT_OUTSIDE,
                        Float.NaN,
                        List.of(below.arg(0)),
                        List.of(below.arg(1), above.arg(0)))
                : null;
    }

    /** Whether a condition is that a value on the pixels is not below a table. */
    private static boolean isAtLeast(Node condition) {
        return condition.op() instanceof Op.Binary(var f)
                && f == BinaryFunction.LE
                && !condition.arg(0).extent().isGrid()
                && condition.arg(1).extent().isGrid();
    }

    /** How many of a value are above a number, and whether another is NaN or infinite. */
    private static @Nullable Terms countAbove(Node checked, Node condition) {
        Test test = Conditions.of(condition);
        return test.compares() == Compares.GREATER
                ? new Terms(
                        SumSteps.COUNT_ABOVE,
                        Float.NaN,
                        List.of(test.row(), checked),
                        List.of(test.scalar()))
                : null;
    }

    /** How many of a value are neither of two numbers, the first of them 0, and whether another is NaN or infinite. */
    private static @Nullable Terms countNeither(Node checked, Node condition) {
        boolean isNeither =
                condition.op() instanceof Op.Unary(UnaryFunction f)
                        && f == UnaryFunction.NOT
                        && condition.arg(0).op() instanceof Op.Binary(BinaryFunction g)
                        && g == BinaryFunction.OR;
        if (!isNeither) {
            return null;
        }
        Test first = Conditions.of(condition.arg(0).arg(0));
        Test second = Conditions.of(condition.arg(0).arg(1));
        return first.compares() == Compares.EQUAL
                        && second.compares() == Compares.EQUAL
                        && first.row() == second.row()
                        && first.scalar().isConstant(0)
                ? new Terms(
                        SumSteps.COUNT_NEITHER,
                        0,
                        List.of(first.row(), checked),
                        List.of(first.scalar(), second.scalar()))
                : null;
    }
}
