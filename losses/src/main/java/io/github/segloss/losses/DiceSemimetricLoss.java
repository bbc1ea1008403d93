package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Dice semimetric loss, {@code 1 - (2 sum p g + smooth_nr) / (2 sum p g + sum |p - g| + smooth_dr)} for each class and sample. In [0, 1].
 * With a hard target it is the Dice loss; with a soft target it is 0 at {@code p = g} only, where the usual product form has its minimum elsewhere.
 *
 * <p>Wang, Popordanoska, Bertels, Lemmens, Blaschko: Dice semimetric losses: optimizing the Dice score with soft labels, MICCAI 2023, arXiv:2303.16296. Their other form, with {@code sum min(p, g)} as the overlap, is dice with overlap l1.
 *
 * @param region smoothing
 */
public record DiceSemimetricLoss(RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice_semimetric", Family.REGION)
                    .title("Dice semimetric loss")
                    .formula("1 - (2 sum p g + smooth_nr) / (2 sum p g + sum |p - g| + smooth_dr)")
                    .source("Wang et al. 2023, MICCAI, arXiv:2303.16296")
                    .purpose("soft targets: label smoothing, distillation, several readers")
                    .relations(
                            "dice for hard targets; dice with overlap l1 is the other form of the paper")
                    .traps("the L1 distance has a kink at p = g")
                    .parameters(RegionOptions.SMOOTH_NR, RegionOptions.SMOOTH_DR)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new DiceSemimetricLoss(RegionOptions.of(values)));

    /** Checks the parameters. */
    public DiceSemimetricLoss {
        region.check(DEFINITION);
    }

    /** The loss with its defaults. */
    public DiceSemimetricLoss() {
        this(RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        Expr hits = region.sums(in).overlap().mul(2);
        RegionSums errors = region.withOverlap(RegionOptions.Overlap.L1).sums(in);
        Expr missed = errors.difference();
        return in.reduce(errors.shortfall(missed, hits.add(missed)));
    }
}
