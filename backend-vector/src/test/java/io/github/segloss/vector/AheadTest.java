package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.segloss.vector.MemorySteps.Layout;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class AheadTest {
    private static Frame frame(boolean isArrays, Arena arena) {
        FloatPass pass = SampleLosses.CROSS_ENTROPY.passes(4).getFirst();
        return pass.dummyFrame(new MemoryAccess(isArrays, false), arena);
    }

    /** The slot of the gradient or of the prediction: the first that loops reach as they are told. */
    private static int slot(Frame arrays) {
        int slot = 0;
        while (arrays.array(slot).length == 0) {
            slot++;
        }
        return slot;
    }

    @Test
    void planesOfArraysAreAsFarApartAsTheImageIsLarge() {
        try (Arena arena = Arena.ofConfined()) {
            Frame f = frame(true, arena);
            Ahead ahead = new Ahead(f.workspace.pixels);
            ahead.add(slot(f), new Layout(4, 1, 4));
            float[] array = ahead.array(f, 0);
            assertSame(f.array(slot(f)), array);
            assertEquals(f.workspace.pixels, ahead.plane(f, array, f.floats));
            assertEquals(f.workspace.pixels, ahead.index(f, 0, array));
        }
    }

    /** Many planes of a large volume are more than an index can count. */
    @Test
    void otherMemoryIsNotCounted() {
        try (Arena arena = Arena.ofConfined()) {
            int slot = slot(frame(true, arena));
            Frame f = frame(false, arena);
            Ahead ahead = new Ahead(f.workspace.pixels);
            ahead.add(slot, new Layout(4, 1, 4));
            float[] array = ahead.array(f, 0);
            assertSame(f.floats, array);
            assertEquals(0, ahead.plane(f, array, ahead.array(f, 1)));
            assertEquals(0, ahead.index(f, 0, array));
        }
    }
}
