package io.github.segloss.loss;

/** What values a parameter takes. */
public enum ParameterKind {
    /** A real number. */
    NUMBER,
    /** A whole number. */
    INTEGER,
    /** True or false. */
    FLAG,
    /** One of a list of words. */
    CHOICE,
    /** A list of real numbers, one per class. */
    NUMBERS,
    /** A list of whole numbers. */
    INTEGERS,
    /** One real number, or a list with one per class. */
    NUMBER_OR_NUMBERS,
    /** A list of rows of real numbers. */
    MATRIX
}
