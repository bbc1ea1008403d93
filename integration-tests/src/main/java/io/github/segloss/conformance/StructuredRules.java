package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Window;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Ranked sums, distance transforms and windows against {@link Definitions}; those of ranked sums are {@link RankingRules}. */
final class StructuredRules {
    private static final long SEED = 90_001;

    private StructuredRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return Stream.of(
                        RankingRules.tests(subject),
                        subject.forWideTypes(
                                "required_distanceTransform_plain",
                                type -> distances(subject, type)),
                        subject.forWideTypes(
                                "required_distanceTransform_spacing",
                                type -> anisotropic(subject, type)),
                        subject.forWideTypes(
                                "required_distanceTransform_allTrueAndAllFalse",
                                type -> uniform(subject, type)),
                        windows(subject))
                .flatMap(s -> s);
    }

    static void check(
            DType type, Sizes sizes, Node node, double[] expected, double[] found, String what) {
        Tolerance.agreement(type, sizes.elements(Axes.BATCH_SPACE))
                .gradientMismatch(expected, found, sizes.shape(node.extent()))
                .ifPresent(wrong -> fail(what + ", " + sizes + ", seed " + SEED + ": " + wrong));
    }

    // ---- distance transforms

    private static void distances(Subject subject, DType type) {
        for (Sizes sizes :
                List.of(
                        Sizes.of(2, 1, 65),
                        Sizes.of(1, 2, 13, 8),
                        Sizes.of(2, 3, 3, 5, 7),
                        Sizes.of(1, 1, 1, 9))) {
            for (double share : List.of(0.1, 0.5, 0.9, 0.99)) {
                distances(subject, type, sizes, List.of(), share);
            }
        }
    }

    private static void anisotropic(Subject subject, DType type) {
        distances(subject, type, Sizes.of(1, 2, 33), List.of(2.5), 0.8);
        distances(subject, type, Sizes.of(2, 1, 13, 8), List.of(2.0, 0.5), 0.8);
        distances(subject, type, Sizes.of(1, 1, 5, 7, 3), List.of(3.0, 0.7, 0.7), 0.9);
        distances(subject, type, Sizes.of(1, 1, 7, 6, 5), List.of(1.0, 1.0, 10.0), 0.9);
    }

    private static void uniform(Subject subject, DType type) {
        distances(subject, type, Sizes.of(2, 2, 5, 7), List.of(), 1);
        distances(subject, type, Sizes.of(2, 2, 5, 7), List.of(), 0);
    }

    private static void distances(
            Subject subject, DType type, Sizes sizes, List<Double> spacing, double share) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] x = random.doubles(sizes.elements(Axes.ALL)).map(v -> v < share ? 1 : 0).toArray();
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        List<Double> steps = spacing.isEmpty() ? sizes.geometry().spacing() : spacing;
        run.spacing(steps);
        Node mask =
                Nodes.binary(BinaryFunction.LT, Nodes.constant(0.5), run.input("x", Axes.ALL, x));
        Node transform = Nodes.distanceTransform(mask);
        double[] expected = new double[x.length];
        forEachPlane(
                sizes,
                (start, count) -> {
                    boolean[] plane = new boolean[count];
                    for (int i = 0; i < count; i++) {
                        plane[i] = x[start + i] > 0.5;
                    }
                    double[] part = Definitions.distances(plane, sizes.space(), steps);
                    System.arraycopy(part, 0, expected, start, count);
                });
        check(
                type,
                sizes,
                transform,
                expected,
                run.run(transform),
                "distance transform, spacing " + steps + ", share of true " + share);
    }

    /** What is done with the pixels of one sample and class. */
    private interface Plane {
        void at(int start, int count);
    }

    private static void forEachPlane(Sizes sizes, Plane body) {
        for (int k = 0; k < sizes.batch() * sizes.classes(); k++) {
            body.at(k * sizes.pixels(), sizes.pixels());
        }
    }

    // ---- windows

    private static Stream<DynamicTest> windows(Subject subject) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Window.Extreme extreme : Window.Extreme.values()) {
            for (Window.Footprint footprint : Window.Footprint.values()) {
                for (Window.Border border : Window.Border.values()) {
                    Window window = new Window(extreme, footprint, border);
                    String name =
                            (extreme + "_" + footprint + "_" + border).toLowerCase(Locale.ROOT);
                    subject.forWideTypes(
                                    "required_window_" + name,
                                    type -> window(subject, type, window))
                            .forEach(tests::add);
                }
            }
        }
        return tests.stream();
    }

    private static void window(Subject subject, DType type, Window window) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (Sizes sizes :
                List.of(
                        Sizes.of(2, 2, 13),
                        Sizes.of(1, 2, 7, 9),
                        Sizes.of(2, 1, 3, 5, 4),
                        Sizes.of(1, 1, 1, 1))) {
            for (boolean isTied : List.of(false, true)) {
                GraphRun run = new GraphRun(subject.backend(), type, sizes);
                int count = sizes.elements(Axes.ALL);
                double[] x =
                        run.rounded(
                                random.doubles(count, -2, 2)
                                        .map(v -> isTied ? Math.rint(v) : v)
                                        .toArray());
                double[] u = run.rounded(BroadcastRules.random(random, count));
                Node in = run.input("x", Axes.ALL, x);
                Node up = run.input("u", Axes.ALL, u);
                Node extreme = Nodes.windowExtreme(window, in);
                Node scatter = Nodes.windowScatter(window, in, up);
                Node gather = Nodes.windowGather(window, in, up);
                var found =
                        run.output("extreme", extreme)
                                .output("scatter", scatter)
                                .output("gather", gather)
                                .run();
                Shape space = sizes.space();
                String what = window + (isTied ? " with ties" : "");
                compare(
                        type,
                        sizes,
                        extreme,
                        found.get("extreme"),
                        what,
                        plane -> Definitions.windowExtreme(window, space, part(x, plane, sizes)));
                compare(
                        type,
                        sizes,
                        scatter,
                        found.get("scatter"),
                        what + " scatter",
                        plane ->
                                Definitions.windowScatter(
                                        window,
                                        space,
                                        part(x, plane, sizes),
                                        part(u, plane, sizes)));
                compare(
                        type,
                        sizes,
                        gather,
                        found.get("gather"),
                        what + " gather",
                        plane ->
                                Definitions.windowGather(
                                        window,
                                        space,
                                        part(x, plane, sizes),
                                        part(u, plane, sizes)));
            }
        }
    }

    /** The expected pixels of one sample and class. */
    private interface PlaneValues {
        double[] of(int start);
    }

    private static double[] part(double[] all, int start, Sizes sizes) {
        return Arrays.copyOfRange(all, start, start + sizes.pixels());
    }

    private static void compare(
            DType type,
            Sizes sizes,
            Node node,
            double[] found,
            String what,
            PlaneValues definition) {
        double[] expected = new double[found.length];
        forEachPlane(
                sizes,
                (start, count) ->
                        System.arraycopy(definition.of(start), 0, expected, start, count));
        check(type, sizes, node, expected, found, what);
    }
}
