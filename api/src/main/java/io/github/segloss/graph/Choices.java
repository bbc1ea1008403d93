package io.github.segloss.graph;

import org.jspecify.annotations.Nullable;

/**
 * Choices that can be made with less work: {@code g x + (1 - g) y} is a select, not two products and a sum, and a choice between two products with a common
 * factor is one product.
 */
final class Choices {
    private static final Node ZERO = Nodes.constant(0);

    private Choices() {}

    /** What a node is where a condition holds, and where it does not. */
    private record Choice(Node ifTrue, Node ifFalse) {
        boolean isOfTables() {
            return !ifTrue.extent().isGrid() && !ifFalse.extent().isGrid();
        }

        /** Whether at most one of two choices is not 0, wherever. */
        boolean excludes(Choice other) {
            return (ifTrue.isConstant(0) || other.ifTrue.isConstant(0))
                    && (ifFalse.isConstant(0) || other.ifFalse.isConstant(0));
        }
    }

    /**
     * {@return a sum or difference as a choice, or null if it is none}
     *
     * @param function ADD or SUB
     * @param a the first argument
     * @param b the second argument
     */
    static @Nullable Node merge(BinaryFunction function, Node a, Node b) {
        Node condition = isSelect(a) ? a.arg(0) : isSelect(b) ? b.arg(0) : null;
        Node merged = condition == null ? null : merge(function, condition, a, b);
        if (merged == null && isSelect(a) && isSelect(b)) {
            merged = merge(function, b.arg(0), a, b);
        }
        return merged != null ? merged : mergeIntoSum(function, a, b);
    }

    private static @Nullable Node merge(BinaryFunction f, Node condition, Node a, Node b) {
        Choice x = of(condition, a);
        Choice y = of(condition, b);
        if (x == null && y != null && y.isOfTables() && !a.extent().isGrid()) {
            x = new Choice(a, a);
        }
        if (y == null && x != null && x.isOfTables() && !b.extent().isGrid()) {
            y = new Choice(b, b);
        }
        return x == null || y == null
                ? null
                : Nodes.select(
                        condition,
                        Nodes.binary(f, x.ifTrue, y.ifTrue),
                        Nodes.binary(f, x.ifFalse, y.ifFalse));
    }

    /** {@code (s + select(m, 0, x)) + select(m, y, 0)} is {@code s + select(m, y, x)}: exact, since one of the two is 0 everywhere. */
    private static @Nullable Node mergeIntoSum(BinaryFunction f, Node a, Node b) {
        boolean isSum =
                a.op() instanceof Op.Binary(BinaryFunction inner)
                        && inner == BinaryFunction.ADD
                        && a.isOpen();
        if (!isSum || !isSelect(b)) {
            return null;
        }
        for (int k = 0; k < 2; k++) {
            Choice x = of(b.arg(0), a.arg(k));
            Choice y = of(b.arg(0), b);
            if (isSelect(a.arg(k)) && x != null && y != null && x.excludes(y)) {
                Node merged = merge(f, b.arg(0), a.arg(k), b);
                if (merged != null) {
                    return Nodes.binary(BinaryFunction.ADD, a.arg(1 - k), merged);
                }
            }
        }
        return null;
    }

    /** A node as a choice by a condition, without more work: a select of that condition, perhaps inside another. */
    private static @Nullable Choice of(Node condition, Node node) {
        if (!isSelect(node)) {
            return null;
        }
        if (node.arg(0) == condition) {
            return new Choice(node.arg(1), node.arg(2));
        }
        for (int k = 1; k < 3; k++) {
            Node inner = node.arg(k);
            if (node.arg(3 - k).isConstant(0)
                    && isSelect(inner)
                    && inner.arg(0) == condition
                    && inner.arg(2).isConstant(0)) {
                Node rest = inner.arg(1);
                Node outer =
                        k == 1
                                ? Nodes.select(node.arg(0), rest, ZERO)
                                : Nodes.select(node.arg(0), ZERO, rest);
                return new Choice(outer, ZERO);
            }
        }
        return null;
    }

    /** {@return a choice with less work, or null if there is none} */
    static @Nullable Node simplify(Node condition, Node a, Node b) {
        if (a.type() != ValueType.FLOAT) {
            return null;
        }
        Node swapped = isSelect(a) && isSelect(b) ? swapped(condition, a, b) : null;
        if (swapped != null) {
            return swapped;
        }
        if (isSelect(b) && areEqualConstants(a, b.arg(1))) {
            Node either = Nodes.binary(BinaryFunction.OR, condition, b.arg(0));
            return Nodes.select(either, a, b.arg(2));
        }
        return a.extent().isGrid() && b.extent().isGrid() ? factorOut(condition, a, b) : null;
    }

    /**
     * {@code select(c, select(m, x, k), select(m, k, y))} is k wherever c and m differ, and {@code select(m, x, y)} where they are the same; with k on the other
     * sides it is the other way round.
     */
    private static @Nullable Node swapped(Node condition, Node a, Node b) {
        Node inner = a.arg(0);
        if (inner != b.arg(0)) {
            return null;
        }
        Node same = Nodes.select(condition, inner, Nodes.unary(UnaryFunction.NOT, inner));
        if (isSame(a.arg(2), b.arg(1))) {
            return Nodes.select(same, Nodes.select(inner, a.arg(1), b.arg(2)), a.arg(2));
        }
        if (isSame(a.arg(1), b.arg(2))) {
            return Nodes.select(same, a.arg(1), Nodes.select(inner, b.arg(1), a.arg(2)));
        }
        return null;
    }

    /**
     * {@return a product of a choice between two tables with a table, or with another such choice by the same condition, as one such choice; null if it is none}
     *
     * @param a a factor
     * @param b another factor
     */
    static @Nullable Node weight(Node a, Node b) {
        if (!isOfTables(a)) {
            return isOfTables(b) && !a.extent().isGrid() ? weight(b, a) : null;
        }
        Choice x = new Choice(a.arg(1), a.arg(2));
        Choice y;
        if (!b.extent().isGrid()) {
            y = new Choice(b, b);
        } else if (isOfTables(b) && a.arg(0) == b.arg(0)) {
            y = new Choice(b.arg(1), b.arg(2));
        } else {
            return null;
        }
        return Nodes.select(
                a.arg(0),
                Nodes.binary(BinaryFunction.MUL, x.ifTrue, y.ifTrue),
                Nodes.binary(BinaryFunction.MUL, x.ifFalse, y.ifFalse));
    }

    private static boolean isOfTables(Node node) {
        return isSelect(node)
                && node.extent().isGrid()
                && new Choice(node.arg(1), node.arg(2)).isOfTables();
    }

    private static boolean isSame(Node a, Node b) {
        return a == b || areEqualConstants(a, b);
    }

    private static boolean areEqualConstants(Node a, Node b) {
        return a.op() instanceof Op.Constant(double value) && b.isConstant(value);
    }

    /** {@code select(c, f(x, y), f(x, z))} is {@code f(x, select(c, y, z))}. */
    private static @Nullable Node factorOut(Node condition, Node a, Node b) {
        if (!(a.op() instanceof Op.Binary(BinaryFunction f))
                || !a.op().equals(b.op())
                || !a.isOpen()
                || !b.isOpen()) {
            return null;
        }
        boolean isSymmetric =
                switch (f) {
                    case ADD, MUL -> true;
                    case SUB, DIV, POW, MIN, MAX, LT, LE, EQ, AND, OR -> false;
                };
        boolean isLinear = isSymmetric || f == BinaryFunction.SUB || f == BinaryFunction.DIV;
        for (int i = 0; i < 2 && isLinear; i++) {
            for (int j = 0; j < 2; j++) {
                if ((i == j || isSymmetric) && a.arg(i) == b.arg(j)) {
                    Node rest = Nodes.select(condition, a.arg(1 - i), b.arg(1 - j));
                    return i == 0
                            ? Nodes.binary(f, a.arg(0), rest)
                            : Nodes.binary(f, rest, a.arg(1));
                }
            }
        }
        return null;
    }

    private static boolean isSelect(Node node) {
        return node.op() instanceof Op.Select && node.isOpen();
    }
}
