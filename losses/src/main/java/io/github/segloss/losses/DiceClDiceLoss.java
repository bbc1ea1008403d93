package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Dice plus soft clDice, {@code (1 - alpha) [1 - (2 sum p g + smooth) / (sum p + sum g + smooth)] + alpha clDice}. Both parts sum over all samples and
 * selected channels. In [0, 1]. The mixing weight {@code alpha_cldice} is a run-time parameter.
 *
 * <p>Shit et al. 2021, eq. 3, doi:10.1109/CVPR46437.2021.01629.
 *
 * @param iterations how many erosions the skeleton takes, 0 to 200
 * @param smooth smoothing of both parts, above 0
 * @param alphaClDice the weight of the clDice part, in [0, 1]
 */
public record DiceClDiceLoss(int iterations, double smooth, double alphaClDice) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice_cldice", Family.TOPOLOGY)
                    .title("Dice and soft clDice loss")
                    .formula("(1 - alpha) Dice + alpha clDice, all sums over samples and channels")
                    .source("Shit et al. 2021, eq. 3, doi:10.1109/CVPR46437.2021.01629")
                    .purpose("tubular structures: Dice fills them, clDice keeps them connected")
                    .relations("soft_cldice at alpha_cldice 1")
                    .traps("select the foreground; the paper recommends alpha up to one half")
                    .parameters(SoftClDiceLoss.PARAMETERS)
                    .parameters(
                            ParameterSpec.number("alpha_cldice", 0.5, "weight of the clDice part")
                                    .atLeast(0)
                                    .atMost(1))
                    .laws(
                            Law.PERMUTE_SAMPLES,
                            Law.RELABEL_CLASSES,
                            Law.SOFT_IS_HARD,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new DiceClDiceLoss(
                                    values.integer("iterations"),
                                    values.number("smooth"),
                                    values.number("alpha_cldice")));

    /**
     * Checks the parameters.
     *
     * @param iterations how many erosions the skeleton takes
     * @param smooth smoothing of both parts
     * @param alphaClDice the weight of the clDice part
     */
    public DiceClDiceLoss {
        DEFINITION.check("iterations", iterations);
        DEFINITION.check("smooth", smooth);
        DEFINITION.check("alpha_cldice", alphaClDice);
    }

    /** The loss with 3 iterations, smoothing 1 and equal weights. */
    public DiceClDiceLoss() {
        this(3, 1, 0.5);
    }

    @Override
    public String id() {
        return DEFINITION.id();
    }

    @Override
    public Expr define(LossScope in) {
        Expr clDice = new SoftClDiceLoss(iterations, smooth).define(in);
        Expr alpha = in.parameter("alpha_cldice", alphaClDice);
        return dice(in).mul(Expr.one().sub(alpha)).add(clDice.mul(alpha));
    }

    private Expr dice(LossScope in) {
        Probabilities p = in.probabilities(0);
        Expr g = in.target();
        Expr wrong = SoftClDiceLoss.pooled(in, p.p().mul(Expr.one().sub(g)).add(p.q().mul(g)));
        Expr hits = SoftClDiceLoss.pooled(in, p.p().mul(g)).mul(2);
        return wrong.div(hits.add(wrong).add(smooth));
    }
}
