package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Soft Dice loss, {@code 1 - (2 I + smooth_nr) / (A + B + smooth_dr)} for each class and sample. In [0, 1] where both smoothings are equal.
 *
 * <p>Milletari, Navab, Ahmadi: V-Net, 3DV 2016, eq. 1 and 2 (there with squares), doi:10.1109/3DV.2016.79.
 *
 * @param region smoothing, squares, overlap, empty classes
 */
public record DiceLoss(RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice", Family.REGION)
                    .title("Dice loss")
                    .formula("1 - (2 sum p g + smooth_nr) / (sum p + sum g + smooth_dr)")
                    .source("Milletari et al. 2016, V-Net, eq. 1, doi:10.1109/3DV.2016.79")
                    .purpose(
                            "regions of very different size: each class counts alike, however small")
                    .relations(
                            "tversky with both weights 0.5 and half the smoothing; symmetric_focal_tversky at gamma 0, delta 0.5")
                    .traps(
                            "a class without target pixels costs nearly 1 for any false positive (empty_class); with soft targets use overlap l1")
                    .parameters(RegionOptions.ALL)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new DiceLoss(RegionOptions.of(values)));

    /** The loss with its defaults. */
    public DiceLoss() {
        this(RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        return in.reduce(region.sums(in).diceShortfall());
    }
}
