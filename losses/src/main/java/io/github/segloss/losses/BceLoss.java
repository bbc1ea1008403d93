package io.github.segloss.losses;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;

/**
 * Binary cross-entropy of probabilities, {@code -[g max(ln p, L) + (1 - g) max(ln(1 - p), L)]} for each element, mean over elements. In [0, -L].
 *
 * <p>The negative log-likelihood of a Bernoulli variable (Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.90). Logits belong into
 * {@link BceWithLogitsLoss}: from probabilities the gradient at a saturated wrong answer is either huge or, below the clamp, 0.
 *
 * @param logClamp L, below 0: logarithms are not taken to be smaller, and pass no gradient there
 */
public record BceLoss(double logClamp) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("bce", Family.CROSS_ENTROPY)
                    .title("Binary cross-entropy of probabilities")
                    .formula("-[g max(ln p, L) + (1 - g) max(ln(1 - p), L)]")
                    .source("Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.90")
                    .purpose("networks that end in a sigmoid of their own")
                    .relations("bce_with_logits of the logits, where nothing is clamped")
                    .traps(
                            "saturated wrong probabilities have a huge gradient (beyond float32 where log_clamp is below -87), or none below the clamp: prefer bce_with_logits")
                    .parameters(
                            ParameterSpec.number(
                                            "log_clamp", -100, "L, the smallest logarithm, below 0")
                                    .below(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new BceLoss(values.number("log_clamp")));

    /** Checks the parameters. */
    public BceLoss {
        DEFINITION.check("log_clamp", logClamp);
    }

    /** The loss with its defaults. */
    public BceLoss() {
        this(-100);
    }

    @Override
    public Expr define(LossScope in) {
        in.requireActivation(
                "it takes probabilities (for logits there is bce_with_logits)", Activation.NONE);
        Probabilities p = in.probabilities(0);
        Expr g = in.target();
        Expr cost = g.mul(cost(p.p())).add(Expr.one().sub(g).mul(cost(p.q())));
        return in.mean(cost, Terms.INDEPENDENT);
    }

    /** {@code -max(ln p, L)}, with the logarithm of a number that is never 0. */
    private Expr cost(Expr p) {
        Condition low = p.lt(Math.exp(logClamp));
        return low.select(-logClamp, low.select(1, p).log().neg());
    }
}
