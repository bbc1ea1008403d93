package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Every reduction of every extent over every set of axes, at sizes that fill no tile and no vector evenly. */
final class ReductionRules {
    private static final long SEED = 31_337;
    private static final List<Sizes> SIZES =
            List.of(
                    Sizes.of(2, 3, 1021),
                    Sizes.of(1, 2, 7),
                    Sizes.of(2, 5, 3, 5, 7),
                    Sizes.of(1, 17, 8, 8),
                    Sizes.of(3, 1, 65),
                    Sizes.of(2, 2, 1));

    private ReductionRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        Stream<DynamicTest> everyAxis =
                Arrays.stream(ReduceFunction.values())
                        .flatMap(f ->
                                subject.forWideTypes(
                                        "required_reduce_" + f.name().toLowerCase(Locale.ROOT),
                                        type -> everyAxis(subject, type, f)));
        return Stream.of(
                        everyAxis,
                        subject.forWideTypes(
                                "required_reduce_sumIsCarriedInFloat64",
                                type -> longSum(subject, type)),
                        subject.forWideTypes(
                                "required_reduce_extremesPropagateNaN", type -> nan(subject, type)),
                        subject.forWideTypes(
                                "required_reduce_argmaxTakesTheLowestOfEquals",
                                type -> ties(subject, type)),
                        subject.forWideTypes("required_reduce_size", type -> size(subject, type)))
                .flatMap(s -> s);
    }

    private static void everyAxis(Subject subject, DType type, ReduceFunction f) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (Sizes sizes : SIZES) {
            for (Axes extent : BroadcastRules.EXTENTS) {
                for (Axes axes : BroadcastRules.EXTENTS) {
                    boolean isSubset = axes.minus(extent).isEmpty() && !axes.isEmpty();
                    boolean keepsSpace = axes.has(Axis.BATCH) && extent.minus(axes).isGrid();
                    boolean isDefined = f != ReduceFunction.ARGMAX || axes.equals(Axes.CLASS);
                    if (isSubset && !keepsSpace && isDefined) {
                        check(subject, type, f, sizes, extent, axes, random);
                    }
                }
            }
        }
    }

    private static void check(
            Subject subject,
            DType type,
            ReduceFunction f,
            Sizes sizes,
            Axes extent,
            Axes axes,
            SplittableRandom random) {
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        double[] x = run.rounded(BroadcastRules.random(random, sizes.elements(extent)));
        Axes rest = extent.minus(axes);
        double[] expected = new double[sizes.elements(rest)];
        Arrays.fill(expected, start(f));
        double[] best = new double[expected.length];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        boolean[] seen = new boolean[x.length];
        sizes.forEach((n, c, s) -> {
            int from = sizes.index(extent, n, c, s);
            int to = sizes.index(rest, n, c, s);
            if (!seen[from]) {
                seen[from] = true;
                switch (f) {
                    case SUM -> expected[to] += x[from];
                    case MAX -> expected[to] = Math.max(expected[to], x[from]);
                    case MIN -> expected[to] = Math.min(expected[to], x[from]);
                    case ARGMAX -> {
                        expected[to] = x[from] > best[to] ? c : expected[to];
                        best[to] = Math.max(best[to], x[from]);
                    }
                }
            }
        });
        double[] found = run.run(reduce(f, run.input("x", extent, x), axes));
        // A sum of n numbers below 4 may be off by n roundings of 4.
        int terms = x.length / Math.max(1, expected.length);
        double scale = f == ReduceFunction.SUM ? 4.0 * terms : 0;
        double allowed = scale * (rest.isGrid() && type == DType.FLOAT32 ? 0x1p-23 : 0x1p-50);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - found[i]) <= allowed)) {
                fail(
                        f
                                + " over "
                                + axes
                                + " of {"
                                + extent
                                + "}, "
                                + sizes
                                + ", "
                                + type
                                + ", seed "
                                + SEED
                                + ", element "
                                + i
                                + ": "
                                + Tolerance.difference(type, expected[i], found[i]));
            }
        }
    }

    private static double start(ReduceFunction f) {
        return switch (f) {
            case SUM, ARGMAX -> 0;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
    }

    private static Node reduce(ReduceFunction f, Node x, Axes axes) {
        return switch (f) {
            case SUM -> Nodes.sum(x, axes);
            case MAX -> Nodes.max(x, axes);
            case MIN -> Nodes.min(x, axes);
            case ARGMAX -> Nodes.unary(UnaryFunction.CAST, Nodes.argmax(x));
        };
    }

    /** One large number, many small ones, and its negative: in float32 the small ones would vanish. */
    private static void longSum(Subject subject, DType type) {
        int count = 40_001;
        double[] x = new double[count];
        Arrays.fill(x, 1);
        x[0] = 0x1p27;
        x[count - 1] = -0x1p27;
        GraphRun run = new GraphRun(subject.backend(), type, Sizes.of(1, 1, count));
        Node input = run.input("x", Axes.BATCH_SPACE, x);
        double[] found = run.run(Nodes.sum(input, Axes.BATCH_SPACE));
        if (found[0] != count - 2) {
            fail(
                    "a sum over the pixels must be carried in float64: it must be "
                            + (count - 2)
                            + ", but is "
                            + found[0]);
        }
    }

    private static void nan(Subject subject, DType type) {
        Sizes sizes = Sizes.of(1, 3, 70);
        for (int at : List.of(0, 33, 69)) {
            double[] x = new double[sizes.elements(Axes.ALL)];
            Arrays.setAll(x, i -> i % 7);
            x[sizes.index(Axes.ALL, 0, 1, at)] = Double.NaN;
            for (ReduceFunction f : List.of(ReduceFunction.MAX, ReduceFunction.MIN)) {
                GraphRun run = new GraphRun(subject.backend(), type, sizes);
                Node input = run.input("x", Axes.ALL, x);
                run.output("space", reduce(f, input, Axes.SPACE));
                run.output("class", reduce(f, input, Axes.CLASS));
                var found = run.run();
                double[] space = found.get("space");
                double[] classes = found.get("class");
                for (int c = 0; c < 3; c++) {
                    requireNaN(f + " over S", space[c], c == 1);
                }
                for (int s = 0; s < 70; s++) {
                    requireNaN(f + " over C", classes[s], s == at);
                }
            }
        }
    }

    private static void requireNaN(String what, double found, boolean expected) {
        if (Double.isNaN(found) != expected) {
            fail(what + " must be NaN exactly where an element is, but gives " + found);
        }
    }

    private static void ties(Subject subject, DType type) {
        double inf = Double.POSITIVE_INFINITY;
        double[][] pixels = {
            {1, 1, 1, 1},
            {0, 2, 2, 1},
            {-3, -5, -3, -3},
            {-inf, -inf, -inf, -inf},
            {1, inf, inf, 0},
            {-0.0, 0.0, -0.0, 0.0},
            {0, 0, 0, 1e-30},
            {5, 4, 5, 6}
        };
        double[] winners = {0, 1, 0, 0, 1, 0, 3, 3};
        Sizes sizes = Sizes.of(1, 4, pixels.length);
        double[] x = new double[sizes.elements(Axes.ALL)];
        sizes.forEach((n, c, s) -> x[sizes.index(Axes.ALL, n, c, s)] = pixels[s][c]);
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        double[] found =
                run.run(reduce(ReduceFunction.ARGMAX, run.input("x", Axes.ALL, x), Axes.CLASS));
        BroadcastRules.same(type, winners, found, "argmax of equals");
    }

    private static void size(Subject subject, DType type) {
        Sizes sizes = Sizes.of(3, 2, 5, 7);
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        for (Axes axes : BroadcastRules.EXTENTS) {
            Node pixels = run.input("x", Axes.ALL, new double[sizes.elements(Axes.ALL)]);
            // Together with a pass, as in any mean.
            Node zero = Nodes.sum(pixels, Axes.ALL);
            run.output(axes.toString(), Nodes.binary(BinaryFunction.ADD, zero, Nodes.size(axes)));
        }
        var found = run.run();
        for (Axes axes : BroadcastRules.EXTENTS) {
            double expected = sizes.elements(axes);
            BroadcastRules.same(
                    type, new double[] {expected}, found.get(axes.toString()), "size of " + axes);
        }
    }
}
