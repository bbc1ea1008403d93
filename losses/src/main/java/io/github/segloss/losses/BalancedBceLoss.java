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
 * Balanced binary cross-entropy of logits, {@code beta g ln(1 + e^-x) + (1 - beta) (1 - g) ln(1 + e^x)}, mean over elements. At least 0.
 *
 * <p>Xie, Tu: Holistically-nested edge detection, ICCV 2015, eq. 2, doi:10.1109/ICCV.2015.164, where beta is the share of negatives.
 *
 * @param beta the weight of positives in [0, 1]; negatives weigh 1 - beta
 */
public record BalancedBceLoss(double beta) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("balanced_bce", Family.CROSS_ENTROPY)
                    .title("Balanced binary cross-entropy")
                    .formula("beta g ln(1 + e^-x) + (1 - beta) (1 - g) ln(1 + e^x)")
                    .source("Xie and Tu 2015, eq. 2, doi:10.1109/ICCV.2015.164")
                    .purpose("binary masks with a small foreground: beta is the share of negatives")
                    .relations(
                            "focal at gamma 0 with alpha = beta; at beta 0.5 half of bce_with_logits")
                    .traps("beta 0.5, the default, halves the loss and balances nothing")
                    .parameters(
                            ParameterSpec.number(
                                            "beta", 0.5, "weight of positives; negatives 1 - beta")
                                    .atLeast(0)
                                    .atMost(1))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new BalancedBceLoss(values.number("beta")));

    /** Checks the parameters. */
    public BalancedBceLoss {
        DEFINITION.check("beta", beta);
    }

    /** The loss with its defaults. */
    public BalancedBceLoss() {
        this(0.5);
    }

    @Override
    public Expr define(LossScope in) {
        in.requireActivation("it takes logits of yes-or-no questions", Activation.SIGMOID);
        Expr b = in.parameter("beta", beta);
        return in.mean(
                CrossEntropyTerms.weightedBinary(
                        in.target(), in.probabilities(0), b, Expr.one().sub(b)),
                Terms.INDEPENDENT);
    }
}
