package io.github.segloss.graph;

/** What an input is, as messages call it. */
public enum Role {
    /** The network's output, logits or probabilities: [N, C, spatial...]. */
    PREDICTION,
    /** The ground truth: class indices [N, spatial...] or dense values [N, C, spatial...]. */
    TARGET,
    /** Per-pixel weights, at least 0. */
    WEIGHT_MAP,
    /** 0 or 1 per pixel; 1 counts. */
    MASK,
    /** A signed distance per element, a constant of the loss. */
    DISTANCE_MAP,
    /** The gradient of what follows with respect to the value. */
    UPSTREAM,
    /** A number, a vector along CLASS or a C x C matrix that is known only at run time. */
    PARAMETER,
    /** Any other per-pixel input of a user's own graph. */
    OTHER
}
