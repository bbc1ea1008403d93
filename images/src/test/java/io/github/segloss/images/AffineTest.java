package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.InvalidParameterException;
import org.junit.jupiter.api.Test;

class AffineTest {
    private static final double[] ROWS = {2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30};

    @Test
    void appliesRowsToIndices() {
        Affine affine = Affine.of(ROWS);
        assertArrayEquals(new double[] {12, 26, 42}, affine.apply(1, 2, 3));
        assertEquals(30, affine.at(2, 3));
        assertEquals(1, affine.at(3, 3));
        assertEquals(16, affine.toArray().length);
    }

    @Test
    void equalsByEntries() {
        assertEquals(Affine.of(ROWS), Affine.of(Affine.of(ROWS).toArray()));
        assertEquals(Affine.of(ROWS).hashCode(), Affine.of(ROWS).hashCode());
        double[] other = ROWS.clone();
        other[3] = 11;
        assertNotEquals(Affine.of(ROWS), Affine.of(other));
    }

    @Test
    void doesNotShareItsArray() {
        double[] rows = ROWS.clone();
        Affine affine = Affine.of(rows);
        rows[0] = 99;
        affine.toArray()[0] = 99;
        assertEquals(2, affine.at(0, 0));
    }

    @Test
    void refusesOtherEntries() {
        assertThrows(InvalidParameterException.class, () -> Affine.of(1, 2, 3));
        double[] broken = ROWS.clone();
        broken[5] = Double.NaN;
        assertTrue(
                assertThrows(InvalidParameterException.class, () -> Affine.of(broken))
                        .getMessage()
                        .contains("NaN"));
        double[] projective = Affine.of(ROWS).toArray();
        projective[12] = 1;
        assertThrows(InvalidParameterException.class, () -> Affine.of(projective));
    }

    @Test
    void shortensAQuaternionThatIsTooLong() {
        // Twice the half turn around z is still the half turn around z.
        Affine affine =
                Affine.ofQuaternion(
                        new double[] {0, 0, 2}, new double[] {1, 1, 1}, false, new double[3]);
        assertArrayEquals(new double[] {-1, -1, 1}, affine.apply(1, 1, 1), 1e-12);
    }
}
