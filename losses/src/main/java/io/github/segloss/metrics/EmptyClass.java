package io.github.segloss.metrics;

/** What a metric is when a class has no pixel in the target, in the prediction, or in both. */
public enum EmptyClass {
    /**
     * Dice and IoU are not defined when the target is empty; other ratios when their denominator is 0; surface metrics when either mask is empty. An empty
     * prediction of a class that is there scores 0.
     */
    UNDEFINED,
    /** Every ratio by its formula: Dice is 0 when only the target is empty, and not defined when both masks are. Surface distances as above. */
    BY_FORMULA,
    /**
     * Two empty masks agree perfectly: Dice, IoU, precision, recall, F-beta, volumetric similarity and surface Dice are 1, surface distances 0. Otherwise by
     * the formula.
     */
    PERFECT_WHEN_BOTH_EMPTY
}
