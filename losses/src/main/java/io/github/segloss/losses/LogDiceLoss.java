package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Logarithmic Dice loss, {@code -ln D} for each class and sample, where {@code D = (2 I + smooth_nr) / (A + B + smooth_dr)}. At least 0 where both smoothings are equal; bad regions cost much more
 * than under {@link DiceLoss}.
 *
 * <p>The Dice part of Wong et al. 2018 with exponent 1, doi:10.1007/978-3-030-00931-1_70.
 *
 * @param region smoothing (smooth_nr above 0 and at most smooth_dr) and overlap
 */
public record LogDiceLoss(RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("log_dice", Family.REGION)
                    .title("Logarithmic Dice loss")
                    .formula("-ln[(2 sum p g + smooth_nr) / (sum p + sum g + smooth_dr)]")
                    .source("Wong et al. 2018 at exponent 1, doi:10.1007/978-3-030-00931-1_70")
                    .purpose("when classes that are missed altogether must not be given up")
                    .relations("minus the logarithm of one minus dice")
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
                    .create(values -> new LogDiceLoss(RegionOptions.of(values)));

    /** Checks the parameters. */
    public LogDiceLoss {
        region.check(DEFINITION);
        region.requireScoreAtMostOne(DEFINITION.id());
    }

    /** The loss with its defaults. */
    public LogDiceLoss() {
        this(RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        RegionSums sums = region.sums(in);
        // -ln s = ln(1 + (1 - s) / s), where 1 - s is a small sum of its own.
        Expr missed = sums.difference().add(region.smoothDenominator() - region.smoothNumerator());
        Expr found = sums.overlap().mul(2).add(region.smoothNumerator());
        return in.reduce(missed.div(found).log1p());
    }
}
