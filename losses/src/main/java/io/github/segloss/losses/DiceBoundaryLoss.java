package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import java.util.List;

/**
 * Dice plus boundary loss, {@code lambda_region Dice + lambda_boundary Boundary}. Both weights are run-time parameters, so that a schedule changes them
 * without compiling again: {@code lossFunction.with("lambda_boundary", 0.01 * epoch)}.
 *
 * <p>Kervadec et al. 2021, with Dice as the region loss, doi:10.1016/j.media.2020.101851.
 *
 * @param region smoothing, squares, overlap, empty classes of the Dice part
 * @param lambdaRegion the weight of the Dice part, at least 0
 * @param lambdaBoundary the weight of the boundary part, at least 0
 * @param channels the channels of the boundary part; empty for the classes that the options select
 */
public record DiceBoundaryLoss(
        RegionOptions region, double lambdaRegion, double lambdaBoundary, List<Integer> channels)
        implements Loss {
    static final ParameterSpec LAMBDA_REGION =
            ParameterSpec.number("lambda_region", 1, "weight of the region part").atLeast(0);
    static final ParameterSpec LAMBDA_BOUNDARY =
            ParameterSpec.number("lambda_boundary", 0.01, "weight of the boundary part").atLeast(0);

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice_boundary", Family.COMPOUND)
                    .title("Dice and boundary loss")
                    .formula("lambda_region Dice + lambda_boundary Boundary")
                    .source("Kervadec et al. 2021, doi:10.1016/j.media.2020.101851")
                    .purpose(
                            "small structures: the region loss finds them, the distances shape them")
                    .relations("dice at lambda_boundary 0, boundary at lambda_region 0")
                    .traps("may be negative; needs a signed distance map")
                    .parameters(RegionOptions.ALL)
                    .parameters(LAMBDA_REGION, LAMBDA_BOUNDARY, BoundaryLoss.CHANNELS)
                    .laws(Law.PERMUTE_SAMPLES, Law.RELABEL_CLASSES, Law.BATCH_IS_MEAN)
                    .create(values ->
                            new DiceBoundaryLoss(
                                    RegionOptions.of(values),
                                    values.number("lambda_region"),
                                    values.number("lambda_boundary"),
                                    values.integers("channels")));

    /**
     * Checks the parameters.
     *
     * @param region smoothing, squares, overlap, empty classes of the Dice part
     * @param lambdaRegion the weight of the Dice part
     * @param lambdaBoundary the weight of the boundary part
     * @param channels the channels of the boundary part
     */
    public DiceBoundaryLoss {
        DEFINITION.check("lambda_region", lambdaRegion);
        DEFINITION.check("lambda_boundary", lambdaBoundary);
        DEFINITION.check("channels", channels);
        channels = List.copyOf(channels);
    }

    /** The loss with its defaults. */
    public DiceBoundaryLoss() {
        this(RegionOptions.DEFAULT, 1, 0.01, List.of());
    }

    @Override
    public Expr define(LossScope in) {
        return in.compound(
                in.part(new DiceLoss(region)).mul(in.parameter("lambda_region", lambdaRegion)),
                in.part(new BoundaryLoss(channels))
                        .mul(in.parameter("lambda_boundary", lambdaBoundary)));
    }
}
