package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Generalized Dice and focal loss, {@code lambda_gdl GeneralizedDice + lambda_focal Focal}. At least 0 where both smoothings are equal.
 *
 * <p>The sum of Sudre et al. 2017, doi:10.1007/978-3-319-67558-9_28, and Lin et al. 2017, doi:10.1109/ICCV.2017.324, as the MONAI library's
 * GeneralizedDiceFocalLoss has it. Both weights are run-time parameters.
 *
 * @param lambdaGdl the weight of the generalized Dice loss, at least 0
 * @param lambdaFocal the weight of the focal loss, at least 0
 * @param generalizedDice the generalized Dice loss
 * @param focal the focal loss
 */
public record GeneralizedDiceFocalLoss(
        double lambdaGdl, double lambdaFocal, GeneralizedDiceLoss generalizedDice, FocalLoss focal)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("generalized_dice_focal", Family.COMPOUND)
                    .title("Generalized Dice and focal loss")
                    .formula("lambda_gdl GeneralizedDice + lambda_focal Focal")
                    .source(
                            "Sudre et al. 2017, doi:10.1007/978-3-319-67558-9_28, with Lin et al. 2017, doi:10.1109/ICCV.2017.324")
                    .purpose("many classes of very different volume, with many easy pixels")
                    .relations("the sum of generalized_dice and focal")
                    .traps(
                            "class weights do not fit, since the volumes weigh the classes: use alpha")
                    .parameters(
                            ParameterSpec.number(
                                            "lambda_gdl", 1, "weight of the generalized Dice loss")
                                    .atLeast(0),
                            ParameterSpec.number("lambda_focal", 1, "weight of the focal loss")
                                    .atLeast(0))
                    .parameters(GeneralizedDiceLoss.DEFINITION.parameters())
                    .parameters(FocalLoss.DEFINITION.parameters())
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new GeneralizedDiceFocalLoss(
                                    values.number("lambda_gdl"),
                                    values.number("lambda_focal"),
                                    GeneralizedDiceLoss.of(values),
                                    FocalLoss.of(values)));

    /** Checks the parameters. */
    public GeneralizedDiceFocalLoss {
        DEFINITION.check("lambda_gdl", lambdaGdl);
        DEFINITION.check("lambda_focal", lambdaFocal);
    }

    /** The loss with its defaults: both parts weigh 1. */
    public GeneralizedDiceFocalLoss() {
        this(1, 1, new GeneralizedDiceLoss(), new FocalLoss());
    }

    @Override
    public Expr define(LossScope in) {
        return in.compound(
                generalizedDice.define(in).mul(in.parameter("lambda_gdl", lambdaGdl)),
                focal.define(in).mul(in.parameter("lambda_focal", lambdaFocal)));
    }
}
