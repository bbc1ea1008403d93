package io.github.segloss.cpu;

import io.github.segloss.backend.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What one worker needs for itself: tiles on the heap, tiles for BLAS off the heap, and planes for structured ops once there are any. */
final class BlasScratch {
    /** The pixels of a tile: what is loaded, computed and stored at a time, and what one partial sum covers. Four tiles fit in the first-level cache. */
    static final int TILE = 1024;

    private static final int PLANES = 3;

    final double[] a = new double[TILE];
    final double[] b = new double[TILE];
    final double[] c = new double[TILE];
    final double[] out = new double[TILE];
    final byte[] flags = new byte[TILE];
    final float[] singles = new float[TILE];
    final TensorRows rows = new TensorRows();
    final Ranking ranking = new Ranking();

    /** Two tiles of operands and one of ones, for BLAS. */
    final MemorySegment operands;

    final OpenBlas.Doubles x = new OpenBlas.Doubles();
    final OpenBlas.Doubles y = new OpenBlas.Doubles();
    final OpenBlas.Doubles z = new OpenBlas.Doubles();
    final OpenBlas.Floats floatX = new OpenBlas.Floats();
    final OpenBlas.Floats floatY = new OpenBlas.Floats();
    final OpenBlas.Floats floatZ = new OpenBlas.Floats();

    private final double[][] planes = new double[PLANES][0];
    private PlaneOps planeOps;

    BlasScratch(Arena arena) {
        operands = arena.allocate(3L * TILE * Double.BYTES, 64);
        for (int i = 0; i < TILE; i++) {
            operands.setAtIndex(ValueLayout.JAVA_DOUBLE, 2L * TILE + i, 1);
        }
    }

    /** Where tile 0 or 1 of operands, or 2, the ones, begins. */
    static long operandOffset(int number) {
        return (long) number * TILE * Double.BYTES;
    }

    void fit(Geometry geometry) {
        planeOps = new PlaneOps(geometry);
    }

    PlaneOps planeOps() {
        return planeOps;
    }

    /** An array of exactly so many numbers, kept for the next use. */
    double[] plane(int number, int size) {
        if (planes[number].length != size) {
            planes[number] = new double[size];
        }
        return planes[number];
    }
}
