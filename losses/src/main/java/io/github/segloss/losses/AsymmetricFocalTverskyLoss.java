package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Asymmetric focal Tversky loss, mean over classes of 1 - TI_0 and (1 - TI_c)^(1 - gamma), with {@code TI = (TP + smooth_nr) / (TP + delta FN + (1 - delta) FP + smooth_dr)}. In [0, 1].
 *
 * <p>Yeung, Sala, Schönlieb, Rundo: Unified Focal loss: generalising Dice and cross entropy-based losses to handle class imbalanced medical image
 * segmentation, Computerized Medical Imaging and Graphics 2022, doi:10.1016/j.compmedimag.2021.102026.
 *
 * @param delta the weight of false negatives, in [0, 1]; false positives weigh 1 - delta
 * @param gamma in [0, 1): one minus the exponent
 * @param clipEps the distance from 0 and 1 to which p is clipped, in [0, 0.5)
 * @param smoothNumerator added to the numerator of TI, at least 0 and at most smoothDenominator
 * @param smoothDenominator added to the denominator of TI
 * @param backgroundClass the common class, 0 to C-1
 */
public record AsymmetricFocalTverskyLoss(
        double delta,
        double gamma,
        double clipEps,
        double smoothNumerator,
        double smoothDenominator,
        int backgroundClass)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("asymmetric_focal_tversky", Family.REGION)
                    .title("Asymmetric focal Tversky loss")
                    .formula("mean over classes of 1 - TI_0 and (1 - TI_c)^(1 - gamma)")
                    .source("Yeung et al. 2022, doi:10.1016/j.compmedimag.2021.102026")
                    .purpose(
                            "a common background and rare classes, by region; rare classes keep their full gradient")
                    .relations(
                            "the Tversky part of asymmetric_unified_focal; at gamma 0, delta 0.5 dice with twice the smoothing")
                    .traps("the background cannot be deselected; class order matters")
                    .parameters(
                            UnifiedFocalTerms.DELTA.withDefault(0.7),
                            ParameterSpec.number("gamma", 0.75, "one minus the exponent")
                                    .atLeast(0)
                                    .below(1),
                            UnifiedFocalTerms.CLIP_EPS)
                    .parameters(UnifiedFocalTerms.SMOOTHING)
                    .parameters(UnifiedFocalTerms.BACKGROUND_CLASS)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new AsymmetricFocalTverskyLoss(
                                    values.number("delta"),
                                    values.number("gamma"),
                                    values.number("clip_eps"),
                                    values.number("smooth_nr"),
                                    values.number("smooth_dr"),
                                    values.integer("background_class")));

    /** Checks the parameters. */
    public AsymmetricFocalTverskyLoss {
        DEFINITION.check("delta", delta);
        DEFINITION.check("gamma", gamma);
        DEFINITION.check("clip_eps", clipEps);
        DEFINITION.check("smooth_nr", smoothNumerator);
        DEFINITION.check("smooth_dr", smoothDenominator);
        DEFINITION.check("background_class", backgroundClass);
        RegionOptions.smooth(smoothNumerator, smoothDenominator)
                .requireScoreAtMostOne(DEFINITION.id());
    }

    /** The loss with its defaults: delta 0.7, gamma 0.75. */
    public AsymmetricFocalTverskyLoss() {
        this(0.7, 0.75, 1e-7, 1e-7, 1e-7, 0);
    }

    @Override
    public Expr define(LossScope in) {
        return UnifiedFocalTerms.of(in, true, backgroundClass, clipEps, delta)
                .focalTversky(1 - gamma, RegionOptions.smooth(smoothNumerator, smoothDenominator));
    }
}
