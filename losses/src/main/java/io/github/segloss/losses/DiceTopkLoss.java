package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Dice and top-k cross-entropy, {@code lambda_dice Dice + lambda_topk TopK}. At least 0 where both smoothings are equal.
 *
 * <p>Isensee et al. 2021, the DC_topk setting of nnU-Net, doi:10.1038/s41592-020-01008-z. A selection of classes concerns the Dice part only, as in
 * {@link DiceCeLoss}. Weights and percentage are run-time parameters.
 *
 * @param lambdaDice the weight of the Dice loss, at least 0
 * @param lambdaTopk the weight of the top-k cross-entropy, at least 0
 * @param topk the top-k cross-entropy
 * @param region smoothing, squares, overlap, empty classes of the Dice loss
 */
public record DiceTopkLoss(
        double lambdaDice, double lambdaTopk, TopkCrossEntropyLoss topk, RegionOptions region)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice_topk", Family.COMPOUND)
                    .title("Dice and top-k cross-entropy")
                    .formula("lambda_dice Dice + lambda_topk TopK")
                    .source("Isensee et al. 2021, doi:10.1038/s41592-020-01008-z")
                    .purpose("as dice_ce, with the hardest pixels only in the cross-entropy")
                    .relations("dice_ce at k_percent 100")
                    .traps(
                            "wrong labels are among the hardest pixels; with reduction none its parts differ in shape")
                    .parameters(
                            DiceCeLoss.LAMBDA_DICE,
                            ParameterSpec.number(
                                            "lambda_topk", 1, "weight of the top-k cross-entropy")
                                    .atLeast(0))
                    .parameters(TopkCrossEntropyLoss.DEFINITION.parameters())
                    .parameters(RegionOptions.ALL)
                    .laws(LawSets.SUMS)
                    .laws(Law.RELABEL_CLASSES, Law.NOT_NEGATIVE, Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new DiceTopkLoss(
                                    values.number("lambda_dice"),
                                    values.number("lambda_topk"),
                                    TopkCrossEntropyLoss.of(values),
                                    RegionOptions.of(values)));

    /** Checks the parameters. */
    public DiceTopkLoss {
        DEFINITION.check("lambda_dice", lambdaDice);
        DEFINITION.check("lambda_topk", lambdaTopk);
        region.check(DEFINITION);
    }

    /** The loss with its defaults: both parts weigh 1, the hardest tenth. */
    public DiceTopkLoss() {
        this(1, 1, new TopkCrossEntropyLoss(), RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        LossScope all = in.with(in.options().withClasses(ClassSelection.ALL));
        return in.compound(
                new DiceLoss(region).define(in).mul(in.parameter("lambda_dice", lambdaDice)),
                topk.define(all).mul(in.parameter("lambda_topk", lambdaTopk)));
    }
}
