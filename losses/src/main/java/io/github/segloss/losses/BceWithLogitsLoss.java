package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Activation;
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
 * Binary cross-entropy of logits, {@code w g ln(1 + e^-x) + (1 - g) ln(1 + e^x)} for each element, mean over elements. At least 0.
 *
 * <p>The negative log-likelihood of a Bernoulli variable (Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.90) in the form that neither
 * overflows nor loses digits. Several channels are independent questions (multi-label).
 *
 * @param labelSmoothing s in [0, 1]: the target becomes {@code g (1 - s) + (1 - g) s}
 * @param posWeight w, the weight of positives, at least 0: empty for 1, one number, or one per channel
 */
public record BceWithLogitsLoss(double labelSmoothing, List<Double> posWeight) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("bce_with_logits", Family.CROSS_ENTROPY)
                    .title("Binary cross-entropy of logits")
                    .formula("w g ln(1 + e^-x) + (1 - g) ln(1 + e^x)")
                    .source("Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.90")
                    .purpose("binary and multi-label masks; the first thing to try")
                    .relations(
                            "cross_entropy with activation sigmoid; weighted_bce for one weight; focal at gamma 0")
                    .traps("a small foreground is outvoted: see balanced_bce, focal, dice")
                    .parameters(
                            ParameterSpec.number(
                                            "label_smoothing",
                                            0,
                                            "belief moved to the other answer")
                                    .atLeast(0)
                                    .atMost(1),
                            ParameterSpec.required(
                                            "pos_weight",
                                            ParameterKind.NUMBER_OR_NUMBERS,
                                            "weight of positives, in all channels or in each")
                                    .optional()
                                    .atLeast(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new BceWithLogitsLoss(
                                    values.number("label_smoothing"),
                                    values.numbers("pos_weight")));

    /** Checks the parameters. */
    public BceWithLogitsLoss {
        posWeight = List.copyOf(posWeight);
        DEFINITION.check("label_smoothing", labelSmoothing);
        if (!posWeight.isEmpty()) {
            DEFINITION.check("pos_weight", CrossEntropyTerms.numberOrNumbers(posWeight));
        }
    }

    /** The loss with its defaults. */
    public BceWithLogitsLoss() {
        this(0, List.of());
    }

    @Override
    public Expr define(LossScope in) {
        in.requireActivation(
                "it takes logits (for probabilities there is bce)", Activation.SIGMOID);
        Expr g = CrossEntropyTerms.smoothBinary(in.target(), labelSmoothing);
        Expr w = CrossEntropyTerms.weight(in, "pos_weight", posWeight);
        return in.mean(
                CrossEntropyTerms.weightedBinary(g, in.probabilities(0), w, Expr.one()),
                Terms.INDEPENDENT);
    }
}
