package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Soft Jaccard (intersection over union) loss, {@code 1 - (I + smooth_nr) / (A + B - I + smooth_dr)} for each class and sample. In [0, 1] where both
 * smoothings are equal.
 *
 * <p>Rahman, Wang: Optimizing intersection-over-union in deep neural networks for image segmentation, ISVC 2016, doi:10.1007/978-3-319-50835-1_22.
 *
 * @param region smoothing, squares, overlap, empty classes
 */
public record JaccardLoss(RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("jaccard", Family.REGION)
                    .title("Jaccard (IoU) loss")
                    .formula("1 - (sum p g + smooth_nr) / (sum p + sum g - sum p g + smooth_dr)")
                    .source("Rahman and Wang 2016, doi:10.1007/978-3-319-50835-1_22")
                    .purpose(
                            "when results are judged by IoU; bad regions cost more than under Dice")
                    .relations("tversky with both weights 1")
                    .traps(
                            "some libraries smooth 2 I and 2 U, so that their smoothing is worth half")
                    .parameters(RegionOptions.ALL)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new JaccardLoss(RegionOptions.of(values)));

    /** The loss with its defaults. */
    public JaccardLoss() {
        this(RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        RegionSums sums = region.sums(in);
        return in.reduce(sums.shortfall(sums.difference(), sums.union()));
    }
}
