package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** The interpreter is taken for compiled when no loop puts a vector into a box: it has to come to that. */
    @Test
    void inTheEndNoLoopPutsVectorsIntoBoxes() {
        WarmUp.start();
        float[] r = new float[8 * WarmUp.N];
        Arrays.fill(r, 0.5f);
        double[] sums = new double[WarmUp.N];
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long bytes;
        do {
            long before = GeneratedLoops.allocated();
            WarmUp.round(r, sums);
            bytes = GeneratedLoops.allocated() - before;
        } while (bytes > 0 && System.nanoTime() < deadline);
        assertEquals(0, bytes, "bytes for one round of all loops");
    }
}
