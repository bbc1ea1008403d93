package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterKind;
import io.github.segloss.loss.ParameterSpec;
import java.util.List;

/**
 * Generalized Dice plus boundary loss, {@code lambda_region GD + lambda_boundary Boundary} with
 * {@code GD = 1 - 2 (sum_c w_c I_c + smooth) / (sum_c w_c (A_c + B_c) + smooth)} and {@code w_c = 1 / (B_c + weight_eps)^2}. Both lambdas are run-time
 * parameters: in the paper the weight of the boundary part grows by 0.01 each epoch, here
 * {@code lossFunction.with("lambda_boundary", 0.01 * epoch)}.
 *
 * <p>Kervadec et al. 2021, doi:10.1016/j.media.2020.101851. The form of GD with the smoothing inside the factor 2 is that of the
 * authors; the {@code generalized_dice} of this library smooths like Dice and gives an absent class the largest finite weight.
 *
 * @param lambdaRegion the weight of the region part, at least 0
 * @param lambdaBoundary the weight of the boundary part, at least 0
 * @param channels the channels of the boundary part; empty for the classes that the options select
 * @param regionChannels the channels of the region part; empty for the classes that the options select
 * @param weightEps added to the volume of a class before its weight is taken, above 0
 * @param smooth smoothing, at least 0
 */
public record GeneralizedDiceBoundaryLoss(
        double lambdaRegion,
        double lambdaBoundary,
        List<Integer> channels,
        List<Integer> regionChannels,
        double weightEps,
        double smooth)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("generalized_dice_boundary", Family.COMPOUND)
                    .title("Generalized Dice and boundary loss")
                    .formula(
                            "lambda_region [1 - 2 (sum_c w_c I_c + smooth) / (sum_c w_c (A_c + B_c) + smooth)] + lambda_boundary Boundary, w_c = 1 / (B_c + weight_eps)^2")
                    .source("Kervadec et al. 2021, doi:10.1016/j.media.2020.101851")
                    .purpose("the published setting of the boundary loss for very small structures")
                    .relations(
                            "dice_boundary with plain Dice; generalized_dice smooths differently")
                    .traps(
                            "an absent class has the weight 1 / weight_eps^2 and swamps the others; may be negative; needs a signed distance map")
                    .parameters(
                            DiceBoundaryLoss.LAMBDA_REGION,
                            DiceBoundaryLoss.LAMBDA_BOUNDARY,
                            BoundaryLoss.CHANNELS,
                            ParameterSpec.required(
                                            "region_channels",
                                            ParameterKind.INTEGERS,
                                            "the channels of the region part; null for the classes that the options select")
                                    .atLeast(0)
                                    .optional(),
                            ParameterSpec.number(
                                            "weight_eps",
                                            1e-10,
                                            "added to the volume of a class before its weight is taken")
                                    .above(0),
                            ParameterSpec.number("smooth", 1e-10, "smoothing").atLeast(0))
                    .laws(Law.PERMUTE_SAMPLES, Law.RELABEL_CLASSES, Law.BATCH_IS_MEAN)
                    .create(values ->
                            new GeneralizedDiceBoundaryLoss(
                                    values.number("lambda_region"),
                                    values.number("lambda_boundary"),
                                    values.integers("channels"),
                                    values.integers("region_channels"),
                                    values.number("weight_eps"),
                                    values.number("smooth")));

    /**
     * Checks the parameters.
     *
     * @param lambdaRegion the weight of the region part
     * @param lambdaBoundary the weight of the boundary part
     * @param channels the channels of the boundary part
     * @param regionChannels the channels of the region part
     * @param weightEps added to the volume of a class before its weight is taken
     * @param smooth smoothing
     */
    public GeneralizedDiceBoundaryLoss {
        DEFINITION.check("lambda_region", lambdaRegion);
        DEFINITION.check("lambda_boundary", lambdaBoundary);
        DEFINITION.check("channels", channels);
        DEFINITION.check("region_channels", regionChannels);
        DEFINITION.check("weight_eps", weightEps);
        DEFINITION.check("smooth", smooth);
        channels = List.copyOf(channels);
        regionChannels = List.copyOf(regionChannels);
    }

    /** The loss with its defaults. */
    public GeneralizedDiceBoundaryLoss() {
        this(1, 0.01, List.of(), List.of(), 1e-10, 1e-10);
    }

    @Override
    public Expr define(LossScope in) {
        in.refuseClassWeights("the region part weighs the classes by their volume");
        return in.compound(
                region(BoundaryLoss.selecting(in, regionChannels))
                        .mul(in.parameter("lambda_region", lambdaRegion)),
                in.part(new BoundaryLoss(channels))
                        .mul(in.parameter("lambda_boundary", lambdaBoundary)));
    }

    private Expr region(LossScope in) {
        RegionSums sums = RegionOptions.DEFAULT.sums(in);
        Expr weight = Expr.one().div(sums.target().add(weightEps).square());
        // A + B - 2 I, summed from small terms, less the smoothing, is what the score lacks.
        Expr missed = in.sumOverClasses(weight.mul(sums.difference())).sub(smooth);
        Expr total = in.sumOverClasses(weight.mul(sums.total())).add(smooth);
        return in.reduceSamples(in.shortfall(missed, total));
    }
}
