package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.Reduction;

/**
 * Log-cosh Dice loss, {@code ln cosh} of the mean Dice loss. In [0, ln cosh 1] where both smoothings are equal.
 *
 * <p>Jadon: A survey of loss functions for semantic segmentation, CIBCB 2020, doi:10.1109/CIBCB48159.2020.9277638.
 *
 * @param region smoothing, squares, overlap, empty classes
 */
public record LogCoshDiceLoss(RegionOptions region) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("log_cosh_dice", Family.REGION)
                    .title("Log-cosh Dice loss")
                    .formula("ln cosh(dice)")
                    .source("Jadon 2020, doi:10.1109/CIBCB48159.2020.9277638")
                    .purpose("a Dice loss whose slope fades as it becomes small")
                    .relations("half the square of dice, nearly, where dice is small")
                    .traps("it is taken of the mean, so it has no value per class")
                    .parameters(RegionOptions.ALL)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new LogCoshDiceLoss(RegionOptions.of(values)));

    /** The loss with its defaults. */
    public LogCoshDiceLoss() {
        this(RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        in.requireReduction("ln cosh is taken of the mean Dice loss", Reduction.MEAN);
        return Formulas.logCosh(in.reduce(region.sums(in).diceShortfall()));
    }
}
