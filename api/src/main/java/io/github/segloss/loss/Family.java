package io.github.segloss.loss;

/** The families in which the options of losses have one meaning. */
public enum Family {
    /** Sums of per-pixel terms: cross-entropy, focal and their kin. */
    CROSS_ENTROPY,
    /** Ratios of sums over regions: Dice, Jaccard, Tversky and their kin. */
    REGION,
    /** Losses that rank the errors of the pixels. */
    RANKING,
    /** Losses that weigh by distances to the boundary. */
    DISTANCE,
    /** Losses that compare skeletons. */
    TOPOLOGY,
    /** Sums of losses of several families. */
    COMPOUND
}
