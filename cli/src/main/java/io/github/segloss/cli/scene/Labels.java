package io.github.segloss.cli.scene;

import io.github.segloss.InvalidTargetException;
import java.util.BitSet;
import java.util.function.LongPredicate;

/** Reads whole numbers out of an image. */
final class Labels {
    private Labels() {}

    /**
     * {@return the label of each voxel that counts, 0 elsewhere}
     *
     * @param image an image of one channel
     * @param valid the voxels that count
     * @param isAllowed which labels are allowed
     * @param allowed the same in words, for the message
     * @throws InvalidTargetException if a voxel that counts has another value; the message names the first
     */
    static long[] read(ImageFile image, BitSet valid, LongPredicate isAllowed, String allowed) {
        long[] labels = new long[image.voxels()];
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            double value = image.data().doubleAt(i);
            if (value != Math.rint(value) || !isAllowed.test((long) value)) {
                throw new InvalidTargetException(
                        image.name()
                                + " holds the label "
                                + (value == Math.rint(value) && !Double.isInfinite(value)
                                        ? String.valueOf((long) value)
                                        : String.valueOf(value))
                                + " at "
                                + image.place(i)
                                + "; labels must be "
                                + allowed);
            }
            labels[i] = (long) value;
        }
        return labels;
    }
}
