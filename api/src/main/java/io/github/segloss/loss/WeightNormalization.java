package io.github.segloss.loss;

/** What a weighted mean divides by. */
public enum WeightNormalization {
    /** The number of items (valid voxels, elements, or classes). */
    COUNT,
    /** The sum of all weights applied. */
    WEIGHT_SUM
}
