package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that claim more than they hold are refused before memory is taken for the claim. */
class HostileFilesTest {
    private static final long MIB = 1 << 20;

    @TempDir Path folder;

    @Test
    void refusesATeravoxelAboveTheLimit() throws Throwable {
        byte[] file =
                new NiftiBytes(ByteOrder.LITTLE_ENDIAN)
                        .dim(10000, 10000, 10000)
                        .with(new byte[100]);
        for (byte[] bytes : List.of(file, Samples.gzip(file))) {
            refusedCheaply("x.nii", bytes, MIB, "10000, 10000, 10000", "segloss.images.maxBytes");
        }
        byte[] largest =
                new NiftiBytes(ByteOrder.LITTLE_ENDIAN)
                        .dim(32767, 32767, 32767, 32767, 32767, 32767, 32767)
                        .with(new byte[100]);
        refusedCheaply("y.nii", largest, MIB, "segloss.images.maxBytes");
    }

    @Test
    void refusesAGigavoxelThatTheFileCannotHold() throws Throwable {
        byte[] file =
                new NiftiBytes(ByteOrder.LITTLE_ENDIAN).dim(1024, 1024, 1024).with(new byte[100]);
        refusedCheaply("x.nii", file, MIB, "1073741824 elements", "452 bytes");
        refusedCheaply(
                "x.nii.gz", Samples.gzip(file), MIB, "1073741824 elements", "inflates at most");
    }

    @Test
    void noticesALyingGzipAsSoonAsItEnds() throws Throwable {
        // Large enough that deflate could hold what is claimed, but it does not.
        byte[] noise = new byte[2 << 20];
        new Random(1).nextBytes(noise);
        byte[] file =
                Samples.gzip(
                        new NiftiBytes(ByteOrder.LITTLE_ENDIAN).dim(1024, 1024, 1024).with(noise));
        refusedCheaply("x.nii.gz", file, 32 * MIB, "ends after " + (352 + noise.length));
    }

    @Test
    void noticesAGzipThatIsCutOff() throws Throwable {
        byte[] noise = new byte[1 << 20];
        new Random(2).nextBytes(noise);
        byte[] whole =
                Samples.gzip(
                        new NiftiBytes(ByteOrder.LITTLE_ENDIAN).dim(1024, 1024, 1).with(noise));
        for (int length :
                new int[] {2, 10, 200, whole.length / 2, whole.length - 9, whole.length - 1}) {
            refusedCheaply("x.nii.gz", Arrays.copyOf(whole, length), 32 * MIB);
        }
        byte[] checksum = whole.clone();
        checksum[whole.length - 6] ^= 1;
        refusedCheaply("x.nii.gz", checksum, 32 * MIB, "gzip stream is damaged");
    }

    @Test
    void ignoresABombBehindASmallImage() throws Throwable {
        Path file =
                bomb(
                        "x.nii.gz",
                        new NiftiBytes(ByteOrder.LITTLE_ENDIAN).dim(10, 10, 1).with(new byte[100]));
        Samples.assertCheap(
                8 * MIB, () -> assertEquals(100, Images.read(file).data().shape().elements()));
    }

    @Test
    void limitsABombBeforeTheElements() throws Throwable {
        byte[] header = new NiftiBytes(ByteOrder.LITTLE_ENDIAN).offset(1 << 29).with(new byte[0]);
        Path file = bomb("x.nii.gz", header);
        Samples.assertCheap(
                8 * MIB, () -> Samples.assertRefused(file, () -> Images.read(file), "vox_offset"));
    }

    private Path bomb(String name, byte[] start) throws IOException {
        Path file = folder.resolve(name);
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out =
                new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.write(start);
            for (int i = 0; i < 300; i++) {
                out.write(zeros);
            }
        }
        return file;
    }

    @Test
    void obeysTheConfiguredLimit() throws Throwable {
        Path file =
                Samples.write(
                        folder,
                        "x.nii",
                        new NiftiBytes(ByteOrder.LITTLE_ENDIAN)
                                .dim(10, 10, 10)
                                .with(new byte[1000]));
        withLimit(
                "999",
                () ->
                        Samples.assertRefused(
                                file,
                                () -> Images.read(file),
                                "999 bytes",
                                "segloss.images.maxBytes"));
        withLimit("1000", () -> assertEquals(1000, Images.read(file).data().shape().elements()));
        for (String wrong : List.of("0", "-5", "much", "")) {
            withLimit(
                    wrong,
                    () ->
                            Samples.assertRefused(
                                    file, () -> Images.read(file), "'" + wrong + "'", "above 0"));
        }
        for (String name : List.of("grey8.png", "u1.tif", "u1.npy")) {
            Path other = Samples.reference(name);
            withLimit(
                    "20", () -> Samples.assertRefused(other, () -> Images.read(other), "20 bytes"));
        }
    }

    private static void withLimit(String limit, org.junit.jupiter.api.function.Executable call)
            throws Throwable {
        System.setProperty(MemoryLimit.PROPERTY, limit);
        try {
            call.execute();
        } finally {
            System.clearProperty(MemoryLimit.PROPERTY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(1000000000000,)",
                "(1000000000, 1)",
                "(999999999999999999, 999999999999999999, 999999999999999999)",
                "(4, 5)"
            })
    void refusesAnNpyThatIsTooShort(String shape) throws Throwable {
        String header = "{'descr': '<f4', 'fortran_order': True, 'shape': " + shape + "}";
        ByteBuffer file =
                ByteBuffer.allocate(10 + header.length() + 79).order(ByteOrder.LITTLE_ENDIAN);
        file.put(Npy.magic())
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII));
        refusedCheaply("x.npy", file.array(), MIB, "claims");
    }

    @Test
    void refusesAPngThatCannotHoldItsPixels() throws Throwable {
        refusedCheaply(
                "x.png",
                png(40000, 40000, new byte[100]),
                2 * MIB,
                "40000 x 40000",
                "inflates at most");
        refusedCheaply(
                "y.png",
                png(Integer.MAX_VALUE, Integer.MAX_VALUE, new byte[100]),
                2 * MIB,
                "2147483647");
        refusedCheaply("z.png", png(-1, 1, new byte[100]), 2 * MIB, "4294967295");
    }

    @Test
    void refusesAPngChunkThatIsLongerThanTheFile() throws Throwable {
        byte[] bytes = png(4, 4, new byte[100]);
        ByteBuffer.wrap(bytes).putInt(33, Integer.MAX_VALUE);
        refusedCheaply("x.png", bytes, 2 * MIB, "IDAT", "2147483647");
    }

    @Test
    void refusesAPngWithTooFewPixels() throws Throwable {
        refusedCheaply("x.png", png(10, 10, new byte[50]), 8 * MIB);
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        for (String name :
                List.of(
                        "grey8.png",
                        "palette_alpha.png",
                        "u1.tif",
                        "f4_tiles.tif",
                        "pages.tif",
                        "f4.npy",
                        "fortran_i2.npy",
                        "qform_big_4d.nii.gz")) {
            byte[] whole = Samples.bytes(Samples.reference(name));
            for (int length = 0; length < whole.length; length += 3) {
                Path file = Samples.write(folder, name, Arrays.copyOf(whole, length));
                Samples.assertRefused(file, () -> Images.read(file));
            }
        }
    }

    /** An 8-bit grey PNG with right checksums, whatever it claims. */
    private static byte[] png(int width, int height, byte[] raw) {
        Deflater deflater = new Deflater();
        deflater.setInput(raw);
        deflater.finish();
        byte[] deflated = new byte[1000];
        int length = deflater.deflate(deflated);
        deflater.end();
        ByteBuffer file = ByteBuffer.allocate(8 + 25 + 12 + length + 12);
        file.putLong(0x89504E470D0A1A0AL);
        chunk(
                file,
                "IHDR",
                ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).array());
        chunk(file, "IDAT", Arrays.copyOf(deflated, length));
        chunk(file, "IEND", new byte[0]);
        return file.array();
    }

    private static void chunk(ByteBuffer file, String type, byte[] content) {
        CRC32 checksum = new CRC32();
        checksum.update(type.getBytes(StandardCharsets.US_ASCII));
        checksum.update(content);
        file.putInt(content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .putInt((int) checksum.getValue());
    }

    private void refusedCheaply(String name, byte[] bytes, long mostBytes, String... words)
            throws Throwable {
        Path file = Samples.write(folder, name, bytes);
        Samples.assertCheap(
                mostBytes, () -> Samples.assertRefused(file, () -> Images.read(file), words));
    }
}
