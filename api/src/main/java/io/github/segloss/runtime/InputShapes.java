package io.github.segloss.runtime;

import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Geometry;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Role;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a call, read off its tensors after checking that they fit together.
 *
 * @param geometry batch, space and spacing
 * @param layout which inputs are given
 */
record InputShapes(Geometry geometry, InputLayout layout) {
    /** Classes are an inner axis: programs hold tables of them, and backends tiles of all classes of some pixels. */
    private static final int MOST_CHANNELS = 1 << 16;

    static InputShapes check(String lossId, LossOptions options, LossInputs inputs) {
        Tensor prediction = inputs.prediction();
        Shape shape = prediction.shape();
        if (!prediction.dtype().isFloating()) {
            throw new ShapeMismatchException(
                    lossId
                            + ": the prediction is "
                            + prediction
                            + "; it must be FLOAT32, FLOAT64, FLOAT16 or BFLOAT16");
        }
        if (shape.rank() < 3 || shape.rank() > 5) {
            throw new ShapeMismatchException(
                    lossId
                            + ": the prediction has shape "
                            + shape
                            + "; it must be [N, C, spatial...] with 1 to 3 spatial axes");
        }
        long[] sizes = shape.toArray();
        if (sizes[1] > MOST_CHANNELS) {
            throw new ShapeMismatchException(
                    lossId
                            + ": the prediction has shape "
                            + shape
                            + " with "
                            + sizes[1]
                            + " channels; at most "
                            + MOST_CHANNELS
                            + " are allowed");
        }
        int channels = (int) sizes[1];
        long[] space = Arrays.copyOfRange(sizes, 2, sizes.length);
        Geometry plain = Geometry.of(sizes[0], space);
        Geometry geometry =
                inputs.spacing().isEmpty()
                        ? plain
                        : new Geometry(plain.batch(), plain.space(), inputs.spacing());
        checkTarget(lossId, options, inputs.target(), shape);
        Axes weightMap = pixelOrElement(lossId, "weight map", inputs.weightMap(), shape);
        if (weightMap != null && weightMap.equals(Axes.ALL) && channels == 1) {
            weightMap = Axes.BATCH_SPACE;
        }
        Tensor mask = inputs.mask();
        if (mask != null && !isPerPixel(mask.shape(), shape)) {
            throw mismatch(lossId, "mask", mask, perPixel(shape));
        }
        Tensor distances = inputs.distanceMap();
        if (distances != null && !distances.shape().equals(shape)) {
            throw mismatch(lossId, "distance map", distances, "the prediction's shape " + shape);
        }
        InputLayout layout =
                new InputLayout(
                        channels,
                        mask != null,
                        weightMap,
                        distances != null,
                        inputs.upstream() != null);
        return new InputShapes(geometry, layout);
    }

    private static void checkTarget(
            String lossId, LossOptions options, Tensor target, Shape prediction) {
        if (options.target().isDense()) {
            if (!target.shape().equals(prediction)
                    && !(prediction.size(1) == 1 && isPerPixel(target.shape(), prediction))) {
                throw mismatch(lossId, "target", target, "the prediction's shape " + prediction);
            }
            return;
        }
        if (!isPerPixel(target.shape(), prediction)) {
            throw mismatch(lossId, "target of class indices", target, perPixel(prediction));
        }
        if (!target.dtype().isInteger()) {
            throw new ShapeMismatchException(
                    lossId
                            + ": the target of class indices is "
                            + target
                            + "; it must be UINT8, INT8, INT16, INT32 or INT64");
        }
    }

    private static @Nullable Axes pixelOrElement(
            String lossId, String what, @Nullable Tensor map, Shape prediction) {
        if (map == null) {
            return null;
        }
        if (map.shape().equals(prediction)) {
            return Axes.ALL;
        }
        if (isPerPixel(map.shape(), prediction)) {
            return Axes.BATCH_SPACE;
        }
        throw mismatch(
                lossId,
                what,
                map,
                perPixel(prediction) + " or the prediction's shape " + prediction);
    }

    /** Whether a shape is [N, spatial...] or [N, 1, spatial...] of a prediction. */
    private static boolean isPerPixel(Shape shape, Shape prediction) {
        return shape.equals(without(prediction, false)) || shape.equals(without(prediction, true));
    }

    private static Shape without(Shape prediction, boolean keepsUnitAxis) {
        long[] sizes = prediction.toArray();
        if (keepsUnitAxis) {
            sizes[1] = 1;
            return Shape.of(sizes);
        }
        long[] shorter = new long[sizes.length - 1];
        shorter[0] = sizes[0];
        System.arraycopy(sizes, 2, shorter, 1, sizes.length - 2);
        return Shape.of(shorter);
    }

    private static String perPixel(Shape prediction) {
        return without(prediction, false) + " or " + without(prediction, true);
    }

    private static ShapeMismatchException mismatch(
            String lossId, String what, Tensor found, String needed) {
        return new ShapeMismatchException(
                lossId
                        + ": the "
                        + what
                        + " has shape "
                        + found.shape()
                        + "; it must be "
                        + needed);
    }

    static Tensor tensor(LossInputs inputs, Role role) {
        Tensor tensor =
                switch (role) {
                    case PREDICTION -> inputs.prediction();
                    case TARGET -> inputs.target();
                    case WEIGHT_MAP -> inputs.weightMap();
                    case MASK -> inputs.mask();
                    case DISTANCE_MAP -> inputs.distanceMap();
                    case UPSTREAM -> inputs.upstream();
                    case PARAMETER, OTHER -> null;
                };
        if (tensor == null) {
            throw new ShapeMismatchException(
                    "no tensor was given for the role "
                            + role
                            + "; given are "
                            + List.of(inputs.prediction(), inputs.target()));
        }
        return tensor;
    }
}
