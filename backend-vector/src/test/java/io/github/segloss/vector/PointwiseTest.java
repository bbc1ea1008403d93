package io.github.segloss.vector;

import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every pointwise op on every kind of operands, against the scalar backend. */
class PointwiseTest {
    private static final Axes[] EXTENTS = {
        Axes.ALL, Axes.BATCH_SPACE, Axes.of(Axis.CLASS, Axis.SPACE), Axes.SPACE
    };

    @ParameterizedTest
    @EnumSource(UnaryFunction.class)
    void unary(UnaryFunction f) {
        for (Axes extent : EXTENTS) {
            Pair pair = new Pair(3, Geometry.of(2, 7, 11), 1);
            Expr x = pair.real("x", extent, DType.FLOAT32, positive(f) ? 0.01 : -3, 3);
            Node arg = f == UnaryFunction.NOT ? x.lt(0.5).node() : x.node();
            Node y = Nodes.unary(f, arg);
            pair.output("y", f == UnaryFunction.NOT ? Nodes.unary(UnaryFunction.CAST, y) : y);
            pair.agree(3e-7);
        }
    }

    private static boolean positive(UnaryFunction f) {
        return f == UnaryFunction.LOG || f == UnaryFunction.LOG1P || f == UnaryFunction.SQRT;
    }

    @ParameterizedTest
    @EnumSource(BinaryFunction.class)
    void binary(BinaryFunction f) {
        for (int classes : new int[] {1, 3}) {
            for (int kind = 0; kind < 8; kind++) {
                Pair pair = new Pair(classes, Geometry.of(2, 67), kind);
                Node a = operand(pair, "a", f, kind % 4, true);
                Node b = operand(pair, "b", f, kind / 4 == 0 ? 0 : (kind + 1) % 4, false);
                Node y = Nodes.binary(f, a, b);
                Node number = f.isPredicate() ? Nodes.unary(UnaryFunction.CAST, y) : y;
                Node onPixels =
                        Nodes.binary(
                                BinaryFunction.ADD, number, pair.real("zero", Axes.SPACE).node());
                pair.output("y", onPixels).agree(2e-6);
                Pair swapped = new Pair(classes, Geometry.of(2, 67), kind);
                Node c = operand(swapped, "a", f, kind % 4, true);
                Node d = operand(swapped, "b", f, kind / 4 == 0 ? 0 : (kind + 1) % 4, false);
                Node z = Nodes.binary(f, d, c);
                swapped.output("z", f.isPredicate() ? Nodes.unary(UnaryFunction.CAST, z) : z)
                        .agree(2e-6);
            }
        }
    }

    /** An operand on the pixels with and without CLASS, or a table with and without. */
    private static Node operand(Pair pair, String name, BinaryFunction f, int kind, boolean grid) {
        boolean isLogic = f == BinaryFunction.AND || f == BinaryFunction.OR;
        Expr x =
                switch (kind) {
                    case 0 -> pair.real(name, Axes.ALL, DType.FLOAT32, 0.1, 2);
                    case 1 -> pair.real(name, Axes.BATCH_SPACE, DType.FLOAT32, 0.1, 2);
                    case 2 ->
                            grid
                                    ? pair.real(name, Axes.SPACE, DType.FLOAT32, 0.1, 2)
                                    : pair.table(name, Axes.BATCH_CLASS, false);
                    default ->
                            grid
                                    ? pair.real(name, Axes.ALL, DType.UINT8, 1, 4)
                                    : pair.table(name, Axes.NONE, false);
                };
        return isLogic ? x.lt(0.8).node() : x.node();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void selections(int classes) {
        Pair pair = new Pair(classes, Geometry.of(2, 5, 9), classes);
        Expr x = pair.real("x", Axes.ALL);
        Expr y = pair.real("y", Axes.BATCH_SPACE);
        Expr t = pair.table("t", Axes.BATCH_CLASS, false);
        Expr s = pair.table("s", Axes.NONE, false);
        Condition[] conditions = {
            x.lt(0.3),
            x.gt(s),
            y.eq(y.floor()),
            x.le(0.25),
            y.ge(-0.5),
            x.lt(y),
            x.le(y),
            x.lt(0).or(y.gt(1)),
            x.gt(t).not(),
            x.lt(1).and(y.lt(1)),
            t.gt(0.6)
        };
        Expr[] branches = {x, y, t, s, x.mul(y)};
        int k = 0;
        for (Condition condition : conditions) {
            for (Expr a : branches) {
                for (Expr b : branches) {
                    pair.output("o" + k++, condition.select(a, b).add(y));
                }
            }
        }
        pair.agree(3e-7);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 511, 512, 513, 1023, 1025,
                4095, 4096, 4097, 8193
            })
    void everyTail(int pixels) {
        Pair pair = new Pair(3, Geometry.of(2, pixels), pixels);
        Expr x = pair.real("x", Axes.ALL);
        Node labels = pair.labels("k", DType.UINT8, 0, 2);
        Condition hit = Condition.of(Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), labels));
        pair.output("y", x.exp().mul(x));
        pair.output("sum", x.exp().sum(Axes.SPACE));
        pair.output("all", x.sum(Axes.ALL));
        pair.output("product", x.mul(x.abs()).sum(Axes.SPACE));
        pair.output("max", x.max(Axes.of(Axis.BATCH, Axis.SPACE)));
        pair.output("min", x.min(Axes.SPACE));
        pair.output("hits", hit.select(x, 0).sum(Axes.SPACE));
        pair.output("misses", hit.select(0, x).sum(Axes.BATCH_SPACE));
        pair.output("count", hit.toExpr().sum(Axes.SPACE));
        pair.agree(1e-6);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyInputType(DType type) {
        Pair pair = new Pair(2, Geometry.of(2, 9, 61), 3);
        Expr x = pair.real("x", Axes.ALL, DType.FLOAT32, -2, 2);
        if (type != DType.FLOAT64) {
            Expr w = pair.real("w", Axes.BATCH_SPACE, type, type.isFloating() ? -2 : 0, 100);
            pair.output("y", x.mul(w)).output("s", w.sum(Axes.SPACE));
            pair.agree(1e-6);
        }
        if (type.isInteger()) {
            Pair labelled = new Pair(4, Geometry.of(3, 700), 4);
            Expr z = labelled.real("z", Axes.ALL);
            Node k = labelled.labels("k", type, type == DType.UINT8 ? 0 : -1, 5);
            Condition hit = Condition.of(Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), k));
            labelled.output("p", hit.select(z.exp(), 0).sum(Axes.ALL));
            labelled.output("q", hit.select(z, 0).sum(Axes.CLASS));
            labelled.agree(1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
    void everyOutputType(DType type) {
        for (boolean accumulates : new boolean[] {false, true}) {
            Pair pair = new Pair(2, Geometry.of(2, 9, 61), 3).outputType(type);
            Expr x = pair.real("x", Axes.ALL, type, -2, 2);
            Expr y = x.exp().sub(x.mul(x));
            pair.output("y", y).output("s", y.sum(Axes.ALL));
            double tolerance =
                    switch (type) {
                        case FLOAT16 -> 1e-3;
                        case BFLOAT16 -> 8e-3;
                        case FLOAT32 -> 3e-7;
                        default -> 1e-14;
                    };
            pair.agree(tolerance, accumulates);
        }
    }
}
