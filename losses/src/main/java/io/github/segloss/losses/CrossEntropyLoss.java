package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.WeightNormalization;

/**
 * Cross-entropy, {@code -sum_c g_c ln p_c} for each voxel, mean over voxels. At least 0.
 *
 * <p>The negative log-likelihood of one of several classes (Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.108); {@code ln p} of a softmax is
 * computed from the logits. With activation sigmoid every channel is a yes-or-no question of its own, mean over elements. Class weights divide by the
 * sum of the weights of the labels unless the options say otherwise.
 *
 * @param labelSmoothing s in [0, 1]: the target becomes {@code (1 - s) g + s / C} (Szegedy et al. 2016, doi:10.1109/CVPR.2016.308), for a sigmoid
 *     {@code g (1 - s) + (1 - g) s}
 * @param clipEps the distance from 0 and 1 to which given probabilities are clipped, in [0, 0.5); logits are not clipped
 */
public record CrossEntropyLoss(double labelSmoothing, double clipEps) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("cross_entropy", Family.CROSS_ENTROPY)
                    .title("Cross-entropy")
                    .formula("-sum_c g_c (x_c - ln sum_k e^x_k)")
                    .source("Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.108")
                    .purpose("exclusive classes; the first thing to try")
                    .relations(
                            "weighted_cross_entropy with equal weights; twice a unified focal loss at gamma 0, delta 0.5, lambda_focal 1")
                    .traps("small classes are outvoted: see class weights, focal, dice")
                    .parameters(
                            ParameterSpec.number(
                                            "label_smoothing",
                                            0,
                                            "belief spread evenly over all classes")
                                    .atLeast(0)
                                    .atMost(1),
                            ParameterSpec.number(
                                            "clip_eps",
                                            1e-7,
                                            "clip given probabilities to [eps, 1 - eps]; logits are not clipped")
                                    .atLeast(0)
                                    .below(0.5))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new CrossEntropyLoss(
                                    values.number("label_smoothing"), values.number("clip_eps")));

    /** Checks the parameters. */
    public CrossEntropyLoss {
        DEFINITION.check("label_smoothing", labelSmoothing);
        DEFINITION.check("clip_eps", clipEps);
    }

    /** The loss with its defaults. */
    public CrossEntropyLoss() {
        this(0, 1e-7);
    }

    @Override
    public Expr define(LossScope in) {
        return CrossEntropyTerms.mean(in, labelSmoothing, clipEps);
    }

    @Override
    public WeightNormalization defaultWeightNormalization() {
        return WeightNormalization.WEIGHT_SUM;
    }
}
