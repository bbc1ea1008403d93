package io.github.segloss.losses;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;
import java.util.List;

/**
 * Hausdorff distance loss by distance transforms, the mean over elements of {@code (p - g)^2 (F(p)^alpha + F(g)^alpha)}. F(m) is the distance to the
 * background inside, and to the foreground outside, of the mask where m exceeds a threshold (one half for g); it is 0 where the mask is empty or full, and
 * a constant for the gradient. At least 0; distances are in units of the spacing of the call.
 *
 * <p>Karimi, Salcudean: Reducing the Hausdorff Distance in Medical Image Segmentation With Convolutional Neural Networks, IEEE TMI 39(2), 2020,
 * doi:10.1109/TMI.2019.2930068.
 *
 * @param alpha the exponent of the distances, above 0
 * @param predictionThreshold the probability above which a pixel belongs to the predicted mask, in [0, 1)
 */
public record HausdorffDtLoss(double alpha, double predictionThreshold) implements Loss {
    static final List<ParameterSpec> PARAMETERS =
            List.of(
                    ParameterSpec.number("alpha", 2, "exponent of the distances").above(0),
                    ParameterSpec.number(
                                    "prediction_threshold",
                                    0.5,
                                    "probability above which a pixel belongs to the predicted mask")
                            .atLeast(0)
                            .below(1));

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("hausdorff_dt", Family.DISTANCE)
                    .title("Hausdorff distance loss by distance transforms")
                    .formula(
                            "mean of (p - g)^2 (F(p)^alpha + F(g)^alpha), F the distance to the boundary")
                    .source("Karimi, Salcudean 2020, doi:10.1109/TMI.2019.2930068")
                    .purpose(
                            "errors far from the boundary, which the Hausdorff distance is made of")
                    .relations("log_hausdorff_dt damps it for a sum with other losses")
                    .traps(
                            "its size grows with the image and the spacing; distances of the prediction are computed in every call")
                    .parameters(PARAMETERS)
                    .laws(
                            Law.PERMUTE_SAMPLES,
                            Law.RELABEL_CLASSES,
                            Law.SOFT_IS_HARD,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new HausdorffDtLoss(
                                    values.number("alpha"), values.number("prediction_threshold")));

    /**
     * Checks the parameters.
     *
     * @param alpha the exponent of the distances
     * @param predictionThreshold the probability above which a pixel belongs to the predicted mask
     */
    public HausdorffDtLoss {
        DEFINITION.check("alpha", alpha);
        DEFINITION.check("prediction_threshold", predictionThreshold);
    }

    /** The loss with the paper's exponent 2 and threshold one half. */
    public HausdorffDtLoss() {
        this(2, 0.5);
    }

    @Override
    public Expr define(LossScope in) {
        Expr p = in.masked(in.probabilities());
        Expr g = in.masked(in.target());
        Expr threshold = in.parameter("prediction_threshold", predictionThreshold);
        Expr fields = field(p.gt(threshold)).add(field(g.gt(0.5)));
        return in.mean(p.sub(g).square().mul(fields), Terms.SELECTED);
    }

    private Expr field(Condition mask) {
        return mask.distanceTransform().add(mask.not().distanceTransform()).pow(alpha);
    }
}
