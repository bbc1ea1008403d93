package io.github.segloss.graph;

/** What kind of value a node has. The precision of a {@link #FLOAT} is the backend's: float32 or float64. */
public enum ValueType {
    /** A real number. */
    FLOAT,
    /** True or false. */
    BOOL,
    /** An integer: a class label or a class index. */
    INDEX
}
