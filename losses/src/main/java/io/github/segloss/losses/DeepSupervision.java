package io.github.segloss.losses;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.loss.Reduction;
import io.github.segloss.maps.Resampling;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deep supervision: a loss at several resolutions, {@code sum_k w_k L(prediction_k, target at the size of prediction_k)}, for a network with an output at
 * each. Targets, masks and weight maps are resampled by nearest neighbour, so that labels stay labels.
 *
 * <p>Lee, Xie, Gallagher, Zhang, Tu: Deeply-supervised nets, AISTATS 2015, arXiv:1409.5185; for segmentation with weights that halve at each level,
 * Isensee et al. 2021, doi:10.1038/s41592-020-01008-z.
 *
 * <pre>{@code
 * DeepSupervision deep = new DeepSupervision(session.loss(new DiceCeLoss(), options), DeepSupervision.halving(3));
 * List<LossInputs> levels = deep.resample(LossInputs.of(full, labels), List.of(half, quarter));
 * DeepSupervision.Evaluated result = deep.evaluate(levels);
 * }</pre>
 */
public final class DeepSupervision {
    private final LossFunction loss;
    private final double[] weights;

    /**
     * Creates the weighted sum.
     *
     * @param loss the loss, with reduction mean or sum; its compiled program serves all resolutions
     * @param weights the weight of each resolution, finest first, finite and at least 0
     * @throws InvalidParameterException if a weight is out of range, or the reduction is none
     */
    public DeepSupervision(LossFunction loss, double... weights) {
        if (loss.options().reduction() == Reduction.NONE) {
            throw new InvalidParameterException(
                    loss.loss().id()
                            + ": deep supervision adds up one value for each resolution, so reduction none does not fit; use mean or sum");
        }
        if (weights.length == 0) {
            throw new InvalidParameterException(
                    "deep supervision: there are no weights; give one for each resolution");
        }
        for (int k = 0; k < weights.length; k++) {
            if (!(weights[k] >= 0) || Double.isInfinite(weights[k])) {
                throw new InvalidParameterException(
                        "deep supervision: weight "
                                + k
                                + " is "
                                + weights[k]
                                + "; weights must be finite and at least 0");
            }
        }
        this.loss = loss;
        this.weights = weights.clone();
    }

    /**
     * {@return weights that halve from each resolution to the next coarser one and add up to 1}
     *
     * @param levels the number of resolutions, at least 1
     */
    public static double[] halving(int levels) {
        double[] weights = new double[levels];
        Arrays.setAll(weights, k -> Math.pow(0.5, k));
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(w -> w / sum).toArray();
    }

    /**
     * {@return the inputs of all resolutions: the finest as given, and for each coarser prediction the target, mask and weight map of the finest, resampled}
     *
     * <p>For new predictions of the same sizes the resampled tensors serve again: {@code inputs.withPrediction(next)}.
     *
     * @param finest the inputs at full resolution, on the host
     * @param coarser the predictions at the other resolutions, [N, C, spatial...]
     * @throws InvalidParameterException if the inputs hold a distance map or an upstream gradient
     */
    public List<LossInputs> resample(LossInputs finest, List<Tensor> coarser) {
        if (finest.distanceMap() != null || finest.upstream() != null) {
            throw new InvalidParameterException(
                    "deep supervision: a distance map or an upstream gradient cannot be resampled; give the inputs of each resolution by themselves");
        }
        List<LossInputs> levels = new ArrayList<>();
        levels.add(finest);
        for (Tensor prediction : coarser) {
            levels.add(resample(finest, prediction));
        }
        return levels;
    }

    private static LossInputs resample(LossInputs finest, Tensor prediction) {
        Shape shape = prediction.shape();
        if (shape.rank() != finest.prediction().shape().rank() || shape.rank() < 3) {
            throw new ShapeMismatchException(
                    "deep supervision: the predictions have shapes "
                            + finest.prediction().shape()
                            + " and "
                            + shape
                            + "; all must be [N, C, spatial...] with the same number of axes");
        }
        long[] space = Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
        List<Double> spacing = new ArrayList<>();
        for (int axis = 0; axis < finest.spacing().size(); axis++) {
            double stretch = (double) finest.prediction().shape().size(2 + axis) / space[axis];
            spacing.add(finest.spacing().get(axis) * stretch);
        }
        return new LossInputs(
                prediction,
                Resampling.nearest(finest.target(), space),
                nearest(finest.weightMap(), space),
                nearest(finest.mask(), space),
                null,
                null,
                spacing);
    }

    private static @Nullable Tensor nearest(@Nullable Tensor image, long... space) {
        return image == null ? null : Resampling.nearest(image, space);
    }

    /**
     * {@return value and gradients}
     *
     * @param levels the inputs of each resolution, finest first, without upstream gradients; their distance maps, if the loss needs them, are their own
     * @throws InvalidParameterException if there are not as many as weights
     */
    public Evaluated evaluate(List<LossInputs> levels) {
        if (levels.size() != weights.length) {
            throw new InvalidParameterException(
                    "deep supervision: there are "
                            + levels.size()
                            + " resolutions and "
                            + weights.length
                            + " weights; give one weight for each resolution");
        }
        List<LossResult> results = new ArrayList<>();
        for (int k = 0; k < weights.length; k++) {
            Tensor weight = Tensor.wrap(new double[] {weights[k]}, 1);
            results.add(loss.evaluate(levels.get(k).withUpstream(weight)));
        }
        return new Evaluated(results, weights.clone());
    }

    /** What an evaluation gave: the weighted sum, and the gradient with respect to each prediction. */
    public static final class Evaluated {
        private final List<LossResult> levels;
        private final double[] weights;

        private Evaluated(List<LossResult> levels, double... weights) {
            this.levels = List.copyOf(levels);
            this.weights = weights;
        }

        /** {@return the weighted sum of the losses} */
        public double value() {
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                sum += weights[k] * value(k);
            }
            return sum;
        }

        /**
         * {@return the loss at one resolution, without its weight}
         *
         * @param level the resolution, 0 for the finest
         */
        public double value(int level) {
            return levels.get(level).value();
        }

        /**
         * {@return the gradient of the weighted sum with respect to one prediction}
         *
         * @param level the resolution, 0 for the finest
         */
        public Tensor gradient(int level) {
            return levels.get(level).gradient();
        }
    }
}
