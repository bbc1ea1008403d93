package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.vector.Conditions.Compares;
import io.github.segloss.vector.Conditions.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which ops the interpreter does together, in one of the {@link CompositeLoops}: chains of sums and products, and the choices that sigmoid, softmax and clipped
 * probabilities are made of. What is between has no row, unless somebody else needs it.
 */
final class Composites {
    private static final Node ONE = Nodes.constant(1);

    private final Map<Node, Integer> uses;

    /**
     * Knows how often each value is used: what is used again is not computed twice, unless it is a comparison.
     *
     * @param uses how many nodes, sums and stores read a value
     */
    Composites(Map<Node, Integer> uses) {
        this.uses = uses;
    }

    /**
     * A loop and its operands, rows and scalars each in the order of the loop.
     *
     * @param loop the loop
     * @param operands the operands
     */
    record Composite(Loops.Loop loop, List<Node> operands) {
        Composite(Loops.Loop loop, Node... operands) {
            this(loop, List.of(operands));
        }
    }

    /** {@return how to compute a node together with its arguments, or null if there is no loop for that} */
    @Nullable Composite of(Node node) {
        if (!isRow(node)) {
            return null;
        }
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) when f == UnaryFunction.NEG -> negative(node);
            case Op.Binary(BinaryFunction f) ->
                    switch (f) {
                        case MUL -> product(node);
                        case ADD -> sum(node);
                        case SUB -> difference(node);
                        case DIV -> quotient(node);
                        case OR -> isClipped(node);
                        default -> null;
                    };
            case Op.Select _ when isRow(node.arg(0)) -> choice(node);
            default -> null;
        };
    }

    private static boolean isRow(Node node) {
        return node.extent().isGrid();
    }

    private static boolean is(Node node, BinaryFunction function) {
        return node.op() instanceof Op.Binary(BinaryFunction f) && f == function;
    }

    private static boolean isRows(Node node, BinaryFunction function) {
        return is(node, function) && isRow(node.arg(0)) && isRow(node.arg(1));
    }

    /** Whether an argument of rows is there for one node only, and as large as that. */
    private boolean isPartOf(Node node, Node arg, BinaryFunction function) {
        return isRows(arg, function)
                && uses.getOrDefault(arg, 0) == 1
                && arg.extent().equals(node.extent());
    }

    // ---- sums and products

    private @Nullable Composite negative(Node node) {
        Node x = node.arg(0);
        boolean isMagnitude =
                x.op() instanceof Op.Unary(UnaryFunction f)
                        && f == UnaryFunction.ABS
                        && uses.getOrDefault(x, 0) == 1;
        if (isMagnitude) {
            return new Composite(CompositeLoops.NEGATIVE_MAGNITUDE, x.arg(0));
        }
        return isPartOf(node, x, BinaryFunction.MUL)
                ? new Composite(CompositeLoops.NEGATIVE_PRODUCT, x.args())
                : null;
    }

    private @Nullable Composite product(Node node) {
        for (int k = 0; k < 2; k++) {
            Node inner = node.arg(k);
            Node factor = node.arg(1 - k);
            if (isPartOf(node, inner, BinaryFunction.MUL)) {
                Composite more = isRow(factor) ? productOfSum(inner, factor) : null;
                if (more != null) {
                    return more;
                }
                return new Composite(
                        isRow(factor)
                                ? CompositeLoops.PRODUCT_OF_THREE
                                : CompositeLoops.PRODUCT_TIMES_SCALAR,
                        inner.arg(0),
                        inner.arg(1),
                        factor);
            }
        }
        return null;
    }

    /** A sum or difference, times something, times a last factor. */
    private @Nullable Composite productOfSum(Node product, Node last) {
        for (int k = 0; k < 2; k++) {
            Node sum = product.arg(k);
            Node factor = product.arg(1 - k);
            boolean isSum = isPartOf(product, sum, BinaryFunction.ADD);
            if (isSum || isPartOf(product, sum, BinaryFunction.SUB)) {
                return new Composite(
                        isSum ? CompositeLoops.SUM_TIMES_TWO : CompositeLoops.DIFFERENCE_TIMES_TWO,
                        sum.arg(0),
                        sum.arg(1),
                        factor,
                        last);
            }
        }
        return null;
    }

    private @Nullable Composite sum(Node node) {
        for (int k = 0; k < 2; k++) {
            Node product = node.arg(k);
            Node term = node.arg(1 - k);
            if (isRow(term) && isPartOf(node, product, BinaryFunction.MUL)) {
                return new Composite(
                        CompositeLoops.PRODUCT_PLUS, product.arg(0), product.arg(1), term);
            }
        }
        return null;
    }

    private @Nullable Composite difference(Node node) {
        Node product = node.arg(1);
        return isRow(node.arg(0)) && isPartOf(node, product, BinaryFunction.MUL)
                ? new Composite(
                        CompositeLoops.MINUS_PRODUCT, product.arg(0), product.arg(1), node.arg(0))
                : null;
    }

    private @Nullable Composite quotient(Node node) {
        Node sum = node.arg(1);
        if (isRow(node.arg(0)) || !is(sum, BinaryFunction.ADD) || uses.getOrDefault(sum, 0) != 1) {
            return null;
        }
        int row = isRow(sum.arg(0)) ? 0 : 1;
        Node scalar = sum.arg(1 - row);
        return isRow(scalar)
                ? null
                : new Composite(
                        CompositeLoops.RECIPROCAL_OF_SUM, node.arg(0), scalar, sum.arg(row));
    }

    // ---- choices

    private @Nullable Composite choice(Node node) {
        Node condition = node.arg(0);
        Node x = node.arg(1);
        Node y = node.arg(2);
        Test test = Conditions.of(condition);
        if (test.compares() == Compares.LESS) {
            return clip(test, x, y);
        }
        if (test.compares() == Compares.EQUAL) {
            return choiceOfEqual(node, test, x, y);
        }
        Composite clipped = choiceUnlessClipped(condition, x, y);
        return clipped == null ? choiceOfAlike(condition, x, y) : clipped;
    }

    private @Nullable Composite choiceOfEqual(Node node, Test test, Node x, Node y) {
        if (ChosenTerms.isAddition(node) && isRow(ChosenTerms.term(node))) {
            return new Composite(
                    CompositeLoops.ADD_WHERE_EQUAL,
                    test.row(),
                    ChosenTerms.term(node),
                    y,
                    test.scalar());
        }
        if (isRow(x) && isPartOf(node, y, BinaryFunction.MUL)) {
            return new Composite(
                    CompositeLoops.ROW_OR_PRODUCT,
                    test.row(),
                    x,
                    y.arg(0),
                    y.arg(1),
                    test.scalar());
        }
        if (isRow(x) && isComplement(y)) {
            return new Composite(
                    CompositeLoops.ROW_OR_DIFFERENCE,
                    test.row(),
                    x,
                    y.arg(1),
                    test.scalar(),
                    y.arg(0));
        }
        return null;
    }

    private static boolean isComplement(Node node) {
        return is(node, BinaryFunction.SUB) && node.arg(0).isConstant(1) && isRow(node.arg(1));
    }

    /** A choice by whether two comparisons have the same result: of the form {@code select(select(a, b, not b), x, y)}. */
    private static @Nullable Composite choiceOfAlike(Node condition, Node x, Node y) {
        boolean isAlike =
                condition.op() instanceof Op.Select
                        && condition.arg(2).op() instanceof Op.Unary(UnaryFunction f)
                        && f == UnaryFunction.NOT
                        && condition.arg(2).arg(0) == condition.arg(1);
        if (!isAlike || isRow(x) == isRow(y) || !isRow(condition.arg(0))) {
            return null;
        }
        Test first = Conditions.of(condition.arg(0));
        Test second = Conditions.of(condition.arg(1));
        if (first.compares() != Compares.EQUAL || second.compares() != Compares.GREATER) {
            return null;
        }
        return new Composite(
                isRow(x) ? CompositeLoops.ROW_IF_ALIKE : CompositeLoops.SCALAR_IF_ALIKE,
                first.row(),
                second.row(),
                first.scalar(),
                second.scalar(),
                x,
                y);
    }

    // ---- clipped probabilities

    /**
     * Where a probability p is large, and its complement small.
     *
     * @param large where p is large enough for its complement to be known apart
     * @param row equal to the scalar there
     * @param scalar a table
     * @param complement what is {@code 1 - p} there
     * @param edge below that it is small
     */
    private record High(Node large, Node row, Node scalar, Node complement, Node edge) {}

    private static @Nullable High high(Node condition, Node edge) {
        for (int k = 0; k < 2 && is(condition, BinaryFunction.AND); k++) {
            Node large = condition.arg(1 - k);
            Test small = Conditions.of(condition.arg(k));
            if (small.compares() == Compares.LESS && isSame(small.scalar(), edge) && isRow(large)) {
                Test test = Conditions.of(large);
                // A condition in a row of its own is 1 where it holds.
                return test.compares() == Compares.EQUAL
                        ? new High(large, test.row(), test.scalar(), small.row(), edge)
                        : new High(large, large, ONE, small.row(), edge);
            }
        }
        return null;
    }

    private static boolean isSame(Node a, Node b) {
        return a == b || a.op() instanceof Op.Constant && a.op().equals(b.op());
    }

    private static @Nullable Composite clip(Test low, Node atLow, Node otherwise) {
        if (isRow(atLow) || !(otherwise.op() instanceof Op.Select)) {
            return null;
        }
        High high = isRow(otherwise.arg(0)) ? high(otherwise.arg(0), low.scalar()) : null;
        Node atHigh = otherwise.arg(1);
        Node value = otherwise.arg(2);
        if (high == null || isRow(atHigh) || !isRow(value)) {
            return null;
        }
        List<Node> operands = new ArrayList<>(List.of(low.row(), high.row(), high.complement()));
        boolean isComplement = isComplementOf(value, low.row(), high);
        if (!isComplement) {
            operands.add(value);
        }
        operands.addAll(List.of(low.scalar(), high.scalar(), atLow, atHigh));
        return new Composite(
                isComplement ? CompositeLoops.CLIPPED_COMPLEMENT : CompositeLoops.CLIP, operands);
    }

    private static boolean isComplementOf(Node value, Node p, High high) {
        if (!(value.op() instanceof Op.Select) || value.arg(1) != high.complement()) {
            return false;
        }
        Node condition = value.arg(0);
        Test test = Conditions.of(condition);
        boolean isWhereLarge =
                condition == high.row()
                        || test.compares() == Compares.EQUAL
                                && test.row() == high.row()
                                && isSame(test.scalar(), high.scalar());
        return isWhereLarge && isComplement(value.arg(2)) && value.arg(2).arg(1) == p;
    }

    /** Whether a probability is clipped at one end or the other. */
    private record Clipped(Node p, High high) {}

    private static @Nullable Clipped clipped(Node condition) {
        for (int k = 0; k < 2 && is(condition, BinaryFunction.OR); k++) {
            Test low = Conditions.of(condition.arg(1 - k));
            High high = high(condition.arg(k), low.scalar());
            if (high != null && low.compares() == Compares.LESS) {
                return new Clipped(low.row(), high);
            }
        }
        return null;
    }

    private static @Nullable Composite isClipped(Node node) {
        Clipped clipped = clipped(node);
        if (clipped == null) {
            return null;
        }
        High high = clipped.high();
        return new Composite(
                CompositeLoops.IS_CLIPPED,
                clipped.p(),
                high.row(),
                high.complement(),
                high.edge(),
                high.scalar());
    }

    private static @Nullable Composite choiceUnlessClipped(Node condition, Node x, Node y) {
        Clipped clipped = clipped(condition);
        if (clipped == null || !x.isConstant(0) || !(y.op() instanceof Op.Select)) {
            return null;
        }
        High high = clipped.high();
        Test test = Conditions.of(y.arg(0));
        if (!isRow(y.arg(0))
                || test.compares() != Compares.EQUAL
                || isRow(y.arg(1))
                || isRow(y.arg(2))) {
            return null;
        }
        Test large = Conditions.of(high.large());
        if (large.compares() == Compares.LESS && large.scalar().isConstant(0)) {
            return new Composite(
                    CompositeLoops.CHOICE_UNLESS_CLIPPED_IN_STASH,
                    clipped.p(),
                    large.row(),
                    high.complement(),
                    test.row(),
                    high.edge(),
                    test.scalar(),
                    y.arg(1),
                    y.arg(2));
        }
        if (!isSame(test.scalar(), high.scalar())) {
            return null;
        }
        return new Composite(
                CompositeLoops.CHOICE_UNLESS_CLIPPED,
                clipped.p(),
                high.row(),
                high.complement(),
                test.row(),
                high.edge(),
                high.scalar(),
                y.arg(1),
                y.arg(2));
    }
}
