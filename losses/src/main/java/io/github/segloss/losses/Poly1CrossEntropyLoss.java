package io.github.segloss.losses;

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
 * Poly-1 cross-entropy, {@code -ln p_t + epsilon (1 - p_t)} for each voxel, where p_t is the probability of the truth: the first coefficient of the
 * expansion {@code -ln p = sum_j (1 - p)^j / j} is moved by epsilon. At least 0.
 *
 * <p>Leng, Tan, Liu, Cubuk, Shi, Cheng, Anguelov: PolyLoss: a polynomial expansion perspective of classification loss functions, ICLR 2022,
 * arXiv:2204.12511. With a soft or smoothed target both terms are expectations over it; with activation sigmoid every channel is a yes-or-no question, mean
 * over elements. Epsilon is a run-time parameter.
 *
 * @param epsilon what is added to the first coefficient, at least -1; at 0 it is the cross-entropy
 * @param labelSmoothing as for {@link CrossEntropyLoss}, in [0, 1]
 * @param clipEps the distance from 0 and 1 to which given probabilities are clipped, in [0, 0.5); logits are not clipped
 */
public record Poly1CrossEntropyLoss(double epsilon, double labelSmoothing, double clipEps)
        implements Loss {
    static final ParameterSpec EPSILON =
            ParameterSpec.number("epsilon", 1, "added to the coefficient of 1 - p_t").atLeast(-1);

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("poly1_cross_entropy", Family.CROSS_ENTROPY)
                    .title("Poly-1 cross-entropy")
                    .formula("-ln p_t + epsilon (1 - p_t)")
                    .source("Leng et al. 2022, arXiv:2204.12511")
                    .purpose("one parameter to make confident pixels matter more or less")
                    .relations("cross_entropy at epsilon 0; poly1_focal for the focal loss")
                    .traps(
                            "negative epsilon lowers the gradient of confident pixels, positive raises it")
                    .parameters(
                            EPSILON,
                            CrossEntropyLoss.DEFINITION.parameter("label_smoothing"),
                            CrossEntropyLoss.DEFINITION.parameter("clip_eps"))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new Poly1CrossEntropyLoss(
                                    values.number("epsilon"),
                                    values.number("label_smoothing"),
                                    values.number("clip_eps")));

    /** Checks the parameters. */
    public Poly1CrossEntropyLoss {
        DEFINITION.check("epsilon", epsilon);
        DEFINITION.check("label_smoothing", labelSmoothing);
        DEFINITION.check("clip_eps", clipEps);
    }

    /** The loss with its defaults: epsilon 1. */
    public Poly1CrossEntropyLoss() {
        this(1, 0, 1e-7);
    }

    @Override
    public Expr define(LossScope in) {
        return in.compound(
                CrossEntropyTerms.mean(in, labelSmoothing, clipEps),
                missed(in).mul(in.parameter("epsilon", epsilon)));
    }

    /** The mean of {@code 1 - p_t}, with the clip and the smoothing of the cross-entropy. */
    private Expr missed(LossScope in) {
        Probabilities p =
                in.probabilities(in.options().activation() == Activation.NONE ? clipEps : 0);
        Expr target = in.target();
        if (in.hasIndependentChannels()) {
            Expr g = CrossEntropyTerms.smoothBinary(target, labelSmoothing);
            return in.mean(g.mul(p.q()).add(Expr.one().sub(g).mul(p.p())), Terms.INDEPENDENT);
        }
        Expr g = CrossEntropyTerms.smoothCategorical(target, labelSmoothing, in.classes());
        return in.mean(g.mul(p.q()), Terms.CATEGORICAL);
    }
}
