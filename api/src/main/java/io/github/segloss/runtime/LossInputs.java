package io.github.segloss.runtime;

import io.github.segloss.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one evaluation.
 *
 * @param prediction logits or probabilities, [N, C, spatial...], floating
 * @param target class indices, [N, spatial...], integer; or dense, the shape of the prediction
 * @param weightMap weights at least 0, [N, spatial...], [N, 1, spatial...] or the shape of the prediction; null for none
 * @param mask 0 or 1, [N, spatial...] or [N, 1, spatial...], 1 counts; null for none
 * @param distanceMap signed distances, the shape of the prediction; null for none
 * @param upstream the gradient with respect to the value, of its shape; null for 1
 * @param spacing the distance between neighbours along each spatial axis; empty for 1
 */
public record LossInputs(
        Tensor prediction,
        Tensor target,
        @Nullable Tensor weightMap,
        @Nullable Tensor mask,
        @Nullable Tensor distanceMap,
        @Nullable Tensor upstream,
        List<Double> spacing) {

    /**
     * {@return inputs with a prediction and a target only}
     *
     * @param prediction logits or probabilities, [N, C, spatial...]
     * @param target class indices or dense
     */
    public static LossInputs of(Tensor prediction, Tensor target) {
        return new LossInputs(prediction, target, null, null, null, null, List.of());
    }

    /**
     * {@return the same with a weight map}
     *
     * @param map the weights; null for none
     */
    public LossInputs withWeightMap(@Nullable Tensor map) {
        return new LossInputs(prediction, target, map, mask, distanceMap, upstream, spacing);
    }

    /**
     * {@return the same with a mask}
     *
     * @param valid the mask; null for none
     */
    public LossInputs withMask(@Nullable Tensor valid) {
        return new LossInputs(prediction, target, weightMap, valid, distanceMap, upstream, spacing);
    }

    /**
     * {@return the same with a distance map}
     *
     * @param map the distances; null for none
     */
    public LossInputs withDistanceMap(@Nullable Tensor map) {
        return new LossInputs(prediction, target, weightMap, mask, map, upstream, spacing);
    }

    /**
     * {@return the same with an upstream gradient}
     *
     * @param gradient the gradient with respect to the value; null for 1
     */
    public LossInputs withUpstream(@Nullable Tensor gradient) {
        return new LossInputs(prediction, target, weightMap, mask, distanceMap, gradient, spacing);
    }

    /**
     * {@return the same with a spacing}
     *
     * @param distances one per spatial axis, or none for 1
     */
    public LossInputs withSpacing(List<Double> distances) {
        return new LossInputs(
                prediction, target, weightMap, mask, distanceMap, upstream, distances);
    }

    /**
     * {@return the same with another prediction}
     *
     * @param other logits or probabilities, [N, C, spatial...]
     */
    public LossInputs withPrediction(Tensor other) {
        return new LossInputs(other, target, weightMap, mask, distanceMap, upstream, spacing);
    }

    /**
     * {@return the same with another target}
     *
     * @param other class indices or dense
     */
    public LossInputs withTarget(Tensor other) {
        return new LossInputs(prediction, other, weightMap, mask, distanceMap, upstream, spacing);
    }
}
