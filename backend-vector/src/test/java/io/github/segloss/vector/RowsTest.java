package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsTest {
    private static final int LINE = 64;

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512, 1024})
    void everyRowBeginsALine(int tile) {
        assertEquals(0, Step.distance(tile) % LINE);
        assertTrue(Step.distance(tile) >= tile * Float.BYTES);
        assertEquals(tile, Step.tile(Step.distance(tile)));
        for (int k = 0; k < 20; k++) {
            assertEquals(0, Rows.allocate(3L * Step.distance(tile) + 4 * k).address() % LINE);
        }
    }

    @Test
    void numbersAndVectorsLieWhereTheySay() {
        MemorySegment r = Rows.allocate(4L * Rows.STEP);
        for (int i = 0; i < 4 * Lanes.COUNT; i++) {
            Rows.set(r, 4L * i, i);
        }
        FloatVector second = Rows.at(r, Rows.STEP);
        assertEquals(Lanes.COUNT, second.lane(0));
        assertEquals(2 * Lanes.COUNT - 1, second.lane(Lanes.COUNT - 1));
        assertEquals(Lanes.COUNT / 2, Rows.halfAt(r, Rows.STEP / 2).lane(0));
        Rows.put(second, r, 3L * Rows.STEP);
        assertEquals(Lanes.COUNT + 1, Rows.get(r, 3L * Rows.STEP + 4));
        Rows.fill(r, 4, 12, 7);
        float[] read = new float[4];
        Rows.read(r, 0, read, 4);
        assertEquals(0, read[0]);
        assertEquals(7, read[1]);
        assertEquals(7, read[2]);
        assertEquals(3, read[3]);
    }

    /** Of other memory the JVM would have to find out the type in every loop. */
    @Test
    void otherMemoryIsRefused() {
        MemorySegment heap = MemorySegment.ofArray(new float[LINE]);
        var e = assertThrows(IllegalArgumentException.class, () -> Rows.at(heap, 0));
        assertTrue(e.getMessage().startsWith("not rows"), e.getMessage());
    }
}
