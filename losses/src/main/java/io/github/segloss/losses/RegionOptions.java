package io.github.segloss.losses;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.ParameterValues;
import java.util.List;

/**
 * What the losses over regions have in common: smoothing, and how the sums over a region are formed. With the prediction p and the target g:
 * {@code I = sum p g} or {@code sum min(p, g)}, {@code A = sum p} and {@code B = sum g}, or of their squares.
 *
 * @param smoothNumerator added to the numerator of the score, at least 0
 * @param smoothDenominator added to the denominator of the score, at least 0
 * @param squared whether A and B sum squares (Milletari et al. 2016)
 * @param overlap how p and g overlap
 * @param emptyClass what a class without target pixels contributes
 */
public record RegionOptions(
        double smoothNumerator,
        double smoothDenominator,
        boolean squared,
        Overlap overlap,
        EmptyClass emptyClass) {

    /** How prediction and target overlap in one pixel. */
    public enum Overlap {
        /** {@code p g}. With a soft target its largest value is not at {@code p = g}. */
        PRODUCT,
        /** {@code min(p, g)}, which is {@code (p + g - |p - g|) / 2}: right for soft targets. */
        L1
    }

    /** What a class without target pixels contributes. */
    public enum EmptyClass {
        /** What the formula gives: with a small smoothing nearly the largest loss for any false positive. */
        FORMULA,
        /** Nothing, though it still counts in the divisor of a mean: false positives of that class go unpunished. */
        ZERO_LOSS
    }

    /** Smoothing 1e-5 in both places, plain sums, product overlap, no exception for empty classes. */
    public static final RegionOptions DEFAULT = smooth(1e-5);

    static final ParameterSpec SMOOTH_NR =
            ParameterSpec.number("smooth_nr", 1e-5, "added to the numerator of the score")
                    .atLeast(0);
    static final ParameterSpec SMOOTH_DR =
            ParameterSpec.number("smooth_dr", 1e-5, "added to the denominator of the score")
                    .atLeast(0);
    static final ParameterSpec SQUARED =
            ParameterSpec.flag("squared", false, "sum squares in the denominator");
    static final ParameterSpec OVERLAP =
            ParameterSpec.choice(
                    "overlap", Overlap.PRODUCT, "overlap in one pixel: p g, or min(p, g)");
    static final ParameterSpec EMPTY_CLASS =
            ParameterSpec.choice(
                    "empty_class",
                    EmptyClass.FORMULA,
                    "what a class without target pixels contributes");

    /** The specifications of all components. */
    static final List<ParameterSpec> ALL =
            List.of(SMOOTH_NR, SMOOTH_DR, SQUARED, OVERLAP, EMPTY_CLASS);

    /** The specifications of a loss that speaks of true and false positives and so knows no squares. */
    static final List<ParameterSpec> WITHOUT_SQUARES =
            List.of(SMOOTH_NR, SMOOTH_DR, OVERLAP, EMPTY_CLASS);

    /**
     * Checks the smoothing.
     *
     * @param smoothNumerator added to the numerator of the score
     * @param smoothDenominator added to the denominator of the score
     * @param squared whether A and B sum squares
     * @param overlap how p and g overlap
     * @param emptyClass what a class without target pixels contributes
     * @throws InvalidParameterException if a smoothing is below 0 or not finite
     */
    public RegionOptions {
        requireSmoothing("smooth_nr", smoothNumerator);
        requireSmoothing("smooth_dr", smoothDenominator);
    }

    private static void requireSmoothing(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new InvalidParameterException(
                    "region options: parameter "
                            + name
                            + " is "
                            + value
                            + "; it must be at least 0");
        }
    }

    /**
     * {@return the defaults with another smoothing}
     *
     * @param smooth added to numerator and denominator, at least 0
     */
    public static RegionOptions smooth(double smooth) {
        return smooth(smooth, smooth);
    }

    /**
     * {@return the defaults with another smoothing}
     *
     * @param numerator added to the numerator of the score, at least 0
     * @param denominator added to the denominator of the score, at least 0
     */
    public static RegionOptions smooth(double numerator, double denominator) {
        return new RegionOptions(
                numerator, denominator, false, Overlap.PRODUCT, EmptyClass.FORMULA);
    }

    /** {@return the same with sums of squares in the denominator} */
    public RegionOptions withSquares() {
        return new RegionOptions(smoothNumerator, smoothDenominator, true, overlap, emptyClass);
    }

    /**
     * {@return the same with another overlap}
     *
     * @param value how p and g overlap
     */
    public RegionOptions withOverlap(Overlap value) {
        return new RegionOptions(smoothNumerator, smoothDenominator, squared, value, emptyClass);
    }

    /**
     * {@return the same with another rule for empty classes}
     *
     * @param value what a class without target pixels contributes
     */
    public RegionOptions withEmptyClass(EmptyClass value) {
        return new RegionOptions(smoothNumerator, smoothDenominator, squared, overlap, value);
    }

    /** What checked parameters say; for those that a loss does not have, the defaults. */
    static RegionOptions of(ParameterValues values) {
        return new RegionOptions(
                values.number("smooth_nr"),
                values.number("smooth_dr"),
                values.has("squared") && values.flag("squared"),
                values.has("overlap") ? values.choice("overlap", Overlap.class) : Overlap.PRODUCT,
                values.has("empty_class")
                        ? values.choice("empty_class", EmptyClass.class)
                        : EmptyClass.FORMULA);
    }

    /** Refuses a numerator that may exceed the denominator, for losses that raise one minus the score to a power. */
    void requireScoreAtMostOne(String lossId) {
        if (smoothNumerator > smoothDenominator) {
            throw new InvalidParameterException(
                    lossId
                            + ": parameter smooth_nr is "
                            + smoothNumerator
                            + ", above smooth_dr, which is "
                            + smoothDenominator
                            + "; it must be at most smooth_dr, since one minus the score is raised to a power and must not fall below 0");
        }
    }

    /** Checks the components against the parameters of a loss; one that the loss does not have must be at its default. */
    void check(LossDefinition definition) {
        definition.check(SMOOTH_NR.name(), smoothNumerator);
        definition.check(SMOOTH_DR.name(), smoothDenominator);
        if (squared) {
            definition.check(SQUARED.name(), true);
        }
        if (overlap != Overlap.PRODUCT) {
            definition.check(OVERLAP.name(), overlap.name());
        }
        if (emptyClass != EmptyClass.FORMULA) {
            definition.check(EMPTY_CLASS.name(), emptyClass.name());
        }
    }

    /** The sums over the regions of a loss. */
    RegionSums sums(LossScope in) {
        return sums(in, 0);
    }

    /** The sums over the regions of a loss, of probabilities clipped to [eps, 1 - eps]. */
    RegionSums sums(LossScope in, double clipEps) {
        return new RegionSums(in, this, in.probabilities(clipEps), in.target());
    }
}
