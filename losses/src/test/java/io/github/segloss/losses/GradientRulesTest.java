package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.graph.Window;
import io.github.segloss.program.Partitioner;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Each rule of differentiation, and each formula, against a derivative that was written down or against differences, on a few numbers with the reference
 * backend. Quick, so that mutation testing can run it thousands of times.
 */
class GradientRulesTest {
    private static final Op.Input X =
            new Op.Input(Role.OTHER, "x", Axes.ALL, ValueType.FLOAT, false);
    private static final Op.Input Y =
            new Op.Input(Role.OTHER, "y", Axes.ALL, ValueType.FLOAT, false);
    private static final Op.Input M =
            new Op.Input(Role.PARAMETER, "m", Axes.NONE, ValueType.FLOAT, true);
    private static final Op.Input K =
            new Op.Input(Role.PARAMETER, "k", Axes.CLASS, ValueType.FLOAT, false);

    private static final int BATCH = 2;
    private static final int CLASSES = 3;
    private static final int PIXELS = 4;
    private static final double[] XS = numbers(1);
    private static final double[] YS = numbers(2);
    private static final double[] MATRIX = {0, 1, 2, 0.5, 0, -3, 4, 0.25, 1};
    private static final double[] PER_CLASS = {0.5, -2, 3};

    private static Backend backend;

    private final Expr x = Expr.of(Nodes.input(X));
    private final Expr y = Expr.of(Nodes.input(Y));
    private final Expr k = Expr.of(Nodes.input(K));

    /** Different from each other, of both signs, and none near 0 or a half. */
    private static double[] numbers(int seed) {
        double[] numbers = new double[BATCH * CLASSES * PIXELS];
        for (int i = 0; i < numbers.length; i++) {
            double u = (i * 7 + seed * 5) % 24 + 0.3 * seed;
            numbers[i] = u / 8 - 1.47;
        }
        return numbers;
    }

    @BeforeAll
    static void open() {
        backend = Backends.open("scalar", BackendOptions.DEFAULT);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    // ---- evaluation

    private static double[] evaluate(Node node, double[] xs, double[] ys) {
        // Something that is 0 everywhere, so that the output has all axes and both inputs are
        // there.
        Node never = Nodes.binary(BinaryFunction.LT, Nodes.input(X), Nodes.constant(-1e300));
        Node neither = Nodes.binary(BinaryFunction.LT, Nodes.input(Y), Nodes.constant(-1e300));
        Node zero =
                Nodes.binary(
                        BinaryFunction.ADD,
                        Nodes.unary(UnaryFunction.CAST, never),
                        Nodes.unary(UnaryFunction.CAST, neither));
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("out", Nodes.binary(BinaryFunction.ADD, node, zero));
        Tensor out = Tensor.wrap(new double[xs.length], xs.length);
        Arguments arguments =
                new Arguments(Geometry.of(BATCH, PIXELS))
                        .tensor("x", Tensor.wrap(xs, xs.length))
                        .tensor("y", Tensor.wrap(ys, ys.length))
                        .tensor("out", out)
                        .table("k", PER_CLASS)
                        .table("m", MATRIX);
        var types =
                new TensorTypes(
                        Map.of("x", DType.FLOAT64, "y", DType.FLOAT64, "out", DType.FLOAT64));
        try (Executable executable =
                backend.compile(Partitioner.partition(Graph.of(CLASSES, outputs)), types)) {
            executable.run(arguments);
        }
        return out.toDoubleArray();
    }

    private static Expr sign(Expr e) {
        return Expr.of(Nodes.unary(UnaryFunction.SIGN, e.node()));
    }

    private static double[] evaluate(Expr expr) {
        return evaluate(expr.node(), XS, YS);
    }

    private static double[] gradient(Expr f, Op.Input variable) {
        return evaluate(
                Autodiff.vjp(Nodes.sum(f.node(), f.node().extent()), variable, Nodes.constant(1)),
                XS,
                YS);
    }

    /** The gradient of the sum of f, element by element, by central differences. */
    private static double[] differences(Expr f, Op.Input variable) {
        Node sum = Nodes.sum(f.node(), f.node().extent());
        double[] base = variable == X ? XS : YS;
        double[] slopes = new double[base.length];
        double step = 1e-5;
        for (int i = 0; i < base.length; i++) {
            double[] up = base.clone();
            double[] down = base.clone();
            up[i] += step;
            down[i] -= step;
            double above = variable == X ? at(sum, up, YS) : at(sum, XS, up);
            double below = variable == X ? at(sum, down, YS) : at(sum, XS, down);
            slopes[i] = (above - below) / (2 * step);
        }
        return slopes;
    }

    private static double at(Node sum, double[] xs, double[] ys) {
        return evaluate(sum, xs, ys)[0];
    }

    private static void check(Expr f) {
        for (Op.Input variable : List.of(X, Y)) {
            double[] expected = differences(f, variable);
            double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
            double[] found = gradient(f, variable);
            assertArrayEquals(expected, found, 1e-7 * Math.max(1, largest));
        }
    }

    // ---- rules

    @Test
    void pointwiseFunctionsOfOneArgument() {
        List<UnaryOperator<Expr>> functions =
                List.of(
                        Expr::neg,
                        Expr::abs,
                        e -> e.abs().sqrt(),
                        Expr::exp,
                        e -> e.abs().log(),
                        e -> e.abs().log1p(),
                        Expr::expm1,
                        Expr::tanh,
                        GradientRulesTest::sign,
                        Expr::floor,
                        e -> e.mul(e));
        for (UnaryOperator<Expr> f : functions) {
            check(f.apply(x).mul(y).add(f.apply(y)));
        }
    }

    @Test
    void expm1KeepsTheDigitsOfSmallNumbers() {
        double[] found =
                evaluate(
                        Autodiff.vjp(x.expm1().sum(Axes.ALL).node(), X, Nodes.constant(1)),
                        Arrays.stream(XS).map(v -> v - 60).toArray(),
                        YS);
        for (int i = 0; i < found.length; i++) {
            assertEquals(Math.exp(XS[i] - 60), found[i], 1e-12 * found[i]);
        }
    }

    @Test
    void pointwiseFunctionsOfTwoArguments() {
        check(x.add(y).mul(x));
        check(x.sub(y).mul(x));
        check(x.mul(y).mul(y));
        check(x.div(y.abs().add(1)));
        check(x.abs().add(0.5).pow(y));
        check(x.abs().pow(2.5).mul(y));
        check(x.pow(3).mul(y));
        check(x.min(y));
        check(x.max(y).mul(x));
        check(x.lt(y).select(x.mul(y), y.exp()));
        check(x.lt(0).select(x.exp(), y));
    }

    @Test
    void equalArgumentsShareTheGradientOfAnExtreme() {
        double[] halves = new double[XS.length];
        Arrays.fill(halves, 0.5);
        // y is x by value and not by name, so that the two arguments stay apart.
        for (Expr f : List.of(x.min(y), x.max(y))) {
            Node sum = Nodes.sum(f.node(), Axes.ALL);
            assertArrayEquals(
                    halves, evaluate(Autodiff.vjp(sum, X, Nodes.constant(1)), XS, XS.clone()));
            assertArrayEquals(
                    halves, evaluate(Autodiff.vjp(sum, Y, Nodes.constant(1)), XS, XS.clone()));
        }
    }

    @Test
    void aPowerIsFlatAtZeroWhereItWouldBeSteep() {
        double[] zeros = new double[XS.length];
        double[] halves = new double[XS.length];
        double[] ones = new double[XS.length];
        Arrays.fill(halves, 0.5);
        Arrays.fill(ones, 1);
        Node constant = Nodes.sum(x.pow(0.5).node(), Axes.ALL);
        assertArrayEquals(zeros, evaluate(Autodiff.vjp(constant, X, Nodes.constant(1)), zeros, YS));
        Node variable = Nodes.sum(x.pow(y).node(), Axes.ALL);
        Node toBase = Autodiff.vjp(variable, X, Nodes.constant(1));
        assertArrayEquals(zeros, evaluate(toBase, zeros, halves));
        assertArrayEquals(ones, evaluate(toBase, zeros, ones));
        assertArrayEquals(
                zeros, evaluate(Autodiff.vjp(variable, Y, Nodes.constant(1)), zeros, halves));
        Node line = Nodes.sum(x.pow(1.0).node(), Axes.ALL);
        assertArrayEquals(ones, evaluate(Autodiff.vjp(line, X, Nodes.constant(1)), zeros, YS));
    }

    @Test
    void whatGivesNoGradientGivesNone() {
        double[] zeros = new double[XS.length];
        List<Expr> flat =
                List.of(
                        x.detach().mul(2),
                        sign(x),
                        x.floor(),
                        x.gt(0).toExpr(),
                        x.lt(y).toExpr().mul(3),
                        y.rankedSum(x, Axes.SPACE),
                        x.gt(0).distanceTransform());
        for (Expr f : flat) {
            assertArrayEquals(zeros, gradient(f, X));
        }
        assertArrayEquals(evaluate(x.detach()), gradient(x.detach().mul(x), X));
    }

    @Test
    void reductions() {
        for (Axes axes :
                List.of(
                        Axes.CLASS,
                        Axes.SPACE,
                        Axes.BATCH_SPACE,
                        Axes.ALL,
                        Axes.CLASS.plus(Axes.SPACE))) {
            check(x.mul(x).sum(axes).mul(y));
            check(x.sum(axes).mul(k).mul(y));
            check(x.max(axes).mul(y));
            check(x.min(axes).mul(y).mul(x));
        }
        check(x.sum(Axes.SPACE).exp().mul(y.sum(Axes.CLASS)));
    }

    @Test
    void equalsShareTheGradientOfAnExtremeOverPixelsAndTheLowestClassHasItAll() {
        double[] equal = new double[XS.length];
        Arrays.fill(equal, 0.75);
        double[] quarters = new double[XS.length];
        Arrays.fill(quarters, 1.0 / PIXELS);
        double[] lowest = new double[XS.length];
        for (int i = 0; i < lowest.length; i++) {
            lowest[i] = i / PIXELS % CLASSES == 0 ? 1 : 0;
        }
        for (Expr f : List.of(x.max(Axes.SPACE), x.min(Axes.SPACE))) {
            Node sum = Nodes.sum(f.node(), f.node().extent());
            assertArrayEquals(
                    quarters, evaluate(Autodiff.vjp(sum, X, Nodes.constant(1)), equal, YS));
        }
        for (Expr f : List.of(x.max(Axes.CLASS), x.min(Axes.CLASS))) {
            Node sum = Nodes.sum(f.node(), f.node().extent());
            assertArrayEquals(lowest, evaluate(Autodiff.vjp(sum, X, Nodes.constant(1)), equal, YS));
        }
    }

    @Test
    void classMixes() {
        for (boolean transposed : List.of(false, true)) {
            Expr mixed = Expr.of(Nodes.classMix(Nodes.input(M), x.node(), transposed));
            check(mixed.mul(y).mul(mixed));
            Expr spread =
                    Expr.of(Nodes.classMix(Nodes.input(M), x.sum(Axes.CLASS).node(), transposed));
            check(spread.mul(y));
        }
    }

    @Test
    void windowsAndTheirAdjoints() {
        for (Window.Extreme extreme : Window.Extreme.values()) {
            for (Window.Border border : Window.Border.values()) {
                Window window = new Window(extreme, Window.Footprint.CROSS, border);
                check(Expr.of(Nodes.windowExtreme(window, x.node())).mul(y));
                check(Expr.of(Nodes.windowScatter(window, x.detach().node(), y.node())).mul(y));
                check(Expr.of(Nodes.windowGather(window, x.detach().node(), y.node())).mul(y));
            }
        }
    }

    @Test
    void secondDerivatives() {
        for (Expr f :
                List.of(
                        x.exp().mul(x),
                        Formulas.softplus(x),
                        Formulas.softmaxProbabilities(x).logP().mul(x),
                        x.tanh().mul(y),
                        x.mul(x).sum(Axes.SPACE).log1p())) {
            Node first = Autodiff.vjp(Nodes.sum(f.node(), f.node().extent()), X, Nodes.constant(1));
            check(Expr.of(first).mul(y));
        }
    }

    // ---- formulas

    private static void same(Expr found, DoubleUnaryOperator expected) {
        double[] values = evaluate(found);
        for (int i = 0; i < values.length; i++) {
            double value = expected.applyAsDouble(XS[i]);
            assertEquals(value, values[i], 1e-13 * Math.max(1, Math.abs(value)), "x = " + XS[i]);
        }
    }

    private static void same(Expr found, DoubleBinaryOperator expected) {
        double[] values = evaluate(found);
        for (int i = 0; i < values.length; i++) {
            double value = expected.applyAsDouble(XS[i], YS[i]);
            assertEquals(value, values[i], 1e-13 * Math.max(1, Math.abs(value)), "x = " + XS[i]);
        }
    }

    @Test
    void formulasOfOneNumber() {
        same(Formulas.sigmoid(x), v -> 1 / (1 + Math.exp(-v)));
        same(Formulas.softplus(x), v -> Math.log1p(Math.exp(v)));
        same(Formulas.relu(x), v -> Math.max(v, 0));
        same(Formulas.clamp(x, -0.4, 0.9), v -> Math.clamp(v, -0.4, 0.9));
        same(x.add(y).sub(x.mul(2)), (a, b) -> b - a);
        Probabilities p = Formulas.sigmoidProbabilities(x);
        same(p.p(), v -> 1 / (1 + Math.exp(-v)));
        same(p.q(), v -> 1 / (1 + Math.exp(v)));
        same(p.logP(), v -> -Math.log1p(Math.exp(-v)));
        same(p.logQ(), v -> -Math.log1p(Math.exp(v)));
        List<Expr> all =
                new ArrayList<>(List.of(Formulas.sigmoid(x), Formulas.softplus(x), p.p(), p.q()));
        all.addAll(List.of(p.logP(), p.logQ(), Formulas.relu(x), Formulas.clamp(x, -0.4, 0.9)));
        all.forEach(f -> check(f.mul(y)));
    }

    @Test
    void softmaxAndItsLogarithms() {
        Probabilities p = Formulas.softmaxProbabilities(x);
        double[] logits = XS;
        double[] expected = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            int sample = i / (CLASSES * PIXELS);
            double sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(logits[(sample * CLASSES + c) * PIXELS + i % PIXELS]);
            }
            expected[i] = Math.exp(logits[i]) / sum;
        }
        assertArrayEquals(expected, evaluate(p.p()), 1e-14);
        assertArrayEquals(
                Arrays.stream(expected).map(v -> 1 - v).toArray(), evaluate(p.q()), 1e-14);
        assertArrayEquals(
                Arrays.stream(expected).map(Math::log).toArray(), evaluate(p.logP()), 1e-13);
        assertArrayEquals(
                Arrays.stream(expected).map(v -> Math.log1p(-v)).toArray(),
                evaluate(p.logQ()),
                1e-13);
        for (Expr f : List.of(p.p(), p.q(), p.logP(), p.logQ())) {
            check(f.mul(y));
        }
    }

    @Test
    void clippedProbabilities() {
        double eps = 0.3;
        Probabilities p = Formulas.sigmoidProbabilities(x).clip(eps);
        same(p.p(), v -> Math.clamp(1 / (1 + Math.exp(-v)), eps, 1 - eps));
        same(p.q(), v -> Math.clamp(1 / (1 + Math.exp(v)), eps, 1 - eps));
        same(p.logP(), v -> Math.log(Math.clamp(1 / (1 + Math.exp(-v)), eps, 1 - eps)));
        same(p.logQ(), v -> Math.log(Math.clamp(1 / (1 + Math.exp(v)), eps, 1 - eps)));
        same(Formulas.sigmoidProbabilities(x).clip(0).p(), v -> 1 / (1 + Math.exp(-v)));
        check(p.p().add(p.logQ()).mul(y));
    }

    /** What a softmax that knows where it can be near 1 clips is what {@link Probabilities#clip} does, for eps above 1/C too. */
    @Test
    void clippedSoftmax() {
        for (double eps : List.of(0.45, 0.3, 0.1, 1e-7)) {
            for (double scale : List.of(0.5, 3.0, 40.0)) {
                Expr logits = x.mul(scale);
                Probabilities found = Formulas.softmaxProbabilities(logits, eps);
                Probabilities expected = Formulas.softmaxProbabilities(logits).clip(eps);
                List<Expr> parts = List.of(found.p(), found.q(), found.logP(), found.logQ());
                List<Expr> others =
                        List.of(expected.p(), expected.q(), expected.logP(), expected.logQ());
                for (int k = 0; k < parts.size(); k++) {
                    assertArrayEquals(evaluate(others.get(k)), evaluate(parts.get(k)), 1e-15);
                }
            }
        }
        Probabilities p = Formulas.softmaxProbabilities(x, 0.3);
        check(p.p().add(p.q().mul(k)).add(p.logQ()).mul(y));
        assertArrayEquals(
                evaluate(Formulas.softmaxProbabilities(x).p()),
                evaluate(Formulas.softmaxProbabilities(x, 0).p()));
    }

    // ---- known derivatives

    /** A wrong derivative, so that it shows which of the two is followed. */
    private Expr square(double derivative) {
        return x.square().withDerivative(x, x.mul(derivative));
    }

    private double[] gradient(Expr f) {
        Expr terms = f.mul(y);
        return evaluate(Expr.of(Autodiff.vjp(terms.sum(Axes.ALL).node(), X, Nodes.constant(1))));
    }

    @Test
    void aKnownDerivativeIsFollowedAndChangesNoValue() {
        same(square(5), v -> v * v);
        assertArrayEquals(evaluate(x.mul(5).mul(y)), gradient(square(5)));
        assertArrayEquals(evaluate(x.mul(5).mul(y)), gradient(square(5).add(3)));
        assertArrayEquals(evaluate(x.mul(7).mul(y)), gradient(square(5).add(x.square())), 1e-14);
        assertArrayEquals(evaluate(x.mul(-10).mul(y)), gradient(square(5).neg().mul(2)), 1e-14);
    }

    @Test
    void choicesBetweenKnownDerivativesAreFollowed() {
        Expr minus = square(5).neg().mul(k);
        Expr plus = k.mul(square(7));
        Expr choice = y.gt(0).select(minus, plus);
        same(y.gt(0).select(square(5), square(7).neg()), (a, b) -> b > 0 ? a * a : -a * a);
        Expr expected = y.gt(0).select(x.mul(-5), x.mul(7)).mul(k).mul(y);
        assertArrayEquals(evaluate(expected), gradient(choice), 1e-14);
        // One of the branches has none, or has it with respect to something else.
        Expr half = y.gt(0).select(square(5), x);
        assertArrayEquals(evaluate(y.gt(0).select(x.mul(5), 1).mul(y)), gradient(half), 1e-14);
        Expr z = x.exp();
        Expr mixed = y.gt(0).select(square(5), z.square().withDerivative(z, Expr.one()));
        assertArrayEquals(evaluate(y.gt(0).select(x.mul(5), z).mul(y)), gradient(mixed), 1e-14);
    }

    @Test
    void knownDerivativesHaveDerivatives() {
        Probabilities p = Formulas.sigmoidProbabilities(x);
        Probabilities q = Formulas.softmaxProbabilities(x, 1e-3);
        List<Expr> all = new ArrayList<>(List.of(p.p(), p.q(), p.logP(), p.logQ()));
        all.addAll(List.of(q.p(), q.q(), q.logP(), q.logQ()));
        all.add(y.gt(0).select(p.logP(), p.logQ().mul(k)));
        all.add(p.swapWhere(y.gt(0)).clip(1e-3).q());
        for (Expr f : all) {
            Expr terms = f.mul(y);
            check(terms);
            Node first = Autodiff.vjp(terms.sum(Axes.ALL).node(), X, Nodes.constant(1));
            check(Expr.of(first).mul(y));
        }
    }

    @Test
    void aDerivativeWithAnAxisThatTheValueLacksIsRefused() {
        Expr sum = x.sum(Axes.CLASS);
        var refusal = assertThrows(SegLossException.class, () -> sum.withDerivative(x, Expr.one()));
        assertEquals(
                "a value of extent BS is no pointwise function with a derivative of extent BCS",
                refusal.getMessage());
    }

    @Test
    void exchangedAndGivenProbabilities() {
        Probabilities p = Formulas.givenProbabilities(x.square().div(4)).swapWhere(x.gt(0));
        same(p.p(), v -> v > 0 ? 1 - v * v / 4 : v * v / 4);
        same(p.q(), v -> v > 0 ? v * v / 4 : 1 - v * v / 4);
        same(p.logP(), v -> Math.log(v > 0 ? 1 - v * v / 4 : v * v / 4));
        same(p.logQ(), v -> Math.log(v > 0 ? v * v / 4 : 1 - v * v / 4));
        same(
                Formulas.givenProbabilities(x.gt(0).toExpr()).logP(),
                v -> v > 0 ? 0 : Math.log(1e-30));
    }

    @Test
    void ratiosAndLogarithmsOfCosh() {
        same(Formulas.ratio(y, Formulas.relu(x), 7), (a, b) -> a > 0 ? b / a : 7);
        same(Formulas.logCosh(x), v -> Math.log(Math.cosh(v)));
        check(Formulas.logCosh(x).mul(y));
    }

    @Test
    void wordsOfExpressions() {
        same(x.square().sub(0.5), v -> v * v - 0.5);
        same(x.div(4).add(Expr.zero()), v -> v / 4);
        same(x.floor().eq(0).toExpr(), v -> v >= 0 && v < 1 ? 1 : 0);
        same(x.floor().eq(y.floor()).toExpr(), (a, b) -> Math.floor(a) == Math.floor(b) ? 1 : 0);
        same(x.gt(0).and(y.gt(0)).toExpr(), (a, b) -> a > 0 && b > 0 ? 1 : 0);
        same(x.gt(0).or(y.gt(0)).toExpr(), (a, b) -> a > 0 || b > 0 ? 1 : 0);
        same(x.gt(0).not().toExpr(), v -> v > 0 ? 0 : 1);
        same(x.le(y).select(x, y), Math::min);
        same(Condition.of(x.lt(y).node()).select(x, 3), (a, b) -> a < b ? a : 3);
        same(x.mul(Expr.size(Axes.ALL)), v -> v * XS.length);
        double[] table = evaluate(Expr.classTable(PER_CLASS));
        assertArrayEquals(evaluate(k), table);
        Expr mixed = x.classMix(Expr.of(Nodes.input(M)), false);
        assertArrayEquals(
                evaluate(Expr.of(Nodes.classMix(Nodes.input(M), x.node(), false))),
                evaluate(mixed));
        Window window = new Window(Window.Extreme.MAX, Window.Footprint.BOX, Window.Border.IGNORED);
        assertArrayEquals(
                evaluate(Expr.of(Nodes.windowExtreme(window, x.node()))),
                evaluate(x.window(window)));
        assertEquals(Axes.ALL, x.extent());
        assertEquals(x.node().toString(), x.toString());
        assertTrue(Expr.zero().isZero());
        assertFalse(Expr.one().isZero());
        assertFalse(x.isZero());
    }
}
