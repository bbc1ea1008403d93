package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** The interpreter is taken for compiled when no loop puts a vector into a box: it has to come to that. */
    @Test
    void inTheEndNoLoopPutsVectorsIntoBoxes() {
        WarmUp.start();
        Frame frame = WarmUp.frame();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long bytes;
        do {
            long before = GeneratedLoops.allocated();
            WarmUp.round(frame, WarmUp.N);
            bytes = GeneratedLoops.allocated() - before;
        } while (bytes > 0 && System.nanoTime() < deadline);
        assertEquals(0, bytes, "bytes for one round of all loops");
    }
}
