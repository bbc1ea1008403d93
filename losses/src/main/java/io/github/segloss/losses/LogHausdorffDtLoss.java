package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.Reduction;

/**
 * Logarithm of the Hausdorff distance loss, {@code ln(1 + H)} with H the mean of {@link HausdorffDtLoss}. At least 0.
 *
 * <p>The distances follow Karimi and Salcudean 2020, doi:10.1109/TMI.2019.2930068; the logarithm is that of the MONAI library's LogHausdorffDTLoss,
 * to bring the loss to the scale of Dice and cross-entropy.
 *
 * @param alpha the exponent of the distances, above 0
 * @param predictionThreshold the probability above which a pixel belongs to the predicted mask, in [0, 1)
 */
public record LogHausdorffDtLoss(double alpha, double predictionThreshold) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("log_hausdorff_dt", Family.DISTANCE)
                    .title("Logarithm of the Hausdorff distance loss")
                    .formula("ln(1 + H), H = mean of (p - g)^2 (F(p)^alpha + F(g)^alpha)")
                    .source(
                            "Karimi, Salcudean 2020, doi:10.1109/TMI.2019.2930068, inside ln(1 + H)")
                    .purpose("the Hausdorff distance loss on the scale of other losses")
                    .relations("hausdorff_dt without the logarithm")
                    .traps("the value of a batch is not the mean of its samples")
                    .parameters(HausdorffDtLoss.PARAMETERS)
                    .laws(
                            Law.PERMUTE_SAMPLES,
                            Law.RELABEL_CLASSES,
                            Law.SOFT_IS_HARD,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new LogHausdorffDtLoss(
                                    values.number("alpha"), values.number("prediction_threshold")));

    /**
     * Checks the parameters.
     *
     * @param alpha the exponent of the distances
     * @param predictionThreshold the probability above which a pixel belongs to the predicted mask
     */
    public LogHausdorffDtLoss {
        DEFINITION.check("alpha", alpha);
        DEFINITION.check("prediction_threshold", predictionThreshold);
    }

    /** The loss with exponent 2 and threshold one half. */
    public LogHausdorffDtLoss() {
        this(2, 0.5);
    }

    @Override
    public Expr define(LossScope in) {
        in.requireReduction("the logarithm is taken of the mean", Reduction.MEAN);
        return new HausdorffDtLoss(alpha, predictionThreshold).define(in).log1p();
    }
}
