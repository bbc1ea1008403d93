package io.github.segloss.loss;

/** How the per-element terms of a cross-entropy-like loss make up its value. */
public enum Terms {
    /** The terms of the classes add up to the value of a voxel, and the term of class c weighs g_c (softmax cross-entropy). Mean over voxels. */
    CATEGORICAL,
    /** Each element is a value of its own (binary cross-entropy per channel). Mean over elements, also of classes that are not selected. */
    INDEPENDENT,
    /** Each element of a selected class is a value of its own (distance losses). Mean over these elements. */
    SELECTED
}
