package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Logarithmic IoU loss, {@code -ln J} for each class and sample, where {@code J = (I + smooth_nr) / (A + B - I + smooth_dr)}. At least 0 where both smoothings are equal; bad regions cost much more
 * than under {@link JaccardLoss}.
 *
 * <p>The negative logarithm of the IoU as in Yu, Jiang, Wang, Cao, Huang: UnitBox, ACM Multimedia 2016, doi:10.1145/2964284.2967274, there of boxes.
 *
 * @param region smoothing (smooth_nr above 0 and at most smooth_dr) and overlap
 */
public record LogIouLoss(RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("log_iou", Family.REGION)
                    .title("Logarithmic IoU loss")
                    .formula("-ln[(sum p g + smooth_nr) / (sum p + sum g - sum p g + smooth_dr)]")
                    .source("Yu et al. 2016, UnitBox, doi:10.1145/2964284.2967274")
                    .purpose("when classes that are missed altogether must not be given up")
                    .relations("minus the logarithm of one minus jaccard")
                    .traps(
                            "without smoothing a missed class would cost infinity; an empty class costs -ln of its smoothing")
                    .parameters(
                            RegionOptions.SMOOTH_NR.above(0),
                            RegionOptions.SMOOTH_DR,
                            RegionOptions.OVERLAP)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new LogIouLoss(RegionOptions.of(values)));

    /** Checks the parameters. */
    public LogIouLoss {
        region.check(DEFINITION);
        region.requireScoreAtMostOne(DEFINITION.id());
    }

    /** The loss with its defaults. */
    public LogIouLoss() {
        this(RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        RegionSums sums = region.sums(in);
        // -ln s = ln(1 + (1 - s) / s), where 1 - s is a small sum of its own.
        Expr missed = sums.difference().add(region.smoothDenominator() - region.smoothNumerator());
        Expr found = sums.overlap().add(region.smoothNumerator());
        return in.reduce(missed.div(found).log1p());
    }
}
