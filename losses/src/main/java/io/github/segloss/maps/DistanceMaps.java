package io.github.segloss.maps;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Window;
import io.github.segloss.loss.InputRule;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;

/**
 * Exact Euclidean distance maps of masks and labels, computed on the backend of a session. Distances are in units of the spacing, which is one number for
 * each spatial axis, the last axes of a tensor; of masks all axes before them are independent images. Thread-safe.
 */
public final class DistanceMaps {
    private static final String MAP = "map";
    private static final Window EROSION =
            new Window(Window.Extreme.MIN, Window.Footprint.CROSS, Window.Border.ZERO);

    private final Session session;
    private final DType type;

    /**
     * Creates a maker of maps.
     *
     * @param session where maps are computed
     * @param type the element type of the maps, floating
     */
    public DistanceMaps(Session session, DType type) {
        if (!type.isFloating()) {
            throw new InvalidParameterException(
                    "distance maps cannot be " + type + "; they must have a floating type");
        }
        this.session = session;
        this.type = type;
    }

    /**
     * {@return the distance of each pixel of a mask to the nearest pixel outside of it; 0 for pixels outside, and everywhere in an image that is all mask}
     *
     * @param mask 0 or 1, [..., spatial...]
     * @param spacing the distance between neighbours along each spatial axis, finite and above 0
     * @throws io.github.segloss.InvalidTargetException if the mask holds another value
     */
    public Tensor distanceTransform(Tensor mask, double... spacing) {
        PixelRun run = images(mask, spacing);
        Condition inside = mask(run, "mask", mask);
        run.output(MAP, inside.distanceTransform(), Axes.BATCH_SPACE, type, mask.shape());
        return run.run().get(MAP);
    }

    /**
     * {@return the signed distance map of each mask, for the boundary loss: the distance to the mask outside, and
     * {@code -(distance to the background - inside shift)} inside; 0 everywhere for a mask that is empty or full}
     *
     * <p>Kervadec et al. 2021, doi:10.1016/j.media.2020.101851; the shift of 1 is that of the authors' code, by which pixels at the boundary are
     * 0 at spacing 1.
     *
     * @param masks 0 or 1, [..., spatial...], one mask for each index of the leading axes
     * @param insideShift what is taken off distances inside, finite
     * @param spacing the distance between neighbours along each spatial axis, finite and above 0
     * @throws io.github.segloss.InvalidTargetException if a mask holds another value
     */
    public Tensor signed(Tensor masks, double insideShift, double... spacing) {
        PixelRun run = images(masks, spacing);
        Expr map = signed(run, mask(run, "mask", masks), insideShift);
        run.output(MAP, map, Axes.BATCH_SPACE, type, masks.shape());
        return run.run().get(MAP);
    }

    /**
     * {@return the signed distance maps of all classes of a label image, [N, C, spatial...], see {@link #signed}}
     *
     * @param labels class indices, [N, spatial...], integer; a label that is not 0 to {@code classes - 1}, such as an ignore index, belongs to no class
     * @param classes the number of classes, at least 1; for 1 the map is that of label 1, as for a prediction of a single channel
     * @param insideShift what is taken off distances inside, finite
     * @param spacing the distance between neighbours along each spatial axis, finite and above 0
     */
    public Tensor signedOfLabels(
            Tensor labels, int classes, double insideShift, double... spacing) {
        if (!labels.dtype().isInteger() || labels.shape().rank() != spacing.length + 1) {
            throw new ShapeMismatchException(
                    "the labels are "
                            + labels
                            + "; they must be integers of shape [N, spatial...], here with "
                            + spacing.length
                            + " spatial axes, one for each value of the spacing");
        }
        if (classes < 1) {
            throw new InvalidParameterException(
                    "the number of classes is " + classes + "; it must be at least 1");
        }
        Geometry geometry = PixelRun.images("labels", labels, spacing);
        PixelRun run = new PixelRun(session, classes, geometry);
        Condition ofClass =
                Condition.of(
                        Nodes.binary(
                                BinaryFunction.EQ,
                                classes == 1 ? Nodes.index(1) : Nodes.classIndex(),
                                run.labels("labels", labels)));
        Axes extent = classes == 1 ? Axes.BATCH_SPACE : Axes.ALL;
        run.output(
                MAP, signed(run, ofClass, insideShift), extent, type, withClasses(labels, classes));
        return run.run().get(MAP);
    }

    private static Shape withClasses(Tensor labels, int classes) {
        long[] sizes = labels.shape().toArray();
        long[] longer = new long[sizes.length + 1];
        longer[0] = sizes[0];
        longer[1] = classes;
        System.arraycopy(sizes, 1, longer, 2, sizes.length - 1);
        return Shape.of(longer);
    }

    private static Expr signed(PixelRun run, Condition mask, double insideShift) {
        if (!Double.isFinite(insideShift)) {
            throw new InvalidParameterException(
                    "the inside shift is " + insideShift + "; it must be finite");
        }
        Expr shift = run.table("inside_shift", Axes.NONE, insideShift);
        Condition hasInside = mask.toExpr().sum(Axes.SPACE).gt(0);
        Condition hasOutside = mask.not().toExpr().sum(Axes.SPACE).gt(0);
        Expr inside = shift.sub(mask.distanceTransform());
        Expr outside = mask.not().distanceTransform();
        return hasInside.and(hasOutside).select(mask.select(inside, outside), 0);
    }

    /**
     * {@return 1 on the surface of each mask, that is, the pixels that lose a face neighbour or the edge of the image: the mask minus its erosion by the
     * face-connected cross, outside counting as background}
     *
     * @param mask 0 or 1, [..., spatial...]
     * @param spatialAxes how many of its last axes are spatial, 1 to 3
     * @throws io.github.segloss.InvalidTargetException if the mask holds another value
     */
    public Tensor surface(Tensor mask, int spatialAxes) {
        double[] ones = new double[spatialAxes];
        Arrays.fill(ones, 1);
        PixelRun run = images(mask, ones);
        Expr surface = surface(mask(run, "mask", mask)).toExpr();
        run.output(MAP, surface, Axes.BATCH_SPACE, DType.FLOAT32, mask.shape());
        return run.run().get(MAP).to(DType.UINT8);
    }

    /**
     * {@return on each surface pixel of one mask the distance to the nearest surface pixel of the other; -1 elsewhere, and everywhere if the other is empty}
     *
     * @param from the mask whose surface pixels have distances, 0 or 1, [..., spatial...]
     * @param to the other mask, of the same shape
     * @param spacing the distance between neighbours along each spatial axis, finite and above 0
     * @throws ShapeMismatchException if the shapes differ
     * @throws io.github.segloss.InvalidTargetException if a mask holds another value
     */
    public Tensor surfaceDistances(Tensor from, Tensor to, double... spacing) {
        if (!from.shape().equals(to.shape())) {
            throw new ShapeMismatchException(
                    "the masks have shapes "
                            + from.shape()
                            + " and "
                            + to.shape()
                            + "; they must be equal");
        }
        PixelRun run = images(from, spacing);
        Condition start = surface(mask(run, "from", from));
        Condition end = surface(mask(run, "to", to));
        Condition measured = start.and(end.toExpr().sum(Axes.SPACE).gt(0));
        Expr distances = measured.select(end.not().distanceTransform(), -1);
        run.output(MAP, distances, Axes.BATCH_SPACE, type, from.shape());
        return run.run().get(MAP);
    }

    private static Condition surface(Condition mask) {
        return mask.and(mask.toExpr().window(EROSION).lt(0.5));
    }

    private PixelRun images(Tensor mask, double... spacing) {
        return new PixelRun(session, 1, PixelRun.images("mask", mask, spacing));
    }

    private static Condition mask(PixelRun run, String name, Tensor mask) {
        return run.floats(name, "mask", mask, Axes.BATCH_SPACE, InputRule.ZERO_OR_ONE).gt(0.5);
    }
}
