package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Reduction;

/**
 * Generalized Dice with a penalty, {@code GD / (1 + k (1 - GD))} for each sample, where GD is the generalized Dice loss. In [0, 1]; near a good prediction it
 * is flatter, near a bad one steeper than GD.
 *
 * <p>Yang, Kweon, Kim: Major vessel segmentation on X-ray coronary angiography using deep networks with a novel penalty loss function, MIDL 2019. The factor
 * k is a run-time parameter.
 *
 * @param k the strength of the penalty, at least 0; at 0 it is the generalized Dice loss
 * @param generalizedDice the generalized Dice loss
 */
public record PenalizedGeneralizedDiceLoss(double k, GeneralizedDiceLoss generalizedDice)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("penalized_generalized_dice", Family.REGION)
                    .title("Penalized generalized Dice loss")
                    .formula("GD / (1 + k (1 - GD)), GD the generalized Dice loss")
                    .source("Yang, Kweon, Kim 2019, MIDL")
                    .purpose("thin structures, where false pixels far from good are to cost most")
                    .relations("generalized_dice at k 0")
                    .traps("a large k makes the loss nearly 0 for all but bad predictions")
                    .parameters(
                            ParameterSpec.number("k", 2.5, "strength of the penalty").atLeast(0))
                    .parameters(GeneralizedDiceLoss.DEFINITION.parameters())
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new PenalizedGeneralizedDiceLoss(
                                    values.number("k"), GeneralizedDiceLoss.of(values)));

    /** Checks the parameters. */
    public PenalizedGeneralizedDiceLoss {
        DEFINITION.check("k", k);
    }

    /** The loss with its defaults: k 2.5. */
    public PenalizedGeneralizedDiceLoss() {
        this(2.5, new GeneralizedDiceLoss());
    }

    @Override
    public Expr define(LossScope in) {
        Expr each = generalizedDice.define(in.with(in.options().withReduction(Reduction.NONE)));
        Expr penalty = Expr.one().sub(each).mul(in.parameter("k", k)).add(1);
        return in.reduceSamples(each.div(penalty));
    }
}
