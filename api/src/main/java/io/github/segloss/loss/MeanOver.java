package io.github.segloss.loss;

/** Over what a mean of per-element terms is taken. */
public enum MeanOver {
    /** Terms are summed over the classes, then divided by the number of voxels. */
    VOXELS,
    /** Terms are divided by the number of elements, voxels times classes. */
    ELEMENTS
}
