package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Tversky loss, {@code 1 - (TP + smooth_nr) / (TP + alpha_fp FP + beta_fn FN + smooth_dr)} for each class and sample. In [0, 1] where both smoothings are
 * equal.
 *
 * <p>Salehi, Erdogmus, Gholipour: Tversky loss function for image segmentation using 3D fully convolutional deep networks, MLMI 2017,
 * doi:10.1007/978-3-319-67389-9_44.
 *
 * @param alphaFp the weight of false positives, at least 0
 * @param betaFn the weight of false negatives, at least 0; above alphaFp it favours sensitivity
 * @param region smoothing, overlap, empty classes
 */
public record TverskyLoss(double alphaFp, double betaFn, RegionOptions region) implements Loss {
    static final ParameterSpec ALPHA_FP =
            ParameterSpec.number("alpha_fp", 0.3, "weight of false positives").atLeast(0);
    static final ParameterSpec BETA_FN =
            ParameterSpec.number("beta_fn", 0.7, "weight of false negatives").atLeast(0);

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("tversky", Family.REGION)
                    .title("Tversky loss")
                    .formula("1 - (TP + smooth_nr) / (TP + alpha_fp FP + beta_fn FN + smooth_dr)")
                    .source("Salehi et al. 2017, doi:10.1007/978-3-319-67389-9_44")
                    .purpose("small regions, where a missed pixel is worse than a false one")
                    .relations(
                            "dice with twice the smoothing at 0.5 and 0.5; jaccard at 1 and 1; asymmetric_similarity for weights that add to 1")
                    .traps("some libraries have the two weights the other way round")
                    .parameters(ALPHA_FP, BETA_FN)
                    .parameters(RegionOptions.WITHOUT_SQUARES)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new TverskyLoss(
                                    values.number("alpha_fp"),
                                    values.number("beta_fn"),
                                    RegionOptions.of(values)));

    /** Checks the parameters. */
    public TverskyLoss {
        DEFINITION.check("alpha_fp", alphaFp);
        DEFINITION.check("beta_fn", betaFn);
        region.check(DEFINITION);
    }

    /** The loss with its defaults: 0.3 and 0.7. */
    public TverskyLoss() {
        this(0.3, 0.7, RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        return in.reduce(
                region.sums(in)
                        .tverskyShortfall(
                                in.parameter("alpha_fp", alphaFp),
                                in.parameter("beta_fn", betaFn)));
    }
}
