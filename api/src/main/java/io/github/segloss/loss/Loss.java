package io.github.segloss.loss;

import io.github.segloss.expr.Expr;
import java.util.Locale;

/**
 * A segmentation loss: a pure function that describes its value as an expression. It never describes a gradient, and it knows nothing of masks, weights,
 * reductions or backends: it asks the {@link LossScope} for what its paper speaks of, and all options act there.
 *
 * <p>Implementations are records whose components are the loss's parameters, checked in the compact constructor. Two equal losses must define equal
 * expressions.
 */
@FunctionalInterface
public interface Loss {
    /**
     * {@return the loss as an expression: a scalar, or one value per pixel, element or class where the reduction is {@link Reduction#NONE}}
     *
     * @param in the inputs and options
     * @throws io.github.segloss.SegLossException if the loss is not defined under the options
     */
    Expr define(LossScope in);

    /** {@return the name of the loss in messages; by default the class name in lower case with underscores, without a final "Loss"} */
    default String id() {
        String name = getClass().getSimpleName();
        String stem =
                name.endsWith("Loss") && name.length() > 4
                        ? name.substring(0, name.length() - 4)
                        : name;
        String id = stem.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
        return id.isEmpty() || id.contains("$") ? "loss" : id;
    }

    /** {@return what the weighted mean of this loss divides by when the options do not say} */
    default WeightNormalization defaultWeightNormalization() {
        return WeightNormalization.COUNT;
    }
}
