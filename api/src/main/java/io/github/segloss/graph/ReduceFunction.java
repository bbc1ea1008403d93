package io.github.segloss.graph;

/** How a reduction combines its elements. */
public enum ReduceFunction {
    /** The sum, carried in float64 over BATCH and SPACE. */
    SUM,
    /** The largest value. */
    MAX,
    /** The smallest value. */
    MIN,
    /** The index of the largest value along CLASS, the lowest if several are equal; an INDEX. */
    ARGMAX
}
