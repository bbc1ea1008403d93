package io.github.segloss.losses;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterKind;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Combo loss, {@code alpha CE - (1 - alpha) DSC} of a weighted cross-entropy and the soft Dice score. In [-1, infinity): a score is subtracted, so the value
 * can be negative.
 *
 * <p>Taghanaki, Zheng, Zhou, Georgescu, Sharma, Xu, Comaniciu, Hamarneh: Combo loss: handling input and output imbalance in multi-organ segmentation,
 * Computerized Medical Imaging and Graphics 2019, doi:10.1016/j.compmedimag.2019.04.005.
 *
 * <p>Without channel weights, independent channels have {@code CE = -[beta g ln p + (1 - beta) (1 - g) ln(1 - p)]}, mean over elements, and exclusive
 * classes {@code -sum_c w_c g_c ln p_c}, mean over voxels, with {@code w_0 = 1 - beta} and beta for the others. With channel weights these are w, and a
 * single channel is seen as two classes. The paper's Dice score goes over the whole batch: that is the option batch.
 *
 * @param alpha the share of the cross-entropy, in [0, 1]
 * @param beta the weight of positives, in [0, 1]: above 0.5 it penalizes false negatives more; null where channel weights are given
 * @param channelWeights one weight per class, at least 0, in place of beta; empty for none
 * @param smoothNumerator added to the numerator of the score, at least 0
 * @param smoothDenominator added to the denominator of the score, at least 0
 * @param clipEps the distance from 0 and 1 to which p of the cross-entropy is clipped, in (0, 0.5); null for no clip
 */
public record ComboLoss(
        double alpha,
        @Nullable Double beta,
        List<Double> channelWeights,
        double smoothNumerator,
        double smoothDenominator,
        @Nullable Double clipEps)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("combo", Family.COMPOUND)
                    .title("Combo loss")
                    .formula(
                            "alpha CE_beta - (1 - alpha) (2 sum p g + s_nr) / (sum p + sum g + s_dr)")
                    .source("Taghanaki et al. 2019, doi:10.1016/j.compmedimag.2019.04.005")
                    .purpose(
                            "imbalance of input (regions) and of output (false negatives against positives)")
                    .relations(
                            "alpha CE + (1 - alpha) dice - (1 - alpha), with a balanced_bce for CE")
                    .traps(
                            "the value can be negative; some codes have the roles of alpha and beta swapped")
                    .parameters(
                            ParameterSpec.number("alpha", 0.5, "share of the cross-entropy")
                                    .atLeast(0)
                                    .atMost(1),
                            ParameterSpec.number(
                                            "beta", 0.5, "weight of positives; negatives 1 - beta")
                                    .optional()
                                    .atLeast(0)
                                    .atMost(1),
                            ParameterSpec.required(
                                            "channel_weights",
                                            ParameterKind.NUMBERS,
                                            "weights of the classes in place of beta")
                                    .optional()
                                    .atLeast(0),
                            RegionOptions.SMOOTH_NR,
                            RegionOptions.SMOOTH_DR,
                            FocalLoss.CLIP_EPS)
                    .laws(LawSets.SUMS)
                    .laws(Law.BATCH_IS_MEAN)
                    .create(values ->
                            new ComboLoss(
                                    values.number("alpha"),
                                    values.has("beta") ? values.number("beta") : null,
                                    values.numbers("channel_weights"),
                                    values.number("smooth_nr"),
                                    values.number("smooth_dr"),
                                    values.has("clip_eps") ? values.number("clip_eps") : null));

    /** Checks the parameters. */
    public ComboLoss {
        channelWeights = List.copyOf(channelWeights);
        DEFINITION.check("alpha", alpha);
        DEFINITION.check("beta", beta);
        if (!channelWeights.isEmpty()) {
            DEFINITION.check("channel_weights", channelWeights);
        } else if (beta == null) {
            throw new InvalidParameterException(
                    DEFINITION.id()
                            + ": parameters beta and channel_weights are both null; give one of them");
        }
        DEFINITION.check("smooth_nr", smoothNumerator);
        DEFINITION.check("smooth_dr", smoothDenominator);
        DEFINITION.check("clip_eps", clipEps);
    }

    /**
     * The loss with smoothing 1e-5 and no clip.
     *
     * @param alpha the share of the cross-entropy, in [0, 1]
     * @param beta the weight of positives, in [0, 1]
     */
    public ComboLoss(double alpha, double beta) {
        this(alpha, beta, List.of(), 1e-5, 1e-5, null);
    }

    /** The loss with its defaults: 0.5 and 0.5. */
    public ComboLoss() {
        this(0.5, 0.5);
    }

    @Override
    public Expr define(LossScope scope) {
        LossScope in = channelWeights.isEmpty() ? scope : scope.asTwoClasses();
        Expr share = in.parameter("alpha", alpha);
        Expr score =
                in.reduce(
                        RegionOptions.smooth(smoothNumerator, smoothDenominator)
                                .sums(in)
                                .diceScore());
        return in.compound(crossEntropy(in).mul(share), score.mul(Expr.one().sub(share)).neg());
    }

    private Expr crossEntropy(LossScope in) {
        Probabilities p = in.probabilities(clipEps == null ? 0 : clipEps);
        if (!channelWeights.isEmpty()) {
            in.requireExclusiveClasses("channel_weights belong to classes (there is beta)");
            Expr weights = in.classParameter("channel_weights", channelWeights);
            return in.mean(
                    CrossEntropyTerms.categorical(in.target(), p).mul(weights), Terms.CATEGORICAL);
        }
        Expr positive = in.parameter("beta", beta == null ? 0.5 : beta);
        Expr negative = Expr.one().sub(positive);
        return in.hasIndependentChannels()
                ? in.mean(
                        CrossEntropyTerms.weightedBinary(in.target(), p, positive, negative),
                        Terms.INDEPENDENT)
                : in.mean(
                        CrossEntropyTerms.categorical(in.target(), p)
                                .mul(in.isClass(0).select(negative, positive)),
                        Terms.CATEGORICAL);
    }
}
