package io.github.segloss.maps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.segloss.SegLossException;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Distance maps against looking at every pair of pixels. */
class DistanceMapsTest {
    private static Session session;
    private static DistanceMaps maps;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
        maps = new DistanceMaps(session, DType.FLOAT64);
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static double between(Shape shape, long a, long b, double... spacing) {
        long[] x = shape.coordinates(a);
        long[] y = shape.coordinates(b);
        double sum = 0;
        for (int axis = 0; axis < spacing.length; axis++) {
            double d = (x[axis] - y[axis]) * spacing[axis];
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    /** The distance of each pixel with one value to the nearest with another; 0 for the rest, and if there is no such. */
    private static double[] toNearest(
            byte[] from, byte[] to, int toValue, Shape shape, double... spacing) {
        return IntStream.range(0, from.length)
                .mapToDouble(i ->
                        from[i] == 0
                                ? 0
                                : IntStream.range(0, to.length)
                                        .filter(j -> to[j] == toValue)
                                        .mapToDouble(j -> between(shape, i, j, spacing))
                                        .min()
                                        .orElse(0))
                .toArray();
    }

    private static byte[] random(Random random, int count, double share) {
        byte[] mask = new byte[count];
        for (int i = 0; i < count; i++) {
            mask[i] = (byte) (random.nextDouble() < share ? 1 : 0);
        }
        return mask;
    }

    private static byte[] inverse(byte[] mask) {
        byte[] other = new byte[mask.length];
        for (int i = 0; i < mask.length; i++) {
            other[i] = (byte) (1 - mask[i]);
        }
        return other;
    }

    private record Case(double[] spacing, long... space) {}

    private static final Case[] CASES = {
        new Case(new double[] {1}, 17),
        new Case(new double[] {0.3}, 40),
        new Case(new double[] {1, 1}, 7, 11),
        new Case(new double[] {2.5, 0.4}, 9, 8),
        new Case(new double[] {1, 100}, 6, 6),
        new Case(new double[] {1, 1, 1}, 4, 5, 6),
        new Case(new double[] {3, 0.7, 1.1}, 5, 3, 7),
        new Case(new double[] {1, 1, 1}, 1, 1, 9),
    };

    @Test
    void distanceTransformIsTheNearestPixelOutside() {
        Random random = new Random(31);
        for (Case c : CASES) {
            Shape shape = Shape.of(c.space);
            for (double share : new double[] {0.2, 0.8, 0.97}) {
                byte[] mask = random(random, (int) shape.elements(), share);
                assertArrayEquals(
                        toNearest(mask, mask, 0, shape, c.spacing),
                        maps.distanceTransform(Tensor.wrap(mask, c.space), c.spacing)
                                .toDoubleArray(),
                        1e-12);
            }
        }
    }

    @Test
    void squaredDistancesAreWholeNumbersAtSpacingOne() {
        byte[] mask = random(new Random(32), 40 * 50, 0.99);
        double[] d = maps.distanceTransform(Tensor.wrap(mask, 40, 50), 1, 1).toDoubleArray();
        for (double distance : d) {
            double squared = distance * distance;
            assertEquals(Math.rint(squared), squared, 1e-12 * squared);
        }
    }

    @Test
    void leadingAxesAreImagesOfTheirOwn() {
        byte[] masks = random(new Random(33), 2 * 3 * 20, 0.6);
        double[] all = maps.distanceTransform(Tensor.wrap(masks, 2, 3, 4, 5), 1, 2).toDoubleArray();
        for (int k = 0; k < 6; k++) {
            byte[] one = Arrays.copyOfRange(masks, 20 * k, 20 * k + 20);
            assertArrayEquals(
                    maps.distanceTransform(Tensor.wrap(one, 4, 5), 1, 2).toDoubleArray(),
                    Arrays.copyOfRange(all, 20 * k, 20 * k + 20));
        }
    }

    @Test
    void signedDistancesArePositiveOutsideAndShiftedInside() {
        Random random = new Random(34);
        for (Case c : CASES) {
            Shape shape = Shape.of(c.space);
            byte[] mask = random(random, (int) shape.elements(), 0.4);
            double[] outside = toNearest(inverse(mask), mask, 1, shape, c.spacing);
            double[] inside = toNearest(mask, mask, 0, shape, c.spacing);
            double[] expected = new double[mask.length];
            Arrays.setAll(expected, i -> mask[i] == 1 ? 0.75 - inside[i] : outside[i]);
            assertArrayEquals(
                    expected,
                    maps.signed(Tensor.wrap(mask, c.space), 0.75, c.spacing).toDoubleArray(),
                    1e-12);
        }
    }

    @Test
    void emptyAndFullMasksGiveZeros() {
        byte[] masks = new byte[24];
        Arrays.fill(masks, 12, 24, (byte) 1);
        assertArrayEquals(
                new double[24], maps.signed(Tensor.wrap(masks, 2, 3, 4), 1, 1, 1).toDoubleArray());
        assertArrayEquals(
                new double[24],
                maps.distanceTransform(Tensor.wrap(masks, 2, 3, 4), 1, 1).toDoubleArray());
    }

    @Test
    void labelsGiveTheMapOfEachClass() {
        int[] labels = {0, 0, 1, 1, 2, 255, 1, 1, 1, 1, 1, 1};
        Tensor all = maps.signedOfLabels(Tensor.wrap(labels, 2, 6), 3, 1, 0.5);
        assertEquals(Shape.of(2, 3, 6), all.shape());
        byte[] masks = new byte[36];
        for (int k = 0; k < 36; k++) {
            masks[k] = (byte) (labels[k / 18 * 6 + k % 6] == k / 6 % 3 ? 1 : 0);
        }
        assertArrayEquals(
                maps.signed(Tensor.wrap(masks, 2, 3, 6), 1, 0.5).toDoubleArray(),
                all.toDoubleArray());
        int[] binary = {0, 1, 1, 0};
        byte[] mask = {0, 1, 1, 0};
        Tensor single = maps.signedOfLabels(Tensor.wrap(binary, 1, 4), 1, 1, 1);
        assertEquals(Shape.of(1, 1, 4), single.shape());
        assertArrayEquals(
                maps.signed(Tensor.wrap(mask, 4), 1, 1).toDoubleArray(), single.toDoubleArray());
    }

    @Test
    void surfaceIsWhatTheCrossErodes() {
        byte[] mask = {
            0, 0, 0, 0, 0,
            0, 1, 1, 1, 0,
            0, 1, 1, 1, 1,
            0, 1, 1, 1, 1,
        };
        long[] surface = {
            0, 0, 0, 0, 0,
            0, 1, 1, 1, 0,
            0, 1, 0, 0, 1,
            0, 1, 1, 1, 1,
        };
        assertArrayEquals(surface, maps.surface(Tensor.wrap(mask, 4, 5), 2).toLongArray());
    }

    @Test
    void surfaceDistancesGoFromOneSurfaceToTheOther() {
        byte[] from = {0, 1, 1, 1, 0, 0, 0, 0};
        byte[] to = {0, 0, 0, 0, 0, 0, 1, 1};
        assertArrayEquals(
                new double[] {-1, 10, -1, 6, -1, -1, -1, -1},
                maps.surfaceDistances(Tensor.wrap(from, 8), Tensor.wrap(to, 8), 2).toDoubleArray());
        double[] nothing = new double[8];
        Arrays.fill(nothing, -1);
        assertArrayEquals(
                nothing,
                maps.surfaceDistances(Tensor.wrap(from, 8), Tensor.wrap(new byte[8], 8), 2)
                        .toDoubleArray());
    }

    @Test
    void mapsHaveTheTypeAskedFor() {
        byte[] mask = {0, 1, 1, 1, 0};
        Tensor map =
                new DistanceMaps(session, DType.FLOAT32).distanceTransform(Tensor.wrap(mask, 5), 3);
        assertEquals(DType.FLOAT32, map.dtype());
        assertArrayEquals(new float[] {0, 3, 6, 3, 0}, map.toFloatArray());
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(SegLossException.class, call).getMessage());
    }

    @Test
    void badInputsAreRefused() {
        Tensor mask = Tensor.wrap(new byte[6], 2, 3);
        assertRefused(
                "spacing [1.0, -2.0] contains -2.0; it must be finite and above 0",
                () -> maps.distanceTransform(mask, 1, -2));
        assertRefused(
                "the mask has shape [2, 3], and the spacing has 3 values; it must have one for each spatial axis, 1 to 3, and the spatial axes are the last",
                () -> maps.distanceTransform(mask, 1, 1, 1));
        assertRefused(
                "the mask holds 2.0 at [1, 1]; each value must be 0 or 1",
                () -> maps.signed(Tensor.wrap(new double[] {0, 1, 0, 1, 2, 3}, 2, 3), 1, 1, 1));
        assertRefused(
                "the mask holds NaN at [0, 2]; each value must be 0 or 1",
                () ->
                        maps.distanceTransform(
                                Tensor.wrap(new double[] {0, 1, Double.NaN, 1, 0, 0}, 2, 3), 1, 1));
        assertRefused(
                "the masks have shapes [2, 3] and [3, 2]; they must be equal",
                () -> maps.surfaceDistances(mask, Tensor.wrap(new byte[6], 3, 2), 1, 1));
        assertRefused(
                "the inside shift is NaN; it must be finite",
                () -> maps.signed(mask, Double.NaN, 1, 1));
        assertRefused(
                "the labels are Tensor[FLOAT64 [2, 3]]; they must be integers of shape [N, spatial...], here with 1 spatial axes, one for each value of the spacing",
                () -> maps.signedOfLabels(Tensor.wrap(new double[6], 2, 3), 2, 1, 1));
        assertRefused(
                "the labels are Tensor[INT32 [2, 3]]; they must be integers of shape [N, spatial...], here with 2 spatial axes, one for each value of the spacing",
                () -> maps.signedOfLabels(Tensor.wrap(new int[6], 2, 3), 2, 1, 1, 1));
        assertRefused(
                "the number of classes is 0; it must be at least 1",
                () -> maps.signedOfLabels(Tensor.wrap(new int[6], 2, 3), 0, 1, 1));
        assertRefused(
                "distance maps cannot be INT32; they must have a floating type",
                () -> new DistanceMaps(session, DType.INT32));
    }
}
