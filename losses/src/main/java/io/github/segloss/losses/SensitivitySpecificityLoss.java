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
 * Sensitivity-specificity loss, {@code r sum (g - p)^2 g / (sum g + s) + (1 - r) sum (g - p)^2 (1 - g) / (sum (1 - g) + s)} for each class and sample: the
 * squared error of the foreground and that of the background, each by its own size. In [0, 1].
 *
 * <p>Brosch, Yoo, Tang, Li, Traboulsee, Tam: Deep convolutional encoder networks for multiple sclerosis lesion segmentation, MICCAI 2015,
 * doi:10.1007/978-3-319-24574-4_1.
 *
 * @param r the weight of the foreground's error, in [0, 1]
 * @param smooth s, added to both denominators, at least 0
 */
public record SensitivitySpecificityLoss(double r, double smooth) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("sensitivity_specificity", Family.REGION)
                    .title("Sensitivity-specificity loss")
                    .formula(
                            "r sum (g-p)^2 g / (sum g + s) + (1-r) sum (g-p)^2 (1-g) / (sum (1-g) + s)")
                    .source("Brosch et al. 2015, doi:10.1007/978-3-319-24574-4_1")
                    .purpose("small lesions, with a direct choice between misses and false alarms")
                    .traps(
                            "even a small r weighs a missed lesion pixel far more than a false one, as lesions are small")
                    .parameters(
                            ParameterSpec.number("r", 0.05, "weight of the foreground's error")
                                    .atLeast(0)
                                    .atMost(1),
                            ParameterSpec.number("smooth", 1e-5, "added to both denominators")
                                    .atLeast(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new SensitivitySpecificityLoss(
                                    values.number("r"), values.number("smooth")));

    /** Checks the parameters. */
    public SensitivitySpecificityLoss {
        DEFINITION.check("r", r);
        DEFINITION.check("smooth", smooth);
    }

    /** The loss with its defaults. */
    public SensitivitySpecificityLoss() {
        this(0.05, 1e-5);
    }

    @Override
    public Expr define(LossScope in) {
        Probabilities p = in.probabilities(0);
        Expr g = in.target();
        Expr notG = Expr.one().sub(g);
        Expr square = g.mul(p.q()).sub(notG.mul(p.p())).square();
        Expr missed = in.shortfall(in.sum(square.mul(g)), in.sum(g).add(smooth));
        Expr alarms = in.shortfall(in.sum(square.mul(notG)), in.sum(notG).add(smooth));
        Expr weight = in.parameter("r", r);
        return in.reduce(weight.mul(missed).add(Expr.one().sub(weight).mul(alarms)));
    }
}
