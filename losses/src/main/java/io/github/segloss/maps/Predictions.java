package io.github.segloss.maps;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.InputRule;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;

/** Turns the output of a network into label images on the backend of a session. Thread-safe. */
public final class Predictions {
    private static final String LABELS = "labels";

    private final Session session;

    /**
     * Creates a maker of label images.
     *
     * @param session where they are computed
     */
    public Predictions(Session session) {
        this.session = session;
    }

    /**
     * {@return 1 where the probability of an independent channel exceeds a threshold, else 0: UINT8 of the shape of the prediction}
     *
     * @param prediction [N, C, spatial...], logits under sigmoid, probabilities under none
     * @param activation sigmoid or none
     * @param threshold the probability that must be exceeded, in [0, 1)
     * @throws InvalidParameterException if the activation is softmax, or the threshold is not in [0, 1)
     * @throws io.github.segloss.InvalidTargetException if the prediction holds NaN or infinity, or, under none, no probability
     */
    public Tensor threshold(Tensor prediction, Activation activation, double threshold) {
        if (activation == Activation.SOFTMAX) {
            throw new InvalidParameterException(
                    "a threshold is for independent channels, activation sigmoid or none, not softmax: use argmax");
        }
        if (!(threshold >= 0 && threshold < 1)) {
            throw new InvalidParameterException(
                    "the threshold is " + threshold + "; it must be at least 0 and below 1");
        }
        Channels channels = Channels.of(prediction);
        PixelRun run = new PixelRun(session, channels.count(), channels.geometry());
        boolean isLogits = activation == Activation.SIGMOID;
        InputRule rule = isLogits ? InputRule.FINITE : InputRule.PROBABILITY;
        Expr x = run.floats("prediction", "prediction", prediction, channels.extent(), rule);
        Expr p = isLogits ? Formulas.sigmoid(x) : x;
        Expr above = p.gt(run.table("threshold", Axes.NONE, threshold)).toExpr();
        run.output(LABELS, above, channels.extent(), DType.FLOAT32, prediction.shape());
        return run.run().get(LABELS).to(DType.UINT8);
    }

    /**
     * {@return the class of the largest value of each pixel, the lowest of equals: [N, spatial...], UINT8 for up to 256 classes, else INT32}
     *
     * @param prediction logits or probabilities of exclusive classes, [N, C, spatial...]
     * @throws io.github.segloss.InvalidTargetException if the prediction holds NaN or infinity
     */
    public Tensor argmax(Tensor prediction) {
        Channels channels = Channels.of(prediction);
        if (channels.count() == 1) {
            throw new ShapeMismatchException(
                    "the prediction has shape "
                            + prediction.shape()
                            + " with a single channel, whose argmax is always 0: use threshold");
        }
        PixelRun run = new PixelRun(session, channels.count(), channels.geometry());
        Expr x = run.floats("prediction", "prediction", prediction, Axes.ALL, InputRule.FINITE);
        Expr label = Expr.of(Nodes.unary(UnaryFunction.CAST, Nodes.argmax(x.node())));
        run.output(LABELS, label, Axes.BATCH_SPACE, DType.FLOAT32, channels.pixels());
        return run.run().get(LABELS).to(channels.count() <= 256 ? DType.UINT8 : DType.INT32);
    }

    /** The sizes of a prediction. */
    private record Channels(int count, Geometry geometry) {
        static Channels of(Tensor prediction) {
            long[] sizes = prediction.shape().toArray();
            if (sizes.length < 3 || sizes.length > 5 || !prediction.dtype().isFloating()) {
                throw new ShapeMismatchException(
                        "the prediction is "
                                + prediction
                                + "; it must be floating, [N, C, spatial...] with 1 to 3 spatial axes");
            }
            return new Channels(
                    Math.toIntExact(sizes[1]),
                    Geometry.of(sizes[0], Arrays.copyOfRange(sizes, 2, sizes.length)));
        }

        Axes extent() {
            return count == 1 ? Axes.BATCH_SPACE : Axes.ALL;
        }

        Shape pixels() {
            long[] space = geometry.space().toArray();
            long[] sizes = new long[space.length + 1];
            sizes[0] = geometry.batch();
            System.arraycopy(space, 0, sizes, 1, space.length);
            return Shape.of(sizes);
        }
    }
}
