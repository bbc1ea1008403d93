package io.github.segloss.losses;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Cross-entropy with online hard example mining: the mean over the pixels whose truth has a probability below a threshold, and at least over the
 * {@code min_kept} pixels with the smallest. At least 0.
 *
 * <p>Pixels that do not count are removed first; among equals the lowest index is kept. Pixels are chosen by their probability alone, weights act on what is
 * kept. Both parameters are run-time parameters.
 *
 * <p>Shrivastava, Gupta, Girshick: Training region-based object detectors with online hard example mining, CVPR 2016, doi:10.1109/CVPR.2016.89; in this form
 * for pixels by Wu, Shen, van den Hengel 2016, arXiv:1605.06885.
 *
 * @param threshold the probability of the truth below which a pixel is hard, in (0, 1]
 * @param minKept how many pixels of the batch are kept at least, 0 or more
 * @param clipEps the distance from 0 and 1 to which given probabilities are clipped, in [0, 0.5); logits are not clipped
 */
public record OhemCrossEntropyLoss(double threshold, int minKept, double clipEps) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("ohem_cross_entropy", Family.CROSS_ENTROPY)
                    .title("Cross-entropy with online hard example mining")
                    .formula(
                            "mean of -ln p_t over pixels with p_t < threshold, at least the min_kept hardest")
                    .source(
                            "Shrivastava, Gupta, Girshick 2016, doi:10.1109/CVPR.2016.89; Wu, Shen, van den Hengel 2016, arXiv:1605.06885")
                    .purpose("large easy areas: pixels that are already right do not count")
                    .relations(
                            "cross_entropy at threshold 1 where no pixel is certain; topk_cross_entropy keeps a share of the pixels")
                    .traps(
                            "wrong labels are among the hardest pixels; min_kept counts the pixels of the whole batch")
                    .parameters(
                            ParameterSpec.number(
                                            "threshold",
                                            0.7,
                                            "probability of the truth below which a pixel is hard")
                                    .above(0)
                                    .atMost(1),
                            ParameterSpec.integer(
                                            "min_kept", 0, "pixels of the batch kept at least")
                                    .atLeast(0)
                                    .atMost(Integer.MAX_VALUE),
                            CrossEntropyLoss.DEFINITION.parameter("clip_eps"))
                    .laws(LawSets.SUMS)
                    .laws(Law.RELABEL_CLASSES, Law.NOT_NEGATIVE, Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new OhemCrossEntropyLoss(
                                    values.number("threshold"),
                                    values.integer("min_kept"),
                                    values.number("clip_eps")));

    /** Checks the parameters. */
    public OhemCrossEntropyLoss {
        DEFINITION.check("threshold", threshold);
        DEFINITION.check("min_kept", minKept);
        DEFINITION.check("clip_eps", clipEps);
    }

    /** The loss with its defaults: threshold 0.7, no least number. */
    public OhemCrossEntropyLoss() {
        this(0.7, 0, 1e-7);
    }

    @Override
    public Expr define(LossScope in) {
        in.requireExclusiveClasses("a pixel is kept by the probability of its one truth");
        Expr surprise = surprise(in);
        Expr rank = HardPixels.rank(in, surprise);
        Expr limit = in.parameter("threshold", threshold).log().neg();
        Condition kept = surprise.gt(limit).or(rank.le(in.parameter("min_kept", minKept)));
        Expr count = in.masked(kept.toExpr()).sum(Axes.BATCH_SPACE);
        return CrossEntropyTerms.mean(in.among(kept, count), 0, clipEps);
    }

    /** {@code -ln p_t} of each pixel, without weights. */
    private Expr surprise(LossScope in) {
        Probabilities p =
                in.probabilities(in.options().activation() == Activation.NONE ? clipEps : 0);
        Expr g = in.target();
        return in.hasIndependentChannels()
                ? CrossEntropyTerms.binary(g, p)
                : in.sumOverClasses(CrossEntropyTerms.categorical(g, p));
    }
}
