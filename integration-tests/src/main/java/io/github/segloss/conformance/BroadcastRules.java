package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.backend.Capabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Ops on arguments of every pair of extents, choices, labels, and mixing of classes. */
final class BroadcastRules {
    /** All eight extents. */
    static final List<Axes> EXTENTS =
            List.of(
                    Axes.NONE,
                    Axes.BATCH,
                    Axes.CLASS,
                    Axes.SPACE,
                    Axes.BATCH_CLASS,
                    Axes.BATCH_SPACE,
                    Axes.of(Axis.CLASS, Axis.SPACE),
                    Axes.ALL);

    private static final long SEED = 7_411;

    private BroadcastRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return Stream.of(
                        subject.forWideTypes(
                                "required_broadcast_everyPairOfExtents",
                                type -> pairs(subject, type)),
                        subject.forWideTypes(
                                "required_choice_select", type -> select(subject, type)),
                        subject.forWideTypes("required_choice_logic", type -> logic(subject, type)),
                        subject.forWideTypes("required_classMix", type -> classMix(subject, type)),
                        Capabilities.ALL_LABELS.stream()
                                .sorted()
                                .flatMap(labels ->
                                        subject.forWideTypes(
                                                "required_labels_"
                                                        + labels.name().toLowerCase(Locale.ROOT),
                                                type -> labels(subject, type, labels))))
                .flatMap(s -> s);
    }

    static double[] random(SplittableRandom random, int count) {
        return random.doubles(count, -4, 4).toArray();
    }

    private static void pairs(Subject subject, DType type) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (Sizes sizes : List.of(Sizes.of(2, 3, 13), Sizes.of(1, 2, 3, 5), Sizes.of(2, 1, 1))) {
            for (Axes a : EXTENTS) {
                for (Axes b : EXTENTS) {
                    GraphRun run = new GraphRun(subject.backend(), type, sizes);
                    double[] x = run.rounded(random(random, sizes.elements(a)));
                    double[] y = run.rounded(random(random, sizes.elements(b)));
                    Axes both = a.plus(b);
                    double[] expected = new double[sizes.elements(both)];
                    sizes.forEach((n, c, s) ->
                            expected[sizes.index(both, n, c, s)] =
                                    x[sizes.index(a, n, c, s)] - y[sizes.index(b, n, c, s)]);
                    Node difference =
                            Nodes.binary(
                                    BinaryFunction.SUB, run.input("x", a, x), run.input("y", b, y));
                    double[] found = run.run(difference);
                    same(type, expected, found, "x{" + a + "} - y{" + b + "}, " + sizes);
                }
            }
        }
    }

    /** A result of one exact op, stored in the type where it lives on the pixels. */
    static void same(DType type, double[] expected, double[] found, String what) {
        for (int i = 0; i < expected.length; i++) {
            if (!Tolerance.isNear(DType.FLOAT64, expected[i], found[i], 0)
                    && !Tolerance.isNear(type, expected[i], found[i], 0)) {
                fail(
                        what
                                + " in "
                                + type
                                + ", seed "
                                + SEED
                                + ": element "
                                + i
                                + ": "
                                + Tolerance.difference(type, expected[i], found[i]));
            }
        }
    }

    private static void select(Subject subject, DType type) {
        SplittableRandom random = new SplittableRandom(SEED);
        Sizes sizes = Sizes.of(2, 3, 17);
        for (Axes condition : EXTENTS) {
            for (Axes branch : EXTENTS) {
                GraphRun run = new GraphRun(subject.backend(), type, sizes);
                double[] k = run.rounded(random(random, sizes.elements(condition)));
                double[] x = run.rounded(random(random, sizes.elements(branch)));
                Axes all = condition.plus(branch);
                double[] expected = new double[sizes.elements(all)];
                sizes.forEach((n, c, s) -> {
                    boolean holds = k[sizes.index(condition, n, c, s)] < 0.5;
                    double a = x[sizes.index(branch, n, c, s)];
                    expected[sizes.index(all, n, c, s)] = holds ? a : -2;
                });
                // The branch that is not taken is NaN: a product with 0 would not be rid of it.
                double[] poison = Arrays.stream(k).map(v -> v < 0.5 ? 0 : Double.NaN).toArray();
                Node holds =
                        Nodes.binary(
                                BinaryFunction.LT,
                                run.input("k", condition, k),
                                Nodes.constant(0.5));
                Node poisoned =
                        Nodes.binary(
                                BinaryFunction.ADD,
                                run.input("x", branch, x),
                                run.input("poison", condition, poison));
                double[] found = run.run(Nodes.select(holds, poisoned, Nodes.constant(-2)));
                same(type, expected, found, "select{" + condition + "} of {" + branch + "}");
            }
        }
    }

    private static void logic(Subject subject, DType type) {
        double[] a = {0, 0, 1, 1, Double.NaN};
        double[] b = {0, 1, 0, 1, 1};
        GraphRun run = new GraphRun(subject.backend(), type, Sizes.of(1, 1, a.length));
        Node half = Nodes.constant(0.5);
        Node p = Nodes.binary(BinaryFunction.LT, half, run.input("a", Axes.SPACE, a));
        Node q = Nodes.binary(BinaryFunction.LT, half, run.input("b", Axes.SPACE, b));
        double[] and = truth(run, "and", Nodes.binary(BinaryFunction.AND, p, q));
        double[] or = truth(run, "or", Nodes.binary(BinaryFunction.OR, p, q));
        double[] not = truth(run, "not", Nodes.unary(UnaryFunction.NOT, p));
        same(type, new double[] {0, 0, 0, 1, 0}, and, "a and b");
        same(type, new double[] {0, 1, 1, 1, 1}, or, "a or b");
        same(
                type,
                new double[] {1, 1, 0, 0, 1},
                not,
                "not a, where a comparison with NaN is false");
    }

    private static double[] truth(GraphRun run, String name, Node condition) {
        return run.output(name, Nodes.unary(UnaryFunction.CAST, condition)).run().get(name);
    }

    private static void classMix(Subject subject, DType type) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int classes : List.of(2, 3, 5, 17)) {
            for (boolean transposed : List.of(false, true)) {
                Sizes sizes = Sizes.of(2, classes, 13);
                GraphRun run = new GraphRun(subject.backend(), type, sizes);
                double[] m = random(random, classes * classes);
                double[] x = run.rounded(random(random, sizes.elements(Axes.ALL)));
                double[] expected = new double[x.length];
                sizes.forEach((n, d, s) -> {
                    double sum = 0;
                    for (int c = 0; c < classes; c++) {
                        double factor = m[transposed ? c * classes + d : d * classes + c];
                        sum += factor * x[sizes.index(Axes.ALL, n, c, s)];
                    }
                    expected[sizes.index(Axes.ALL, n, d, s)] = sum;
                });
                Node mix =
                        Nodes.classMix(run.matrix("m", m), run.input("x", Axes.ALL, x), transposed);
                double[] found = run.run(mix);
                Tolerance.agreement(type, classes)
                        .gradientMismatch(expected, found, sizes.shape(Axes.ALL))
                        .ifPresent(wrong ->
                                fail(
                                        "classMix, transposed "
                                                + transposed
                                                + ", "
                                                + sizes
                                                + ": "
                                                + wrong));
            }
        }
    }

    /** Labels are compared as integers: none that a float32 or an int32 would confuse is. */
    private static void labels(Subject subject, DType type, DType stored) {
        double[] all = {
            0,
            1,
            2,
            -1,
            127,
            128,
            255,
            256,
            32_767,
            65_535,
            16_777_216,
            16_777_217,
            2_147_483_647.0,
            4_294_967_296.0,
            4_294_967_297.0
        };
        double[] labels = Arrays.stream(all).filter(v -> fits(v, stored)).toArray();
        Sizes sizes = Sizes.of(1, 3, labels.length);
        for (double index : labels) {
            GraphRun run = new GraphRun(subject.backend(), type, sizes);
            Node input = run.labels("labels", Axes.BATCH_SPACE, stored, labels);
            Node hit = Nodes.binary(BinaryFunction.EQ, input, Nodes.index((long) index));
            double[] expected = Arrays.stream(labels).map(v -> v == index ? 1 : 0).toArray();
            same(type, expected, truth(run, "hit", hit), "label " + index + " of " + stored);
        }
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        Node input = run.labels("labels", Axes.BATCH_SPACE, stored, labels);
        Node oneHot = Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), input);
        Node inside = Nodes.binary(BinaryFunction.LT, Nodes.classIndex(), input);
        double[] hits = new double[3 * labels.length];
        double[] below = new double[3 * labels.length];
        sizes.forEach((n, c, s) -> {
            hits[sizes.index(Axes.ALL, n, c, s)] = labels[s] == c ? 1 : 0;
            below[sizes.index(Axes.ALL, n, c, s)] = c < labels[s] ? 1 : 0;
        });
        same(type, hits, truth(run, "oneHot", oneHot), "one-hot of " + stored);
        same(type, below, truth(run, "below", inside), "class index below label of " + stored);
        casts(subject, type, stored, labels);
    }

    /** A label as a number: float32 has the integers up to 2^24 only, so what a cast makes of a larger one is not defined there. */
    private static void casts(Subject subject, DType type, DType stored, double[] all) {
        double[] labels =
                Arrays.stream(all)
                        .filter(v -> type == DType.FLOAT64 || Math.abs(v) <= 0x1p24)
                        .toArray();
        GraphRun run = new GraphRun(subject.backend(), type, Sizes.of(1, 3, labels.length));
        Node number = run.labels("labels", Axes.BATCH_SPACE, stored, labels);
        same(type, labels, truth(run, "number", number), "cast of " + stored);
    }

    private static boolean fits(double value, DType type) {
        double high = Math.scalb(1.0, 8 * type.bytes() - (type == DType.UINT8 ? 0 : 1));
        return value < high && value >= (type == DType.UINT8 ? 0 : -high);
    }
}
