package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Noise-robust Dice loss, {@code sum |p - g|^gamma / (sum p^2 + sum g^2 + epsilon)} for each class and sample. At least 0; between the squared Dice loss and
 * the mean absolute error, which noisy labels disturb less.
 *
 * <p>Wang, Liu, Li, Xu, Ruan, Zhu, Meng, Li, Huang, Zhang: A noise-robust framework for automatic segmentation of COVID-19 pneumonia lesions from CT images,
 * IEEE TMI 39(8), 2020, doi:10.1109/TMI.2020.3000314.
 *
 * @param gamma the exponent, in [1, 2]; at 2 it is the Dice loss with squares
 * @param epsilon added to the denominator, at least 0
 */
public record NoiseRobustDiceLoss(double gamma, double epsilon) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("noise_robust_dice", Family.REGION)
                    .title("Noise-robust Dice loss")
                    .formula("sum |p - g|^gamma / (sum p^2 + sum g^2 + epsilon)")
                    .source("Wang et al. 2020, doi:10.1109/TMI.2020.3000314")
                    .purpose("labels with errors, such as those of a model or of untrained readers")
                    .relations("dice with squares at gamma 2")
                    .traps("below gamma 2 the value can exceed 1")
                    .parameters(
                            ParameterSpec.number("gamma", 1.5, "exponent of the errors")
                                    .atLeast(1)
                                    .atMost(2),
                            ParameterSpec.number("epsilon", 1e-5, "added to the denominator")
                                    .atLeast(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new NoiseRobustDiceLoss(
                                    values.number("gamma"), values.number("epsilon")));

    /** Checks the parameters. */
    public NoiseRobustDiceLoss {
        DEFINITION.check("gamma", gamma);
        DEFINITION.check("epsilon", epsilon);
    }

    /** The loss with its defaults: gamma 1.5. */
    public NoiseRobustDiceLoss() {
        this(1.5, 1e-5);
    }

    @Override
    public Expr define(LossScope in) {
        RegionSums squares = RegionOptions.smooth(0).withSquares().sums(in);
        Expr errors = in.sum(squares.error().abs().pow(gamma));
        return in.reduce(in.shortfall(errors, squares.total().add(epsilon)));
    }
}
