package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.LossScope;

/**
 * The sums over regions that all region losses are made of, one value for each class and, unless regions go over the batch, sample. What is small where
 * the prediction is good, is summed from small terms and not taken as the difference of large sums: a float32 gradient would lose half its digits. The
 * large sums are made of the small one and the overlap: then what numerator and denominator give to the gradient is added up once per region in
 * float64, and not per pixel in float32, where for an empty class they cancel.
 *
 * @param in the scope
 * @param options how the sums are formed
 * @param probabilities p and 1 - p
 * @param g the target
 */
record RegionSums(LossScope in, RegionOptions options, Probabilities probabilities, Expr g) {

    private Expr p() {
        return probabilities.p();
    }

    private Expr notG() {
        return Expr.one().sub(g);
    }

    /** {@code p - g}, exactly p or p - 1 where g is 0 or 1. */
    Expr error() {
        return p().mul(notG()).sub(probabilities.q().mul(g));
    }

    private boolean isProduct() {
        return options.overlap() == RegionOptions.Overlap.PRODUCT;
    }

    /** I, the overlap, which is also the number of true positives. */
    Expr overlap() {
        return in.sum(isProduct() ? p().mul(g) : p().min(g));
    }

    /** B, what the target sums to, without squares: 0 for an empty class. */
    Expr target() {
        return in.sum(g);
    }

    /** A + B. */
    Expr total() {
        return overlap().mul(2).add(difference());
    }

    /** A + B - I. */
    Expr union() {
        return overlap().add(difference());
    }

    /** A + B - 2 I. */
    Expr difference() {
        if (isProduct()) {
            return in.sum(
                    options.squared()
                            ? error().square()
                            : p().mul(notG()).add(probabilities.q().mul(g)));
        }
        return in.sum(
                options.squared()
                        ? p().square().add(g.square()).sub(p().min(g).mul(2))
                        : error().abs());
    }

    /** A - I, the false positives, without squares. */
    Expr falsePositives() {
        return in.sum(isProduct() ? p().mul(notG()) : error().abs().add(error()).mul(0.5));
    }

    /** B - I, the false negatives, without squares. */
    Expr falseNegatives() {
        return in.sum(isProduct() ? probabilities.q().mul(g) : error().abs().sub(error()).mul(0.5));
    }

    /** One minus the Dice score. */
    Expr diceShortfall() {
        return shortfall(difference(), total());
    }

    /** The Dice score. */
    Expr diceScore() {
        return in.score(
                overlap().mul(2).add(options.smoothNumerator()),
                total().add(options.smoothDenominator()));
    }

    /** One minus the Tversky index. */
    Expr tverskyShortfall(Expr alphaFp, Expr betaFn) {
        Expr missed = falsePositives().mul(alphaFp).add(falseNegatives().mul(betaFn));
        return shortfall(missed, overlap().add(missed));
    }

    /** {@code 1 - (d - m + smooth_nr) / (d + smooth_dr)}, where m is what the score lacks, by the rule for empty classes. */
    Expr shortfall(Expr missed, Expr denominator) {
        Expr value =
                in.shortfall(
                        missed.add(options.smoothDenominator() - options.smoothNumerator()),
                        denominator.add(options.smoothDenominator()));
        return options.emptyClass() == RegionOptions.EmptyClass.ZERO_LOSS
                ? target().eq(0).select(0, value)
                : value;
    }
}
