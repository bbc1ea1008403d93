package io.github.segloss.vector;

import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every op of a pass in float64, on every kind of operands, against the scalar backend. */
class DoublePassTest {
    private static final double TOLERANCE = 1e-14;

    private static Pair pair(int classes, Geometry geometry, long seed) {
        return new Pair(classes, geometry, seed).outputType(DType.FLOAT64);
    }

    private static Expr real(Pair pair, String name, Axes extent) {
        return pair.real(name, extent, DType.FLOAT64, -3, 3);
    }

    private static Condition is(Node labels) {
        return Condition.of(Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), labels));
    }

    private static Node number(Node node, boolean isCondition) {
        return isCondition ? Nodes.unary(UnaryFunction.CAST, node) : node;
    }

    @ParameterizedTest
    @EnumSource(UnaryFunction.class)
    void unary(UnaryFunction f) {
        boolean isPositive =
                f == UnaryFunction.LOG || f == UnaryFunction.LOG1P || f == UnaryFunction.SQRT;
        for (Axes extent : new Axes[] {Axes.ALL, Axes.BATCH_SPACE, Axes.SPACE}) {
            Pair pair = pair(3, Geometry.of(2, 7, 111), 1);
            Expr x = pair.real("x", extent, DType.FLOAT64, isPositive ? 0.01 : -3, 3);
            Node y = Nodes.unary(f, f == UnaryFunction.NOT ? x.lt(0.5).node() : x.node());
            pair.output("y", number(y, f == UnaryFunction.NOT)).agree(TOLERANCE);
        }
    }

    @ParameterizedTest
    @EnumSource(BinaryFunction.class)
    void binary(BinaryFunction f) {
        boolean isLogic = f == BinaryFunction.AND || f == BinaryFunction.OR;
        Pair pair = pair(3, Geometry.of(2, 67, 9), f.ordinal());
        Expr[] operands = {
            pair.real("a", Axes.ALL, DType.FLOAT64, 0.1, 2),
            pair.real("b", Axes.BATCH_SPACE, DType.FLOAT64, 0.1, 2),
            pair.real("c", Axes.ALL, DType.UINT8, 1, 3),
            pair.table("d", Axes.BATCH_CLASS, false),
            pair.table("e", Axes.NONE, false)
        };
        Expr any = real(pair, "any", Axes.SPACE);
        for (int i = 0; i < operands.length; i++) {
            for (int j = 0; j < operands.length; j++) {
                Node a = isLogic ? operands[i].lt(0.8).node() : operands[i].node();
                Node b = isLogic ? operands[j].lt(0.7).node() : operands[j].node();
                Node value = number(Nodes.binary(f, a, b), f.isPredicate());
                pair.output("o" + i + j, Expr.of(value).add(any));
            }
        }
        pair.agree(TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void selections(int classes) {
        Pair pair = pair(classes, Geometry.of(2, 5, 109), classes);
        Expr x = real(pair, "x", Axes.ALL);
        Expr y = real(pair, "y", Axes.BATCH_SPACE);
        Expr t = pair.table("t", Axes.BATCH_CLASS, false);
        Expr s = pair.table("s", Axes.NONE, false);
        Condition[] conditions = {
            x.lt(0.3),
            x.gt(s),
            y.eq(y.floor()),
            x.le(0.25),
            t.le(x),
            x.lt(y),
            x.le(y),
            x.lt(0).or(y.gt(1)),
            x.gt(t).not(),
            t.gt(0.6)
        };
        Expr[] branches = {x, y, t, s};
        for (int k = 0; k < conditions.length; k++) {
            for (int a = 0; a < branches.length; a++) {
                for (int b = 0; b < branches.length; b++) {
                    Expr chosen = conditions[k].select(branches[a], branches[b]);
                    pair.output("o" + k + "_" + a + b, chosen.add(y));
                }
            }
        }
        pair.agree(TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31, 32, 33, 127, 511,
                512, 513, 1023, 1025, 4095, 4096, 4097, 8193
            })
    void everyTail(int pixels) {
        Pair pair = pair(3, Geometry.of(2, pixels), pixels);
        Expr x = real(pair, "x", Axes.ALL);
        Condition hit = is(pair.labels("k", DType.UINT8, 0, 2));
        pair.output("y", x.exp().mul(x));
        pair.output("sum", x.exp().sum(Axes.SPACE));
        pair.output("all", x.abs().sum(Axes.ALL));
        pair.output("product", x.mul(x.abs()).sum(Axes.SPACE));
        pair.output("max", x.max(Axes.of(Axis.BATCH, Axis.SPACE)));
        pair.output("least", x.add(9).min(Axes.SPACE));
        pair.output("most", x.sub(9).max(Axes.SPACE));
        pair.output("hits", hit.select(x.exp(), 0).sum(Axes.SPACE));
        pair.output("count", hit.toExpr().sum(Axes.SPACE));
        pair.agree(1e-13);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyInputType(DType type) {
        Pair pair = pair(4, Geometry.of(2, 9, 161), 3);
        Expr x = real(pair, "x", Axes.ALL);
        Expr w = pair.real("w", Axes.BATCH_SPACE, type, type.isFloating() ? -2 : 0, 100);
        pair.output("y", x.mul(w)).output("s", w.sum(Axes.SPACE));
        if (type.isInteger()) {
            Node k = pair.labels("k", type, type == DType.UINT8 ? 0 : -1, 5);
            pair.output("p", is(k).select(x.exp(), 0).sum(Axes.ALL));
            pair.output("q", is(k).select(x, 0).sum(Axes.CLASS));
        }
        pair.agree(TOLERANCE);
    }

    /** Of large unsigned and negative numbers too. */
    @Test
    void theWholeRangeOfIntegers() {
        Pair pair = pair(2, Geometry.of(1, 256), 5);
        Tensor bytes = Tensor.zeros(DType.UINT8, io.github.segloss.tensor.Shape.of(256));
        Tensor signed = Tensor.zeros(DType.INT8, bytes.shape());
        Tensor longs = Tensor.zeros(DType.INT64, bytes.shape());
        for (int i = 0; i < 256; i++) {
            bytes.set(i, i);
            signed.set(i, i - 128);
            longs.set(i, Math.scalb(i - 128.0, 40) + i);
        }
        Expr x = real(pair, "x", Axes.BATCH_SPACE).mul(0);
        pair.output("bytes", pair.given("b", Axes.SPACE, bytes).add(x));
        pair.output("signed", pair.given("s", Axes.SPACE, signed).add(x));
        pair.output("longs", pair.given("l", Axes.SPACE, longs).add(x));
        pair.agree(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
    void everyOutputType(DType type) {
        for (boolean accumulates : new boolean[] {false, true}) {
            Pair pair = new Pair(2, Geometry.of(2, 9, 161), 3).outputType(type);
            Expr x = real(pair, "x", Axes.ALL);
            Expr y = x.exp().sub(x.mul(x));
            pair.output("y", y).output("wide", x.sum(Axes.CLASS));
            pair.output("table", pair.table("t", Axes.BATCH_CLASS, false).add(x.mul(0)));
            double tolerance =
                    switch (type) {
                        case FLOAT16 -> 1e-3;
                        case BFLOAT16 -> 8e-3;
                        case FLOAT32 -> 1e-7;
                        default -> TOLERANCE;
                    };
            pair.agree(tolerance, accumulates);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 17, 33, 104, 150})
    void everyNumberOfClasses(int classes) {
        Pair pair = pair(classes, Geometry.of(2, 67, 9), classes);
        Expr x = real(pair, "x", Axes.ALL);
        Expr v = real(pair, "v", Axes.BATCH_SPACE);
        Node k = pair.labels("k", DType.INT16, -2, classes + 1);
        Probabilities p = Formulas.softmaxProbabilities(x);
        Expr w = pair.table("w", Axes.CLASS, false);
        pair.output("sum", x.sum(Axes.CLASS)).output("max", x.max(Axes.CLASS));
        pair.output("min", x.min(Axes.CLASS)).output("top", x.isArgmax().toExpr());
        pair.output("p", p.p()).output("q", p.q()).output("logp", p.logP());
        pair.output("ce", is(k).select(p.logP(), 0).sum(Axes.ALL));
        pair.output("focal", is(k).select(p.q().pow(1.3).mul(p.logP()), 0).mul(w).sum(Axes.ALL));
        pair.output("tp", is(k).select(p.p(), 0).sum(Axes.SPACE));
        pair.output("chosen", is(k).select(v, 0).sum(Axes.CLASS));
        pair.output("weight", is(k).select(w, 0).sum(Axes.CLASS));
        pair.output("mix", x.classMix(pair.table("m", Axes.NONE, true), false));
        pair.output("xim", x.classMix(pair.table("n", Axes.NONE, true), true).mul(x));
        pair.agree(1e-13);
    }

    @Test
    void nanPassesThrough() {
        Pair pair = pair(3, Geometry.of(1, 4), 1);
        double nan = Double.NaN;
        double[] values = {nan, 2, 3, 1, 1, nan, 3, 1, 0, 2, nan, 1};
        Expr x = pair.given("x", Axes.ALL, Tensor.wrap(values, 12));
        pair.output("max", x.max(Axes.CLASS)).output("min", x.min(Axes.CLASS));
        pair.output("sum", x.sum(Axes.CLASS)).output("check", x.sub(x).sum(Axes.ALL));
        pair.output("last", x.max(Axes.SPACE)).output("first", x.min(Axes.SPACE));
        pair.output("least", x.min(x.mul(2))).output("most", x.max(Expr.constant(2)));
        pair.output("e", x.exp()).output("l", x.log1p()).output("r", x.pow(0.3));
        pair.agree(TOLERANCE);
    }
}
