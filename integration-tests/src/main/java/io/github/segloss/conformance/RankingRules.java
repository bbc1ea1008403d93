package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Ranked sums against {@link Definitions}: the order of keys, of equal keys, and of keys that are no ordinary numbers. */
final class RankingRules {
    private static final long SEED = 90_001;

    private RankingRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return Stream.of(
                        subject.forWideTypes(
                                "required_rankedSum_distinctKeys",
                                type -> rankedSums(subject, type, Keys.DISTINCT)),
                        subject.forWideTypes(
                                "required_rankedSum_tiesGoByIndex",
                                type -> rankedSums(subject, type, Keys.TIED)),
                        subject.forWideTypes(
                                "required_rankedSum_minusInfinityIsLeftOut",
                                type -> rankedSums(subject, type, Keys.LEFT_OUT)),
                        subject.forWideTypes(
                                "required_rankedSum_zerosOfBothSignsAreEqual",
                                type -> zeros(subject, type)),
                        subject.forWideTypes(
                                "required_rankedSum_nanComesFirst", type -> nan(subject, type)),
                        subject.forWideTypes(
                                "required_rankedSum_sharedSort", type -> sharedSort(subject, type)))
                .flatMap(s -> s);
    }

    /** What kind of keys are ranked. */
    private enum Keys {
        DISTINCT,
        TIED,
        LEFT_OUT
    }

    private static double[] keys(SplittableRandom random, int count, Keys kind) {
        double[] keys = BroadcastRules.random(random, count);
        for (int i = 0; i < count; i++) {
            keys[i] =
                    switch (kind) {
                        case DISTINCT -> keys[i];
                        case TIED -> Math.rint(keys[i]) + 0.5;
                        case LEFT_OUT ->
                                i % 3 == 1
                                        ? Double.NEGATIVE_INFINITY
                                        : Math.rint(4 * keys[i]) + 0.25;
                    };
        }
        return keys;
    }

    private static void rankedSums(Subject subject, DType type, Keys kind) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (Sizes sizes :
                List.of(Sizes.of(2, 3, 65), Sizes.of(1, 1, 1), Sizes.of(2, 2, 3, 5, 7))) {
            for (Axes axes : List.of(Axes.SPACE, Axes.BATCH_SPACE)) {
                for (Axes keyExtent : List.of(Axes.BATCH_SPACE, Axes.ALL)) {
                    for (Axes valueExtent : List.of(Axes.BATCH_SPACE, Axes.ALL)) {
                        GraphRun run = new GraphRun(subject.backend(), type, sizes);
                        double[] keys = run.rounded(keys(random, sizes.elements(keyExtent), kind));
                        double[] values =
                                run.rounded(
                                        BroadcastRules.random(random, sizes.elements(valueExtent)));
                        double[] expected =
                                Definitions.rankedSum(
                                        sizes, axes, keyExtent, keys, valueExtent, values);
                        Node sum =
                                Nodes.rankedSum(
                                        run.input("k", keyExtent, keys),
                                        run.input("v", valueExtent, values),
                                        axes);
                        StructuredRules.check(
                                type,
                                sizes,
                                sum,
                                expected,
                                run.run(sum),
                                "ranked sum over " + axes + ", keys {" + keyExtent + "}");
                    }
                }
            }
        }
    }

    private static void zeros(Subject subject, DType type) {
        double normal = Tolerance.smallestNormal(type);
        ranks(
                subject,
                type,
                new double[] {-0.0, 0.0, -normal, -0.0, normal, 0.0, -0.0},
                new double[] {2, 3, 7, 4, 1, 5, 6});
        for (Sizes sizes : List.of(Sizes.of(2, 3, 65), Sizes.of(2, 1, 1021))) {
            for (Axes axes : List.of(Axes.SPACE, Axes.BATCH_SPACE)) {
                manyZeros(subject, type, sizes, axes);
            }
        }
    }

    /** Mostly zeros: keys that are read, and keys that are a product, whose zeros have the signs that multiplying gives. */
    private static void manyZeros(Subject subject, DType type, Sizes sizes, Axes axes) {
        SplittableRandom random = new SplittableRandom(SEED);
        int count = sizes.elements(Axes.ALL);
        double[] x = new double[count];
        double[] factor = new double[count];
        double[] product = new double[count];
        for (int i = 0; i < count; i++) {
            x[i] = random.nextInt(4) == 0 ? random.nextInt(-2, 3) : random.nextBoolean() ? 0 : -0.0;
            factor[i] = random.nextInt(-1, 2);
            product[i] = x[i] * factor[i];
        }
        double[] values = new double[count];
        Arrays.setAll(values, i -> 1 + i % 7);
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        Node read = run.input("x", Axes.ALL, x);
        Node computed =
                Nodes.binary(BinaryFunction.MUL, read, run.input("factor", Axes.ALL, factor));
        Node v = run.input("v", Axes.ALL, values);
        Node byRead = Nodes.rankedSum(read, v, axes);
        Node byComputed = Nodes.rankedSum(computed, v, axes);
        var found = run.output("read", byRead).output("computed", byComputed).run();
        double[] ofRead = Definitions.rankedSum(sizes, axes, Axes.ALL, x, Axes.ALL, values);
        double[] ofComputed =
                Definitions.rankedSum(sizes, axes, Axes.ALL, product, Axes.ALL, values);
        StructuredRules.check(
                type, sizes, byRead, ofRead, found.get("read"), "zeros read, over " + axes);
        StructuredRules.check(
                type,
                sizes,
                byComputed,
                ofComputed,
                found.get("computed"),
                "zeros computed, over " + axes);
    }

    /** A NaN ranks before everything, several by index, and infinity next; so a NaN is never lost in the middle. */
    private static void nan(Subject subject, DType type) {
        double inf = Double.POSITIVE_INFINITY;
        ranks(
                subject,
                type,
                new double[] {1, Double.NaN, inf, -inf, -Double.NaN, -2, inf, Double.NaN},
                new double[] {6, 1, 4, 0, 2, 7, 5, 3});
    }

    private static void ranks(Subject subject, DType type, double[] keys, double[] expected) {
        Sizes sizes = Sizes.of(1, 1, keys.length);
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        Node rank =
                Nodes.rankedSum(
                        run.input("k", Axes.BATCH_SPACE, keys), Nodes.constant(1), Axes.SPACE);
        double[] found = run.run(rank);
        StructuredRules.check(
                type, sizes, rank, expected, found, "ranks of " + Arrays.toString(keys));
    }

    /** Two sums over one ranking, of computed keys, one of a constant: the rank itself. */
    private static void sharedSort(Subject subject, DType type) {
        Sizes sizes = Sizes.of(2, 2, 64);
        SplittableRandom random = new SplittableRandom(SEED);
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        double[] x = run.rounded(keys(random, sizes.elements(Axes.ALL), Keys.TIED));
        double[] v = run.rounded(BroadcastRules.random(random, sizes.elements(Axes.ALL)));
        double[] negated = Arrays.stream(x).map(k -> -k).toArray();
        double[] ones = new double[] {1};
        Node keys =
                Nodes.binary(BinaryFunction.SUB, Nodes.constant(0), run.input("x", Axes.ALL, x));
        Node rank = Nodes.rankedSum(keys, Nodes.constant(1), Axes.SPACE);
        Node sum = Nodes.rankedSum(keys, run.input("v", Axes.ALL, v), Axes.SPACE);
        var found = run.output("rank", rank).output("sum", sum).run();
        double[] ranks =
                Definitions.rankedSum(sizes, Axes.SPACE, Axes.ALL, negated, Axes.NONE, ones);
        double[] sums = Definitions.rankedSum(sizes, Axes.SPACE, Axes.ALL, negated, Axes.ALL, v);
        StructuredRules.check(type, sizes, rank, ranks, found.get("rank"), "rank");
        StructuredRules.check(
                type, sizes, sum, sums, found.get("sum"), "ranked sum of a shared sort");
    }
}
