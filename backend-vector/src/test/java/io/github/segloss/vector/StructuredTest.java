package io.github.segloss.vector;

import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Window;
import io.github.segloss.graph.Window.Border;
import io.github.segloss.graph.Window.Extreme;
import io.github.segloss.graph.Window.Footprint;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranked sums, distance transforms and windows against the scalar backend. */
class StructuredTest {
    private static final List<Geometry> GEOMETRIES =
            List.of(
                    Geometry.of(2, 17),
                    Geometry.of(2, 9, 23),
                    Geometry.of(1, 1, 1),
                    Geometry.of(2, 5, 1),
                    Geometry.of(1, 70, 130),
                    new Geometry(2, Shape.of(6, 7, 19), List.of(2.5, 0.7, 1.1)));

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64", "FLOAT16"})
    void rankedSums(DType type) {
        for (Geometry geometry : GEOMETRIES) {
            for (Axes axes : List.of(Axes.SPACE, Axes.BATCH_SPACE)) {
                Pair pair = new Pair(3, geometry, 5).outputType(DType.FLOAT32);
                Expr x = pair.real("x", Axes.ALL, type, -4, 4);
                // Rounded keys tie, -infinity is left out, and both zeros occur.
                Expr keys = x.lt(-3).select(Double.NEGATIVE_INFINITY, x.mul(2).floor().mul(0.5));
                Expr v = pair.real("v", Axes.BATCH_SPACE, type, 0, 1);
                pair.output("ties", Expr.one().add(v.mul(0)).rankedSum(keys, axes));
                pair.output("exact", v.rankedSum(x, axes));
                pair.output("direct", Nodes.rankedSum(v.node(), x.node(), axes));
                pair.output("table", pair.table("t", Axes.CLASS, false).rankedSum(x.mul(x), axes));
                pair.agree(3e-7);
            }
        }
    }

    /** Masks and their negations are counted, not summed up; keys are NaN, infinite, or zeros of either sign. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void rankedCounts(DType type) {
        for (Geometry geometry : GEOMETRIES) {
            for (Axes axes : List.of(Axes.SPACE, Axes.BATCH_SPACE)) {
                Pair pair = new Pair(3, geometry, 10).outputType(type);
                Expr x = pair.real("x", Axes.ALL, type, -4, 4);
                Condition mask = pair.real("y", Axes.ALL, type, -1, 1).gt(0);
                Expr special = x.gt(3).select(Double.NaN, x.mul(0));
                Expr keys = x.lt(-3).select(Double.NEGATIVE_INFINITY, x.lt(0).select(x, special));
                pair.output("in", mask.toExpr().rankedSum(keys, axes));
                pair.output("out", mask.not().toExpr().rankedSum(keys, axes));
                pair.output("alone", mask.toExpr().rankedSum(x, axes));
                pair.output("summed", Expr.one().rankedSum(keys.add(1), axes));
                pair.agree(0);
            }
        }
    }

    /** Keys that differ only in their last bits, beside one that is far away from them. */
    @Test
    void rankedSumsOfCrowdedKeys() {
        Pair pair = new Pair(1, Geometry.of(1, 70, 130), 11);
        Random random = new Random(11);
        float[] values = new float[70 * 130];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 + random.nextInt(400) * Math.ulp(1f);
        }
        values[7] = 1e-30f;
        Expr keys = pair.given("keys", Axes.ALL, Tensor.wrap(values, values.length));
        Expr x = pair.real("x", Axes.ALL, DType.FLOAT32, 0, 1);
        pair.output("ranked", Expr.one().rankedSum(keys, Axes.SPACE));
        pair.output("counted", x.lt(0.5).toExpr().rankedSum(keys, Axes.SPACE));
        pair.agree(0);
    }

    /** NaN of either sign comes first, both zeros are equal, and minus infinity is left out wherever in a vector it is. */
    @Test
    void rankedSumsOfSpecialKeys() {
        float minusNaN = Float.intBitsToFloat(0xFFC00001);
        float[] specials = {Float.NaN, minusNaN, 0f, -0f, Float.POSITIVE_INFINITY, 1e-45f};
        for (int pixels = 1; pixels < 80; pixels++) {
            Random random = new Random(pixels);
            float[] values = new float[2 * pixels];
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        random.nextInt(3) == 0
                                ? specials[random.nextInt(specials.length)]
                                : random.nextFloat(-1, 1);
            }
            for (int i = 0; i < pixels / 8; i++) {
                values[random.nextInt(values.length)] = Float.NEGATIVE_INFINITY;
            }
            Pair pair = new Pair(1, Geometry.of(2, pixels), 14);
            Expr keys = pair.given("keys", Axes.ALL, Tensor.wrap(values, values.length));
            Expr x = pair.real("x", Axes.ALL, DType.FLOAT32, 0, 1);
            pair.output("ranked", Expr.one().rankedSum(keys, Axes.BATCH_SPACE));
            pair.output("counted", x.lt(0.5).toExpr().rankedSum(keys, Axes.SPACE));
            pair.output("others", x.lt(0.5).not().toExpr().rankedSum(keys, Axes.SPACE));
            pair.agree(0);
        }
    }

    /** Only what belongs to the caller is added to. */
    @Test
    void temporariesAreNotAddedTo() {
        for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
            Pair pair = new Pair(2, Geometry.of(2, 9, 67), 12).outputType(type);
            Expr x = pair.real("x", Axes.ALL, type, -3, 3);
            Expr ranked = x.gt(0).toExpr().rankedSum(x.mul(x), Axes.SPACE);
            pair.output("ranked", ranked.mul(x).add(x.lt(1).distanceTransform()));
            pair.agree(1e-6, true);
        }
    }

    /** Temporaries of more elements than an array holds are other memory. */
    @Test
    void temporariesThatAreNoArrays() {
        System.setProperty(Limits.ARRAY_PROPERTY, "100");
        try {
            for (Geometry geometry : GEOMETRIES) {
                for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
                    Pair pair = new Pair(3, geometry, 13).outputType(type);
                    Expr x = pair.real("x", Axes.ALL, type, -4, 4);
                    Condition mask = x.lt(1);
                    Window window = new Window(Extreme.MIN, Footprint.BOX, Border.IGNORED);
                    pair.output("inside", mask.distanceTransform());
                    pair.output("outside", mask.not().distanceTransform());
                    pair.output("counted", mask.toExpr().rankedSum(x, Axes.SPACE));
                    pair.output("summed", x.rankedSum(x.mul(x), Axes.BATCH_SPACE));
                    pair.output("window", x.window(window));
                    pair.agree(1e-6);
                }
            }
        } finally {
            System.clearProperty(Limits.ARRAY_PROPERTY);
        }
    }

    @Test
    void distances() {
        for (Geometry geometry : GEOMETRIES) {
            for (double threshold : new double[] {-5, -2, 0, 2.9, 5}) {
                Pair pair = new Pair(2, geometry, 6);
                Expr x = pair.real("x", Axes.ALL);
                pair.output("d", x.lt(threshold).distanceTransform());
                pair.output("e", x.gt(threshold).distanceTransform().mul(x));
                pair.agree(3e-7);
            }
        }
    }

    /** A signed map shares what its two transforms have in common. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void distancesOfAMaskAndItsNegation(DType type) {
        for (Geometry geometry : GEOMETRIES) {
            for (double threshold : new double[] {-5, -2, 0, 2.9, 5}) {
                Pair pair = new Pair(2, geometry, 8).outputType(type);
                Condition mask = pair.real("x", Axes.ALL, type, -3, 3).lt(threshold);
                pair.output("inside", mask.distanceTransform());
                pair.output("outside", mask.not().distanceTransform());
                pair.agree(isExact(geometry) ? 0 : 3e-7);
            }
        }
    }

    /** A few elements of one kind in long lines: near ones are searched for, and those too far away are not. */
    @Test
    void distancesOfFarElements() {
        List<Geometry> geometries =
                List.of(
                        Geometry.of(1, 1500, 37),
                        new Geometry(1, Shape.of(3, 1500, 21), List.of(20.0, 0.3, 0.5)),
                        new Geometry(1, Shape.of(1500, 2, 21), List.of(0.1, 7.0, 0.5)),
                        new Geometry(1, Shape.of(60, 70), List.of(1e20, 1e20)),
                        new Geometry(1, Shape.of(60, 70), List.of(1e-25, 1e-25)));
        for (Geometry geometry : geometries) {
            for (double share : new double[] {0.0001, 0.01, 0.3}) {
                Pair pair = new Pair(1, geometry, 9);
                Condition rare = pair.real("x", Axes.ALL, DType.FLOAT32, 0, 1).lt(share);
                pair.output("inside", rare.distanceTransform());
                pair.output("outside", rare.not().distanceTransform());
                pair.agree(isExact(geometry) ? 0 : 3e-7);
            }
        }
    }

    /** With spacing 1, squared distances are whole numbers that float32 holds. */
    private static boolean isExact(Geometry geometry) {
        return geometry.spacing().stream().allMatch(spacing -> spacing == 1);
    }

    @Test
    void windows() {
        for (Geometry geometry : GEOMETRIES) {
            for (Extreme extreme : Extreme.values()) {
                for (Footprint footprint : Footprint.values()) {
                    for (Border border : Border.values()) {
                        Window window = new Window(extreme, footprint, border);
                        Pair pair = new Pair(2, geometry, 7);
                        // Few values, so that extremes tie and 0 is one of them.
                        Expr x = pair.real("x", Axes.ALL).floor();
                        Expr u = pair.real("u", Axes.ALL);
                        pair.output("extreme", x.window(window));
                        pair.output("twice", x.window(window).window(window));
                        pair.output("scatter", Nodes.windowScatter(window, x.node(), u.node()));
                        pair.output("gather", Nodes.windowGather(window, x.node(), u.node()));
                        pair.agree(1e-6);
                    }
                }
            }
        }
    }
}
