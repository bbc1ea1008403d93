package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Cross-entropy times a weight map, {@code w(i) (-ln p_y(i))}, mean over voxels: the weights do not enter the divisor. At least 0.
 *
 * <p>Ronneberger, Fischer, Brox: U-Net, MICCAI 2015, eq. 1 and 2, doi:10.1007/978-3-319-24574-4_28, where
 * {@code w = w_class + w0 exp(-(d1 + d2)^2 / (2 sigma^2))} lets the gaps between touching objects weigh more. The map is an input; without one all weights
 * are 1. With activation sigmoid it is the binary cross-entropy of each channel.
 *
 * @param clipEps the distance from 0 and 1 to which given probabilities are clipped, in [0, 0.5); logits are not clipped
 */
public record UnetWeightedCrossEntropyLoss(double clipEps) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("unet_weighted_cross_entropy", Family.CROSS_ENTROPY)
                    .title("Cross-entropy with the weight map of the U-Net")
                    .formula("mean_i w(i) (-ln p_y(i))")
                    .source(
                            "Ronneberger et al. 2015, eq. 1 and 2, doi:10.1007/978-3-319-24574-4_28")
                    .purpose("touching objects that must be kept apart")
                    .relations("cross_entropy with a weight map, divided by the number of voxels")
                    .traps("without a weight map it is cross_entropy")
                    .parameters(
                            ParameterSpec.number(
                                            "clip_eps",
                                            1e-7,
                                            "clip given probabilities to [eps, 1 - eps]; logits are not clipped")
                                    .atLeast(0)
                                    .below(0.5))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new UnetWeightedCrossEntropyLoss(values.number("clip_eps")));

    /** Checks the parameters. */
    public UnetWeightedCrossEntropyLoss {
        DEFINITION.check("clip_eps", clipEps);
    }

    /** The loss with its defaults. */
    public UnetWeightedCrossEntropyLoss() {
        this(1e-7);
    }

    @Override
    public Expr define(LossScope in) {
        return CrossEntropyTerms.mean(in, 0, clipEps);
    }
}
