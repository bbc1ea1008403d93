package io.github.segloss.loss;

import io.github.segloss.expr.Expr;

/**
 * What the values of a pixel input must be. Each rule is stated twice, as an expression that is summed inside the first pass of a program, and as a test
 * of one number that finds the place for the message afterwards.
 */
public enum InputRule {
    /** Neither NaN nor infinite. */
    FINITE("must be finite"),
    /** In [0, 1]. */
    PROBABILITY(
            "must be a probability in [0, 1]; for logits choose the activation sigmoid or softmax"),
    /** In [0, 1], of a target. */
    SOFT_TARGET("must be in [0, 1]"),
    /** 0 or 1. */
    ZERO_OR_ONE("must be 0 or 1"),
    /** Finite and at least 0. */
    NOT_NEGATIVE("must be finite and at least 0");

    private final String text;

    InputRule(String text) {
        this.text = text;
    }

    /** {@return what is allowed, as the end of a sentence} */
    public String text() {
        return text;
    }

    /**
     * {@return a number for each element: 0 where the rule is kept, 1 or NaN where it is broken}
     *
     * <p>Sums of it are 0 if and only if all elements keep the rule. {@code v - v} is the cheapest test for finite numbers:
     * infinity minus infinity is NaN, which no sum loses.
     *
     * @param v the values
     */
    public Expr penalty(Expr v) {
        return switch (this) {
            case FINITE -> v.sub(v);
            case PROBABILITY, SOFT_TARGET -> v.ge(0).and(v.le(1)).not().toExpr();
            case ZERO_OR_ONE -> v.eq(0).or(v.eq(1)).not().toExpr();
            case NOT_NEGATIVE -> v.ge(0).and(v.sub(v).eq(0)).not().toExpr();
        };
    }

    /**
     * {@return whether a number breaks the rule}
     *
     * @param v the number
     */
    public boolean isBroken(double v) {
        return switch (this) {
            case FINITE -> !Double.isFinite(v);
            case PROBABILITY, SOFT_TARGET -> !(v >= 0 && v <= 1);
            case ZERO_OR_ONE -> !(v == 0 || v == 1);
            case NOT_NEGATIVE -> !(v >= 0) || Double.isInfinite(v);
        };
    }
}
