package io.github.segloss.vector;

/** The scratch memory of one thread for one pass in float64: the tiles, the sums, and where in the image it is. */
final class DoubleFrame {
    /** All tiles, one row after the other, then two rows that no value has, then the numbers that stand for whole rows. */
    final double[] r;

    /** Where a row of the tiles begins that no value has. */
    final int spare;

    /** A sum for each lane of two vectors and accumulated value. */
    final double[] sums;

    final DoubleRows.Scratch scratch;

    /** Which form of its loop a step runs. */
    final Tier tier;

    Workspace workspace;

    /** The sample. */
    int sample;

    /** Where in the image the tile begins. */
    int start;

    /** The pixels of the tile. */
    int count;

    /** The same, rounded up to whole vectors: what lies beyond the count is arbitrary. */
    int n;

    DoubleFrame(int doubles, int spare, int sums, Tier tier, Workspace workspace) {
        this.r = new double[doubles];
        this.spare = spare;
        this.sums = new double[sums * Lanes.COUNT];
        this.scratch = new DoubleRows.Scratch(tier);
        this.tier = tier;
        this.workspace = workspace;
    }
}
