package io.github.segloss.losses;

import io.github.segloss.loss.Law;

/** Laws that hold together for most losses of a kind. */
final class LawSets {
    /** Rearranging samples or pixels, masks and soft targets: what holds for every loss of sums over pixels. */
    static final Law[] SUMS = {
        Law.PERMUTE_SAMPLES, Law.PERMUTE_PIXELS, Law.MASK_IS_REMOVAL, Law.SOFT_IS_HARD
    };

    private LawSets() {}
}
