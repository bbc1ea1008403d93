package io.github.segloss.loss;

/** How the ground truth is given. */
public enum TargetKind {
    /** One integer label per pixel, [N, spatial...], 0 to C-1 (0 or 1 for a single channel). */
    CLASS_INDICES,
    /** 0 or 1 per channel and pixel, one channel set: the shape of the prediction. */
    ONE_HOT,
    /** 0 or 1 per channel and pixel, channels independent (multi-label for C > 1): the shape of the prediction. */
    BINARY,
    /** A real number in [0, 1] per channel and pixel: the shape of the prediction. */
    SOFT;

    /** {@return whether each value is 0 or 1} */
    public boolean isHard() {
        return this != SOFT;
    }

    /** {@return whether the target has the shape of the prediction} */
    public boolean isDense() {
        return this != CLASS_INDICES;
    }
}
