package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.Terms;
import java.util.List;

/**
 * Poly-1 focal loss, {@code -(1 - p_t)^gamma ln p_t + epsilon (1 - p_t)^(gamma + 1)}: the focal loss with the first coefficient of its expansion in
 * {@code 1 - p_t} moved by epsilon. At least 0.
 *
 * <p>Leng, Tan, Liu, Cubuk, Shi, Cheng, Anguelov: PolyLoss: a polynomial expansion perspective of classification loss functions, ICLR 2022,
 * arXiv:2204.12511. Classes are weighed by the class weights of the options. Epsilon is a run-time parameter.
 *
 * @param epsilon what is added to the first coefficient, at least -1; at 0 it is the focal loss
 * @param gamma the exponent, at least 0; at 0 it is the Poly-1 cross-entropy
 */
public record Poly1FocalLoss(double epsilon, double gamma) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("poly1_focal", Family.CROSS_ENTROPY)
                    .title("Poly-1 focal loss")
                    .formula("-(1 - p_t)^gamma ln p_t + epsilon (1 - p_t)^(gamma + 1)")
                    .source("Leng et al. 2022, arXiv:2204.12511")
                    .purpose("one more parameter where the focal loss is used")
                    .relations("focal at epsilon 0; poly1_cross_entropy at gamma 0")
                    .traps("for detection the paper's best epsilon is -1, for segmentation above 0")
                    .parameters(Poly1CrossEntropyLoss.EPSILON, FocalLoss.GAMMA)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new Poly1FocalLoss(values.number("epsilon"), values.number("gamma")));

    /** Checks the parameters. */
    public Poly1FocalLoss {
        DEFINITION.check("epsilon", epsilon);
        DEFINITION.check("gamma", gamma);
    }

    /** The loss with its defaults: epsilon 1, gamma 2. */
    public Poly1FocalLoss() {
        this(1, 2);
    }

    @Override
    public Expr define(LossScope in) {
        return in.compound(
                new FocalLoss(List.of(), gamma, null).define(in),
                missed(in).mul(in.parameter("epsilon", epsilon)));
    }

    private Expr missed(LossScope in) {
        Probabilities p = in.probabilities(0);
        Expr g = in.target();
        if (in.hasIndependentChannels()) {
            Expr q = g.mul(p.q()).add(Expr.one().sub(g).mul(p.p()));
            return in.mean(q.pow(gamma + 1), Terms.INDEPENDENT);
        }
        return in.mean(g.mul(p.q().pow(gamma + 1)), Terms.CATEGORICAL);
    }
}
