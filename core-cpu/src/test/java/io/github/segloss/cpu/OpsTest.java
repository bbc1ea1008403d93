package io.github.segloss.cpu;

import static io.github.segloss.cpu.Subjects.assertClose;
import static io.github.segloss.cpu.Subjects.tolerance;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every op on both backends at values that can be checked by hand. */
class OpsTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private static Calculation pixels(DType type, int count) {
        return new Calculation(1, Geometry.of(1, count), type);
    }

    private static void assertUnary(
            Backend backend, DType type, UnaryFunction f, double[] x, double[] expected) {
        Calculation c = pixels(type, x.length);
        Expr y = Expr.of(Nodes.unary(f, c.pixels("x", Axes.BATCH_SPACE, x).node()));
        double[] found = c.output("y", y).run(backend).get("y");
        assertClose(expected, found, tolerance(type), f.toString());
    }

    @TestFactory
    Stream<DynamicTest> unary() {
        return Subjects.onBoth((backend, type) -> {
            double[] x = {0, 1, -2, 0.5};
            assertUnary(backend, type, UnaryFunction.NEG, x, new double[] {0, -1, 2, -0.5});
            assertUnary(backend, type, UnaryFunction.ABS, x, new double[] {0, 1, 2, 0.5});
            assertUnary(backend, type, UnaryFunction.SIGN, x, new double[] {0, 1, -1, 1});
            assertUnary(backend, type, UnaryFunction.FLOOR, x, new double[] {0, 1, -2, 0});
            assertUnary(backend, type, UnaryFunction.DETACH, x, x);
            double[] powers = {1, Math.E, Math.exp(-2), Math.sqrt(Math.E)};
            assertUnary(backend, type, UnaryFunction.EXP, x, powers);
            double[] less = Arrays.stream(x).map(Math::expm1).toArray();
            assertUnary(backend, type, UnaryFunction.EXPM1, x, less);
            double[] tanh = Arrays.stream(x).map(Math::tanh).toArray();
            assertUnary(backend, type, UnaryFunction.TANH, x, tanh);
            double[] positive = {4, 1, 0.25, 0, -1};
            double[] roots = {2, 1, 0.5, 0, NAN};
            assertUnary(backend, type, UnaryFunction.SQRT, positive, roots);
            double[] logs = {Math.log(4), 0, -Math.log(4), -INF, NAN};
            assertUnary(backend, type, UnaryFunction.LOG, positive, logs);
            double[] log1p = {Math.log(5), Math.log(2), Math.log(1.25), 0, -INF};
            assertUnary(backend, type, UnaryFunction.LOG1P, positive, log1p);
            double[] tiny = {1e-20, -1e-20};
            assertUnary(backend, type, UnaryFunction.LOG1P, tiny, tiny);
            assertUnary(backend, type, UnaryFunction.EXPM1, tiny, tiny);
        });
    }

    private static void assertBinary(
            Backend backend, DType type, BinaryFunction f, double... expected) {
        double[] a = {1, 2, -3, 0.5, NAN, 2};
        double[] b = {4, 2, 2, -0.25, 1, INF};
        Calculation c = pixels(type, a.length);
        Node x = c.pixels("x", Axes.BATCH_SPACE, a).node();
        Node y = c.pixels("y", Axes.BATCH_SPACE, b).node();
        Node z = Nodes.unary(UnaryFunction.CAST, Nodes.binary(f, x, y));
        double[] found = c.output("z", Expr.of(z)).run(backend).get("z");
        assertClose(expected, found, tolerance(type), f.toString());
    }

    @TestFactory
    Stream<DynamicTest> binary() {
        return Subjects.onBoth((backend, type) -> {
            assertBinary(backend, type, BinaryFunction.ADD, 5, 4, -1, 0.25, NAN, INF);
            assertBinary(backend, type, BinaryFunction.SUB, -3, 0, -5, 0.75, NAN, -INF);
            assertBinary(backend, type, BinaryFunction.MUL, 4, 4, -6, -0.125, NAN, INF);
            assertBinary(backend, type, BinaryFunction.DIV, 0.25, 1, -1.5, -2, NAN, 0);
            double root = Math.pow(0.5, -0.25);
            assertBinary(backend, type, BinaryFunction.POW, 1, 4, 9, root, NAN, INF);
            assertBinary(backend, type, BinaryFunction.MIN, 1, 2, -3, -0.25, NAN, 2);
            assertBinary(backend, type, BinaryFunction.MAX, 4, 2, 2, 0.5, NAN, INF);
            assertBinary(backend, type, BinaryFunction.LT, 1, 0, 1, 0, 0, 1);
            assertBinary(backend, type, BinaryFunction.LE, 1, 1, 1, 0, 0, 1);
            assertBinary(backend, type, BinaryFunction.EQ, 0, 1, 0, 0, 0, 0);
        });
    }

    @TestFactory
    Stream<DynamicTest> conditions() {
        return Subjects.onBoth((backend, type) -> {
            Calculation c = pixels(type, 4);
            Condition a = c.pixels("a", Axes.BATCH_SPACE, 0, 0, 1, 1).gt(0.5);
            Condition b = c.pixels("b", Axes.BATCH_SPACE, 0, 1, 0, 1).gt(0.5);
            Expr bad = c.pixels("bad", Axes.BATCH_SPACE, NAN, INF, 3, NAN);
            c.output("and", a.and(b).toExpr());
            c.output("or", a.or(b).toExpr());
            c.output("not", a.not().toExpr());
            c.output("select", a.select(Expr.constant(7), Expr.constant(-7)));
            c.output("guard", b.select(1, a.select(bad, 5)));
            Calculation.Outcome found = c.run(backend);
            assertArrayEquals(new double[] {0, 0, 0, 1}, found.get("and"));
            assertArrayEquals(new double[] {0, 1, 1, 1}, found.get("or"));
            assertArrayEquals(new double[] {1, 1, 0, 0}, found.get("not"));
            assertArrayEquals(new double[] {-7, -7, 7, 7}, found.get("select"));
            assertArrayEquals(new double[] {5, 1, 3, 1}, found.get("guard"));
        });
    }

    @TestFactory
    Stream<DynamicTest> aMaskTensorIsTrueWhereItIsNotZero() {
        return Subjects.onBoth((backend, type) -> {
            Calculation c = pixels(type, 4);
            Tensor bytes = Tensor.wrap(new byte[] {0, 1, 0, 1}, 4);
            Condition mask = Condition.of(c.input("mask", Axes.BATCH_SPACE, ValueType.BOOL, bytes));
            c.output("y", mask.select(Expr.constant(2), Expr.constant(3)));
            c.output("count", mask.toExpr().sum(Axes.BATCH_SPACE));
            Calculation.Outcome found = c.run(backend);
            assertArrayEquals(new double[] {3, 2, 3, 2}, found.get("y"));
            assertArrayEquals(new double[] {2}, found.get("count"));
        });
    }

    /** Two samples, three classes, two pixels. */
    private static final double[] X = {
        1, 2, 3, -4, 1, 7,
        5, 0, 5, 9, -1, 9
    };

    private static Calculation small(DType type) {
        return new Calculation(3, Geometry.of(2, 2), type);
    }

    @TestFactory
    Stream<DynamicTest> reductions() {
        return Subjects.onBoth((backend, type) -> {
            Calculation c = small(type);
            Expr x = c.pixels("x", Axes.ALL, X);
            c.output("sumC", x.sum(Axes.CLASS)).output("maxC", x.max(Axes.CLASS));
            c.output("minC", x.min(Axes.CLASS)).output("sumS", x.sum(Axes.SPACE));
            c.output("maxS", x.max(Axes.SPACE)).output("minBS", x.min(Axes.BATCH_SPACE));
            c.output("sumBS", x.sum(Axes.BATCH_SPACE)).output("sum", x.sum(Axes.ALL));
            c.output("maxCS", x.max(Axes.of(Axis.CLASS, Axis.SPACE)));
            c.output("top", x.isArgmax().toExpr());
            c.output("sizes", Expr.size(Axes.ALL).add(Expr.size(Axes.SPACE)));
            Calculation.Outcome found = c.run(backend);
            assertArrayEquals(new double[] {5, 5, 9, 18}, found.get("sumC"));
            assertArrayEquals(new double[] {3, 7, 5, 9}, found.get("maxC"));
            assertArrayEquals(new double[] {1, -4, -1, 0}, found.get("minC"));
            assertArrayEquals(new double[] {3, -1, 8, 5, 14, 8}, found.get("sumS"));
            assertArrayEquals(new double[] {2, 3, 7, 5, 9, 9}, found.get("maxS"));
            assertArrayEquals(new double[] {0, -4, -1}, found.get("minBS"));
            assertArrayEquals(new double[] {8, 13, 16}, filled(found.get("sumBS"), 3));
            assertArrayEquals(new double[] {37}, found.get("sum"));
            assertArrayEquals(new double[] {7, 9}, found.get("maxCS"));
            // Of equal classes the first wins: pixel 0 of sample 1 (5, 5, -1), pixel 1 (0, 9, 9).
            assertArrayEquals(new double[] {0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0}, found.get("top"));
            assertArrayEquals(new double[] {14}, found.get("sizes"));
        });
    }

    private static double[] filled(double[] values, int size) {
        return Arrays.copyOf(values, size);
    }

    @TestFactory
    Stream<DynamicTest> tables() {
        return Subjects.onBoth((backend, type) -> {
            Calculation c = small(type);
            Expr x = c.pixels("x", Axes.ALL, X);
            Expr weights = c.table("weights", Axes.CLASS, 1, 10, 100);
            Expr each = c.table("each", Axes.BATCH_CLASS, 1, 2, 3, 4, 5, 6);
            Expr m = c.matrix("m", 1, 0, 0, 0, 0, 1, 1, 1, 1);
            c.output("pixels", x.mul(weights).add(each));
            c.output("table", each.mul(weights).sum(Axes.CLASS));
            c.output("mixed", each.classMix(m, false)).output("back", each.classMix(m, true));
            c.output("top", each.isArgmax().toExpr());
            c.output("constants", Expr.classTable(4, 5, 6).add(Expr.constant(0.5)));
            Calculation.Outcome found = c.run(backend);
            assertArrayEquals(
                    new double[] {2, 3, 32, -38, 103, 703, 9, 4, 55, 95, -94, 906},
                    found.get("pixels"));
            assertArrayEquals(new double[] {321, 654}, found.get("table"));
            assertArrayEquals(new double[] {1, 3, 6, 4, 6, 15}, found.get("mixed"));
            assertArrayEquals(new double[] {4, 3, 5, 10, 6, 11}, found.get("back"));
            assertArrayEquals(new double[] {0, 0, 1, 0, 0, 1}, found.get("top"));
            assertArrayEquals(new double[] {4.5, 5.5, 6.5}, found.get("constants"));
        });
    }

    @TestFactory
    Stream<DynamicTest> classMixing() {
        return Subjects.onBoth((backend, type) -> {
            Calculation c = small(type);
            Expr x = c.pixels("x", Axes.ALL, X);
            Expr same = c.pixels("same", Axes.BATCH_SPACE, 1, 2, 3, 4);
            Expr m = c.matrix("m", 1, 2, 3, 0, 1, 0, -1, 0, 0);
            c.output("y", x.classMix(m, false)).output("z", x.classMix(m, true));
            c.output("oneHot", x.isArgmax().toExpr().classMix(m, false));
            c.output("broadcast", same.classMix(m, true));
            Calculation.Outcome found = c.run(backend);
            assertArrayEquals(
                    new double[] {10, 15, 3, -4, -1, -2, 12, 45, 5, 9, -5, 0}, found.get("y"));
            assertArrayEquals(
                    new double[] {0, -5, 5, 0, 3, 6, 6, -9, 15, 9, 15, 0}, found.get("z"));
            assertArrayEquals(
                    new double[] {2, 3, 1, 0, 0, 0, 1, 2, 0, 1, -1, 0}, found.get("oneHot"));
            assertArrayEquals(
                    new double[] {0, 0, 3, 6, 3, 6, 0, 0, 9, 12, 9, 12}, found.get("broadcast"));
        });
    }

    @TestFactory
    Stream<DynamicTest> labelsOfEveryType() {
        return Subjects.onBoth((backend, type) -> {
            for (DType labels :
                    new DType[] {DType.UINT8, DType.INT8, DType.INT16, DType.INT32, DType.INT64}) {
                long ignored =
                        switch (labels) {
                            case UINT8 -> 255;
                            case INT8 -> -128;
                            case INT16 -> -32768;
                            case INT32 -> Integer.MAX_VALUE;
                            default -> (1L << 53) - 1;
                        };
                Tensor tensor = Tensor.zeros(labels, Shape.of(4));
                long[] values = {0, 2, ignored, ignored > 0 ? ignored - 1 : ignored + 1};
                for (int i = 0; i < 4; i++) {
                    tensor.set(i, values[i]);
                }
                Calculation c = small(type);
                Node label = c.input("label", Axes.BATCH_SPACE, ValueType.INDEX, tensor);
                c.output("oneHot", cast(BinaryFunction.EQ, Nodes.classIndex(), label));
                Node isZero = Nodes.binary(BinaryFunction.EQ, label, Nodes.index(0));
                Node moved = Nodes.select(isZero, Nodes.index(ignored), label);
                c.output("moved", cast(BinaryFunction.EQ, moved, Nodes.index(ignored)));
                c.output("ignored", cast(BinaryFunction.EQ, label, Nodes.index(ignored)));
                c.output(
                        "kept",
                        Expr.of(
                                        Nodes.unary(
                                                UnaryFunction.CAST,
                                                Nodes.unary(UnaryFunction.DETACH, label)))
                                .le(2)
                                .toExpr());
                Calculation.Outcome found = c.run(backend);
                assertArrayEquals(
                        new double[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0},
                        found.get("oneHot"),
                        labels.toString());
                assertArrayEquals(new double[] {1, 0, 1, 0}, found.get("moved"), labels.toString());
                assertArrayEquals(
                        new double[] {0, 0, 1, 0}, found.get("ignored"), labels.toString());
                double[] small =
                        DoubleStream.of(values[0], values[1], values[2], values[3])
                                .map(v -> v <= 2 ? 1 : 0)
                                .toArray();
                assertArrayEquals(small, found.get("kept"), labels.toString());
            }
        });
    }

    private static Expr cast(BinaryFunction f, Node a, Node b) {
        return Expr.of(Nodes.unary(UnaryFunction.CAST, Nodes.binary(f, a, b)));
    }

    @TestFactory
    Stream<DynamicTest> storesBroadcast() {
        return Subjects.onBoth((backend, type) -> {
            Calculation c = small(type);
            Expr x = c.pixels("x", Axes.BATCH_SPACE, 1, 2, 3, 4);
            c.output("wide", x.add(1), Axes.ALL);
            c.output("constant", Expr.constant(3), Axes.ALL);
            c.output("perClass", c.table("t", Axes.BATCH_CLASS, 1, 2, 3, 4, 5, 6), Axes.ALL);
            c.output("same", x).output("again", x);
            Calculation.Outcome found = c.run(backend);
            assertArrayEquals(new double[] {2, 3, 2, 3, 2, 3, 4, 5, 4, 5, 4, 5}, found.get("wide"));
            assertArrayEquals(
                    DoubleStream.generate(() -> 3).limit(12).toArray(), found.get("constant"));
            assertArrayEquals(
                    new double[] {1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}, found.get("perClass"));
            assertArrayEquals(new double[] {1, 2, 3, 4}, found.get("same"));
            assertArrayEquals(new double[] {1, 2, 3, 4}, found.get("again"));
        });
    }

    @TestFactory
    Stream<DynamicTest> accumulation() {
        return Subjects.onBoth((backend, type) -> {
            Calculation c = small(type);
            Expr x = c.pixels("x", Axes.ALL, X);
            c.output("y", x.mul(2)).output("z", x.max(Axes.CLASS), Axes.ALL);
            try (Executable executable = backend.compile(c.program(), c.types())) {
                Arguments arguments = c.arguments(100).accumulate(true);
                Calculation.run(executable, arguments);
                Calculation.Outcome found = Calculation.run(executable, arguments);
                assertArrayEquals(Arrays.stream(X).map(v -> 100 + 4 * v).toArray(), found.get("y"));
                assertArrayEquals(
                        new double[] {106, 114, 106, 114, 106, 114, 110, 118, 110, 118, 110, 118},
                        found.get("z"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> sumsAreCarriedInDouble() {
        return Subjects.onBoth((backend, type) -> {
            int count = 300_000;
            double[] values = new double[count];
            Random random = new Random(7);
            double exact = 0;
            for (int i = 0; i < count; i++) {
                values[i] = (float) (i % 100 == 0 ? 1e6 : random.nextDouble());
                exact += values[i];
            }
            Calculation c = pixels(type, count);
            Expr x = c.pixels("x", Axes.BATCH_SPACE, values);
            c.output("sum", x.sum(Axes.BATCH_SPACE));
            double found = c.run(backend).get("sum")[0];
            // A float32 sum of these is wrong in the fourth digit.
            assertClose(new double[] {exact}, new double[] {found}, 1e-13, "sum");
        });
    }
}
