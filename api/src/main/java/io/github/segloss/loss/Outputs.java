package io.github.segloss.loss;

/** Which outputs a program computes. */
public enum Outputs {
    /** The value only: fewer passes. */
    VALUE,
    /** The gradient only. */
    GRADIENT,
    /** Both, sharing passes. */
    BOTH
}
