package io.github.segloss.graph;

/**
 * The neighbourhood of a window op.
 *
 * @param extreme whether the smallest or the largest value is taken
 * @param footprint which neighbours count
 * @param border what stands outside the image
 */
public record Window(Extreme extreme, Footprint footprint, Border border) {
    /** Which extreme a window takes. */
    public enum Extreme {
        /** The smallest value: a soft erosion. */
        MIN,
        /** The largest value: a soft dilation. */
        MAX
    }

    /** Which neighbours belong to a window. */
    public enum Footprint {
        /** The centre and one neighbour each way along each spatial axis (face-connected). */
        CROSS,
        /** The full 3 x ... x 3 box. */
        BOX
    }

    /** What stands outside the image. */
    public enum Border {
        /** Positions outside are left out. */
        IGNORED,
        /** Positions outside hold the constant 0, which takes its part of the gradient with it when it is the extreme. */
        ZERO
    }
}
