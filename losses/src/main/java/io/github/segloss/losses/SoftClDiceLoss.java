package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import java.util.List;

/**
 * Soft clDice loss, {@code 1 - 2 Tprec Tsens / (Tprec + Tsens)}, with the soft skeleton S,
 * {@code Tprec = (sum S(p) g + smooth) / (sum S(p) + smooth)} and {@code Tsens = (sum S(g) p + smooth) / (sum S(g) + smooth)}. In [0, 1].
 *
 * <p>The sums go over all samples and selected channels, whatever the reduction; the published use selects the foreground. Erosion is the minimum over the
 * face-connected cross, dilation the maximum over the full box, in one to three dimensions.
 *
 * <p>Shit et al.: clDice - a Novel Topology-Preserving Loss Function for Tubular Structure Segmentation, CVPR 2021, eq. 1 and 2, algorithms 1 and 2,
 * doi:10.1109/CVPR46437.2021.01629.
 *
 * @param iterations how many erosions the skeleton takes, at least the largest radius in pixels, 0 to 200
 * @param smooth smoothing, above 0
 */
public record SoftClDiceLoss(int iterations, double smooth) implements Loss {
    static final List<ParameterSpec> PARAMETERS =
            List.of(
                    ParameterSpec.integer("iterations", 3, "erosions of the soft skeleton")
                            .atLeast(0)
                            .atMost(200),
                    ParameterSpec.number("smooth", 1, "smoothing of precision and sensitivity")
                            .above(0));

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("soft_cldice", Family.TOPOLOGY)
                    .title("Soft clDice loss")
                    .formula(
                            "1 - 2 Tprec Tsens / (Tprec + Tsens), Tprec = (sum S(p) g + s) / (sum S(p) + s), Tsens = (sum S(g) p + s) / (sum S(g) + s)")
                    .source("Shit et al. 2021, eq. 1 and 2, doi:10.1109/CVPR46437.2021.01629")
                    .purpose("vessels, roads, neurons: connected centre lines")
                    .relations("dice_cldice adds Dice, as the paper does")
                    .traps(
                            "select the foreground; with fewer iterations than the radius of the structure the skeleton is incomplete")
                    .parameters(PARAMETERS)
                    .laws(
                            Law.PERMUTE_SAMPLES,
                            Law.RELABEL_CLASSES,
                            Law.SOFT_IS_HARD,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new SoftClDiceLoss(
                                    values.integer("iterations"), values.number("smooth")));

    /**
     * Checks the parameters.
     *
     * @param iterations how many erosions the skeleton takes
     * @param smooth smoothing
     */
    public SoftClDiceLoss {
        DEFINITION.check("iterations", iterations);
        DEFINITION.check("smooth", smooth);
    }

    /** The loss with 3 iterations and smoothing 1. */
    public SoftClDiceLoss() {
        this(3, 1);
    }

    @Override
    public String id() {
        return DEFINITION.id();
    }

    @Override
    public Expr define(LossScope in) {
        in.refuseClassWeights("its sums pool all classes");
        Probabilities p = in.probabilities(0);
        Expr g = in.target();
        Expr ofPrediction = SoftSkeleton.of(in.masked(p.p()), iterations);
        Expr ofTarget = SoftSkeleton.of(in.masked(g), iterations);
        Expr precision = share(in, ofPrediction, g, Expr.one().sub(g));
        Expr sensitivity = share(in, ofTarget, p.p(), p.q());
        return Expr.one().sub(precision.mul(sensitivity).mul(2).div(precision.add(sensitivity)));
    }

    /** How much of a skeleton lies in a mask, from what lies inside and what outside. */
    private Expr share(LossScope in, Expr skeleton, Expr inside, Expr outside) {
        Expr hits = pooled(in, skeleton.mul(inside)).add(smooth);
        return hits.div(hits.add(pooled(in, skeleton.mul(outside))));
    }

    /** The sum over all samples and selected channels. */
    static Expr pooled(LossScope in, Expr e) {
        return in.sumOverClasses(in.batchSum(e));
    }
}
