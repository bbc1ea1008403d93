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
 * Categorical cross-entropy, {@code -sum_c g_c ln clip(p_c)} for each voxel, mean over voxels. In [0, -ln clip_eps] for hard targets.
 *
 * <p>The negative log-likelihood of one of several classes (Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.108), of probabilities clipped to
 * [clip_eps, 1 - clip_eps] and not normalised again. A single channel is seen as two classes.
 *
 * @param clipEps the distance of the clip edges from 0 and 1, in [0, 0.5); beyond them no gradient passes
 */
public record CategoricalCrossEntropyLoss(double clipEps) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("categorical_cross_entropy", Family.CROSS_ENTROPY)
                    .title("Categorical cross-entropy of probabilities")
                    .formula("-sum_c g_c ln clip(p_c)")
                    .source("Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.108")
                    .purpose("networks that end in a softmax of their own")
                    .relations("cross_entropy of the logits, where nothing is clipped")
                    .traps("beyond the clip there is no gradient: prefer cross_entropy of logits")
                    .parameters(
                            ParameterSpec.number("clip_eps", 1e-7, "clip p to [eps, 1 - eps]")
                                    .atLeast(0)
                                    .below(0.5))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new CategoricalCrossEntropyLoss(values.number("clip_eps")));

    /** Checks the parameters. */
    public CategoricalCrossEntropyLoss {
        DEFINITION.check("clip_eps", clipEps);
    }

    /** The loss with its defaults. */
    public CategoricalCrossEntropyLoss() {
        this(1e-7);
    }

    @Override
    public Expr define(LossScope scope) {
        LossScope in = scope.asTwoClasses();
        in.requireExclusiveClasses("a pixel has one class");
        return in.mean(
                CrossEntropyTerms.categorical(in.target(), in.probabilities(clipEps)),
                Terms.CATEGORICAL);
    }
}
