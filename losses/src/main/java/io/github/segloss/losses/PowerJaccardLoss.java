package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Power Jaccard loss, {@code 1 - (I + smooth) / (sum p^power + sum g^power - I + smooth)} for each class and sample, {@code I = sum p g}. In [0, 1].
 *
 * <p>Duque-Arias, Velasco-Forero, Deschaud, Goulette, Serna, Decenciere, Marcotegui: On power Jaccard losses for semantic segmentation, VISAPP 2021,
 * doi:10.5220/0010304005610568.
 *
 * @param power the exponent, in [1, 2]; at 1 it is the Jaccard loss, at 2 that with squares
 * @param smooth smoothing, at least 0
 */
public record PowerJaccardLoss(double power, double smooth) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("power_jaccard", Family.REGION)
                    .title("Power Jaccard loss")
                    .formula(
                            "1 - (sum p g + smooth) / (sum p^power + sum g^power - sum p g + smooth)")
                    .source("Duque-Arias et al. 2021, doi:10.5220/0010304005610568")
                    .purpose("between the plain and the squared Jaccard loss")
                    .relations("jaccard at power 1, jaccard with squares at power 2")
                    .traps("with soft targets only power 2 has its minimum at p = g")
                    .parameters(
                            ParameterSpec.number(
                                            "power", 1.75, "exponent of p and g in the denominator")
                                    .atLeast(1)
                                    .atMost(2),
                            ParameterSpec.number("smooth", 1e-5, "smoothing").atLeast(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new PowerJaccardLoss(values.number("power"), values.number("smooth")));

    /** Checks the parameters. */
    public PowerJaccardLoss {
        DEFINITION.check("power", power);
        DEFINITION.check("smooth", smooth);
    }

    /** The loss with its defaults: power 1.75. */
    public PowerJaccardLoss() {
        this(1.75, 1e-5);
    }

    @Override
    public Expr define(LossScope in) {
        Expr p = in.probabilities();
        Expr g = in.target();
        Expr overlap = in.sum(p.mul(g));
        Expr missed = in.sum(p.pow(power).add(g.pow(power)).sub(p.mul(g).mul(2)));
        return in.reduce(in.shortfall(missed, overlap.add(missed).add(smooth)));
    }
}
