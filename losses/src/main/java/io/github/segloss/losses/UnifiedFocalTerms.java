package io.github.segloss.losses;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Terms;
import java.util.List;

/**
 * The two parts of the unified focal family. Class {@code background} is the common one, all others are rare; a single channel is seen as two classes; p is
 * clipped to [eps, 1 - eps]; delta weighs false negatives.
 *
 * @param in the scope, of two or more classes
 * @param isAsymmetric whether the focal parts spare the rare classes
 * @param background the common class
 * @param clipEps the distance of the clip edges from 0 and 1
 * @param delta the weight of rare classes and of false negatives
 */
record UnifiedFocalTerms(
        LossScope in, boolean isAsymmetric, int background, double clipEps, Expr delta) {

    static final ParameterSpec DELTA =
            ParameterSpec.number("delta", 0.6, "weight of rare classes and of false negatives")
                    .atLeast(0)
                    .atMost(1);
    static final ParameterSpec CLIP_EPS =
            ParameterSpec.number("clip_eps", 1e-7, "clip p to [eps, 1 - eps]")
                    .atLeast(0)
                    .below(0.5);
    static final ParameterSpec BACKGROUND_CLASS =
            ParameterSpec.integer("background_class", 0, "the common class; all others are rare")
                    .atLeast(0);
    static final List<ParameterSpec> SMOOTHING =
            List.of(
                    RegionOptions.SMOOTH_NR.withDefault(1e-7),
                    RegionOptions.SMOOTH_DR.withDefault(1e-7));

    static UnifiedFocalTerms of(
            LossScope scope, boolean isAsymmetric, int background, double clipEps, double delta) {
        LossScope in = scope.asTwoClasses();
        in.requireExclusiveClasses("one class is the background of the others");
        in.requireSelected(
                BACKGROUND_CLASS.name(),
                background,
                "the background is what the others are rare against");
        return new UnifiedFocalTerms(
                in, isAsymmetric, background, clipEps, in.parameter("delta", delta));
    }

    /** Mean over voxels of {@code -sum_c w_c (1 - p_c)^gamma g_c ln p_c}; asymmetric: without the power for rare classes. */
    Expr focal(double gamma) {
        Probabilities p = in.probabilities(clipEps);
        Condition isBackground = in.isClass(background);
        // Clipped, q is never 0, and its power has a finite slope.
        Expr power =
                clipEps > 0 ? p.q().pow(gamma) : CrossEntropyTerms.power(p.q(), p.logQ(), gamma);
        Expr factor = isAsymmetric ? isBackground.select(power, 1) : power;
        Expr weight = isBackground.select(Expr.one().sub(delta), delta);
        return in.mean(
                factor.mul(CrossEntropyTerms.categorical(in.target(), p)).mul(weight),
                Terms.CATEGORICAL);
    }

    /** Mean over classes of {@code (1 - TI)^exponent}; asymmetric: without the power for the background. */
    Expr focalTversky(double exponent, RegionOptions region) {
        Expr each = region.sums(in, clipEps).tverskyShortfall(Expr.one().sub(delta), delta);
        Expr focal = each.pow(exponent);
        return in.reduce(isAsymmetric ? in.isClass(background).select(each, focal) : focal);
    }
}
