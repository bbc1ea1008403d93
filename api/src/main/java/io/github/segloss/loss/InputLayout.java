package io.github.segloss.loss;

import io.github.segloss.graph.Axes;
import org.jspecify.annotations.Nullable;

/**
 * Which inputs a loss is given: what the shape of its graph depends on besides the options.
 *
 * @param channels the number of channels of the prediction, at least 1
 * @param mask whether a mask is given, one value per pixel
 * @param weightMap the extent of the weight map: per pixel or per element; null for none
 * @param distanceMap whether a distance map of the prediction's shape is given
 * @param upstream whether an upstream gradient is given; without one it is 1
 */
public record InputLayout(
        int channels,
        boolean mask,
        @Nullable Axes weightMap,
        boolean distanceMap,
        boolean upstream) {
    /**
     * {@return the layout with a prediction and a target only}
     *
     * @param channels the number of channels of the prediction
     */
    public static InputLayout of(int channels) {
        return new InputLayout(channels, false, null, false, false);
    }
}
