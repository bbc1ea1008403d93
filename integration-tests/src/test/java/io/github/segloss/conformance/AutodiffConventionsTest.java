package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.backend.Backend;
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
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the javadoc of {@link Autodiff} promises where a derivative does not exist, or where a careless rule would be wrong: no golden case meets it. */
class AutodiffConventionsTest {
    private Backend backend;

    @BeforeEach
    void open() {
        backend = Reference.open();
    }

    @AfterEach
    void close() {
        backend.close();
    }

    /** The gradient of the sum of a function of pixels, at some pixels of one sample and class. */
    private double[] slopes(UnaryOperator<Expr> function, double... x) {
        return gradient(Sizes.of(1, 1, x.length), Axes.BATCH_SPACE, function, x);
    }

    /** The gradient of the sum of whatever a function gives. */
    private double[] gradient(
            Sizes sizes, Axes extent, UnaryOperator<Expr> function, double... values) {
        GraphRun run = new GraphRun(backend, DType.FLOAT64, sizes);
        Node x = run.input("x", extent, values);
        Node f = function.apply(Expr.of(x)).node();
        Node gradient =
                Autodiff.vjp(Nodes.sum(f, f.extent()), (Op.Input) x.op(), Nodes.constant(1));
        // The gradient may be the same everywhere; this 0 makes it vary as x does, and is 0 for NaN
        // too.
        Node never = Nodes.binary(BinaryFunction.LT, x, Nodes.constant(Double.NEGATIVE_INFINITY));
        Node zero = Nodes.unary(UnaryFunction.CAST, never);
        return run.run(Nodes.binary(BinaryFunction.ADD, gradient, zero));
    }

    @Test
    void absHasNoSlopeAtZero() {
        assertArrayEquals(new double[] {-1, 0, 1}, slopes(Expr::abs, -2, 0, 2));
    }

    @Test
    void reluHasNoSlopeAtZero() {
        assertArrayEquals(new double[] {0, 0, 1}, slopes(Formulas::relu, -2, 0, 2));
    }

    @Test
    void clampPassesTheGradientOnTheClosedInterval() {
        double above = Math.nextUp(0.75);
        double below = Math.nextDown(0.25);
        assertArrayEquals(
                new double[] {0, 1, 1, 1, 0},
                slopes(x -> Formulas.clamp(x, 0.25, 0.75), below, 0.25, 0.5, 0.75, above));
    }

    @Test
    void clippedProbabilitiesPassTheGradientOnTheClosedInterval() {
        double eps = 0.25;
        UnaryOperator<Expr> clipped = p -> Formulas.givenProbabilities(p).clip(eps).p();
        double below = Math.nextDown(eps);
        double above = Math.nextUp(1 - eps);
        assertArrayEquals(
                new double[] {0, 1, 1, 1, 0}, slopes(clipped, below, eps, 0.5, 1 - eps, above));
        UnaryOperator<Expr> log = p -> Formulas.givenProbabilities(p).clip(eps).logP();
        assertArrayEquals(
                new double[] {0, 4, 2, 1 / 0.75, 0},
                slopes(log, below, eps, 0.5, 1 - eps, above),
                1e-15);
    }

    @Test
    void allFourClippedNumbersAgree() {
        // Logits at which p or its complement is below 1e-7: p, q, ln p and ln q are all clipped,
        // or none is.
        Sizes sizes = Sizes.of(1, 1, 4);
        GraphRun run = new GraphRun(backend, DType.FLOAT64, sizes);
        Expr x = Expr.of(run.input("x", Axes.BATCH_SPACE, -40, -1, 1, 40));
        Probabilities c = Formulas.sigmoidProbabilities(x).clip(1e-7);
        run.output("p", c.p().node()).output("q", c.q().node());
        run.output("logP", c.logP().node()).output("logQ", c.logQ().node());
        var found = run.run();
        for (int i = 0; i < 4; i++) {
            double p = found.get("p")[i];
            assertEquals(1 - p, found.get("q")[i], 2e-16);
            assertEquals(Math.log(p), found.get("logP")[i], 1e-12);
            assertEquals(Math.log(found.get("q")[i]), found.get("logQ")[i], 1e-12);
        }
    }

    @Test
    void extremesOverClassesGiveTheGradientToTheLowestOfEquals() {
        double[] x = {
            1, 3, 0, 3, 3, 0, 2, 3, 0
        }; // classes by pixels: (1, 3, 2), (3, 3, 3), (0, 0, 0)
        Sizes sizes = Sizes.of(1, 3, 3);
        assertArrayEquals(
                new double[] {0, 1, 1, 1, 0, 0, 0, 0, 0},
                gradient(sizes, Axes.ALL, v -> v.max(Axes.CLASS), x));
        assertArrayEquals(
                new double[] {1, 1, 1, 0, 0, 0, 0, 0, 0},
                gradient(sizes, Axes.ALL, v -> v.min(Axes.CLASS), x));
    }

    @Test
    void extremesOverSpaceShareTheGradientEqually() {
        Sizes sizes = Sizes.of(1, 1, 4);
        assertArrayEquals(
                new double[] {0.5, 0, 0.5, 0},
                gradient(sizes, Axes.BATCH_SPACE, v -> v.max(Axes.SPACE), 7, 1, 7, -2));
    }

    @Test
    void extremesOfTwoShareTheGradientWhereTheyAreEqual() {
        assertArrayEquals(new double[] {1, 0.5, 0}, slopes(x -> x.min(Expr.constant(2)), 1, 2, 3));
        assertArrayEquals(new double[] {0, 0.5, 1}, slopes(x -> x.max(Expr.constant(2)), 1, 2, 3));
    }

    @Test
    void detachStopsTheGradient() {
        assertArrayEquals(new double[] {3, 5}, slopes(x -> x.detach().mul(x), 3, 5));
    }

    @Test
    void powersHaveAFiniteSlopeAtZero() {
        assertArrayEquals(new double[] {0, 0.25}, slopes(x -> x.pow(0.5), 0, 4));
        assertArrayEquals(new double[] {0, 0}, slopes(x -> x.pow(0), 0, 4));
        assertArrayEquals(new double[] {1, 1}, slopes(x -> x.pow(1), 0, 4));
        assertArrayEquals(new double[] {0, 3}, slopes(x -> x.pow(1.5), 0, 4));
        assertArrayEquals(new double[] {0, 8}, slopes(x -> x.pow(2), 0, 4));
    }

    @Test
    void powersWithAnExponentFromOutsideHaveAFiniteSlopeAtZero() {
        GraphRun run = new GraphRun(backend, DType.FLOAT64, Sizes.of(1, 1, 2));
        Node x = run.input("x", Axes.BATCH_SPACE, 0, 4);
        Node k = run.input("k", Axes.NONE, 0.5);
        Node sum = Expr.of(x).pow(Expr.of(k)).sum(Axes.BATCH_SPACE).node();
        run.output("x'", Autodiff.vjp(sum, (Op.Input) x.op(), Nodes.constant(1)));
        run.output("k'", Autodiff.vjp(sum, (Op.Input) k.op(), Nodes.constant(1)));
        var found = run.run();
        assertArrayEquals(new double[] {0, 0.25}, found.get("x'"));
        assertEquals(2 * Math.log(4), found.get("k'")[0], 1e-15, "0^k adds nothing");
    }

    @Test
    void theSlopeOfExpm1KeepsTheDigitsOfASmallExponential() {
        double[] found = slopes(Expr::expm1, -40, -700);
        assertEquals(Math.exp(-40), found[0], 1e-15 * Math.exp(-40));
        assertEquals(Math.exp(-700), found[1], 1e-15 * Math.exp(-700));
    }

    /** The adjoint of log-softmax summed over the classes does not vary along CLASS; its sum over CLASS must still count every class. */
    @Test
    void theAdjointOfABroadcastSumsOverTheAxesOfTheResult() {
        Sizes sizes = Sizes.of(2, 3, 5);
        UnaryOperator<Expr> f =
                x ->
                        Formulas.softmaxProbabilities(x)
                                .logP()
                                .sum(Axes.CLASS)
                                .sum(Axes.BATCH_SPACE)
                                .div(Expr.size(Axes.BATCH_SPACE));
        double[] x = new double[30];
        Arrays.setAll(x, i -> Math.sin(3 * i));
        double[] expected = new double[30];
        sizes.forEach((n, c, s) -> {
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                sum += Math.exp(x[sizes.index(Axes.ALL, n, k, s)]);
            }
            double p = Math.exp(x[sizes.index(Axes.ALL, n, c, s)]) / sum;
            expected[sizes.index(Axes.ALL, n, c, s)] = (1 - 3 * p) / 10;
        });
        assertArrayEquals(expected, gradient(sizes, Axes.ALL, f, x), 1e-15);
    }

    @Test
    void theAdjointOfATableSumsOverEverythingThatItWasSpreadOver() {
        Sizes sizes = Sizes.of(2, 3, 5);
        GraphRun run = new GraphRun(backend, DType.FLOAT64, sizes);
        Node t = run.input("t", Axes.CLASS, 1, 2, 3);
        Node x = run.input("x", Axes.BATCH_SPACE, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2);
        Node sum = Expr.of(t).mul(Expr.of(x)).sum(Axes.ALL).node();
        run.output("t'", Autodiff.vjp(sum, (Op.Input) t.op(), Nodes.constant(1)));
        run.output(
                "constant'",
                Autodiff.vjp(Nodes.sum(t, Axes.ALL), (Op.Input) t.op(), Nodes.constant(1)));
        var found = run.run();
        for (int c = 0; c < 3; c++) {
            // A gradient that is the same for all classes may come as a single number.
            assertEquals(15, found.get("t'")[c % found.get("t'").length]);
            assertEquals(10, found.get("constant'")[c % found.get("constant'").length]);
        }
    }

    @Test
    void theBranchNotTakenHasNoInfluenceOnTheGradient() {
        double nan = Double.NaN;
        UnaryOperator<Expr> guarded =
                x -> {
                    Condition counts = x.ge(1e-3);
                    return counts.select(counts.select(x, 1).log(), -7);
                };
        assertArrayEquals(new double[] {0, 0.5, 0, 0}, slopes(guarded, 0, 2, -1, nan));
    }

    @Test
    void nanUnderAMaskReachesNeitherValueNorGradient() {
        Sizes sizes = Sizes.of(1, 2, 3);
        double nan = Double.NaN;
        GraphRun run = new GraphRun(backend, DType.FLOAT64, sizes);
        Node x = run.input("x", Axes.ALL, 1, nan, 2, 0, nan, 5);
        Node mask = run.input("m", Axes.BATCH_SPACE, 1, 0, 1);
        Condition valid = Expr.of(mask).gt(0.5);
        Expr p = Formulas.softmaxProbabilities(valid.select(Expr.of(x), 0)).p();
        Expr value = valid.select(p.square(), 0).sum(Axes.ALL);
        run.output("value", value.node());
        run.output("gradient", Autodiff.vjp(value.node(), (Op.Input) x.op(), Nodes.constant(1)));
        var found = run.run();
        double a = 1 / (1 + Math.exp(-1));
        double b = 1 / (1 + Math.exp(-3));
        double expected = a * a + (1 - a) * (1 - a) + b * b + (1 - b) * (1 - b);
        assertEquals(expected, found.get("value")[0], 1e-15);
        double atA = 2 * a * (1 - a) * (2 * a - 1);
        double atB = 2 * b * (1 - b) * (2 * b - 1);
        assertArrayEquals(new double[] {atA, 0, -atB, -atA, 0, atB}, found.get("gradient"), 1e-15);
    }

    @Test
    void secondDerivativesExistAtTheBranchOfSoftplus() {
        GraphRun run = new GraphRun(backend, DType.FLOAT64, Sizes.of(1, 1, 3));
        Node x = run.input("x", Axes.BATCH_SPACE, -1, 0, 1);
        Op.Input input = (Op.Input) x.op();
        Node f = Formulas.softplus(Expr.of(x)).sum(Axes.BATCH_SPACE).node();
        Node slope = Autodiff.vjp(f, input, Nodes.constant(1));
        Node curvature = Autodiff.vjp(Nodes.sum(slope, Axes.BATCH_SPACE), input, Nodes.constant(1));
        double p = 1 / (1 + Math.exp(-1));
        assertArrayEquals(new double[] {p * (1 - p), 0.25, p * (1 - p)}, run.run(curvature), 1e-15);
    }

    /** A sum that only the value needs is taken in the pass that writes the gradient, where its terms are computed anyway. */
    @Test
    void sumsThatOnlyTheValueNeedsAreTakenInTheLastPass() {
        Sizes sizes = Sizes.of(1, 1, 3);
        GraphRun run = new GraphRun(backend, DType.FLOAT64, sizes);
        Node x = run.input("x", Axes.BATCH_SPACE, 1, 2, 3);
        Expr total = Expr.of(x).sum(Axes.BATCH_SPACE);
        Expr value = total.square().add(Expr.of(x).exp().sum(Axes.BATCH_SPACE));
        Node gradient = Autodiff.vjp(value.node(), (Op.Input) x.op(), Nodes.constant(1));
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("value", value.node());
        outputs.put("gradient", gradient);
        Program program = Partitioner.partition(Graph.of(1, outputs));
        List<GridKernel> passes = program.passes();
        assertEquals(2, passes.size(), program.text());
        assertEquals(1, passes.get(0).accumulators().size(), program.text());
        assertEquals(1, passes.get(1).accumulators().size(), program.text());
        assertEquals(
                1, passes.get(0).body().size(), "the first pass only adds x: " + program.text());
        var found = run.output("value", value.node()).output("gradient", gradient).run();
        assertEquals(36 + Math.E + Math.exp(2) + Math.exp(3), found.get("value")[0], 1e-13);
        assertArrayEquals(
                new double[] {12 + Math.E, 12 + Math.exp(2), 12 + Math.exp(3)},
                found.get("gradient"),
                1e-13);
    }
}
