package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;

/**
 * Weighted binary cross-entropy of logits, {@code beta g ln(1 + e^-x) + (1 - g) ln(1 + e^x)}, mean over elements. At least 0.
 *
 * <p>Jadon 2020, A survey of loss functions for semantic segmentation, doi:10.1109/CIBCB48159.2020.9277638.
 *
 * @param beta the weight of positives, at least 0; above 1 it makes false negatives rarer, below 1 false positives
 */
public record WeightedBceLoss(double beta) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("weighted_bce", Family.CROSS_ENTROPY)
                    .title("Weighted binary cross-entropy")
                    .formula("beta g ln(1 + e^-x) + (1 - g) ln(1 + e^x)")
                    .source("Jadon 2020, doi:10.1109/CIBCB48159.2020.9277638")
                    .purpose("binary masks with a small foreground")
                    .relations("bce_with_logits with pos_weight beta")
                    .traps("the weight changes the scale of the loss and of its gradient")
                    .parameters(ParameterSpec.number("beta", 1, "weight of positives").atLeast(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new WeightedBceLoss(values.number("beta")));

    /** Checks the parameters. */
    public WeightedBceLoss {
        DEFINITION.check("beta", beta);
    }

    /** The loss with its defaults. */
    public WeightedBceLoss() {
        this(1);
    }

    @Override
    public Expr define(LossScope in) {
        in.requireActivation("it takes logits of yes-or-no questions", Activation.SIGMOID);
        return in.mean(
                CrossEntropyTerms.weightedBinary(
                        in.target(), in.probabilities(0), in.parameter("beta", beta), Expr.one()),
                Terms.INDEPENDENT);
    }
}
