package io.github.segloss.cli.scene;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A prediction and a target as decisions: for each class the voxels that it holds.
 *
 * @param predicted the voxels of each class in the prediction
 * @param actual the voxels of each class in the target
 * @param valid the voxels that count; those of no class may hold more
 * @param voxels the number of voxels
 * @param background how many of the first classes are background: 1, or 0 where classes do not exclude each other
 */
public record Masks(
        List<BitSet> predicted, List<BitSet> actual, BitSet valid, int voxels, int background) {

    /** {@return the number of classes} */
    public int classes() {
        return predicted.size();
    }

    /**
     * {@return masks of classes that exclude each other}
     *
     * @param predicted the class of each voxel
     * @param actual the class of each voxel
     * @param classes the number of classes
     * @param valid the voxels that count
     */
    static Masks ofClasses(int[] predicted, int[] actual, int classes, BitSet valid) {
        return new Masks(
                split(predicted, classes, valid),
                split(actual, classes, valid),
                valid,
                predicted.length,
                1);
    }

    static List<BitSet> split(int[] classOf, int classes, BitSet valid) {
        List<BitSet> masks = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            masks.add(new BitSet(classOf.length));
        }
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            masks.get(classOf[i]).set(i);
        }
        return masks;
    }

    /**
     * {@return the foreground class of a voxel, the lowest if there are several; less than {@link #background} if there is none}
     *
     * @param masks the voxels of each class: those predicted or the actual ones
     * @param voxel the voxel
     */
    public int foregroundAt(List<BitSet> masks, int voxel) {
        for (int c = background; c < masks.size(); c++) {
            if (masks.get(c).get(voxel)) {
                return c;
            }
        }
        return background - 1;
    }

    /** {@return the voxels where prediction and target differ in any class} */
    public BitSet errors() {
        BitSet errors = new BitSet(voxels);
        for (int c = 0; c < classes(); c++) {
            errors.or(errors(c));
        }
        return errors;
    }

    /**
     * {@return the voxels where prediction and target differ in one class}
     *
     * @param c the class
     */
    public BitSet errors(int c) {
        BitSet different = (BitSet) predicted.get(c).clone();
        different.xor(actual.get(c));
        return different;
    }

    /** {@return a set of all voxels} */
    static BitSet everything(int voxels) {
        BitSet all = new BitSet(voxels);
        all.set(0, voxels);
        return all;
    }
}
