package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Asymmetric unified focal loss, {@code lambda_focal F + (1 - lambda_focal) T} of the asymmetric focal loss F and the asymmetric focal Tversky loss T, both with the same
 * delta and gamma. At least 0.
 *
 * <p>Yeung, Sala, Schönlieb, Rundo: Unified Focal loss: generalising Dice and cross entropy-based losses to handle class imbalanced medical image
 * segmentation, Computerized Medical Imaging and Graphics 2022, doi:10.1016/j.compmedimag.2021.102026. The exponent of the focal part
 * is gamma and that of the Tversky part 1 - gamma, as in the authors' code.
 *
 * @param lambdaFocal the share of the focal part, in [0, 1]
 * @param delta the weight of rare classes and of false negatives, in [0, 1]
 * @param gamma the exponent of the focal part, in [0, 1); that of the Tversky part is 1 - gamma
 * @param clipEps the distance from 0 and 1 to which p is clipped, in [0, 0.5)
 * @param smoothNumerator added to the numerator of the Tversky index, at least 0 and at most smoothDenominator
 * @param smoothDenominator added to the denominator of the Tversky index
 * @param backgroundClass the common class, 0 to C-1
 */
public record AsymmetricUnifiedFocalLoss(
        double lambdaFocal,
        double delta,
        double gamma,
        double clipEps,
        double smoothNumerator,
        double smoothDenominator,
        int backgroundClass)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("asymmetric_unified_focal", Family.COMPOUND)
                    .title("Asymmetric unified focal loss")
                    .formula("lambda_focal F + (1 - lambda_focal) T")
                    .source("Yeung et al. 2022, doi:10.1016/j.compmedimag.2021.102026")
                    .purpose(
                            "strong class imbalance, with three parameters in place of six; rare classes keep their full gradient")
                    .relations(
                            "at gamma 0, delta 0.5: dice with twice the smoothing at lambda_focal 0, half of cross_entropy at 1")
                    .traps(
                            "the authors' code has lambda on the Tversky part; the background cannot be deselected")
                    .parameters(
                            ParameterSpec.number("lambda_focal", 0.5, "share of the focal part")
                                    .atLeast(0)
                                    .atMost(1),
                            UnifiedFocalTerms.DELTA,
                            ParameterSpec.number("gamma", 0.5, "exponent of the focal part")
                                    .atLeast(0)
                                    .below(1),
                            UnifiedFocalTerms.CLIP_EPS)
                    .parameters(UnifiedFocalTerms.SMOOTHING)
                    .parameters(UnifiedFocalTerms.BACKGROUND_CLASS)
                    .laws(LawSets.SUMS)
                    .laws(Law.BATCH_IS_MEAN, Law.NOT_NEGATIVE, Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new AsymmetricUnifiedFocalLoss(
                                    values.number("lambda_focal"),
                                    values.number("delta"),
                                    values.number("gamma"),
                                    values.number("clip_eps"),
                                    values.number("smooth_nr"),
                                    values.number("smooth_dr"),
                                    values.integer("background_class")));

    /** Checks the parameters. */
    public AsymmetricUnifiedFocalLoss {
        DEFINITION.check("lambda_focal", lambdaFocal);
        DEFINITION.check("delta", delta);
        DEFINITION.check("gamma", gamma);
        DEFINITION.check("clip_eps", clipEps);
        DEFINITION.check("smooth_nr", smoothNumerator);
        DEFINITION.check("smooth_dr", smoothDenominator);
        DEFINITION.check("background_class", backgroundClass);
        RegionOptions.smooth(smoothNumerator, smoothDenominator)
                .requireScoreAtMostOne(DEFINITION.id());
    }

    /** The loss with its defaults: lambda 0.5, delta 0.6, gamma 0.5. */
    public AsymmetricUnifiedFocalLoss() {
        this(0.5, 0.6, 0.5, 1e-7, 1e-7, 1e-7, 0);
    }

    @Override
    public Expr define(LossScope in) {
        UnifiedFocalTerms terms = UnifiedFocalTerms.of(in, true, backgroundClass, clipEps, delta);
        Expr lambda = in.parameter("lambda_focal", lambdaFocal);
        return in.compound(
                terms.focal(gamma).mul(lambda),
                terms.focalTversky(
                                1 - gamma, RegionOptions.smooth(smoothNumerator, smoothDenominator))
                        .mul(Expr.one().sub(lambda)));
    }
}
