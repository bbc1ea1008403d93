package io.github.segloss.graph;

/** The three axes on which every segmentation loss lives. */
public enum Axis {
    /** The samples of a batch, N. */
    BATCH,
    /** The channels of the prediction or the classes, C: a small, per-pixel axis whose size belongs to the graph. */
    CLASS,
    /** All spatial axes flattened in row-major order: one, two and three dimensions are one case. */
    SPACE
}
