package io.github.segloss.graph;

/** Pointwise functions of one argument. */
public enum UnaryFunction {
    /** {@code -x}. */
    NEG,
    /** {@code |x|}; its derivative at 0 is 0. */
    ABS,
    /** -1, 0 or 1; NaN for NaN. */
    SIGN,
    /** The square root. */
    SQRT,
    /** {@code e^x}. */
    EXP,
    /** The natural logarithm. */
    LOG,
    /** {@code ln(1 + x)}, accurate near 0. */
    LOG1P,
    /** {@code e^x - 1}, accurate near 0. */
    EXPM1,
    /** The hyperbolic tangent. */
    TANH,
    /** The largest integer not above x. */
    FLOOR,
    /** Logical negation, BOOL to BOOL. */
    NOT,
    /** The identity, through which no gradient passes. */
    DETACH,
    /** BOOL or INDEX to FLOAT: false is 0, true is 1. */
    CAST
}
