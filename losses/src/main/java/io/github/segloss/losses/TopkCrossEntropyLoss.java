package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.ParameterValues;

/**
 * Cross-entropy of the hardest pixels: the mean of the {@code floor(V k / 100)} largest cross-entropies among the V pixels of the batch. At least 0.
 *
 * <p>Pixels that do not count are removed before the ranking and are not in V; among equals the lowest index is kept; where {@code V k < 100} nothing is
 * kept and the loss is 0. What is ranked includes weights. With independent channels a pixel is kept or left out with all of them. The percentage is a
 * run-time parameter.
 *
 * <p>Wu, Shen, van den Hengel: Bridging category-level and instance-level semantic image segmentation, 2016, arXiv:1605.06885 (online
 * bootstrapping); used with k = 10 in nnU-Net, doi:10.1038/s41592-020-01008-z.
 *
 * @param kPercent how many percent of the pixels are kept, in (0, 100]
 * @param labelSmoothing as for {@link CrossEntropyLoss}, in [0, 1]
 * @param clipEps the distance from 0 and 1 to which given probabilities are clipped, in [0, 0.5); logits are not clipped
 */
public record TopkCrossEntropyLoss(double kPercent, double labelSmoothing, double clipEps)
        implements Loss {
    static final ParameterSpec K_PERCENT =
            ParameterSpec.number("k_percent", 10, "how many percent of the pixels are kept")
                    .above(0)
                    .atMost(100);

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("topk_cross_entropy", Family.CROSS_ENTROPY)
                    .title("Top-k cross-entropy")
                    .formula(
                            "the mean of the floor(V k / 100) largest cross-entropies of the batch")
                    .source("Wu, Shen, van den Hengel 2016, arXiv:1605.06885")
                    .purpose("large easy areas: only the hardest pixels teach")
                    .relations(
                            "cross_entropy at k_percent 100; ohem_cross_entropy keeps by probability")
                    .traps(
                            "wrong labels are among the hardest pixels; the sum of two batches is not that of the joint batch")
                    .parameters(
                            K_PERCENT,
                            CrossEntropyLoss.DEFINITION.parameter("label_smoothing"),
                            CrossEntropyLoss.DEFINITION.parameter("clip_eps"))
                    .laws(LawSets.SUMS)
                    .laws(Law.RELABEL_CLASSES, Law.NOT_NEGATIVE, Law.ZERO_WHEN_PERFECT)
                    .create(TopkCrossEntropyLoss::of);

    /** Checks the parameters. */
    public TopkCrossEntropyLoss {
        DEFINITION.check("k_percent", kPercent);
        DEFINITION.check("label_smoothing", labelSmoothing);
        DEFINITION.check("clip_eps", clipEps);
    }

    /**
     * The loss without label smoothing.
     *
     * @param kPercent how many percent of the pixels are kept, in (0, 100]
     */
    public TopkCrossEntropyLoss(double kPercent) {
        this(kPercent, 0, 1e-7);
    }

    /** The loss with its defaults: the hardest tenth. */
    public TopkCrossEntropyLoss() {
        this(10);
    }

    static TopkCrossEntropyLoss of(ParameterValues values) {
        return new TopkCrossEntropyLoss(
                values.number("k_percent"),
                values.number("label_smoothing"),
                values.number("clip_eps"));
    }

    @Override
    public Expr define(LossScope in) {
        Expr rank = HardPixels.rank(in, HardPixels.perPixel(in, this::mean));
        Expr kept = in.validVoxels().mul(in.parameter("k_percent", kPercent)).div(100).floor();
        return mean(in.among(rank.le(kept), kept));
    }

    private Expr mean(LossScope in) {
        return CrossEntropyTerms.mean(in, labelSmoothing, clipEps);
    }
}
