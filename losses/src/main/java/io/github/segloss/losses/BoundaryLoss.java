package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterKind;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;
import java.util.List;

/**
 * Boundary loss, the mean of {@code p_c(i) D_c(i)} over positions, samples and the listed channels, where D is the signed distance to the boundary of the
 * target: positive outside, negative inside. Can be negative.
 *
 * <p>The distance map is an input of the prediction's shape, computed once for each target by {@link io.github.segloss.maps.DistanceMaps}. In the published
 * use the weight of this loss grows during training, see {@link GeneralizedDiceBoundaryLoss}.
 *
 * <p>Kervadec et al.: Boundary loss for highly unbalanced segmentation, MIDL 2019, eq. 5; Medical Image Analysis 67, 2021,
 * doi:10.1016/j.media.2020.101851.
 *
 * @param channels the channels that count; empty for the classes that the options select
 */
public record BoundaryLoss(List<Integer> channels) implements Loss {
    static final ParameterSpec CHANNELS =
            ParameterSpec.required(
                            "channels",
                            ParameterKind.INTEGERS,
                            "the channels of the boundary term; null for the classes that the options select")
                    .atLeast(0)
                    .optional();

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("boundary", Family.DISTANCE)
                    .title("Boundary loss")
                    .formula("mean over i, c of p_c(i) D_c(i), D the signed distance map")
                    .source("Kervadec et al. 2019, MIDL, eq. 5; doi:10.1016/j.media.2020.101851")
                    .purpose(
                            "very small structures beside a large background; as an addition to a region loss")
                    .relations(
                            "dice_boundary and generalized_dice_boundary add a region loss, as the paper does")
                    .traps(
                            "may be negative; alone it has a trivial minimum (everything empty) for small structures")
                    .parameters(CHANNELS)
                    .laws(Law.PERMUTE_SAMPLES, Law.RELABEL_CLASSES, Law.BATCH_IS_MEAN)
                    .create(values -> new BoundaryLoss(values.integers("channels")));

    /**
     * Checks the channels.
     *
     * @param channels the channels that count
     */
    public BoundaryLoss {
        DEFINITION.check("channels", channels);
        channels = List.copyOf(channels);
    }

    /** The loss over the classes that the options select. */
    public BoundaryLoss() {
        this(List.of());
    }

    @Override
    public Expr define(LossScope in) {
        LossScope scope = selecting(in, channels);
        return scope.mean(scope.probabilities().mul(scope.distanceMap()), Terms.SELECTED);
    }

    /** The scope in which only the given channels count; unchanged for an empty list. */
    static LossScope selecting(LossScope in, List<Integer> channels) {
        return channels.isEmpty()
                ? in
                : in.with(in.options().withClasses(new ClassSelection.Some(channels)));
    }
}
