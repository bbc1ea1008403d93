package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;

/**
 * Exponential logarithmic loss, {@code weight_dice mean_c (-ln D_c)^gamma_dice + weight_ce mean_i w_y (-ln p_y)^gamma_ce} with the Dice score
 * {@code D = (2 I + smooth_nr) / (A + B + smooth_dr)}. At least 0.
 *
 * <p>Wong, Moradi, Tang, Syeda-Mahmood: 3D segmentation with exponential logarithmic loss for highly unbalanced object sizes, MICCAI 2018, eq. 1 to 3,
 * doi:10.1007/978-3-030-00931-1_70. The class weights w of the options act on the cross-entropy only; the paper's are the square roots of the inverse class
 * frequencies. Its Dice scores go over the whole batch: that is the option batch. A single channel is seen as two classes.
 *
 * @param gammaDice the exponent of the Dice part, above 0
 * @param gammaCe the exponent of the cross-entropy part, above 0
 * @param weightDice the weight of the Dice part, at least 0
 * @param weightCe the weight of the cross-entropy part, at least 0
 * @param smoothNumerator added to the numerator of D, above 0 and at most smoothDenominator
 * @param smoothDenominator added to the denominator of D
 * @param clipEps the distance from 0 and 1 to which p of the cross-entropy is clipped, in (0, 0.5): below 1 the exponents have an infinite slope at p = 1
 */
public record ExponentialLogarithmicLoss(
        double gammaDice,
        double gammaCe,
        double weightDice,
        double weightCe,
        double smoothNumerator,
        double smoothDenominator,
        double clipEps)
        implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("exponential_logarithmic", Family.COMPOUND)
                    .title("Exponential logarithmic loss")
                    .formula(
                            "weight_dice mean_c (-ln D_c)^gamma_dice + weight_ce mean_i w_y (-ln p_y)^gamma_ce")
                    .source("Wong et al. 2018, eq. 1-3, doi:10.1007/978-3-030-00931-1_70")
                    .purpose(
                            "structures of very different size, with both good and bad regions in focus")
                    .relations(
                            "at exponents 1 the sum of -ln Dice and weighted_cross_entropy under count")
                    .traps("without class weights all are 1; the paper's are sqrt(sum f / f_c)")
                    .parameters(
                            ParameterSpec.number("gamma_dice", 0.3, "exponent of the Dice part")
                                    .above(0),
                            ParameterSpec.number(
                                            "gamma_ce", 0.3, "exponent of the cross-entropy part")
                                    .above(0),
                            ParameterSpec.number("weight_dice", 0.8, "weight of the Dice part")
                                    .atLeast(0),
                            ParameterSpec.number(
                                            "weight_ce", 0.2, "weight of the cross-entropy part")
                                    .atLeast(0),
                            RegionOptions.SMOOTH_NR.withDefault(1.0).above(0),
                            RegionOptions.SMOOTH_DR.withDefault(1.0),
                            ParameterSpec.number("clip_eps", 1e-7, "clip p to [eps, 1 - eps]")
                                    .above(0)
                                    .below(0.5))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new ExponentialLogarithmicLoss(
                                    values.number("gamma_dice"),
                                    values.number("gamma_ce"),
                                    values.number("weight_dice"),
                                    values.number("weight_ce"),
                                    values.number("smooth_nr"),
                                    values.number("smooth_dr"),
                                    values.number("clip_eps")));

    /** Checks the parameters. */
    public ExponentialLogarithmicLoss {
        DEFINITION.check("gamma_dice", gammaDice);
        DEFINITION.check("gamma_ce", gammaCe);
        DEFINITION.check("weight_dice", weightDice);
        DEFINITION.check("weight_ce", weightCe);
        DEFINITION.check("smooth_nr", smoothNumerator);
        DEFINITION.check("smooth_dr", smoothDenominator);
        DEFINITION.check("clip_eps", clipEps);
        RegionOptions.smooth(smoothNumerator, smoothDenominator)
                .requireScoreAtMostOne(DEFINITION.id());
    }

    /** The loss with its defaults: the paper's. */
    public ExponentialLogarithmicLoss() {
        this(0.3, 0.3, 0.8, 0.2, 1, 1, 1e-7);
    }

    @Override
    public Expr define(LossScope scope) {
        LossScope in = scope.asTwoClasses();
        in.requireExclusiveClasses("a pixel has one class");
        RegionSums sums = RegionOptions.smooth(smoothNumerator, smoothDenominator).sums(in);
        // -ln D = ln(1 + (1 - D) / D), where 1 - D is a small sum of its own.
        Expr missed = sums.difference().add(smoothDenominator - smoothNumerator);
        Expr logDice = missed.div(sums.overlap().mul(2).add(smoothNumerator)).log1p();
        Expr dice = in.withoutClassWeights().reduce(logDice.pow(gammaDice));
        Expr logP = in.probabilities(clipEps).logP().neg();
        Expr ce = in.mean(in.target().mul(logP.pow(gammaCe)), Terms.CATEGORICAL);
        return in.compound(
                dice.mul(in.parameter("weight_dice", weightDice)),
                ce.mul(in.parameter("weight_ce", weightCe)));
    }
}
