package io.github.segloss.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The scratch memory of one thread for one pass in float32: the tiles, the sums, and where in the image it is. */
final class Frame {
    /** The largest tile, in pixels. */
    static final int LARGEST_TILE = 1024;

    /** All tiles, one row after the other. */
    final MemorySegment r;

    /** The same, for loops over single elements: the JVM is quicker to compile them so. */
    final FloatBuffer elements;

    /** One float64 sum for each lane and accumulated value. */
    final double[] sums;

    /** Where sums have room for their lanes behind the tiles, a row of {@link SumSteps#LANE_BYTES} for each class. */
    final int lanesAt;

    /** A number that depends on everything that was read ahead. */
    float touched;

    /** What generated loops have summed up in a tile in the lanes of float vectors, for each sum. */
    final float[] floatSums;

    /** What they have summed up in double vectors. */
    final double[] doubleSums;

    /** A vector that a loop reads again in halves. */
    final float[] floatLanes = new float[Lanes.COUNT];

    /** What a loop without vectors has summed up in lanes, for each of its sums. */
    private final List<double[]> lanes = new ArrayList<>();

    final byte[] bytes = new byte[LARGEST_TILE];

    /** The bytes of the tile, by slot, of tensors that loops read as bytes and that are no arrays of bytes. */
    private final byte[][] copies;

    final short[] shorts = new short[LARGEST_TILE];
    final int[] ints = new int[LARGEST_TILE];
    final long[] longs = new long[LARGEST_TILE];
    final float[] floats = new float[LARGEST_TILE];
    final float[] results = new float[LARGEST_TILE];
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

    /**
     * Makes scratch memory.
     *
     * @param bytes what the rows of a tile take in all
     * @param classes how many classes there are
     * @param sums how many sums there are
     * @param tensors how many tensors there are
     * @param workspace the memory of the first run; null to warm up loops that reach no tensor
     */
    Frame(int bytes, int classes, int sums, int tensors, Workspace workspace) {
        this.lanesAt = bytes;
        this.r = Rows.allocate(Math.addExact(bytes, classes * SumSteps.LANE_BYTES));
        this.elements = r.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
        this.sums = new double[sums * Lanes.COUNT];
        this.floatSums = new float[this.sums.length];
        this.doubleSums = new double[this.sums.length];
        this.workspace = workspace;
        this.copies = new byte[tensors][LARGEST_TILE];
        this.tables = new float[0][];
    }

    /** {@return how many bytes of a row have values} */
    int length() {
        return n * Float.BYTES;
    }

    /** Fills the end of a row, behind the last pixel. */
    void fillTail(int row, float value) {
        Rows.fill(r, row + (long) count * Float.BYTES, row + (long) length(), value);
    }

    /**
     * Adds what generated loops have summed up in float lanes.
     *
     * @param first the first sum
     * @param count how many sums
     * @param scale what their terms were multiplied by, a power of two
     */
    void addFloatSums(int first, int count, float scale) {
        int half = Lanes.COUNT / 2;
        DoubleVector factor = DoubleVector.broadcast(Lanes.DOUBLES, 1 / (double) scale);
        for (int at = first * Lanes.COUNT; at < (first + count) * Lanes.COUNT; at += half) {
            // What it is multiplied by is a power of two, so that only the addition rounds.
            ((DoubleVector)
                            FloatVector.fromArray(Lanes.HALF_FLOATS, floatSums, at)
                                    .convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0))
                    .fma(factor, DoubleVector.fromArray(Lanes.DOUBLES, sums, at))
                    .intoArray(sums, at);
        }
    }

    /**
     * Adds what generated loops have summed up in double lanes.
     *
     * @param first the first sum
     * @param count how many sums
     */
    void addDoubleSums(int first, int count) {
        int step = Lanes.COUNT / 2;
        for (int at = first * Lanes.COUNT; at < (first + count) * Lanes.COUNT; at += step) {
            DoubleVector.fromArray(Lanes.DOUBLES, sums, at)
                    .add(DoubleVector.fromArray(Lanes.DOUBLES, doubleSums, at))
                    .intoArray(sums, at);
        }
    }

    /** {@return the lanes of a sum of a loop without vectors} */
    double[] lanes(int number) {
        while (lanes.size() <= number) {
            lanes.add(new double[Lanes.COUNT]);
        }
        return lanes.get(number);
    }

    /**
     * Adds the lanes of a sum of a loop without vectors to a sum of the pass, and clears them.
     *
     * @param sum the sum of the pass
     * @param number the sum of the loop
     * @param scale what its terms were multiplied by
     */
    void addLanes(int sum, int number, float scale) {
        double[] terms = lanes(number);
        for (int k = 0; k < Lanes.COUNT; k++) {
            sums[sum * Lanes.COUNT + k] += terms[k] / scale;
        }
        Arrays.fill(terms, 0);
    }

    /** {@return the array of a tensor} */
    float[] array(int slot) {
        return workspace.arrays[slot];
    }

    /** {@return the memory of a tensor} */
    MemorySegment segment(int slot) {
        return workspace.segments[slot];
    }

    /** {@return where the tile begins in a plane of a tensor's array} */
    int index(int slot, int plane) {
        return workspace.starts[slot] + plane * workspace.pixels + start;
    }

    /** Copies the tile of a plane of a tensor of bytes, unless it is in an array anyway. */
    void needBytes(int slot, int plane) {
        if (workspace.byteArrays[slot].length == 0) {
            long from = (long) plane * workspace.pixels + start;
            MemorySegment.copy(segment(slot), ValueLayout.JAVA_BYTE, from, copies[slot], 0, count);
        }
    }

    /** {@return an array with the tile of a tensor of bytes: its own, or the copy} */
    byte[] byteArray(int slot) {
        byte[] array = workspace.byteArrays[slot];
        return array.length == 0 ? copies[slot] : array;
    }

    /** {@return where the tile begins in that array} */
    int byteIndex(int slot, int plane) {
        return workspace.byteArrays[slot].length == 0 ? 0 : index(slot, plane);
    }

    /** {@return where the tile begins in a plane of a tensor's memory, in bytes} */
    long bytes(int slot, int plane) {
        return ((long) plane * workspace.pixels + start) * Float.BYTES;
    }
}
