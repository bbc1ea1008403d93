package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTest {
    private final Tensor data = Tensor.zeros(DType.UINT8, Shape.of(2, 3, 4, 5));

    @Test
    void takesTheLastAxesForSpatial() {
        Image image = Image.of(data);
        assertEquals(3, image.spatialRank());
        assertArrayEquals(new double[] {1, 1, 1}, image.spacing());
        assertEquals(2, Image.of(data, 0.5, 0.25).spatialRank());
        assertEquals(1, Image.of(Tensor.wrap(new float[3], 3)).spatialRank());
        assertEquals(0, Image.of(Tensor.wrap(new float[1])).spatialRank());
    }

    @Test
    void doesNotShareItsSpacing() {
        double[] spacing = {1, 2, 3};
        Image image = Image.of(data, spacing);
        spacing[0] = 9;
        image.spacing()[1] = 9;
        assertArrayEquals(new double[] {1, 2, 3}, image.spacing());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesASpacingThatIsNoLength(double step) {
        assertThrows(InvalidParameterException.class, () -> Image.of(data, 1, step, 1));
    }

    @Test
    void refusesMoreSpacingThanAxes() {
        assertThrows(InvalidParameterException.class, () -> Image.of(data, 1, 1, 1, 1));
        assertThrows(
                InvalidParameterException.class,
                () -> Image.of(Tensor.wrap(new float[3], 3), 1, 1));
    }

    @Test
    void keepsTheGridUnderOtherData() {
        Affine affine = Affine.of(2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30);
        Image scan = new Image(data, new double[] {4, 3, 2}, affine, null, ImageFormat.NIFTI);
        Tensor labels = Tensor.zeros(DType.INT32, Shape.of(3, 4, 5));
        Image result = scan.withData(labels);
        assertSame(labels, result.data());
        assertSame(affine, result.affine());
        assertArrayEquals(new double[] {4, 3, 2}, result.spacing());
        assertNull(result.format());
        assertThrows(
                ShapeMismatchException.class,
                () -> scan.withData(Tensor.zeros(DType.INT32, Shape.of(3, 4, 6))));
        assertThrows(
                ShapeMismatchException.class,
                () -> scan.withData(Tensor.zeros(DType.INT32, Shape.of(4, 5))));
    }

    @Test
    void equalsByContentOfSpacing() {
        assertEquals(Image.of(data, 1, 2), Image.of(data, 1, 2));
        assertEquals(Image.of(data, 1, 2).hashCode(), Image.of(data, 1, 2).hashCode());
        assertNotEquals(Image.of(data, 1, 2), Image.of(data, 1, 3));
    }

    @Test
    void closesItsData() {
        Tensor offHeap = Tensor.allocate(DType.UINT8, Shape.of(3));
        try (Image image = Image.of(offHeap)) {
            assertEquals(offHeap, image.data());
        }
        assertThrows(SegLossException.class, offHeap::segment);
    }
}
