package io.github.segloss.loss;

/** What becomes of the values of single pixels, elements or classes. */
public enum Reduction {
    /** They are the result: one value per pixel, per element, or per sample and class; deselected classes are left out. */
    NONE,
    /** Their mean, by the divisor of the options. */
    MEAN,
    /** Their plain sum. */
    SUM
}
