package io.github.segloss.cpu;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Geometry;

/**
 * The sizes that the backends of this module take. Positions in a tensor are 64-bit; positions in one sample and class are 32-bit, as are the numbers of
 * samples times classes and of tiles.
 */
final class Limits {
    /** The pixels of one sample and class. Leaves room to count beyond the last one by a block. */
    static final int MOST_PIXELS = Integer.MAX_VALUE - BlasRun.BLOCK;

    /** What an array can hold, with some room for its header. */
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;

    private Limits() {}

    /**
     * Checks sizes before memory is taken for them.
     *
     * @param backend the name of the backend, for the message
     * @param geometry the sizes
     * @param classes the size of CLASS
     * @throws SegLossException if they are too large; the message names the limit
     */
    static void check(String backend, Geometry geometry, int classes) {
        long pixels = geometry.pixels();
        if (pixels > MOST_PIXELS) {
            throw tooLarge(
                    "an image of " + geometry.space() + " has " + pixels + " pixels",
                    backend,
                    MOST_PIXELS + " for each sample and class");
        }
        long tiles = (pixels + BlasScratch.TILE - 1) / BlasScratch.TILE;
        long most = LONGEST_ARRAY / tiles / classes;
        if (geometry.batch() > most) {
            throw tooLarge(
                    "a batch has " + geometry.batch() + " samples",
                    backend,
                    most + " of " + geometry.space() + " with " + classes + " classes");
        }
    }

    /**
     * {@return the number of pixels that are ranked together}
     *
     * @param backend the name of the backend, for the message
     * @param together how many samples
     * @param pixels the pixels of each
     * @throws SegLossException if there are more than an array holds
     */
    static int ranked(String backend, int together, int pixels) {
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
                    backend,
                    LONGEST_ARRAY + " for each ranking");
        }
        return (int) all;
    }

    private static SegLossException tooLarge(String what, String backend, String allowed) {
        return new SegLossException(what + "; backend '" + backend + "' takes at most " + allowed);
    }
}
