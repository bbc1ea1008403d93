package io.github.segloss.expr;

import static io.github.segloss.expr.Expr.one;

import io.github.segloss.graph.Axes;

/**
 * The stable formulas over the op set, each in the form that survives float32 and second derivatives. Branches are selects, not min and max: with
 * {@code max(x, 0)} the Hessian of a cross-entropy at logit 0 would be 0.
 */
public final class Formulas {
    /** Logarithms are taken of nothing smaller: its reciprocal, the slope of the logarithm, is still finite in float32. */
    private static final double SMALLEST = 1e-30;

    private Formulas() {}

    /**
     * {@return {@code ln(1 + e^x)} without overflow}
     *
     * @param x any finite number
     */
    public static Expr softplus(Expr x) {
        return x.gt(0).select(x, 0).add(negativeAbs(x).exp().log1p());
    }

    /**
     * {@return {@code 1 / (1 + e^-x)}; its complement is {@code sigmoid(-x)}, never {@code 1 - sigmoid(x)}}
     *
     * @param x any finite number
     */
    public static Expr sigmoid(Expr x) {
        Expr e = negativeAbs(x).exp();
        return x.gt(0).select(1, e).div(one().add(e));
    }

    /**
     * {@return {@code max(x, 0)}, with gradient 0 at 0}
     *
     * @param x any number
     */
    public static Expr relu(Expr x) {
        return x.le(0).select(0, x);
    }

    /**
     * {@return x clamped to an interval; the gradient passes on the closed interval}
     *
     * @param x any number
     * @param low the lower end
     * @param high the upper end
     */
    public static Expr clamp(Expr x, double low, double high) {
        return x.lt(low).select(low, x.gt(high).select(high, x));
    }

    /**
     * {@return {@code numerator / denominator}, or a given value where the denominator is 0, without gradient there}
     *
     * @param numerator the numerator
     * @param denominator the denominator
     * @param ifEmpty the value of 0/0
     */
    public static Expr ratio(Expr numerator, Expr denominator, double ifEmpty) {
        Condition empty = denominator.eq(0);
        return empty.select(ifEmpty, numerator.div(empty.select(1, denominator)));
    }

    /**
     * {@return the probabilities of a sigmoid}
     *
     * <p>All four share {@code e = exp(-|x|)}, one reciprocal and one logarithm, and one decision on the sign of x, so that
     * at 0 every part is differentiated on the same analytic branch.
     *
     * @param x logits
     */
    public static Probabilities sigmoidProbabilities(Expr x) {
        Condition positive = x.gt(0);
        Expr down = negativeAbs(x);
        Expr e = down.exp();
        Expr r = one().div(one().add(e));
        Expr rest = e.log1p();
        Expr p = positive.select(1, e).mul(r);
        Expr q = positive.select(e, 1).mul(r);
        Expr slope = e.mul(r).mul(r); // p q
        return new Probabilities(
                p.withDerivative(x, slope),
                q.withDerivative(x, slope.neg()),
                positive.select(0, down).sub(rest).withDerivative(x, q),
                positive.select(down, 0).sub(rest).withDerivative(x, p.neg()));
    }

    /**
     * {@return the probabilities of a softmax over CLASS}
     *
     * <p>Anchored at the class of the largest logit: with {@code d = x - max} and {@code rest = sum of e^d over the other classes},
     * {@code p = e^d / (1 + rest)}, {@code ln p = d - ln(1 + rest)}, and {@code 1 - p} is {@code rest / (1 + rest)} for that class and plain
     * {@code 1 - p} for the others, whose p is at most 1/2. The maximum is not detached: as a selection of one class it has the right derivatives of
     * every order, even at ties.
     *
     * @param x logits, varying along CLASS
     */
    public static Probabilities softmaxProbabilities(Expr x) {
        return softmaxProbabilities(x, 0);
    }

    /**
     * {@return the probabilities of a softmax over CLASS, clipped: what {@link Probabilities#clip} makes of them, with less work, since only the class of the
     * largest logit can be near 1}
     *
     * @param x logits, varying along CLASS
     * @param clip the distance of the clip edges from 0 and 1, below 1/2; 0 for no clip
     */
    public static Probabilities softmaxProbabilities(Expr x, double clip) {
        Condition top = x.isArgmax();
        Expr d = top.select(0, x.sub(x.max(Axes.CLASS)));
        Expr e = d.exp();
        Expr rest = top.select(0, e).sum(Axes.CLASS);
        Expr r = one().div(one().add(rest));
        Expr p = e.mul(r);
        Expr ofTop = rest.mul(r);
        Expr q = top.select(ofTop, one().sub(p));
        Expr logP = d.sub(rest.log1p());
        // For the others p <= 1/2, so ln(1 - p) by log1p has all digits.
        Expr logQ = top.select(safeLog(rest).sub(rest.log1p()), top.select(0, p).neg().log1p());
        Probabilities all = new Probabilities(p, q, logP, logQ).withComplements();
        return clip == 0 ? all : all.clip(clip, top.and(ofTop.lt(clip)));
    }

    /**
     * {@return the probabilities given as such}
     *
     * <p>Below 1e-30 logarithms are those of 1e-30, without gradient; a loss that can meet them clips.
     *
     * @param p probabilities in [0, 1]
     */
    public static Probabilities givenProbabilities(Expr p) {
        Expr q = one().sub(p);
        return new Probabilities(p, q, safeLog(p), safeLog(q));
    }

    private static Expr safeLog(Expr x) {
        Condition large = x.ge(SMALLEST);
        return large.select(large.select(x, 1).log(), Math.log(SMALLEST));
    }

    /** {@code -|x|}, differentiable through its branches. */
    private static Expr negativeAbs(Expr x) {
        return x.gt(0).select(x.neg(), x);
    }

    /**
     * {@return {@code ln cosh x}, accurate near 0}
     *
     * @param x any number
     */
    public static Expr logCosh(Expr x) {
        Expr m = x.abs().neg().expm1();
        // cosh x = e^|x| (1 + e^-2|x|) / 2 = e^|x| (1 + m + m^2 / 2) with m = e^-|x| - 1; near 0
        // the exponent and the logarithm cancel, so the
        // small form ln1p(m^2 / (2 (1 + m))) is used, in which both are positive.
        return m.square().div(m.add(1).mul(2)).log1p();
    }
}
