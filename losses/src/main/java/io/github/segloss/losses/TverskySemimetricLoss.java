package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Tversky semimetric loss, {@code 1 - (TP + smooth_nr) / (TP + alpha_fp FP + beta_fn FN + smooth_dr), TP = sum p g, FP = sum max(p - g, 0), FN = sum max(g - p, 0)} for each class and sample. In [0, 1].
 * With a hard target it is the Tversky loss; with a soft target it is 0 at {@code p = g} only, where the usual product form has its minimum elsewhere.
 *
 * <p>Wang, Popordanoska, Bertels, Lemmens, Blaschko: Dice semimetric losses, MICCAI 2023, arXiv:2303.16296, whose construction it carries to the Tversky index. Their other form, with {@code sum min(p, g)} as the overlap, is tversky with overlap l1.
 *
 * @param alphaFp the weight of false positives, at least 0
 * @param betaFn the weight of false negatives, at least 0
 * @param region smoothing
 */
public record TverskySemimetricLoss(double alphaFp, double betaFn, RegionOptions region)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("tversky_semimetric", Family.REGION)
                    .title("Tversky semimetric loss")
                    .formula(
                            "1 - (TP + smooth_nr) / (TP + alpha_fp FP + beta_fn FN + smooth_dr), TP = sum p g, FP = sum max(p - g, 0), FN = sum max(g - p, 0)")
                    .source("after Wang et al. 2023, MICCAI, arXiv:2303.16296")
                    .purpose("soft targets: label smoothing, distillation, several readers")
                    .relations(
                            "tversky for hard targets; tversky with overlap l1 is the other form of the paper")
                    .traps("the L1 distance has a kink at p = g")
                    .parameters(TverskyLoss.ALPHA_FP, TverskyLoss.BETA_FN)
                    .parameters(RegionOptions.SMOOTH_NR, RegionOptions.SMOOTH_DR)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new TverskySemimetricLoss(
                                    values.number("alpha_fp"),
                                    values.number("beta_fn"),
                                    RegionOptions.of(values)));

    /** Checks the parameters. */
    public TverskySemimetricLoss {
        DEFINITION.check("alpha_fp", alphaFp);
        DEFINITION.check("beta_fn", betaFn);
        region.check(DEFINITION);
    }

    /** The loss with its defaults. */
    public TverskySemimetricLoss() {
        this(0.3, 0.7, RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        Expr hits = region.sums(in).overlap();
        RegionSums errors = region.withOverlap(RegionOptions.Overlap.L1).sums(in);
        Expr missed =
                errors.falsePositives()
                        .mul(in.parameter("alpha_fp", alphaFp))
                        .add(errors.falseNegatives().mul(in.parameter("beta_fn", betaFn)));
        return in.reduce(errors.shortfall(missed, hits.add(missed)));
    }
}
