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
 * Dice and cross-entropy, {@code lambda_dice Dice + lambda_ce CE}. At least 0 where both smoothings are equal.
 *
 * <p>As in nnU-Net: Isensee, Jaeger, Kohl, Petersen, Maier-Hein, Nature Methods 2021, doi:10.1038/s41592-020-01008-z. A selection of classes concerns the
 * Dice part only: the cross-entropy needs all classes to say which one is right.
 *
 * @param lambdaDice the weight of the Dice loss, at least 0
 * @param lambdaCe the weight of the cross-entropy (binary for a sigmoid), at least 0
 * @param labelSmoothing of the cross-entropy, in [0, 1]
 * @param clipEps the distance from 0 and 1 to which given probabilities are clipped in the cross-entropy, in [0, 0.5)
 * @param region smoothing, squares, overlap, empty classes of the Dice loss
 */
public record DiceCeLoss(
        double lambdaDice,
        double lambdaCe,
        double labelSmoothing,
        double clipEps,
        RegionOptions region)
        implements Loss {
    static final ParameterSpec LAMBDA_DICE =
            ParameterSpec.number("lambda_dice", 1, "weight of the Dice loss").atLeast(0);

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice_ce", Family.COMPOUND)
                    .title("Dice and cross-entropy")
                    .formula("lambda_dice Dice + lambda_ce CE")
                    .source("Isensee et al. 2021, doi:10.1038/s41592-020-01008-z")
                    .purpose("a robust default for medical images")
                    .relations("the sum of dice and cross_entropy")
                    .traps(
                            "some papers add the Dice score, not the loss; deselecting classes spares the cross-entropy")
                    .parameters(
                            LAMBDA_DICE,
                            ParameterSpec.number("lambda_ce", 1, "weight of the cross-entropy")
                                    .atLeast(0),
                            ParameterSpec.number(
                                            "label_smoothing",
                                            0,
                                            "belief of the cross-entropy spread over the classes")
                                    .atLeast(0)
                                    .atMost(1),
                            ParameterSpec.number(
                                            "clip_eps",
                                            1e-7,
                                            "clip given probabilities in the cross-entropy")
                                    .atLeast(0)
                                    .below(0.5))
                    .parameters(RegionOptions.ALL)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new DiceCeLoss(
                                    values.number("lambda_dice"),
                                    values.number("lambda_ce"),
                                    values.number("label_smoothing"),
                                    values.number("clip_eps"),
                                    RegionOptions.of(values)));

    /** Checks the parameters. */
    public DiceCeLoss {
        DEFINITION.check("lambda_dice", lambdaDice);
        DEFINITION.check("lambda_ce", lambdaCe);
        DEFINITION.check("label_smoothing", labelSmoothing);
        DEFINITION.check("clip_eps", clipEps);
        region.check(DEFINITION);
    }

    /** The loss with its defaults: both parts weigh 1. */
    public DiceCeLoss() {
        this(1, 1, 0, 1e-7, RegionOptions.DEFAULT);
    }

    @Override
    public Expr define(LossScope in) {
        LossScope all = in.with(in.options().withClasses(ClassSelection.ALL));
        return in.compound(
                new DiceLoss(region).define(in).mul(in.parameter("lambda_dice", lambdaDice)),
                CrossEntropyTerms.mean(all, labelSmoothing, clipEps)
                        .mul(in.parameter("lambda_ce", lambdaCe)));
    }
}
