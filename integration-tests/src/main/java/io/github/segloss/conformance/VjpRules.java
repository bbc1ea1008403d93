package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The gradient of every op as a backend computes it, against the derivative written down, at ordinary numbers and where {@link Autodiff} has a convention:
 * corners, ties, edges, powers of 0. Those of windows, which are ops themselves, are among {@link StructuredRules}.
 */
final class VjpRules {
    private static final long SEED = 31_415;

    private static final double[] ANY = {-2.5, -1, -0.5, -0.0, 0.0, 0.125, 0.25, 0.5, 0.75, 1, 3};
    private static final double[] POSITIVE = {0x1p-20, 0.25, 0.5, 1, 1.5, 9};
    private static final double[] FROM_ZERO = {0, 0.25, 1, 2.25, 4};

    private VjpRules() {}

    /**
     * A function of two numbers, its derivatives, and the numbers at which they are compared, every x with every y.
     *
     * @param dx the derivative in x
     * @param dy the derivative in y
     */
    private record Derivative(
            String name,
            BinaryOperator<Expr> f,
            DoubleBinaryOperator dx,
            DoubleBinaryOperator dy,
            double[] xs,
            double[] ys) {

        static Derivative of(
                String name, UnaryOperator<Expr> f, DoubleBinaryOperator dx, double... xs) {
            return new Derivative(
                    name, (x, _) -> f.apply(x), dx, (_, _) -> 0, xs, new double[] {0.5});
        }
    }

    private static final List<Derivative> ALL =
            List.of(
                    Derivative.of("neg", Expr::neg, (_, _) -> -1, ANY),
                    Derivative.of("abs", Expr::abs, (x, _) -> Math.signum(x), ANY),
                    Derivative.of("sign", x -> unary(UnaryFunction.SIGN, x), (_, _) -> 0, ANY),
                    Derivative.of("floor", Expr::floor, (_, _) -> 0, ANY),
                    Derivative.of("detach", Expr::detach, (_, _) -> 0, ANY),
                    Derivative.of("sqrt", Expr::sqrt, (x, _) -> 0.5 / Math.sqrt(x), POSITIVE),
                    Derivative.of("exp", Expr::exp, (x, _) -> Math.exp(x), ANY),
                    Derivative.of("log", Expr::log, (x, _) -> 1 / x, POSITIVE),
                    Derivative.of("log1p", Expr::log1p, (x, _) -> 1 / (1 + x), -0.5, 0, 0.25, 1, 3),
                    // At -60 one plus expm1 has no digit left.
                    Derivative.of("expm1", Expr::expm1, (x, _) -> Math.exp(x), -60, -1, 0, 0.25, 3),
                    Derivative.of("tanh", Expr::tanh, (x, _) -> 1 - Math.pow(Math.tanh(x), 2), ANY),
                    Derivative.of("square", Expr::square, (x, _) -> 2 * x, ANY),
                    Derivative.of(
                            "clamp",
                            x -> Formulas.clamp(x, 0.25, 0.75),
                            (x, _) -> x >= 0.25 && x <= 0.75 ? 1 : 0,
                            ANY),
                    Derivative.of("relu", Formulas::relu, (x, _) -> x > 0 ? 1 : 0, ANY),
                    new Derivative("add", Expr::add, (_, _) -> 1, (_, _) -> 1, ANY, ANY),
                    new Derivative("sub", Expr::sub, (_, _) -> 1, (_, _) -> -1, ANY, ANY),
                    new Derivative("mul", Expr::mul, (_, y) -> y, (x, _) -> x, ANY, ANY),
                    new Derivative(
                            "div", Expr::div, (_, y) -> 1 / y, VjpRules::divSlope, ANY, POSITIVE),
                    new Derivative(
                            "pow",
                            Expr::pow,
                            (x, y) -> x == 0 && y < 1 ? 0 : y * Math.pow(x, y - 1),
                            (x, y) -> x > 0 ? Math.pow(x, y) * Math.log(x) : 0,
                            FROM_ZERO,
                            new double[] {0.5, 1, 1.5, 2, 3}),
                    new Derivative(
                            "min", Expr::min, (x, y) -> wins(y, x), VjpRules::wins, ANY, ANY),
                    new Derivative(
                            "max", Expr::max, VjpRules::wins, (x, y) -> wins(y, x), ANY, ANY),
                    new Derivative(
                            "select",
                            (x, y) -> x.lt(y).select(x.mul(3), y.mul(5)),
                            (x, y) -> x < y ? 3 : 0,
                            (x, y) -> x < y ? 0 : 5,
                            ANY,
                            ANY));

    private static double divSlope(double x, double y) {
        return -x / (y * y);
    }

    /** What the larger of two numbers gets of the gradient of their maximum: all, or half where they are equal. */
    private static double wins(double a, double b) {
        return a > b ? 1 : a == b ? 0.5 : 0;
    }

    private static Expr unary(UnaryFunction f, Expr x) {
        return Expr.of(Nodes.unary(f, x.node()));
    }

    static Stream<DynamicTest> tests(Subject subject) {
        Stream<DynamicTest> pointwise =
                ALL.stream()
                        .flatMap(rule ->
                                subject.forWideTypes(
                                        "required_vjp_" + rule.name(),
                                        type -> pointwise(subject, type, rule)));
        Stream<DynamicTest> reductions =
                Stream.of(ReduceFunction.SUM, ReduceFunction.MAX, ReduceFunction.MIN)
                        .flatMap(f ->
                                subject.forWideTypes(
                                        "required_vjp_reduce_" + f.name().toLowerCase(Locale.ROOT),
                                        type -> reductions(subject, type, f)));
        return Stream.of(
                        pointwise,
                        reductions,
                        subject.forWideTypes(
                                "required_vjp_broadcast_everyPairOfExtents",
                                type -> broadcasts(subject, type)),
                        subject.forWideTypes(
                                "required_vjp_classMix", type -> classMix(subject, type)))
                .flatMap(s -> s);
    }

    private static Op.Input variable(Node input) {
        return (Op.Input) input.op();
    }

    // ---- pointwise

    private static void pointwise(Subject subject, DType type, Derivative rule) {
        double[] x = new double[rule.xs.length * rule.ys.length];
        double[] y = new double[x.length];
        double[] u = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = rule.xs[i / rule.ys.length];
            y[i] = rule.ys[i % rule.ys.length];
            u[i] = i % 3 == 0 ? 1 : i % 3 == 1 ? -2.5 : 0.375;
        }
        Sizes sizes = Sizes.of(1, 1, x.length);
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        Node a = run.input("x", Axes.SPACE, x);
        Node b = run.input("y", Axes.SPACE, y);
        Node f = rule.f.apply(Expr.of(a), Expr.of(b)).node();
        Node upstream = run.input("u", Axes.SPACE, u);
        Node toX = Autodiff.vjp(f, variable(a), upstream);
        Node toY = Autodiff.vjp(f, variable(b), upstream);
        Map<String, double[]> found = run.output("dx", toX).output("dy", toY).run();
        double[] dx = new double[x.length];
        double[] dy = new double[x.length];
        Arrays.setAll(dx, i -> u[i] * rule.dx.applyAsDouble(x[i], y[i]));
        Arrays.setAll(dy, i -> u[i] * rule.dy.applyAsDouble(x[i], y[i]));
        Comparison comparison = new Comparison(type, sizes, run.evaluation());
        comparison.require(
                Axes.SPACE, dx, toX, found.get("dx"), "the gradient in x of " + rule.name);
        comparison.require(
                Axes.SPACE, dy, toY, found.get("dy"), "the gradient in y of " + rule.name);
    }

    // ---- reductions

    private static void reductions(Subject subject, DType type, ReduceFunction f) {
        Sizes sizes = Sizes.of(2, 3, 13);
        SplittableRandom random = new SplittableRandom(SEED);
        for (Axes extent : List.of(Axes.ALL, Axes.BATCH_SPACE, Axes.BATCH_CLASS)) {
            for (Axes axes :
                    List.of(
                            Axes.CLASS,
                            Axes.SPACE,
                            Axes.BATCH_SPACE,
                            Axes.of(Axis.CLASS, Axis.SPACE),
                            Axes.ALL)) {
                // Steps of a half, so that there are ties.
                double[] x =
                        random.ints(sizes.elements(extent), -4, 5)
                                .mapToDouble(k -> k / 2.0)
                                .toArray();
                Axes left = extent.minus(axes);
                double[] u = numbers(random, sizes.elements(left));
                GraphRun run = new GraphRun(subject.backend(), type, sizes);
                Node a = run.input("x", extent, x);
                Node upstream = run.input("u", left, u);
                Node gradient = Autodiff.vjp(reduced(f, a, axes), variable(a), upstream);
                double[] found = run.output("x'", gradient).run().get("x'");
                double[] expected = reduction(sizes, f, axes, extent, x, u);
                new Comparison(type, sizes, run.evaluation())
                        .require(
                                extent,
                                expected,
                                gradient,
                                found,
                                "the gradient of "
                                        + f
                                        + " over {"
                                        + axes
                                        + "} of {"
                                        + extent
                                        + "}");
            }
        }
    }

    /** Numbers that float32 has. */
    private static double[] numbers(SplittableRandom random, int count) {
        return random.ints(count, -64, 65).mapToDouble(k -> k / 16.0).toArray();
    }

    private static Node reduced(ReduceFunction f, Node x, Axes axes) {
        return switch (f) {
            case SUM -> Nodes.sum(x, axes);
            case MAX -> Expr.of(x).max(axes).node();
            case MIN -> Expr.of(x).min(axes).node();
            case ARGMAX -> throw new IllegalArgumentException("no gradient passes " + f);
        };
    }

    /** A sum gives each element what comes from above, as often as it was counted; an extreme gives it to the lowest class, or to all equals alike. */
    private static double[] reduction(
            Sizes sizes, ReduceFunction f, Axes axes, Axes extent, double[] x, double[] u) {
        Axes left = extent.minus(axes);
        double[] best = new double[u.length];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        double sign = f == ReduceFunction.MIN ? -1 : 1;
        boolean isOverClasses = axes.minus(axes.minus(extent)).equals(Axes.CLASS);
        sizes.forEach((n, c, s) -> {
            int r = sizes.index(left, n, c, s);
            best[r] = Math.max(best[r], sign * x[sizes.index(extent, n, c, s)]);
        });
        double[] expected = new double[x.length];
        double[] winners = new double[u.length];
        boolean[] isWinner = new boolean[x.length];
        sizes.forEach((n, c, s) -> {
            int r = sizes.index(left, n, c, s);
            int i = sizes.index(extent, n, c, s);
            boolean isTaken = isOverClasses && winners[r] > 0;
            if (!isWinner[i] && sign * x[i] == best[r] && !isTaken) {
                isWinner[i] = true;
                winners[r]++;
            }
        });
        double times = sizes.elements(axes.minus(extent));
        sizes.forEach((n, c, s) -> {
            int r = sizes.index(left, n, c, s);
            int i = sizes.index(extent, n, c, s);
            double share = isWinner[i] ? 1 / winners[r] : 0;
            expected[i] = u[r] * (f == ReduceFunction.SUM ? times : share);
        });
        return expected;
    }

    // ---- broadcasts

    /** The gradient of a product in one factor sums over the axes that only the other has. */
    private static void broadcasts(Subject subject, DType type) {
        Sizes sizes = Sizes.of(2, 3, 13);
        SplittableRandom random = new SplittableRandom(SEED);
        for (Axes a : BroadcastRules.EXTENTS) {
            for (Axes b : BroadcastRules.EXTENTS) {
                Axes both = a.plus(b);
                if (both.minus(a).has(Axis.BATCH) && a.isGrid()) {
                    continue; // a sum over BATCH that keeps SPACE, which no graph has
                }
                double[] y = numbers(random, sizes.elements(b));
                double[] u = numbers(random, sizes.elements(both));
                GraphRun run = new GraphRun(subject.backend(), type, sizes);
                Node x = run.input("x", a, numbers(random, sizes.elements(a)));
                Node product = Nodes.binary(BinaryFunction.MUL, x, run.input("y", b, y));
                Node gradient = Autodiff.vjp(product, variable(x), run.input("u", both, u));
                double[] found = run.output("x'", gradient).run().get("x'");
                double[] expected = new double[sizes.elements(a)];
                boolean[] isDone = new boolean[u.length];
                sizes.forEach((n, c, s) -> {
                    int at = sizes.index(both, n, c, s);
                    if (!isDone[at]) {
                        isDone[at] = true;
                        expected[sizes.index(a, n, c, s)] += u[at] * y[sizes.index(b, n, c, s)];
                    }
                });
                new Comparison(type, sizes, run.evaluation())
                        .require(
                                a,
                                expected,
                                gradient,
                                found,
                                "the gradient of x{" + a + "} y{" + b + "} in x");
            }
        }
    }

    // ---- mixing of classes

    private static void classMix(Subject subject, DType type) {
        Sizes sizes = Sizes.of(2, 3, 13);
        SplittableRandom random = new SplittableRandom(SEED);
        for (boolean isTransposed : List.of(false, true)) {
            for (Axes extent : List.of(Axes.ALL, Axes.BATCH_SPACE)) {
                double[] m = numbers(random, 9);
                double[] u = numbers(random, sizes.elements(Axes.ALL));
                GraphRun run = new GraphRun(subject.backend(), type, sizes);
                Node x = run.input("x", extent, numbers(random, sizes.elements(extent)));
                Node mixed = Nodes.classMix(run.matrix("m", m), x, isTransposed);
                Node gradient = Autodiff.vjp(mixed, variable(x), run.input("u", Axes.ALL, u));
                double[] found = run.output("x'", gradient).run().get("x'");
                double[] expected = new double[sizes.elements(extent)];
                sizes.forEach((n, c, s) -> {
                    for (int k = 0; k < 3; k++) {
                        double weight = isTransposed ? m[c * 3 + k] : m[k * 3 + c];
                        expected[sizes.index(extent, n, c, s)] +=
                                weight * u[sizes.index(Axes.ALL, n, k, s)];
                    }
                });
                new Comparison(type, sizes, run.evaluation())
                        .require(
                                extent,
                                expected,
                                gradient,
                                found,
                                "the gradient of a mix of classes of {" + extent + "}");
            }
        }
    }

    // ---- comparing

    /** What a backend may be off by is what {@link BoundedEvaluation} carries through the gradient's own graph. */
    private record Comparison(DType type, Sizes sizes, BoundedEvaluation evaluation) {
        private static final double SLACK = 2;
        private static final double DEFINITION = 0x1p-48;

        /** A gradient may vary along fewer axes than what it is the gradient of. */
        void require(Axes extent, double[] expected, Node node, double[] found, String what) {
            double[] errors = evaluation.of(node).errors();
            sizes.forEach((n, c, s) -> {
                double e = expected[sizes.index(extent, n, c, s)];
                int at = sizes.index(node.extent(), n, c, s);
                double allowed = SLACK * errors[at] + DEFINITION * Math.abs(e);
                if (!(Math.abs(e - found[at]) <= allowed)) {
                    fail(
                            what
                                    + ", "
                                    + type
                                    + ", "
                                    + sizes
                                    + ", seed "
                                    + SEED
                                    + ", at "
                                    + Arrays.toString(sizes.shape(node.extent()).coordinates(at))
                                    + ": "
                                    + Tolerance.difference(type, e, found[at])
                                    + ", allowed "
                                    + allowed);
                }
            });
        }
    }
}
