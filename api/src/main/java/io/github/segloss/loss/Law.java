package io.github.segloss.loss;

/** What a loss keeps when its inputs are rearranged; each definition declares which laws hold, and tests hold it to them. */
public enum Law {
    /** Permuting the samples of the batch permutes the gradient and leaves the value. */
    PERMUTE_SAMPLES,
    /** Permuting the pixels of all samples alike permutes the gradient and leaves the value. */
    PERMUTE_PIXELS,
    /** Relabelling the classes together with their channels permutes the gradient and leaves the value. */
    RELABEL_CLASSES,
    /** A mask does what removing the pixels does. */
    MASK_IS_REMOVAL,
    /** A weight map of 0 and 1 does what the same mask does. */
    WEIGHTS_ARE_MASK,
    /** A soft target of 0 and 1 does what the same hard target does. */
    SOFT_IS_HARD,
    /** The value of a batch is the mean of the values of its samples. */
    BATCH_IS_MEAN,
    /** The value is never below 0. */
    NOT_NEGATIVE,
    /** The value of a perfect, confident prediction is 0, up to clipping and smoothing. */
    ZERO_WHEN_PERFECT
}
