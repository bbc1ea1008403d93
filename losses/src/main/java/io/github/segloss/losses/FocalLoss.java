package io.github.segloss.losses;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterKind;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.ParameterValues;
import io.github.segloss.loss.Terms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Focal loss, {@code -alpha_t (1 - p_t)^gamma ln p_t}, where p_t is the probability of the truth. At least 0.
 *
 * <p>Lin, Goyal, Girshick, He, Dollar: Focal loss for dense object detection, ICCV 2017, eq. 5, doi:10.1109/ICCV.2017.324. With activation sigmoid every
 * channel is a yes-or-no question, mean over elements, and a soft target g gives {@code (1 - p_t) = (1 - p)^g p^(1-g)}; otherwise the terms of the
 * classes are summed, mean over voxels. The mean over elements of a softmax (some libraries) is smaller by a factor C: an option.
 *
 * @param alpha the weights: empty for 1; one number in [0, 1] weighs positives, and 1 - alpha negatives (for exclusive classes: class 0); a list has one
 *     weight per class, at least 0 (for independent channels: of the positives of each, in [0, 1])
 * @param gamma the exponent, at least 0; at 0 it is the weighted cross-entropy
 * @param clipEps the distance from 0 and 1 to which p is clipped, in (0, 0.5); null for no clip, which logits do not need
 */
public record FocalLoss(List<Double> alpha, double gamma, @Nullable Double clipEps)
        implements Loss {
    static final ParameterSpec ALPHA =
            ParameterSpec.required(
                            "alpha",
                            ParameterKind.NUMBER_OR_NUMBERS,
                            "weight of positives in [0, 1] (negatives 1 - alpha), or one weight per class")
                    .optional()
                    .atLeast(0);
    static final ParameterSpec GAMMA =
            ParameterSpec.number("gamma", 2, "exponent of 1 - p_t").atLeast(0);
    static final ParameterSpec CLIP_EPS =
            ParameterSpec.required(
                            "clip_eps",
                            ParameterKind.NUMBER,
                            "clip p to [eps, 1 - eps]; null for no clip")
                    .optional()
                    .above(0)
                    .below(0.5);

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("focal", Family.CROSS_ENTROPY)
                    .title("Focal loss")
                    .formula("-alpha_t (1 - p_t)^gamma ln p_t")
                    .source("Lin et al. 2017, eq. 5, doi:10.1109/ICCV.2017.324")
                    .purpose("many easy pixels that would drown the few hard ones")
                    .relations(
                            "at gamma 0 the cross-entropy weighted by alpha, divided by the count")
                    .traps(
                            "alpha 0.5, gamma 0 is half the cross-entropy; libraries differ by a factor C in the mean of the softmax form (mean_over)")
                    .parameters(ALPHA, GAMMA, CLIP_EPS)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(FocalLoss::of);

    /** Checks the parameters. */
    public FocalLoss {
        alpha = List.copyOf(alpha);
        if (!alpha.isEmpty()) {
            DEFINITION.check("alpha", CrossEntropyTerms.numberOrNumbers(alpha));
        }
        if (alpha.size() == 1) {
            requireShares(alpha);
        }
        DEFINITION.check("gamma", gamma);
        DEFINITION.check("clip_eps", clipEps);
    }

    /**
     * The loss without a clip.
     *
     * @param alpha the weight of positives, in [0, 1]; negatives weigh 1 - alpha
     * @param gamma the exponent, at least 0
     */
    public FocalLoss(double alpha, double gamma) {
        this(List.of(alpha), gamma, null);
    }

    /** The loss with its defaults: gamma 2, no weights, no clip. */
    public FocalLoss() {
        this(List.of(), 2, null);
    }

    /** What checked parameters say, those of this loss or of one that contains it. */
    static FocalLoss of(ParameterValues values) {
        return new FocalLoss(
                values.numbers("alpha"),
                values.number("gamma"),
                values.has("clip_eps") ? values.number("clip_eps") : null);
    }

    /** Refuses weights of positives above 1: those of negatives would be below 0. */
    private static void requireShares(List<Double> alpha) {
        for (double a : alpha) {
            if (a > 1) {
                throw new InvalidParameterException(
                        DEFINITION.id()
                                + ": parameter alpha is "
                                + a
                                + "; where negatives weigh 1 - alpha it must be at most 1");
            }
        }
    }

    @Override
    public Expr define(LossScope in) {
        Probabilities p = in.probabilities(clipEps == null ? 0 : clipEps);
        return in.hasIndependentChannels()
                ? in.mean(binary(in, p, in.target()), Terms.INDEPENDENT)
                : in.mean(categorical(in, p, in.target()), Terms.CATEGORICAL);
    }

    private Expr binary(LossScope in, Probabilities p, Expr g) {
        Expr notG = Expr.one().sub(g);
        Expr logMissed = g.mul(p.logQ()).add(notG.mul(p.logP()));
        Expr factor =
                in.options().target().isHard()
                        ? CrossEntropyTerms.power(
                                g.mul(p.q()).add(notG.mul(p.p())), logMissed, gamma)
                        : logMissed.mul(gamma).exp();
        Expr terms = factor.mul(CrossEntropyTerms.binary(g, p));
        if (alpha.isEmpty()) {
            return terms;
        }
        requireShares(alpha);
        Expr a = CrossEntropyTerms.weight(in, "alpha", alpha);
        return terms.mul(g.mul(a).add(notG.mul(Expr.one().sub(a))));
    }

    private Expr categorical(LossScope in, Probabilities p, Expr g) {
        Expr terms =
                CrossEntropyTerms.power(p.q(), p.logQ(), gamma)
                        .mul(CrossEntropyTerms.categorical(g, p));
        if (alpha.isEmpty()) {
            return terms;
        }
        Expr a = CrossEntropyTerms.weight(in, "alpha", alpha);
        return terms.mul(alpha.size() == 1 ? in.isClass(0).select(Expr.one().sub(a), a) : a);
    }
}
