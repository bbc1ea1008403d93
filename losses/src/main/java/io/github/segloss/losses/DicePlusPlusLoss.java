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
 * Dice++ loss, {@code 1 - (2 TP + smooth) / (2 TP + sum (p (1 - g))^gamma + sum ((1 - p) g)^gamma + smooth)} for each class and sample. In [0, 1]. The
 * exponent takes weight off errors of little confidence, so that the prediction need not be overconfident.
 *
 * <p>Yeung, Rundo, Nan, Sala, Schönlieb, Yang: Calibrating the Dice loss to handle neural network overconfidence for biomedical image segmentation, Journal
 * of Digital Imaging 36, 2023, doi:10.1007/s10278-022-00735-3.
 *
 * @param gamma the exponent, at least 1; at 1 it is the Dice loss
 * @param smooth smoothing, at least 0
 */
public record DicePlusPlusLoss(double gamma, double smooth) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("dice_plus_plus", Family.REGION)
                    .title("Dice++ loss")
                    .formula(
                            "1 - (2 TP + smooth) / (2 TP + sum (p (1 - g))^gamma + sum ((1 - p) g)^gamma + smooth)")
                    .source("Yeung et al. 2023, doi:10.1007/s10278-022-00735-3")
                    .purpose("Dice whose probabilities are better calibrated")
                    .relations("dice at gamma 1")
                    .traps("a large gamma forgives errors of half confidence")
                    .parameters(
                            ParameterSpec.number(
                                            "gamma", 2, "exponent of false positives and negatives")
                                    .atLeast(1),
                            ParameterSpec.number("smooth", 1e-5, "smoothing").atLeast(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new DicePlusPlusLoss(values.number("gamma"), values.number("smooth")));

    /** Checks the parameters. */
    public DicePlusPlusLoss {
        DEFINITION.check("gamma", gamma);
        DEFINITION.check("smooth", smooth);
    }

    /** The loss with its defaults: gamma 2. */
    public DicePlusPlusLoss() {
        this(2, 1e-5);
    }

    @Override
    public Expr define(LossScope in) {
        Probabilities p = in.probabilities(0);
        Expr g = in.target();
        Expr falsePositives = p.p().mul(Expr.one().sub(g)).pow(gamma);
        Expr falseNegatives = p.q().mul(g).pow(gamma);
        Expr missed = in.sum(falsePositives.add(falseNegatives));
        Expr hits = in.sum(p.p().mul(g)).mul(2);
        return in.reduce(in.shortfall(missed, hits.add(missed).add(smooth)));
    }
}
