package io.github.segloss.graph;

/** Pointwise functions of two arguments. */
public enum BinaryFunction {
    /** {@code a + b}. */
    ADD,
    /** {@code a - b}. */
    SUB,
    /** {@code a * b}. */
    MUL,
    /** {@code a / b}. */
    DIV,
    /** {@code a^b}; the gradient with respect to a is 0 where a is 0 and b below 1. */
    POW,
    /** The smaller; NaN if either is NaN; equal arguments share the gradient. */
    MIN,
    /** The larger; NaN if either is NaN; equal arguments share the gradient. */
    MAX,
    /** {@code a < b}, BOOL; false with NaN. */
    LT,
    /** {@code a <= b}, BOOL; false with NaN. */
    LE,
    /** {@code a == b}, BOOL, of two FLOATs or two INDEXes; false with NaN. */
    EQ,
    /** Logical conjunction. */
    AND,
    /** Logical disjunction. */
    OR;

    /** {@return whether the result is BOOL} */
    public boolean isPredicate() {
        return switch (this) {
            case LT, LE, EQ, AND, OR -> true;
            case ADD, SUB, MUL, DIV, POW, MIN, MAX -> false;
        };
    }
}
