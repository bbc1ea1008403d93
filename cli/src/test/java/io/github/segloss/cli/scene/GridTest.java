package io.github.segloss.cli.scene;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.segloss.ShapeMismatchException;
import io.github.segloss.images.Affine;
import org.junit.jupiter.api.Test;

/** Whether two images lie on one grid. */
class GridTest {
    private static Grid grid(Affine affine) {
        return new Grid(new long[] {10, 20, 30}, new double[] {2, 1, 1}, affine);
    }

    private static Affine affine(double shift, double turn) {
        return Affine.of(1, turn, 0, shift, -turn, 1, 0, 0, 0, 0, 2, 0);
    }

    @Test
    void roundingOfAffinesIsForgivenAndAShiftIsNot() {
        Grid mine = grid(affine(0, 0));
        assertDoesNotThrow(() -> mine.requireSame("a", grid(affine(0.004, 0)), "b"));
        assertDoesNotThrow(() -> mine.requireSame("a", grid(null), "b"));
        assertThrows(
                ShapeMismatchException.class,
                () -> mine.requireSame("a", grid(affine(0.02, 0)), "b"));
    }

    @Test
    void aSmallTurnMattersFarFromTheOrigin() {
        Grid mine = grid(affine(0, 0));
        // 0.001 moves the last of 20 rows by 0.019 voxels, although every entry is close
        assertThrows(
                ShapeMismatchException.class,
                () -> mine.requireSame("a", grid(affine(0, 0.001)), "b"));
    }

    @Test
    void voxelVolumes() {
        assertEquals(2, grid(null).voxelVolume());
        assertEquals("mm^3", grid(null).volumeUnit());
        Grid flat = new Grid(new long[] {4, 5}, new double[] {0.5, 0.25}, null);
        assertEquals(0.125, flat.voxelVolume());
        assertEquals("mm^2", flat.volumeUnit());
        assertEquals(20, flat.voxels());
    }
}
