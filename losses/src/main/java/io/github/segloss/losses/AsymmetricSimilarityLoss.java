package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Asymmetric similarity (F-beta) loss, {@code 1 - (TP + smooth_nr) / (TP + FP / (1 + beta^2) + beta^2 FN / (1 + beta^2) + smooth_dr)} for each class and
 * sample. In [0, 1] where both smoothings are equal.
 *
 * <p>Hashemi, Salehi, Erdogmus, Prabhu, Warfield, Gholipour: Asymmetric loss functions and deep densely-connected networks for highly-imbalanced medical
 * image segmentation, IEEE Access 2019, doi:10.1109/ACCESS.2018.2886371.
 *
 * @param beta how many times recall counts as much as precision, at least 0
 * @param region smoothing, overlap, empty classes
 */
public record AsymmetricSimilarityLoss(double beta, RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("asymmetric_similarity", Family.REGION)
                    .title("Asymmetric similarity (F-beta) loss")
                    .formula(
                            "1 - (TP + smooth_nr) / (TP + FP/(1 + b^2) + b^2 FN/(1 + b^2) + smooth_dr)")
                    .source("Hashemi et al. 2019, doi:10.1109/ACCESS.2018.2886371")
                    .purpose("lesions: recall before precision, by one number")
                    .relations("tversky with weights that add to 1; dice at beta 1")
                    .parameters(
                            ParameterSpec.number(
                                            "beta",
                                            1.5,
                                            "how many times recall counts as much as precision")
                                    .atLeast(0))
                    .parameters(RegionOptions.WITHOUT_SQUARES)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new AsymmetricSimilarityLoss(
                                    values.number("beta"), RegionOptions.of(values)));

    /** Checks the parameters. */
    public AsymmetricSimilarityLoss {
        DEFINITION.check("beta", beta);
        region.check(DEFINITION);
    }

    /** The loss with its defaults: beta 1.5. */
    public AsymmetricSimilarityLoss() {
        this(1.5, RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        Expr square = in.parameter("beta", beta).square();
        Expr fp = Expr.one().div(square.add(1));
        return in.reduce(region.sums(in).tverskyShortfall(fp, square.mul(fp)));
    }
}
