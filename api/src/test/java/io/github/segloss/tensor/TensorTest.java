package io.github.segloss.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    @Test
    void wrappingCopiesNothing() {
        float[] values = {1, 2, 3, 4};
        Tensor tensor = Tensor.wrap(values, 2, 2);
        values[3] = 9;
        assertEquals(9, tensor.doubleAt(3));
        tensor.set(0, 7);
        assertEquals(7, values[0]);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeKeepsSmallIntegers(DType type) {
        Tensor tensor = Tensor.zeros(type, Shape.of(3));
        for (int i = 0; i < 3; i++) {
            tensor.set(i, i * 50);
        }
        assertArrayEquals(new double[] {0, 50, 100}, tensor.toDoubleArray());
        assertArrayEquals(new double[] {0, 50, 100}, tensor.to(DType.FLOAT64).toDoubleArray());
    }

    @Test
    void unsignedBytesGoTo255() {
        assertEquals(255, Tensor.wrap(new byte[] {-1}, 1).longAt(0));
    }

    @Test
    void bfloat16RoundsToNearestEvenAndKeepsNaN() {
        assertEquals(
                1.0f,
                Tensor.bfloat16ToFloat(Tensor.floatToBfloat16(1.00390625f)),
                "half way, to even");
        assertEquals(
                1.015625f,
                Tensor.bfloat16ToFloat(Tensor.floatToBfloat16(1.01171875f)),
                "half way, to even");
        assertTrue(Float.isNaN(Tensor.bfloat16ToFloat(Tensor.floatToBfloat16(Float.NaN))));
        assertEquals(
                Float.POSITIVE_INFINITY,
                Tensor.bfloat16ToFloat(Tensor.floatToBfloat16(Float.MAX_VALUE)));
    }

    @Test
    void aShapeThatDoesNotFitIsRefused() {
        ShapeMismatchException e =
                assertThrows(ShapeMismatchException.class, () -> Tensor.wrap(new float[5], 2, 3));
        assertTrue(
                e.getMessage().contains("5") && e.getMessage().contains("[2, 3]"), e.getMessage());
        assertThrows(ShapeMismatchException.class, () -> Shape.of(2, 0));
        assertThrows(ShapeMismatchException.class, () -> Shape.of(1L << 40, 1L << 40));
    }

    @Test
    void aBufferOfTheOtherByteOrderIsRefused() {
        ByteOrder other =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                        ? ByteOrder.LITTLE_ENDIAN
                        : ByteOrder.BIG_ENDIAN;
        ByteBuffer buffer = ByteBuffer.allocate(16).order(other);
        assertThrows(SegLossException.class, () -> Tensor.wrap(buffer, DType.FLOAT32, Shape.of(4)));
        Tensor fine =
                Tensor.wrap(
                        buffer.order(ByteOrder.nativeOrder()).putFloat(0, 2.5f),
                        DType.FLOAT32,
                        Shape.of(4));
        assertEquals(2.5, fine.doubleAt(0));
    }

    @Test
    void useAfterCloseThrows() {
        Tensor tensor = Tensor.allocate(DType.FLOAT32, Shape.of(8));
        tensor.close();
        tensor.close();
        assertThrows(SegLossException.class, () -> tensor.doubleAt(0));
    }

    @Test
    void coordinatesAreRowMajor() {
        assertArrayEquals(new long[] {1, 0, 2}, Shape.of(2, 3, 4).coordinates(14));
    }
}
