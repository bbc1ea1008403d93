package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngTest {
    @TempDir Path folder;

    @Test
    void readsGreyOfEveryDepth() {
        Samples.assertElements(read("grey8"), DType.UINT8, Shape.of(5, 7), Samples::ramp);
        Samples.assertElements(
                read("grey16"), DType.INT32, Shape.of(5, 7), n -> 600 * Samples.ramp(n));
        assertArrayEquals(
                new long[] {1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0},
                read("grey1").toLongArray());
        assertArrayEquals(new long[] {1, 2, 3, 15, 5}, read("grey4").toLongArray());
        assertEquals(DType.UINT8, read("grey1").dtype());
    }

    @Test
    void readsColoursAsPlanes() {
        Samples.assertElements(
                read("rgb8"), DType.UINT8, Shape.of(3, 2, 3), n -> Samples.ramp(n % 6 * 3 + n / 6));
        Samples.assertElements(
                read("rgba8"),
                DType.UINT8,
                Shape.of(4, 2, 3),
                n -> Samples.ramp(n % 6 * 4 + n / 6));
        Samples.assertElements(
                read("grey_alpha8"),
                DType.UINT8,
                Shape.of(2, 2, 3),
                n -> Samples.ramp(n % 6 * 2 + n / 6));
        Samples.assertElements(
                read("rgb16"),
                DType.INT32,
                Shape.of(3, 2, 3),
                n -> 600 * Samples.ramp(n % 6 * 3 + n / 6));
        assertEquals(2, Images.read(Samples.reference("rgb8.png")).spatialRank());
    }

    @Test
    void replacesPalettesByColours() {
        assertEquals(Shape.of(3, 1, 4), read("palette2").shape());
        assertArrayEquals(
                new long[] {10, 40, 70, 10, 20, 50, 80, 20, 30, 60, 90, 30},
                read("palette2").toLongArray());
        assertEquals(Shape.of(4, 1, 4), read("palette_alpha").shape());
        assertArrayEquals(
                new long[] {10, 40, 70, 10, 20, 50, 80, 20, 30, 60, 90, 30, 5, 6, 255, 5},
                read("palette_alpha").toLongArray());
    }

    @Test
    void leavesOutTheTransparentColourOfGrey() {
        assertArrayEquals(new long[] {1, 2, 3}, read("transparent_grey").toLongArray());
    }

    @Test
    void writesAndReadsBytesAndShorts() {
        for (long[] shape : new long[][] {{13, 17}, {1, 1}, {2, 9, 7}, {3, 9, 7}, {4, 9, 7}}) {
            roundTrip(Samples.random(DType.UINT8, 7, shape));
            roundTrip(Samples.filled(DType.INT32, n -> n * 7919 % 65536, shape));
        }
        Path file = folder.resolve("x.png");
        Tensor signed = Samples.filled(DType.INT16, n -> n * 100, 4, 5);
        Images.write(file, Image.of(signed));
        Samples.assertSame(signed.to(DType.INT32), Images.read(file).data());
    }

    private void roundTrip(Tensor data) {
        Path file = folder.resolve("x.PNG");
        Images.write(file, Image.of(data, 1, 1));
        Image read = Images.read(file);
        Samples.assertSame(data, read.data());
        assertEquals(ImageFormat.PNG, read.format());
    }

    @Test
    void refusesToWriteWhatTheFormatLacks() {
        Path file = folder.resolve("x.png");
        refusedToWrite(file, Image.of(Tensor.wrap(new float[6], 2, 3)), "FLOAT32", "UINT8");
        refusedToWrite(file, Image.of(Tensor.wrap(new int[] {70000}, 1, 1)), "65535");
        refusedToWrite(file, Image.of(Tensor.wrap(new int[] {-1}, 1, 1)), "65535");
        refusedToWrite(file, Image.of(Tensor.wrap(new byte[8], 2, 2, 2)), "[2, 2, 2]");
        refusedToWrite(file, Image.of(Tensor.wrap(new byte[20], 5, 2, 2), 1, 1), "channels");
        refusedToWrite(file, Image.of(Tensor.wrap(new byte[4], 4)), "[height, width]");
        refusedToWrite(file, Image.of(Tensor.wrap(new byte[16], 2, 2, 2, 2), 1, 1), "channels");
    }

    private static void refusedToWrite(Path file, Image image, String... words) {
        Samples.assertRefused(file, () -> Images.write(file, image), words);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 25, 29, 41, 60, 70, 100})
    void noticesADamagedByte(int at) throws IOException {
        byte[] bytes = Samples.bytes(Samples.reference("grey8.png"));
        bytes[at] ^= 1;
        Path file = Samples.write(folder, "x.png", bytes);
        Samples.assertRefused(file, () -> Images.read(file));
    }

    @Test
    void refusesGzip() throws IOException {
        Path file =
                Samples.write(
                        folder,
                        "x.png",
                        Samples.gzip(Samples.bytes(Samples.reference("grey8.png"))));
        Samples.assertRefused(file, () -> Images.read(file), "gzip");
    }

    @Test
    void ignoresWhatFollowsTheEnd() throws IOException {
        byte[] bytes = Samples.bytes(Samples.reference("grey8.png"));
        Path file =
                Samples.write(folder, "x.png", java.util.Arrays.copyOf(bytes, bytes.length + 1000));
        Samples.assertElements(
                Images.read(file).data(), DType.UINT8, Shape.of(5, 7), Samples::ramp);
    }

    private static Tensor read(String name) {
        return Images.read(Samples.reference(name + ".png")).data();
    }
}
