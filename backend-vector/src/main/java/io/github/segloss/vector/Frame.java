package io.github.segloss.vector;

/** The scratch memory of one thread for one pass in float32: the tiles, the sums, and where in the image it is. */
final class Frame {
    /** The largest tile, in pixels. */
    static final int LARGEST_TILE = 1024;

    /** All tiles, one row after the other. */
    final float[] r;

    /** Where a row of the tiles is that no value has. */
    final int spare;

    /** One float64 sum for each lane and accumulated value. */
    final double[] sums;

    final byte[] bytes = new byte[LARGEST_TILE];
    final short[] shorts = new short[LARGEST_TILE];
    final int[] ints = new int[LARGEST_TILE];
    final long[] longs = new long[LARGEST_TILE];
    final double[] doubles = new double[LARGEST_TILE];

    Workspace workspace;

    /** The tables of the pass as floats, by their number in the pass. */
    float[][] tables;

    int sample;

    /** The first pixel of the tile. */
    int start;

    /** How many pixels the tile has. */
    int count;

    /** The same, rounded up to whole vectors: what lies beyond the count is arbitrary. */
    int n;

    Frame(int floats, int sums, Workspace workspace) {
        this.r = new float[floats + LARGEST_TILE];
        this.spare = floats;
        this.sums = new double[sums * Lanes.COUNT];
        this.workspace = workspace;
        this.tables = new float[0][];
    }
}
