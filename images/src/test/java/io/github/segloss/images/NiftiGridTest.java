package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes, spacing and affine: how the axes of a file become those of a tensor. */
class NiftiGridTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "5, 5",
        "5 4, 4 5",
        "5 4 3, 3 4 5",
        "5 4 1, 1 4 5",
        "1 1 1, 1 1 1",
        "5 4 3 2, 2 3 4 5",
        "5 4 3 1, 3 4 5",
        "5 4 3 1 1 1 1, 3 4 5",
        "5 4 1 1, 1 4 5",
        "5 4 3 1 2, 2 1 3 4 5",
        "2 1 2 1 2 1 2, 2 1 2 1 2 1 2"
    })
    void turnsDimBackwardsAndDropsTrailingOnes(String dim, String shape) throws IOException {
        int[] sizes = Arrays.stream(dim.split(" ")).mapToInt(Integer::parseInt).toArray();
        long[] expected = Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();
        byte[] elements = new byte[(int) Shape.of(expected).elements()];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (byte) n;
        }
        byte[] file =
                new NiftiBytes(ByteOrder.LITTLE_ENDIAN).dim(sizes).spacing(2, 3, 4).with(elements);
        Image image = Images.read(Samples.write(folder, "x.nii", file));
        Samples.assertElements(image.data(), DType.UINT8, Shape.of(expected), n -> n);
        int spatial = Math.min(3, sizes.length);
        assertArrayEquals(
                Arrays.copyOfRange(new double[] {4, 3, 2}, 3 - spatial, 3), image.spacing());
    }

    @Test
    void writesChannelsOfAFlatImageAsTheFourthAxis() {
        Path file = folder.resolve("x.nii");
        Tensor data = Samples.random(DType.UINT8, 3, 3, 4, 5);
        Images.write(file, Image.of(data, 0.5, 0.25));
        Image read = Images.read(file);
        assertEquals(Shape.of(3, 1, 4, 5), read.data().shape());
        Samples.assertSame(data, read.data().reshape(3, 4, 5));
        assertArrayEquals(new double[] {1, 0.5, 0.25}, read.spacing());
        assertNull(read.affine());
    }

    @Test
    void readsAQuaternionWrittenByNumpy() {
        Image image = Images.read(Samples.reference("qform_big_4d.nii.gz"));
        Samples.assertElements(
                image.data(), DType.FLOAT32, Shape.of(2, 3, 4, 5), n -> 0.5 * Samples.ramp(n) - 7);
        assertArrayEquals(new double[] {3, 2, 0.5}, image.spacing());
        double c = Math.cos(Math.PI / 6);
        double[] expected = {0.5 * c, -1, 0, -10, 0, 0, 3, 20.5, 0.25, 2 * c, 0, 3, 0, 0, 0, 1};
        Samples.assertClose(expected, assertNotNullAffine(image).toArray(), 1e-6);
    }

    @Test
    void prefersTheSform() throws IOException {
        NiftiBytes bytes = new NiftiBytes(ByteOrder.LITTLE_ENDIAN).qform(1, 0, 0, 0, 1, 2, 3);
        Affine qform =
                Images.read(Samples.write(folder, "q.nii", bytes.with(new byte[1]))).affine();
        assertEquals(Affine.of(1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3), qform);
        bytes.sform(2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30);
        Affine sform =
                Images.read(Samples.write(folder, "s.nii", bytes.with(new byte[1]))).affine();
        assertEquals(Affine.of(2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30), sform);
    }

    @Test
    void hasNoAffineWithoutQformAndSform() throws IOException {
        byte[] file = new NiftiBytes(ByteOrder.LITTLE_ENDIAN).spacing(2, 0, -4).with(new byte[1]);
        Image image = Images.read(Samples.write(folder, "x.nii", file));
        assertNull(image.affine());
        assertArrayEquals(new double[] {4, 1, 2}, image.spacing());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1000", "2, 1", "10, 1", "3, 0.001"})
    void turnsLengthsToMillimetres(int units, double factor) throws IOException {
        NiftiBytes bytes = new NiftiBytes(ByteOrder.BIG_ENDIAN).spacing(2, 4, 8).units(units);
        Image scaled =
                Images.read(
                        Samples.write(
                                folder,
                                "q.nii",
                                bytes.qform(1, 0, 0, 0, 16, 0, 0).with(new byte[1])));
        assertArrayEquals(
                new double[] {8 * factor, 4 * factor, 2 * factor}, scaled.spacing(), 1e-12);
        Samples.assertClose(
                new double[] {18 * factor, 4 * factor, 8 * factor},
                assertNotNullAffine(scaled).apply(1, 1, 1),
                1e-12);
        Image sheared =
                Images.read(
                        Samples.write(
                                folder,
                                "s.nii",
                                bytes.sform(2, 1, 0, 16, 0, 4, 0, 0, 0, 0, 8, 0)
                                        .with(new byte[1])));
        Samples.assertClose(
                new double[] {19 * factor, 4 * factor, 8 * factor},
                assertNotNullAffine(sheared).apply(1, 1, 1),
                1e-12);
    }

    private static Affine assertNotNullAffine(Image image) {
        Affine affine = image.affine();
        assertNotNull(affine);
        return affine;
    }
}
