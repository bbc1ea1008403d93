package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes are, reading gives an image or an {@link ImageFormatException}, in a short time. The seeds are fixed. */
class FuzzTest {
    private static final int INPUTS = 2400;
    private static final double MOST_SECONDS = 5;

    @TempDir Path folder;

    private int images;
    private int refusals;

    @Test
    void readsAnyMutationOrRefusesIt() throws IOException {
        List<byte[]> seeds = seeds();
        for (int i = 0; i < INPUTS; i++) {
            Random random = new Random(i);
            byte[] bytes = mutated(seeds.get(i % seeds.size()).clone(), random);
            read(bytes, i);
        }
        assertTrue(
                images > INPUTS / 20,
                images
                        + " of "
                        + INPUTS
                        + " inputs were still images: too few to try the decoders");
        assertTrue(
                refusals > INPUTS / 4,
                refusals + " of " + INPUTS + " inputs were refused: too few to try the checks");
    }

    @Test
    void refusesNoise() throws IOException {
        List<byte[]> seeds = seeds();
        for (int i = 0; i < 500; i++) {
            Random random = new Random(1_000_000 + i);
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            byte[] seed = seeds.get(i % seeds.size());
            int kept = Math.min(Math.min(random.nextInt(40), bytes.length), seed.length);
            System.arraycopy(seed, 0, bytes, 0, kept);
            read(bytes, i);
        }
        assertTrue(refusals > 400, refusals + " of 500 inputs were refused");
    }

    private void read(byte[] bytes, int input) throws IOException {
        Path file = Samples.write(folder, "input", bytes);
        long start = System.nanoTime();
        try (Image image = Images.read(file)) {
            assertTrue(image.data().shape().elements() > 0);
            images++;
        } catch (ImageFormatException e) {
            assertTrue(e.getMessage().startsWith("cannot read '"), e.getMessage());
            refusals++;
        } catch (RuntimeException | Error e) {
            fail("input " + input + " let escape " + e, e);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        assertTrue(seconds < MOST_SECONDS, "input " + input + " took " + seconds + " seconds");
    }

    private List<byte[]> seeds() {
        Path lzw = folder.resolve("seed.tif");
        Images.write(lzw, Image.of(Samples.random(DType.FLOAT32, 1, 2, 30, 20)));
        Path large = folder.resolve("seed.nii.gz");
        Images.write(large, Image.of(Samples.random(DType.INT16, 1, 10, 30, 20)));
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                        "grey8.png",
                                        "grey16.png",
                                        "palette_alpha.png",
                                        "rgba8.png",
                                        "grey1.png",
                                        "u1.tif",
                                        "u2_big_deflate.tif",
                                        "f4_tiles.tif",
                                        "pages.tif",
                                        "rgb.tif",
                                        "palette.tif",
                                        "f4.npy",
                                        "fortran_i2.npy",
                                        "u8.npy",
                                        "v2_f4.npy",
                                        "qform_big_4d.nii.gz")
                                .map(name -> Samples.bytes(Samples.reference(name))),
                        java.util.stream.Stream.of(
                                Samples.bytes(lzw),
                                Samples.bytes(large),
                                new NiftiBytes(ByteOrder.BIG_ENDIAN)
                                        .dim(4, 3, 2)
                                        .type(64, 64)
                                        .with(new byte[192]),
                                new NiftiBytes(ByteOrder.LITTLE_ENDIAN)
                                        .dim(4, 3, 2)
                                        .type(512, 16)
                                        .scale(2, 1)
                                        .with(new byte[48])))
                .toList();
    }

    /** A few changed bytes, mostly near the start where headers are; sometimes a cut, an insertion or a large number in four bytes. */
    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] result = bytes;
        int changes = 1 + random.nextInt(4);
        for (int change = 0; change < changes; change++) {
            int at =
                    random.nextBoolean()
                            ? random.nextInt(result.length)
                            : random.nextInt(Math.min(result.length, 200));
            switch (random.nextInt(6)) {
                case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
                case 1, 2 -> result[at] = (byte) random.nextInt();
                case 3 -> {
                    if (at + 4 <= result.length) {
                        int[] extremes = {
                            0,
                            -1,
                            Integer.MAX_VALUE,
                            Integer.MIN_VALUE,
                            1 << 16,
                            0x7F,
                            random.nextInt()
                        };
                        ByteBuffer.wrap(result)
                                .putInt(at, extremes[random.nextInt(extremes.length)]);
                    }
                }
                case 4 ->
                        result =
                                random.nextInt(3) == 0
                                        ? Arrays.copyOf(result, Math.max(1, at))
                                        : result;
                default -> {
                    int length = Math.min(random.nextInt(16), result.length - at);
                    System.arraycopy(
                            result, random.nextInt(result.length - length + 1), result, at, length);
                }
            }
        }
        // Otherwise the checksums would keep nearly every mutation away from the decoder.
        return random.nextInt(4) > 0 ? withPngChecksums(result) : result;
    }

    private static byte[] withPngChecksums(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        if (bytes.length < 8 || file.getLong(0) != 0x89504E470D0A1A0AL) {
            return bytes;
        }
        int at = 8;
        while (at + 12 <= bytes.length) {
            int length = file.getInt(at);
            if (length < 0 || length > bytes.length - at - 12) {
                break;
            }
            CRC32 checksum = new CRC32();
            checksum.update(bytes, at + 4, 4 + length);
            file.putInt(at + 8 + length, (int) checksum.getValue());
            at += 12 + length;
        }
        return bytes;
    }
}
