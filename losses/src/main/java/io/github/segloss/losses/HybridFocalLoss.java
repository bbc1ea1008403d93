package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Hybrid focal loss, {@code lambda_focal Focal + (1 - lambda_focal) FocalTversky}. At least 0.
 *
 * <p>Yeung, Sala, Schönlieb, Rundo: Focus U-Net: a novel dual attention-gated CNN for polyp segmentation during colonoscopy, Computers in Biology and
 * Medicine 2021, doi:10.1016/j.compbiomed.2021.104815.
 *
 * @param lambdaFocal the share of the focal loss, in [0, 1]
 * @param focal the focal loss
 * @param focalTversky the focal Tversky loss
 */
public record HybridFocalLoss(double lambdaFocal, FocalLoss focal, FocalTverskyLoss focalTversky)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("hybrid_focal", Family.COMPOUND)
                    .title("Hybrid focal loss")
                    .formula("lambda_focal Focal + (1 - lambda_focal) FocalTversky")
                    .source("Yeung et al. 2021, doi:10.1016/j.compbiomed.2021.104815")
                    .purpose("small objects, with every weight and exponent to choose")
                    .relations(
                            "the sum of focal and focal_tversky; the unified focal losses bind its six parameters to three")
                    .parameters(
                            ParameterSpec.number("lambda_focal", 0.5, "share of the focal loss")
                                    .atLeast(0)
                                    .atMost(1),
                            FocalLoss.ALPHA,
                            FocalLoss.GAMMA,
                            TverskyLoss.ALPHA_FP,
                            TverskyLoss.BETA_FN,
                            FocalTverskyLoss.EXPONENT,
                            FocalTverskyLoss.FOCAL_OVER,
                            FocalLoss.CLIP_EPS)
                    .parameters(RegionOptions.WITHOUT_SQUARES)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new HybridFocalLoss(
                                    values.number("lambda_focal"),
                                    FocalLoss.of(values),
                                    FocalTverskyLoss.of(values)));

    /** Checks the parameters. */
    public HybridFocalLoss {
        DEFINITION.check("lambda_focal", lambdaFocal);
    }

    /** The loss with its defaults: both parts in equal shares. */
    public HybridFocalLoss() {
        this(0.5, new FocalLoss(), new FocalTverskyLoss());
    }

    @Override
    public Expr define(LossScope in) {
        Expr lambda = in.parameter("lambda_focal", lambdaFocal);
        return in.compound(
                focal.define(in).mul(lambda), focalTversky.define(in).mul(Expr.one().sub(lambda)));
    }
}
