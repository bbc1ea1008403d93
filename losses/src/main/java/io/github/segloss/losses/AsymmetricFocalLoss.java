package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Asymmetric focal loss, mean over voxels of {@code -[(1 - delta) (1 - p_0)^gamma g_0 ln p_0 + delta sum_{c > 0} g_c ln p_c]}: only the common class is focused. At least 0.
 *
 * <p>Yeung, Sala, Schönlieb, Rundo: Unified Focal loss: generalising Dice and cross entropy-based losses to handle class imbalanced medical image
 * segmentation, Computerized Medical Imaging and Graphics 2022, doi:10.1016/j.compmedimag.2021.102026.
 *
 * @param delta the weight of the rare classes, in [0, 1]; the background weighs 1 - delta
 * @param gamma the exponent, at least 0
 * @param clipEps the distance from 0 and 1 to which p is clipped, in [0, 0.5)
 * @param backgroundClass the common class, 0 to C-1
 */
public record AsymmetricFocalLoss(double delta, double gamma, double clipEps, int backgroundClass)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("asymmetric_focal", Family.CROSS_ENTROPY)
                    .title("Asymmetric focal loss")
                    .formula(
                            "-[(1 - delta) (1 - p_0)^gamma g_0 ln p_0 + delta sum_{c > 0} g_c ln p_c]")
                    .source("Yeung et al. 2022, doi:10.1016/j.compmedimag.2021.102026")
                    .purpose(
                            "a common background and rare classes; rare classes keep their full gradient")
                    .relations(
                            "the focal part of asymmetric_unified_focal; at gamma 0, delta 0.5 half of cross_entropy")
                    .traps("the background cannot be deselected; class order matters")
                    .parameters(
                            UnifiedFocalTerms.DELTA.withDefault(0.7),
                            FocalLoss.GAMMA,
                            UnifiedFocalTerms.CLIP_EPS,
                            UnifiedFocalTerms.BACKGROUND_CLASS)
                    .laws(LawSets.SUMS)
                    .laws(Law.BATCH_IS_MEAN, Law.NOT_NEGATIVE, Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new AsymmetricFocalLoss(
                                    values.number("delta"),
                                    values.number("gamma"),
                                    values.number("clip_eps"),
                                    values.integer("background_class")));

    /** Checks the parameters. */
    public AsymmetricFocalLoss {
        DEFINITION.check("delta", delta);
        DEFINITION.check("gamma", gamma);
        DEFINITION.check("clip_eps", clipEps);
        DEFINITION.check("background_class", backgroundClass);
    }

    /** The loss with its defaults: delta 0.7, gamma 2. */
    public AsymmetricFocalLoss() {
        this(0.7, 2, 1e-7, 0);
    }

    @Override
    public Expr define(LossScope in) {
        return UnifiedFocalTerms.of(in, true, backgroundClass, clipEps, delta).focal(gamma);
    }
}
