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
 * Cross-entropy with class weights, {@code -w_y ln p_y} for each voxel; the mean divides by the sum of the weights of the labels, or by the number of
 * voxels where the options say so. At least 0.
 *
 * <p>The weights w are the class weights of the options, all 1 if none are given. Ronneberger, Fischer, Brox: U-Net, MICCAI 2015, eq. 1,
 * doi:10.1007/978-3-319-24574-4_28, with weights of classes only.
 *
 * @param labelSmoothing s in [0, 1]: the target becomes {@code (1 - s) g + s / C}
 * @param clipEps the distance from 0 and 1 to which given probabilities are clipped, in [0, 0.5); logits are not clipped
 */
public record WeightedCrossEntropyLoss(double labelSmoothing, double clipEps) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("weighted_cross_entropy", Family.CROSS_ENTROPY)
                    .title("Weighted cross-entropy")
                    .formula("-sum_i w_y ln p_y / sum_i w_y")
                    .source("Ronneberger et al. 2015, eq. 1, doi:10.1007/978-3-319-24574-4_28")
                    .purpose("classes of very different frequency, with weights chosen for them")
                    .relations(
                            "cross_entropy with the same class weights; focal at gamma 0 under count")
                    .traps(
                            "libraries divide by different things: choose weight_normalization; without class weights it is cross_entropy")
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
                            new WeightedCrossEntropyLoss(
                                    values.number("label_smoothing"), values.number("clip_eps")));

    /** Checks the parameters. */
    public WeightedCrossEntropyLoss {
        DEFINITION.check("label_smoothing", labelSmoothing);
        DEFINITION.check("clip_eps", clipEps);
    }

    /** The loss with its defaults. */
    public WeightedCrossEntropyLoss() {
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
