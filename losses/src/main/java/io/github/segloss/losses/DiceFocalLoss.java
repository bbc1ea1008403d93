package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Dice and focal loss, {@code lambda_dice Dice + lambda_focal Focal}. At least 0 where both smoothings are equal.
 *
 * <p>Zhu, Huang, Zeng, Chen, Liu, Qian, Du, Fan, Xie: AnatomyNet: deep learning for fast and fully automated whole-volume segmentation of head and neck
 * anatomy, Medical Physics 2019, doi:10.1002/mp.13300.
 *
 * @param lambdaDice the weight of the Dice loss, at least 0
 * @param lambdaFocal the weight of the focal loss, at least 0
 * @param focal the focal loss
 * @param region smoothing, squares, overlap, empty classes of the Dice loss
 */
public record DiceFocalLoss(
        double lambdaDice, double lambdaFocal, FocalLoss focal, RegionOptions region)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice_focal", Family.COMPOUND)
                    .title("Dice and focal loss")
                    .formula("lambda_dice Dice + lambda_focal Focal")
                    .source("Zhu et al. 2019, AnatomyNet, doi:10.1002/mp.13300")
                    .purpose("small organs beside large ones, with many easy pixels")
                    .relations("the sum of dice and focal")
                    .traps(
                            "the focal form follows the activation: softmax over classes, sigmoid per channel")
                    .parameters(
                            DiceCeLoss.LAMBDA_DICE,
                            ParameterSpec.number("lambda_focal", 1, "weight of the focal loss")
                                    .atLeast(0),
                            FocalLoss.ALPHA,
                            FocalLoss.GAMMA,
                            FocalLoss.CLIP_EPS)
                    .parameters(RegionOptions.ALL)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new DiceFocalLoss(
                                    values.number("lambda_dice"),
                                    values.number("lambda_focal"),
                                    FocalLoss.of(values),
                                    RegionOptions.of(values)));

    /** Checks the parameters. */
    public DiceFocalLoss {
        DEFINITION.check("lambda_dice", lambdaDice);
        DEFINITION.check("lambda_focal", lambdaFocal);
        region.check(DEFINITION);
    }

    /** The loss with its defaults: both parts weigh 1, gamma is 2. */
    public DiceFocalLoss() {
        this(1, 1, new FocalLoss(), RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        return in.compound(
                new DiceLoss(region).define(in).mul(in.parameter("lambda_dice", lambdaDice)),
                focal.define(in).mul(in.parameter("lambda_focal", lambdaFocal)));
    }
}
