package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;

/**
 * Conservative loss, mean over voxels of {@code lambda (1 + log_a q)^2 log_a(-log_a q)}, where q is the clipped probability of the true class. It falls
 * without bound as q approaches 1 and is held by the clip only.
 *
 * <p>Zhu, Zhou, Yang, Shi, Lin: Penalizing top performers: conservative loss for semantic segmentation adaptation, ECCV 2018,
 * doi:10.1007/978-3-030-01234-2_35. A single channel is seen as two classes.
 *
 * @param lambda the weight, at least 0
 * @param base a, above 1
 * @param clipEps the distance from 0 and 1 to which p is clipped, in (0, 0.5)
 */
public record ConservativeLoss(double lambda, double base, double clipEps) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("conservative", Family.CROSS_ENTROPY)
                    .title("Conservative loss")
                    .formula("lambda (1 + log_a q)^2 log_a(-log_a q)")
                    .source("Zhu et al. 2018, doi:10.1007/978-3-030-01234-2_35")
                    .purpose("domain adaptation: answers away from both extremes generalize")
                    .traps(
                            "as printed it rewards certainty without bound (-9 at q = 0.9): the clip is its floor; 0 is not its least value")
                    .parameters(
                            ParameterSpec.number("lambda", 5, "weight").atLeast(0),
                            ParameterSpec.number("base", Math.E, "base a of the logarithms")
                                    .above(1),
                            ParameterSpec.number("clip_eps", 1e-7, "clip p to [eps, 1 - eps]")
                                    .above(0)
                                    .below(0.5))
                    .laws(LawSets.SUMS)
                    .laws(Law.RELABEL_CLASSES, Law.BATCH_IS_MEAN)
                    .create(values ->
                            new ConservativeLoss(
                                    values.number("lambda"),
                                    values.number("base"),
                                    values.number("clip_eps")));

    /** Checks the parameters. */
    public ConservativeLoss {
        DEFINITION.check("lambda", lambda);
        DEFINITION.check("base", base);
        DEFINITION.check("clip_eps", clipEps);
    }

    /** The loss with its defaults: lambda 5, base e. */
    public ConservativeLoss() {
        this(5, Math.E, 1e-7);
    }

    @Override
    public Expr define(LossScope scope) {
        LossScope in = scope.asTwoClasses();
        in.requireExclusiveClasses("a pixel has one class");
        double scale = 1 / Math.log(base);
        Expr log = in.probabilities(clipEps).logP().mul(scale);
        Expr each = log.add(1).square().mul(log.neg().log().mul(scale));
        return in.mean(in.target().mul(each), Terms.CATEGORICAL)
                .mul(in.parameter("lambda", lambda));
    }
}
