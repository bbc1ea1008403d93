package io.github.segloss.vector;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Geometry;

/**
 * The sizes that this backend takes. Positions in a tensor are 64-bit; positions in one sample and class are 32-bit, as are the numbers of samples times
 * classes and of units.
 */
final class Limits {
    /** The pixels of one sample and class. Leaves room to count beyond the last one by a unit. */
    static final int MOST_PIXELS = Integer.MAX_VALUE - Pass.UNIT;

    /** What an array can hold, with some room for its header. */
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;

    /** Lowers how many elements of a temporary are still an array, so that tests see what larger ones do. */
    static final String ARRAY_PROPERTY = "segloss.vector.array";

    private Limits() {}

    /** {@return how many elements of a temporary are still an array; a larger one is other memory} */
    static int mostInArray() {
        return Integer.getInteger(ARRAY_PROPERTY, MOST_PIXELS);
    }

    /**
     * Checks sizes before memory is taken for them.
     *
     * @param geometry the sizes
     * @param classes the size of CLASS
     * @throws SegLossException if they are too large; the message names the limit
     */
    static void check(Geometry geometry, int classes) {
        long pixels = geometry.pixels();
        if (pixels > MOST_PIXELS) {
            throw tooLarge(
                    "an image of " + geometry.space() + " has " + pixels + " pixels",
                    MOST_PIXELS + " for each sample and class");
        }
        int unitSize = Pass.unitSize(classes);
        long units = (pixels + unitSize - 1) / unitSize;
        long most = LONGEST_ARRAY / units / classes;
        if (geometry.batch() > most) {
            throw tooLarge(
                    "a batch has " + geometry.batch() + " samples",
                    most + " of " + geometry.space() + " with " + classes + " classes");
        }
    }

    /**
     * Checks how many pixels are ranked together.
     *
     * @param together how many samples
     * @param pixels the pixels of each
     * @throws SegLossException if there are more than an array holds
     */
    static void checkRanking(int together, int pixels) {
        long all = (long) together * pixels;
        if (all > LONGEST_ARRAY) {
            throw tooLarge(
                    "a ranking over a batch of "
                            + together
                            + " samples of "
                            + pixels
                            + " pixels each has "
                            + all
                            + " elements",
                    LONGEST_ARRAY + " for each ranking");
        }
    }

    private static SegLossException tooLarge(String what, String allowed) {
        return new SegLossException(
                what + "; backend '" + VectorBackendProvider.NAME + "' takes at most " + allowed);
    }
}
