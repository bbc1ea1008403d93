package io.github.segloss.cli.judge;

import io.github.segloss.cli.scene.Masks;
import io.github.segloss.metrics.Confusion;
import java.util.BitSet;

/**
 * How well one class was found, by counting voxels.
 *
 * @param label what the files call the class
 * @param isForeground whether it counts in the mean
 * @param counts how many voxels are right and wrong
 * @param voxelVolume the volume of a voxel in mm^3 (mm^2 or mm for fewer axes)
 */
public record ClassScore(long label, boolean isForeground, Confusion counts, double voxelVolume) {

    static ClassScore of(Masks masks, int c, long label, double voxelVolume) {
        BitSet both = (BitSet) masks.predicted().get(c).clone();
        both.and(masks.actual().get(c));
        long hits = both.cardinality();
        long invented = masks.predicted().get(c).cardinality() - hits;
        long missed = masks.actual().get(c).cardinality() - hits;
        long rest = masks.valid().cardinality() - hits - invented - missed;
        return new ClassScore(
                label,
                c >= masks.background(),
                new Confusion(hits, invented, missed, rest),
                voxelVolume);
    }

    /** {@return the voxels of the class in the prediction} */
    public long predicted() {
        return counts.truePositives() + counts.falsePositives();
    }

    /** {@return the voxels of the class in the target} */
    public long actual() {
        return counts.truePositives() + counts.falseNegatives();
    }

    /** {@return the volume of the class in the prediction} */
    public double predictedVolume() {
        return predicted() * voxelVolume;
    }

    /** {@return the volume of the class in the target} */
    public double actualVolume() {
        return actual() * voxelVolume;
    }
}
