package io.github.segloss.maps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.segloss.SegLossException;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The U-Net weight map against its formula. */
class UnetWeightMapTest {
    private static final int HEIGHT = 9;
    private static final int WIDTH = 13;

    private static Session session;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static double[] byFormula(int[] instances, UnetWeightMap map, double... spacing) {
        int most = Arrays.stream(instances).max().orElse(0);
        double[] weights = new double[instances.length];
        for (int i = 0; i < weights.length; i++) {
            double[] nearest = new double[Math.max(2, most)];
            Arrays.fill(nearest, Double.POSITIVE_INFINITY);
            for (int j = 0; j < weights.length; j++) {
                if (instances[j] > 0) {
                    double d =
                            Math.hypot(
                                    (i / WIDTH - j / WIDTH) * spacing[0],
                                    (i % WIDTH - j % WIDTH) * spacing[1]);
                    nearest[instances[j] - 1] = Math.min(nearest[instances[j] - 1], d);
                }
            }
            Arrays.sort(nearest);
            double both = nearest[0] + nearest[1];
            weights[i] =
                    instances[i] > 0
                            ? map.foregroundWeight()
                            : map.backgroundWeight()
                                    + map.w0()
                                            * Math.exp(
                                                    -both * both / (2 * map.sigma() * map.sigma()));
        }
        return weights;
    }

    /** More objects than have their distances computed at once, none, one, and two. */
    @Test
    void mapIsItsFormulaForAnyNumberOfObjects() {
        Random random = new Random(41);
        UnetWeightMap map = new UnetWeightMap(7, 2.5, 0.5, 1.5);
        for (int objects : new int[] {0, 1, 2, 8, 9, 20}) {
            int[] instances = new int[HEIGHT * WIDTH];
            for (int k = 1; k <= objects; k++) {
                for (int size = 0; size < 2; size++) {
                    instances[random.nextInt(instances.length)] = k;
                }
            }
            assertArrayEquals(
                    byFormula(instances, map, 1, 2),
                    map.compute(
                                    session,
                                    Tensor.wrap(instances, 1, HEIGHT, WIDTH),
                                    DType.FLOAT64,
                                    1,
                                    2)
                            .toDoubleArray(),
                    1e-12);
        }
    }

    @Test
    void objectsOfASampleAreItsOwn() {
        UnetWeightMap map = new UnetWeightMap();
        int[] first = {5, 0, 0, 0, 900000001, 0};
        int[] second = {0, 0, 7, 0, 0, 0};
        int[] both = {5, 0, 0, 0, 900000001, 0, 0, 0, 7, 0, 0, 0};
        double[] together =
                map.compute(session, Tensor.wrap(both, 2, 6), DType.FLOAT64, 1).toDoubleArray();
        assertArrayEquals(
                map.compute(session, Tensor.wrap(first, 1, 6), DType.FLOAT64, 1).toDoubleArray(),
                Arrays.copyOfRange(together, 0, 6));
        assertArrayEquals(
                map.compute(session, Tensor.wrap(second, 1, 6), DType.FLOAT64, 1).toDoubleArray(),
                Arrays.copyOfRange(together, 6, 12));
        assertEquals(1 + 10 * Math.exp(-16 / 50.0), together[1], 1e-14);
        assertEquals(1, together[6]);
    }

    @Test
    void theEdgesOfTheParametersAreAllowed() {
        UnetWeightMap flat = new UnetWeightMap(0, 1e-300, 0, 0);
        assertEquals(0, flat.w0() + flat.backgroundWeight() + flat.foregroundWeight());
        for (double bad : new double[] {-1e-300, Double.POSITIVE_INFINITY, Double.NaN}) {
            assertThrows(SegLossException.class, () -> new UnetWeightMap(bad, 1, 1, 1));
            assertThrows(SegLossException.class, () -> new UnetWeightMap(1, bad, 1, 1));
            assertThrows(SegLossException.class, () -> new UnetWeightMap(1, 1, bad, 1));
            assertThrows(SegLossException.class, () -> new UnetWeightMap(1, 1, 1, bad));
        }
    }

    @Test
    void badParametersAreRefused() {
        assertEquals(
                "U-Net weight map: parameter sigma is 0.0; it must be finite and above 0",
                assertThrows(SegLossException.class, () -> new UnetWeightMap(1, 0, 1, 1))
                        .getMessage());
        assertEquals(
                "U-Net weight map: parameter backgroundWeight is NaN; it must be finite and at least 0",
                assertThrows(SegLossException.class, () -> new UnetWeightMap(1, 1, Double.NaN, 1))
                        .getMessage());
        assertEquals(
                "U-Net weight map: the instances are Tensor[INT32 [6]]; they must be integers of shape [N, spatial...], here with 1 spatial axes, one for each value of the spacing",
                assertThrows(
                                SegLossException.class,
                                () ->
                                        new UnetWeightMap()
                                                .compute(
                                                        session,
                                                        Tensor.wrap(new int[6], 6),
                                                        DType.FLOAT64,
                                                        1))
                        .getMessage());
    }
}
