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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NiftiTest {
    private static final Affine AFFINE = Affine.of(0, -2, 0, 10.5, 3, 0, 0, -20, 0, 0, 0.75, 30.25);

    @TempDir Path folder;

    /** One element type of the format: its code, size, two values that it can hold, and what they become. */
    private record Element(
            int code, int bytes, double low, double high, DType plain, DType scaled) {
        void put(ByteBuffer buffer, double value) {
            switch (code) {
                case 16 -> buffer.putFloat((float) value);
                case 64 -> buffer.putDouble(value);
                default -> {
                    switch (bytes) {
                        case 1 -> buffer.put((byte) (long) value);
                        case 2 -> buffer.putShort((short) (long) value);
                        case 4 -> buffer.putInt((int) (long) value);
                        default -> buffer.putLong((long) value);
                    }
                }
            }
        }
    }

    private static Stream<Arguments> elementsInBothOrders() {
        return Stream.of(
                        new Element(2, 1, 3, 250, DType.UINT8, DType.FLOAT32),
                        new Element(256, 1, -100, 100, DType.INT8, DType.FLOAT32),
                        new Element(4, 2, -30000, 30000, DType.INT16, DType.FLOAT32),
                        new Element(512, 2, 3, 60000, DType.INT32, DType.FLOAT32),
                        new Element(8, 4, -2e9, 2e9, DType.INT32, DType.FLOAT64),
                        new Element(768, 4, 3, 4e9, DType.INT64, DType.FLOAT64),
                        new Element(1024, 8, -1L << 60, 1L << 60, DType.INT64, DType.FLOAT64),
                        new Element(1280, 8, 3, 1L << 62, DType.INT64, DType.FLOAT64),
                        new Element(16, 4, -1.5, 1e30f, DType.FLOAT32, DType.FLOAT32),
                        new Element(64, 8, -1.1, 1e300, DType.FLOAT64, DType.FLOAT64))
                .flatMap(element ->
                        Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                                .map(order -> Arguments.of(element, order)));
    }

    private static byte[] elements(Element element, ByteOrder order) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * element.bytes()).order(order);
        element.put(buffer, element.low());
        element.put(buffer, element.high());
        return buffer.array();
    }

    @ParameterizedTest
    @MethodSource("elementsInBothOrders")
    void readsEveryElementTypeInBothByteOrders(Element element, ByteOrder order)
            throws IOException {
        byte[] file =
                new NiftiBytes(order)
                        .dim(2, 1, 1)
                        .type(element.code(), 8 * element.bytes())
                        .with(elements(element, order));
        for (byte[] bytes : List.of(file, Samples.gzip(file))) {
            Tensor data = Images.read(Samples.write(folder, "x.nii", bytes)).data();
            Samples.assertElements(
                    data,
                    element.plain(),
                    Shape.of(1, 1, 2),
                    n -> n == 0 ? element.low() : element.high());
        }
    }

    @ParameterizedTest
    @MethodSource("elementsInBothOrders")
    void scalesEveryElementType(Element element, ByteOrder order) throws IOException {
        byte[] file =
                new NiftiBytes(order)
                        .dim(2, 1, 1)
                        .type(element.code(), 8 * element.bytes())
                        .scale(0.25, -3)
                        .with(elements(element, order));
        Tensor data = Images.read(Samples.write(folder, "x.nii", file)).data();
        Samples.assertElements(
                data,
                element.scaled(),
                Shape.of(1, 1, 2),
                n -> {
                    double value = 0.25 * (n == 0 ? element.low() : element.high()) - 3;
                    return element.scaled() == DType.FLOAT32 ? (float) value : value;
                });
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "0, 5", "NaN, 0", "NaN, NaN", "Infinity, 0"})
    void leavesDataAsStoredWithoutASlope(double slope, double intercept) throws IOException {
        byte[] file =
                new NiftiBytes(ByteOrder.LITTLE_ENDIAN)
                        .scale(slope, intercept)
                        .with(new byte[] {7});
        Tensor data = Images.read(Samples.write(folder, "x.nii", file)).data();
        Samples.assertElements(data, DType.UINT8, Shape.of(1, 1, 1), n -> 7);
    }

    @Test
    void roundsUnsigned64BitElementsUnderASlope() throws IOException {
        byte[] elements = ByteBuffer.allocate(8).putLong(-1L).array();
        byte[] file =
                new NiftiBytes(ByteOrder.BIG_ENDIAN).type(1280, 64).scale(1, 1).with(elements);
        assertEquals(0x1p64, Images.read(Samples.write(folder, "x.nii", file)).data().doubleAt(0));
    }

    @Test
    void refusesUnsigned64BitElementsBeyondSigned() throws IOException {
        byte[] elements = ByteBuffer.allocate(8).putLong(-1L).array();
        Path file =
                Samples.write(
                        folder,
                        "x.nii",
                        new NiftiBytes(ByteOrder.BIG_ENDIAN).type(1280, 64).with(elements));
        Samples.assertRefused(
                file, () -> Images.read(file), "18446744073709551615", "9223372036854775807");
    }

    @ParameterizedTest
    @CsvSource({
        "32, complex",
        "1792, complex",
        "2048, complex",
        "128, RGB",
        "2304, RGB",
        "1536, 128-bit",
        "1, unknown",
        "0, unknown"
    })
    void refusesOtherElementTypes(int code, String word) throws IOException {
        Path file =
                Samples.write(
                        folder,
                        "x.nii",
                        new NiftiBytes(ByteOrder.LITTLE_ENDIAN).type(code, 8).with(new byte[64]));
        Samples.assertRefused(file, () -> Images.read(file), word, "datatype " + code, "supported");
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void writesAndReadsEveryDtype(DType dtype) {
        for (String name : List.of("x.nii", "X.NII.GZ")) {
            Tensor data = Samples.random(dtype, 1, 3, 4, 5);
            Path file = folder.resolve(name);
            Images.write(file, new Image(data, new double[] {0.75, 3, 2}, AFFINE, null, null));
            Image read = Images.read(file);
            boolean isHalf = dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
            Samples.assertSame(isHalf ? data.to(DType.FLOAT32) : data, read.data());
            assertArrayEquals(new double[] {0.75, 3, 2}, read.spacing());
            assertEquals(AFFINE, read.affine());
            assertEquals(file, read.source());
            assertEquals(ImageFormat.NIFTI, read.format());
        }
    }

    @Test
    void writesManyChunksAsTheyAre() {
        Tensor data = Samples.random(DType.INT16, 2, 7, 301, 503);
        for (String name : List.of("x.nii", "x.nii.gz")) {
            Path file = folder.resolve(name);
            Images.write(file, Image.of(data));
            Samples.assertSame(data, Images.read(file).data());
        }
    }

    @Test
    void growsWithWhatAGzipFileHolds() {
        // More than the first 2^22 elements that are taken on trust, and no power of two.
        Tensor data = Samples.filled(DType.UINT8, n -> n * 31 % 251, 5, 1000, 1003);
        Path file = folder.resolve("x.nii.gz");
        Images.write(file, Image.of(data));
        Samples.assertSame(data, Images.read(file).data());
    }

    @Test
    void readsOffTheHeapAsOnIt() throws IOException {
        byte[] elements = Samples.bytes(Samples.reference("f8.npy"));
        Path file = Samples.write(folder, "x.bin", elements);
        try (FileBytes bytes = FileBytes.open(file);
                Tensor data = Tensor.allocate(DType.UINT8, Shape.of(elements.length))) {
            bytes.fill(data.segment().asByteBuffer(), "elements");
            Samples.assertElements(
                    data,
                    DType.UINT8,
                    Shape.of(elements.length),
                    n -> Byte.toUnsignedInt(elements[(int) n]));
        }
    }

    @Test
    void skipsExtensions() throws IOException {
        byte[] tail = new byte[64];
        tail[32] = 42;
        for (byte[] file :
                List.of(
                        new NiftiBytes(ByteOrder.LITTLE_ENDIAN).offset(384).with(tail),
                        Samples.gzip(
                                new NiftiBytes(ByteOrder.LITTLE_ENDIAN).offset(384).with(tail)))) {
            assertEquals(42, Images.read(Samples.write(folder, "x.nii", file)).data().longAt(0));
        }
    }

    @Test
    void readsPairs() throws IOException {
        NiftiBytes bytes =
                new NiftiBytes(ByteOrder.BIG_ENDIAN)
                        .dim(3, 1, 1)
                        .type(4, 16)
                        .offset(2)
                        .magic("ni1\0");
        byte[] elements = {9, 9, 0, 1, 0, 2, 0, 3};
        Path header = Samples.write(folder, "x.hdr", bytes.header());
        Samples.assertRefused(folder.resolve("x.img"), () -> Images.read(header), "does not exist");
        Path image = Samples.write(folder, "x.img", elements);
        for (Path file : List.of(header, image)) {
            Image read = Images.read(file);
            Samples.assertElements(read.data(), DType.INT16, Shape.of(1, 1, 3), n -> n + 1);
            assertEquals(file, read.source());
        }
        Path zipped = Samples.write(folder, "y.img.gz", Samples.gzip(elements));
        Samples.write(folder, "y.hdr.gz", Samples.gzip(bytes.header()));
        Samples.assertElements(
                Images.read(zipped).data(), DType.INT16, Shape.of(1, 1, 3), n -> n + 1);
        Path misnamed = Samples.write(folder, "z.nii", bytes.header());
        Samples.assertRefused(misnamed, () -> Images.read(misnamed), "'.hdr'");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 8, 300})
    void refusesOtherRanks(int rank) throws IOException {
        Path file =
                Samples.write(
                        folder,
                        "x.nii",
                        new NiftiBytes(ByteOrder.LITTLE_ENDIAN).rank(rank).with(new byte[1]));
        Samples.assertRefused(file, () -> Images.read(file), "dim[0] is " + rank, "1 to 7");
    }

    @Test
    void refusesWhatIsNotNifti1() throws IOException {
        NiftiBytes bytes = new NiftiBytes(ByteOrder.LITTLE_ENDIAN);
        Path analyze = Samples.write(folder, "a.nii", bytes.magic("\0\0\0\0").with(new byte[1]));
        Samples.assertRefused(analyze, () -> Images.read(analyze), "Analyze", "n+1");
        Path second = Samples.write(folder, "b.nii", bytes.headerSize(540).with(new byte[300]));
        Samples.assertRefused(second, () -> Images.read(second), "NIfTI-2");
        Path other = Samples.write(folder, "c.nii", bytes.headerSize(7).with(new byte[300]));
        Samples.assertRefused(other, () -> Nifti.read(other), "7", "348");
    }

    @Test
    void refusesUnusableFields() throws IOException {
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).dim(1, 0, 1), "dim[2] is 0");
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).dim(1, -5, 1), "dim[2] is -5");
        refused(
                new NiftiBytes(ByteOrder.LITTLE_ENDIAN).spacing(1, Double.NaN, 1),
                "pixdim[2] is NaN");
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).scale(2, Double.NaN), "scl_inter is NaN");
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).offset(100), "vox_offset is 100.0");
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).offset(352.5), "vox_offset is 352.5");
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).offset(Double.NaN), "vox_offset is NaN");
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).offset(1e30), "vox_offset is");
        refused(new NiftiBytes(ByteOrder.LITTLE_ENDIAN).sform(Double.NaN), "affine", "NaN");
        refused(
                new NiftiBytes(ByteOrder.LITTLE_ENDIAN).qform(1, Double.NaN, 0, 0, 0, 0, 0),
                "affine",
                "NaN");
    }

    private void refused(NiftiBytes bytes, String... words) throws IOException {
        Path file = Samples.write(folder, "x.nii", bytes.with(new byte[8]));
        Samples.assertRefused(file, () -> Images.read(file), words);
    }

    @Test
    void refusesToWriteWhatTheFormatLacks() {
        Path file = folder.resolve("x.nii");
        Image scalar = Image.of(Tensor.wrap(new float[1]));
        Samples.assertRefused(file, () -> Images.write(file, scalar), "1 to 7");
        Image deep = Image.of(Tensor.wrap(new float[1], 1, 1, 1, 1, 1, 1, 1, 1));
        Samples.assertRefused(file, () -> Images.write(file, deep), "1 to 7");
        Image wide = Image.of(Tensor.wrap(new byte[32768], 1, 1, 32768));
        Samples.assertRefused(file, () -> Images.write(file, wide), "32767");
    }
}
