package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TiffTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "u1, UINT8, 1, 0",
        "u2_big_deflate, INT32, 600, 0",
        "u4, INT64, 40000000, 0",
        "i1, INT8, 1, -50",
        "i2, INT16, 1, -50",
        "i4_big, INT32, 1, -50",
        "f4_tiles, FLOAT32, 0.25, 0",
        "f8_big, FLOAT64, 0.25, 0",
        "white_is_zero, UINT8, 1, 0"
    })
    void readsEverySampleType(String name, DType dtype, double factor, double summand) {
        Image image = Images.read(Samples.reference(name + ".tif"));
        Samples.assertElements(
                image.data(), dtype, Shape.of(5, 7), n -> Samples.ramp(n) * factor + summand);
        assertEquals(2, image.spatialRank());
        assertEquals(ImageFormat.TIFF, image.format());
    }

    @Test
    void readsBitsPagesAndColours() {
        assertArrayEquals(
                new long[] {1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0},
                read("bit1").toLongArray());
        Samples.assertElements(read("pages"), DType.INT32, Shape.of(3, 5, 7), Samples::ramp);
        assertEquals(3, Images.read(Samples.reference("pages.tif")).spatialRank());
        Samples.assertElements(
                read("rgb"), DType.UINT8, Shape.of(3, 2, 3), n -> Samples.ramp(n % 6 * 3 + n / 6));
        assertEquals(2, Images.read(Samples.reference("rgb.tif")).spatialRank());
        assertArrayEquals(
                new long[] {0, 1, 2, 0, 56, 57, 58, 56, 112, 113, 114, 112},
                read("palette").toLongArray());
    }

    @ParameterizedTest
    @CsvSource({
        "f2, format 3 with 16 bits",
        "different_pages, its pages differ",
        "jpeg_compression, compression 7"
    })
    void refusesOtherKinds(String name, String words) {
        Path file = Samples.reference(name + ".tif");
        Samples.assertRefused(file, () -> Images.read(file), words);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"INT8", "INT64"},
            mode = EnumSource.Mode.EXCLUDE)
    void writesAndReadsPages(DType dtype) {
        for (long[] shape : new long[][] {{9, 7}, {1, 1}, {3, 9, 7}}) {
            Tensor data =
                    dtype.isFloating()
                            ? Samples.filled(dtype, n -> (n - 40) * 0.375, shape)
                            : Samples.random(dtype, 9, shape);
            boolean isHalf = dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
            roundTrip(Image.of(data), isHalf ? data.to(DType.FLOAT32) : data);
        }
    }

    @Test
    void keepsNumbersThatAreNotFinite() {
        Tensor floats =
                Tensor.wrap(
                        new float[] {
                            Float.NaN,
                            Float.POSITIVE_INFINITY,
                            Float.NEGATIVE_INFINITY,
                            Float.MIN_VALUE,
                            -0f,
                            1e-40f
                        },
                        2,
                        3);
        roundTrip(Image.of(floats), floats);
        Tensor doubles =
                Tensor.wrap(
                        new double[] {
                            Double.NaN,
                            Double.POSITIVE_INFINITY,
                            Double.MIN_VALUE,
                            Double.MAX_VALUE,
                            -0.0,
                            0.1
                        },
                        2,
                        3);
        roundTrip(Image.of(doubles), doubles);
    }

    @Test
    void writesSmallIntegersIn16Bits() {
        Tensor data = Samples.filled(DType.INT32, n -> n * 7919 % 65536, 2, 9, 7);
        roundTrip(Image.of(data), data);
    }

    @Test
    void writesColours() {
        for (long[] shape : new long[][] {{3, 5, 7}, {4, 5, 7}, {2, 3, 5, 7}}) {
            Tensor data = Samples.random(DType.UINT8, 10, shape);
            roundTrip(Image.of(data, 1, 1), data);
        }
    }

    private void roundTrip(Image image, Tensor expected) {
        Path file = folder.resolve("x.tiff");
        Images.write(file, image);
        Image read = Images.read(file);
        Samples.assertSame(expected, read.data());
        assertEquals(image.spatialRank(), read.spatialRank());
    }

    @Test
    void refusesToWriteWhatTheFormatLacks() {
        Path file = folder.resolve("x.tif");
        refusedToWrite(file, Image.of(Samples.random(DType.INT64, 1, 2, 2)), "INT64");
        refusedToWrite(file, Image.of(Samples.random(DType.INT8, 1, 2, 2)), "INT8");
        refusedToWrite(file, Image.of(Samples.random(DType.UINT8, 1, 2, 2, 2), 1, 1), "2 channels");
        refusedToWrite(
                file,
                Image.of(Samples.random(DType.FLOAT32, 1, 3, 2, 2), 1, 1),
                "3 channels of FLOAT32");
        refusedToWrite(file, Image.of(Samples.random(DType.UINT8, 1, 2, 2, 2, 2)), "[2, 2, 2, 2]");
    }

    private static void refusedToWrite(Path file, Image image, String... words) {
        Samples.assertRefused(file, () -> Images.write(file, image), words);
    }

    @Test
    void refusesLyingDirectories() throws IOException {
        // Offsets of the file's parts: the directory is at 8, its entries start at 10 and have 12
        // bytes each, sorted by tag.
        refused(
                "loop",
                bytes -> bytes.putInt(10 + 12 * bytes.getShort(8), 8),
                "overlap or form a loop");
        refused("beyond", bytes -> bytes.putInt(4, 1 << 30), "1073741824");
        refused("negative", bytes -> bytes.putInt(4, -1), "4294967295");
        refused("width", bytes -> bytes.putInt(10 + 8, Integer.MAX_VALUE), "pixels");
        refused("zero", bytes -> bytes.putInt(10 + 8, 0), "0 x 5");
        refused("count", bytes -> bytes.putInt(10 + 4, Integer.MAX_VALUE), "tag 256", "2147483647");
        refused("big", bytes -> bytes.putShort(2, (short) 43), "BigTIFF");
        Path zipped =
                Samples.write(
                        folder, "x.tif", Samples.gzip(Samples.bytes(Samples.reference("i2.tif"))));
        Samples.assertRefused(zipped, () -> Images.read(zipped), "gzip");
    }

    /** Changes a buffer. */
    private interface Change {
        void apply(ByteBuffer bytes);
    }

    private void refused(String name, Change change, String... words) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Samples.bytes(Samples.reference("i2.tif")))
                        .order(ByteOrder.LITTLE_ENDIAN);
        change.apply(bytes);
        Path file = Samples.write(folder, name + ".tif", bytes.array());
        Samples.assertRefused(file, () -> Images.read(file), words);
    }

    private static Tensor read(String name) {
        return Images.read(Samples.reference(name + ".tif")).data();
    }
}
