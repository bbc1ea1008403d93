package io.github.segloss.maps;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The weight map of the U-Net, which teaches a network the thin gaps between touching objects:
 * {@code w(i) = w_class(i) + w0 exp(-(d1 + d2)^2 / (2 sigma^2))}, the second term on background pixels only, where d1 and d2 are the distances to the
 * nearest and the second nearest object. An image with fewer than two objects has no such term.
 *
 * <p>Ronneberger, Fischer, Brox: U-Net, MICCAI 2015, eq. 2 (there w0 = 10, sigma = 5), doi:10.1007/978-3-319-24574-4_28. The map multiplies the
 * cross-entropy: give it to {@code unet_weighted_cross_entropy} as the weight map.
 *
 * @param w0 the height of the separation term, finite and at least 0
 * @param sigma its width in units of the spacing, finite and above 0
 * @param backgroundWeight the weight of background pixels, finite and at least 0
 * @param foregroundWeight the weight of object pixels, finite and at least 0
 */
public record UnetWeightMap(
        double w0, double sigma, double backgroundWeight, double foregroundWeight) {
    /** How many objects have their distances computed at once: bounds the memory, whatever the number of objects. */
    private static final int OBJECTS_AT_ONCE = 8;

    private static final String NEAREST = "nearest";
    private static final String SECOND = "second";

    /**
     * Checks the parameters.
     *
     * @param w0 the height of the separation term
     * @param sigma its width
     * @param backgroundWeight the weight of background pixels
     * @param foregroundWeight the weight of object pixels
     * @throws InvalidParameterException if one is out of range
     */
    public UnetWeightMap {
        require("w0", w0, w0 >= 0, "at least 0");
        require("sigma", sigma, sigma > 0, "above 0");
        require("backgroundWeight", backgroundWeight, backgroundWeight >= 0, "at least 0");
        require("foregroundWeight", foregroundWeight, foregroundWeight >= 0, "at least 0");
    }

    private static void require(String name, double value, boolean fits, String range) {
        if (!fits || Double.isInfinite(value)) {
            throw new InvalidParameterException(
                    "U-Net weight map: parameter "
                            + name
                            + " is "
                            + value
                            + "; it must be finite and "
                            + range);
        }
    }

    /** The map of the paper: w0 = 10, sigma = 5, both class weights 1. */
    public UnetWeightMap() {
        this(10, 5, 1, 1);
    }

    /**
     * {@return the weight of each pixel, of the shape of the instances}
     *
     * <p>Distances are computed for every object, so the time grows with their number.
     *
     * @param session where the map is computed
     * @param instances 0 for background, another number for each object, [N, spatial...], integer; numbers are those of their own sample
     * @param type the element type of the map, floating
     * @param spacing the distance between neighbours along each spatial axis, finite and above 0
     * @throws ShapeMismatchException if the instances are not integers with as many spatial axes as the spacing has values
     */
    public Tensor compute(Session session, Tensor instances, DType type, double... spacing) {
        if (!instances.dtype().isInteger() || instances.shape().rank() != spacing.length + 1) {
            throw new ShapeMismatchException(
                    "U-Net weight map: the instances are "
                            + instances
                            + "; they must be integers of shape [N, spatial...], here with "
                            + spacing.length
                            + " spatial axes, one for each value of the spacing");
        }
        Geometry geometry = PixelRun.images("instances", instances, spacing);
        Numbered objects = numbered(session.backend().download(instances), geometry);
        Tensor nearest = infinite(type, instances.shape());
        Tensor second = infinite(type, instances.shape());
        for (int first = 1; first <= objects.count(); first += OBJECTS_AT_ONCE) {
            Map<String, Tensor> closer =
                    nearer(session, geometry, objects.image(), first, nearest, second);
            nearest = closer.get(NEAREST);
            second = closer.get(SECOND);
        }
        return weights(session, geometry, objects.image(), nearest, second);
    }

    /** Objects numbered from 1 in each sample; the count is that of the sample with most. */
    private record Numbered(Tensor image, int count) {}

    private static Numbered numbered(Tensor instances, Geometry geometry) {
        Tensor image = Tensor.zeros(DType.INT32, instances.shape());
        int count = 0;
        long pixels = geometry.pixels();
        for (long start = 0; start < instances.shape().elements(); start += pixels) {
            Map<Long, Integer> numbers = new HashMap<>();
            for (long i = start; i < start + pixels; i++) {
                long label = instances.longAt(i);
                if (label != 0) {
                    image.set(i, numbers.computeIfAbsent(label, _ -> numbers.size() + 1));
                }
            }
            count = Math.max(count, numbers.size());
        }
        return new Numbered(image, count);
    }

    private static Tensor infinite(DType type, Shape shape) {
        Tensor tensor = Tensor.zeros(type, shape);
        for (long i = 0; i < shape.elements(); i++) {
            tensor.set(i, Double.POSITIVE_INFINITY);
        }
        return tensor;
    }

    /** The two smallest distances so far and those to some more objects, merged. */
    private static Map<String, Tensor> nearer(
            Session session,
            Geometry geometry,
            Tensor objects,
            int first,
            Tensor nearest,
            Tensor second) {
        PixelRun run = new PixelRun(session, OBJECTS_AT_ONCE, geometry);
        double[] numbers = new double[OBJECTS_AT_ONCE];
        Arrays.setAll(numbers, k -> first + k);
        Expr label = Expr.of(Nodes.unary(UnaryFunction.CAST, run.labels("objects", objects)));
        Condition object = label.eq(run.table("numbers", Axes.CLASS, numbers));
        Condition exists = object.toExpr().sum(Axes.SPACE).gt(0);
        Expr distances = exists.select(object.not().distanceTransform(), Double.POSITIVE_INFINITY);
        Expr low = distances.min(Axes.CLASS);
        Expr next =
                distances
                        .neg()
                        .isArgmax()
                        .select(Double.POSITIVE_INFINITY, distances)
                        .min(Axes.CLASS);
        Expr lowBefore = run.floats("nearest_before", nearest, Axes.BATCH_SPACE);
        Expr nextBefore = run.floats("second_before", second, Axes.BATCH_SPACE);
        DType type = nearest.dtype();
        Shape shape = nearest.shape();
        run.output(NEAREST, low.min(lowBefore), Axes.BATCH_SPACE, type, shape);
        run.output(
                SECOND,
                low.max(lowBefore).min(next.min(nextBefore)),
                Axes.BATCH_SPACE,
                type,
                shape);
        return run.run();
    }

    private Tensor weights(
            Session session, Geometry geometry, Tensor objects, Tensor nearest, Tensor second) {
        PixelRun run = new PixelRun(session, 1, geometry);
        Condition background =
                Condition.of(
                        Nodes.binary(
                                BinaryFunction.EQ, run.labels("objects", objects), Nodes.index(0)));
        Expr d1 = run.floats("nearest_before", nearest, Axes.BATCH_SPACE);
        Expr d2 = run.floats("second_before", second, Axes.BATCH_SPACE);
        Expr width = run.table("sigma", Axes.NONE, sigma);
        Expr gap =
                d1.add(d2)
                        .div(width)
                        .square()
                        .mul(-0.5)
                        .exp()
                        .mul(run.table("w0", Axes.NONE, w0))
                        .add(run.table("background", Axes.NONE, backgroundWeight));
        Expr map = background.select(gap, run.table("foreground", Axes.NONE, foregroundWeight));
        run.output("map", map, Axes.BATCH_SPACE, nearest.dtype(), nearest.shape());
        return run.run().get("map");
    }
}
