package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Jaccard metric loss, {@code 1 - (sum p g + smooth_nr) / (sum p g + sum |p - g| + smooth_dr)} for each class and sample. In [0, 1].
 * With a hard target it is the Jaccard loss; with a soft target it is 0 at {@code p = g} only, where the usual product form has its minimum elsewhere.
 *
 * <p>Wang, Ning, Blaschko: Jaccard metric losses: optimizing the Jaccard index with soft labels, NeurIPS 2023, arXiv:2302.05666. Their other form, with {@code sum min(p, g)} as the overlap, is jaccard with overlap l1.
 *
 * @param region smoothing
 */
public record JaccardMetricLoss(RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("jaccard_metric", Family.REGION)
                    .title("Jaccard metric loss")
                    .formula("1 - (sum p g + smooth_nr) / (sum p g + sum |p - g| + smooth_dr)")
                    .source("Wang, Ning, Blaschko 2023, NeurIPS, arXiv:2302.05666")
                    .purpose("soft targets: label smoothing, distillation, several readers")
                    .relations(
                            "jaccard for hard targets; jaccard with overlap l1 is the other form of the paper")
                    .traps("the L1 distance has a kink at p = g")
                    .parameters(RegionOptions.SMOOTH_NR, RegionOptions.SMOOTH_DR)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new JaccardMetricLoss(RegionOptions.of(values)));

    /** Checks the parameters. */
    public JaccardMetricLoss {
        region.check(DEFINITION);
    }

    /** The loss with its defaults. */
    public JaccardMetricLoss() {
        this(RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        Expr hits = region.sums(in).overlap();
        RegionSums errors = region.withOverlap(RegionOptions.Overlap.L1).sums(in);
        Expr missed = errors.difference();
        return in.reduce(errors.shortfall(missed, hits.add(missed)));
    }
}
