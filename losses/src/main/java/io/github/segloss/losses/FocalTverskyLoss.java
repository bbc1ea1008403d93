package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.ParameterValues;
import io.github.segloss.loss.Reduction;
import org.jspecify.annotations.Nullable;

/**
 * Focal Tversky loss, {@code (1 - TI)^exponent} for each class and sample, where TI is the Tversky index. In [0, 1].
 *
 * <p>Abraham, Khan: A novel focal Tversky loss function with improved attention U-Net for lesion segmentation, ISBI 2019, eq. 4,
 * doi:10.1109/ISBI.2019.8759329, who write the exponent as 1 / gamma with gamma = 4/3.
 *
 * @param alphaFp the weight of false positives, at least 0
 * @param betaFn the weight of false negatives, at least 0
 * @param exponent the power, above 0; below 1 it keeps the gradient large while a region is good but not perfect
 * @param focalOver whether each class is raised to the power, or the mean of all
 * @param clipEps the distance from 0 and 1 to which p is clipped, in (0, 0.5); null for no clip
 * @param region smoothing (smooth_nr at most smooth_dr), overlap, empty classes
 */
public record FocalTverskyLoss(
        double alphaFp,
        double betaFn,
        double exponent,
        FocalOver focalOver,
        @Nullable Double clipEps,
        RegionOptions region)
        implements Loss {
    /** What is raised to the power. */
    public enum FocalOver {
        /** The loss of each class and sample. */
        CLASS,
        /** Their mean, as some libraries do. */
        MEAN
    }

    static final ParameterSpec EXPONENT =
            ParameterSpec.number("exponent", 0.75, "power of one minus the Tversky index").above(0);
    static final ParameterSpec FOCAL_OVER =
            ParameterSpec.choice(
                    "focal_over",
                    FocalOver.CLASS,
                    "what is raised to the power: each class, or the mean");

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("focal_tversky", Family.REGION)
                    .title("Focal Tversky loss")
                    .formula("(1 - TI)^exponent, TI the Tversky index")
                    .source("Abraham and Khan 2019, eq. 4, doi:10.1109/ISBI.2019.8759329")
                    .purpose("small lesions beside large regions that are already good")
                    .relations("tversky at exponent 1")
                    .traps(
                            "the paper's gamma is 1 / exponent; at a perfect region the slope is infinite for exponents below 1 and is taken as 0")
                    .parameters(
                            TverskyLoss.ALPHA_FP,
                            TverskyLoss.BETA_FN,
                            EXPONENT,
                            FOCAL_OVER,
                            FocalLoss.CLIP_EPS)
                    .parameters(RegionOptions.WITHOUT_SQUARES)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(FocalTverskyLoss::of);

    /** Checks the parameters. */
    public FocalTverskyLoss {
        DEFINITION.check("alpha_fp", alphaFp);
        DEFINITION.check("beta_fn", betaFn);
        DEFINITION.check("exponent", exponent);
        DEFINITION.check("clip_eps", clipEps);
        region.check(DEFINITION);
        region.requireScoreAtMostOne(DEFINITION.id());
    }

    /** The loss with its defaults: 0.3, 0.7 and 0.75, each class by itself. */
    public FocalTverskyLoss() {
        this(0.3, 0.7, 0.75, FocalOver.CLASS, null, RegionOptions.DEFAULT);
    }

    /** What checked parameters say, those of this loss or of one that contains it. */
    static FocalTverskyLoss of(ParameterValues values) {
        return new FocalTverskyLoss(
                values.number("alpha_fp"),
                values.number("beta_fn"),
                values.number("exponent"),
                values.choice("focal_over", FocalOver.class),
                values.has("clip_eps") ? values.number("clip_eps") : null,
                RegionOptions.of(values));
    }

    @Override
    public Expr define(LossScope in) {
        Expr each =
                region.sums(in, clipEps == null ? 0 : clipEps)
                        .tverskyShortfall(
                                in.parameter("alpha_fp", alphaFp), in.parameter("beta_fn", betaFn));
        return switch (focalOver) {
            case CLASS -> in.reduce(each.pow(exponent));
            case MEAN -> {
                in.requireReduction(
                        "focal_over mean raises the mean of the classes to a power",
                        Reduction.MEAN);
                yield in.reduce(each).pow(exponent);
            }
        };
    }
}
