package io.github.segloss.cpu;

import static io.github.segloss.cpu.Subjects.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Window;
import io.github.segloss.graph.Window.Border;
import io.github.segloss.graph.Window.Extreme;
import io.github.segloss.graph.Window.Footprint;
import io.github.segloss.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Ranked sums, distance transforms and windows against their definitions, written down plainly here. */
class StructuredOpsTest {

    // ---- ranked sums

    private static double[] rankedSums(double[] keys, double[] values) {
        Integer[] order =
                IntStream.range(0, keys.length)
                        .filter(i -> keys[i] != Double.NEGATIVE_INFINITY)
                        .boxed()
                        .toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -keys[i] + 0.0));
        double[] sums = new double[keys.length];
        double sum = 0;
        for (int i : order) {
            sum += values[i];
            sums[i] = sum;
        }
        return sums;
    }

    @Test
    void rankingByHand() {
        Ranking ranking = new Ranking();
        double[] keys = {1, 3, -0.0, 3, Double.NEGATIVE_INFINITY, 0.0, -5};
        double[] sums = new double[7];
        ranking.rank(keys);
        ranking.sums(new double[] {1, 10, 100, 1000, 1e9, 1e4, 1e5}, sums);
        assertArrayEquals(new double[] {1011, 10, 1111, 1010, 0, 11111, 111111}, sums);
        ranking.rank(new double[] {Double.NEGATIVE_INFINITY});
        double[] none = {5};
        ranking.sums(new double[] {1}, none);
        assertArrayEquals(new double[] {0}, none);
    }

    @Test
    void rankingOfManyKeys() {
        Random random = new Random(1);
        Ranking ranking = new Ranking();
        for (int size : new int[] {1, 2, 3, 100, 5000, 5000, 17}) {
            for (DoubleUnaryOperator shape :
                    List.<DoubleUnaryOperator>of(
                            x -> x, x -> Math.rint(x), x -> (float) x, x -> x * 1e-310, x -> 2)) {
                double[] keys = new double[size];
                double[] values = new double[size];
                for (int i = 0; i < size; i++) {
                    keys[i] = shape.applyAsDouble(random.nextGaussian() * 3);
                    values[i] = random.nextInt(10);
                    if (random.nextInt(20) == 0) {
                        keys[i] = Double.NEGATIVE_INFINITY;
                    }
                }
                double[] sums = new double[size];
                ranking.rank(keys);
                ranking.sums(values, sums);
                assertArrayEquals(rankedSums(keys, values), sums);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> rankedSumsOverSpaceAndBatch() {
        return Subjects.onBoth((backend, type) -> {
            int samples = 3;
            int pixels = 1500;
            Calculation c = new Calculation(2, Geometry.of(samples, pixels), type);
            Random random = new Random(3);
            Expr keys = c.randomPixels("keys", Axes.ALL, random);
            Expr values = c.randomPixels("values", Axes.BATCH_SPACE, random);
            c.output("space", values.rankedSum(keys, Axes.SPACE));
            c.output("more", keys.square().rankedSum(keys, Axes.SPACE));
            c.output("batch", values.rankedSum(keys.neg(), Axes.BATCH_SPACE));
            Calculation.Outcome found = c.run(backend);
            double[] k = c.arguments(0).tensor("keys").toDoubleArray();
            double[] v = c.arguments(0).tensor("values").toDoubleArray();
            double[] space = new double[k.length];
            double[] more = new double[k.length];
            double[] batch = new double[k.length];
            for (int klass = 0; klass < 2; klass++) {
                double[] allKeys = new double[samples * pixels];
                for (int n = 0; n < samples; n++) {
                    int from = (n * 2 + klass) * pixels;
                    double[] plane = Arrays.copyOfRange(k, from, from + pixels);
                    double[] of = Arrays.copyOfRange(v, n * pixels, (n + 1) * pixels);
                    System.arraycopy(rankedSums(plane, of), 0, space, from, pixels);
                    double[] squares = Arrays.stream(plane).map(x -> x * x).toArray();
                    System.arraycopy(rankedSums(plane, squares), 0, more, from, pixels);
                    for (int i = 0; i < pixels; i++) {
                        allKeys[n * pixels + i] = -plane[i];
                    }
                }
                double[] all = rankedSums(allKeys, v);
                for (int n = 0; n < samples; n++) {
                    System.arraycopy(all, n * pixels, batch, (n * 2 + klass) * pixels, pixels);
                }
            }
            assertClose(space, found.get("space"), Subjects.tolerance(type), "space");
            assertClose(more, found.get("more"), Subjects.tolerance(type), "more");
            assertClose(batch, found.get("batch"), Subjects.tolerance(type), "batch");
        });
    }

    // ---- images of one to three axes

    private static final List<int[]> SIZES =
            List.of(
                    new int[] {1},
                    new int[] {9},
                    new int[] {1, 5},
                    new int[] {4, 1},
                    new int[] {5, 7},
                    new int[] {2, 2},
                    new int[] {1, 1, 1},
                    new int[] {3, 1, 4},
                    new int[] {4, 5, 3});

    private static int count(int[] sizes) {
        return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    private static long[] at(int[] sizes, int index) {
        return Shape.of(Arrays.stream(sizes).asLongStream().toArray()).coordinates(index);
    }

    private static Geometry geometry(int[] sizes, Double... spacing) {
        Shape space = Shape.of(Arrays.stream(sizes).asLongStream().toArray());
        return new Geometry(1, space, List.of(spacing));
    }

    private static double[] distances(double[] mask, int[] sizes, Double[] spacing) {
        double[] result = new double[mask.length];
        for (int i = 0; i < mask.length; i++) {
            double best = Double.POSITIVE_INFINITY;
            for (int j = 0; j < mask.length; j++) {
                if (mask[j] == 0) {
                    double square = 0;
                    for (int axis = 0; axis < sizes.length; axis++) {
                        long steps = at(sizes, i)[axis] - at(sizes, j)[axis];
                        square += Math.pow(steps * spacing[axis], 2);
                    }
                    best = Math.min(best, square);
                }
            }
            result[i] = mask[i] == 0 || Double.isInfinite(best) ? 0 : Math.sqrt(best);
        }
        return result;
    }

    @TestFactory
    Stream<DynamicTest> distanceTransforms() {
        return Subjects.onBoth((backend, type) -> {
            Random random = new Random(5);
            for (int[] sizes : SIZES) {
                for (double share : new double[] {0, 0.3, 0.9, 1}) {
                    double[] mask = new double[count(sizes)];
                    Arrays.setAll(mask, _ -> random.nextDouble() < share ? 1 : 0);
                    for (boolean unit : new boolean[] {true, false}) {
                        Double[] spacing = new Double[sizes.length];
                        Arrays.setAll(spacing, axis -> unit ? 1.0 : 0.7 + axis);
                        Calculation c = new Calculation(1, geometry(sizes, spacing), type);
                        Condition m = c.pixels("mask", Axes.BATCH_SPACE, mask).gt(0.5);
                        double[] found = c.output("d", m.distanceTransform()).run(backend).get("d");
                        assertClose(
                                distances(mask, sizes, spacing),
                                found,
                                Subjects.tolerance(type),
                                Arrays.toString(sizes));
                    }
                }
            }
        });
    }

    // ---- windows

    private static List<Window> windows() {
        List<Window> all = new ArrayList<>();
        for (Extreme extreme : Extreme.values()) {
            for (Footprint footprint : Footprint.values()) {
                for (Border border : Border.values()) {
                    all.add(new Window(extreme, footprint, border));
                }
            }
        }
        return all;
    }

    /** What a window sees from an element: indices inside the image, -1 for each position outside that counts as 0. */
    private static List<Integer> neighbours(Window window, int[] sizes, int element) {
        List<Integer> all = new ArrayList<>();
        for (int code = 0; code < Math.pow(3, sizes.length); code++) {
            int index = 0;
            int steps = 0;
            boolean inside = true;
            for (int axis = 0, rest = code; axis < sizes.length; axis++, rest /= 3) {
                int step = rest % 3 - 1;
                long to = at(sizes, element)[axis] + step;
                steps += Math.abs(step);
                inside &= to >= 0 && to < sizes[axis];
                index = index * sizes[axis] + (int) to;
            }
            if (window.footprint() == Footprint.BOX || steps <= 1) {
                if (inside) {
                    all.add(index);
                } else if (window.border() == Border.ZERO) {
                    all.add(-1);
                }
            }
        }
        return all;
    }

    private static double extreme(Window window, double[] x, List<Integer> neighbours) {
        var values = neighbours.stream().mapToDouble(j -> j < 0 ? 0 : x[j]);
        return window.extreme() == Extreme.MIN
                ? values.min().orElseThrow()
                : values.max().orElseThrow();
    }

    @TestFactory
    Stream<DynamicTest> windowsByDefinition() {
        return Subjects.onBoth((backend, type) -> {
            Random random = new Random(6);
            for (Window window : windows()) {
                for (int[] sizes : SIZES) {
                    int count = count(sizes);
                    double[] x = new double[count];
                    double[] u = new double[count];
                    Arrays.setAll(x, _ -> random.nextInt(4) - 1); // many ties
                    Arrays.setAll(u, _ -> random.nextInt(9) - 4);
                    double[] extremes = new double[count];
                    double[] scattered = new double[count];
                    double[] gathered = new double[count];
                    for (int i = 0; i < count; i++) {
                        List<Integer> near = neighbours(window, sizes, i);
                        double extreme = extreme(window, x, near);
                        extremes[i] = extreme;
                        long hits =
                                near.stream().filter(j -> (j < 0 ? 0 : x[j]) == extreme).count();
                        for (int j : near) {
                            if (j >= 0 && x[j] == extreme) {
                                scattered[j] += u[i] / hits;
                                gathered[i] += u[j] / hits;
                            }
                        }
                    }
                    Double[] spacing = new Double[sizes.length];
                    Arrays.fill(spacing, 1.0);
                    Calculation c = new Calculation(1, geometry(sizes, spacing), type);
                    Expr a = c.pixels("x", Axes.BATCH_SPACE, x);
                    Expr b = c.pixels("u", Axes.BATCH_SPACE, u);
                    c.output("extreme", a.window(window));
                    c.output("scatter", Expr.of(Nodes.windowScatter(window, a.node(), b.node())));
                    c.output("gather", Expr.of(Nodes.windowGather(window, a.node(), b.node())));
                    Calculation.Outcome found = c.run(backend);
                    String what = window + " " + Arrays.toString(sizes);
                    double tolerance = Subjects.tolerance(type);
                    assertArrayEquals(extremes, found.get("extreme"), what);
                    assertClose(scattered, found.get("scatter"), tolerance, what);
                    assertClose(gathered, found.get("gather"), tolerance, what);
                }
            }
        });
    }

    @Test
    void everyImageRankIsTested() {
        assertEquals(List.of(1, 2, 3), SIZES.stream().map(s -> s.length).distinct().toList());
    }
}
