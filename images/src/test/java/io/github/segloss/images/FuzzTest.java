package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the bytes are, reading gives an image or an {@link ImageFormatException}, in a short time and in little memory. {@code -Dsegloss.fuzz.inputs}
 * (5000) inputs are made from the numbers from {@code -Dsegloss.fuzz.first} (0) on; a failure names its number and writes its bytes to
 * {@code target/fuzz}.
 */
class FuzzTest {
    private static final int INPUTS = Integer.getInteger("segloss.fuzz.inputs", 5000);
    private static final int FIRST = Integer.getInteger("segloss.fuzz.first", 0);
    private static final int MOST_SECONDS = 10;

    /** What an image of the seeds may become: its elements, and what decoding takes besides. */
    private static final long MOST_IMAGE_BYTES = 16 << 20;

    private static final long MOST_ALLOCATED_BYTES = 12 * MOST_IMAGE_BYTES;

    @TempDir static Path folder;

    private static ExecutorService reader;
    private static volatile Thread readerThread;

    private int images;
    private int refusals;

    @BeforeAll
    static void limitMemory() {
        System.setProperty(MemoryLimit.PROPERTY, Long.toString(MOST_IMAGE_BYTES));
        reader =
                Executors.newSingleThreadExecutor(task -> {
                    readerThread = Thread.ofPlatform().daemon().unstarted(task);
                    return readerThread;
                });
    }

    @AfterAll
    static void allowMemory() {
        System.clearProperty(MemoryLimit.PROPERTY);
        reader.shutdownNow();
    }

    @Test
    void readsAnyMutationOrRefusesIt() throws IOException {
        List<byte[]> seeds = seeds();
        for (int input = FIRST; input < FIRST + INPUTS; input++) {
            Random random = new Random(input);
            byte[] bytes = mutated(seeds.get(input % seeds.size()).clone(), random);
            if (random.nextInt(16) == 0) {
                bytes = spliced(bytes, seeds.get(random.nextInt(seeds.size())), random);
            }
            read(bytes, input);
        }
        assumeTrue(INPUTS >= 1000, "the shares below hold for many inputs only");
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

    /** Noise behind the true start of a file. */
    @Test
    void refusesNoise() throws IOException {
        List<byte[]> seeds = seeds();
        int inputs = INPUTS / 5;
        for (int input = FIRST; input < FIRST + inputs; input++) {
            Random random = new Random(1_000_000_000L + input);
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            byte[] seed = seeds.get(input % seeds.size());
            int kept = Math.min(Math.min(random.nextInt(40), bytes.length), seed.length);
            System.arraycopy(seed, 0, bytes, 0, kept);
            read(bytes, input);
        }
        assumeTrue(inputs >= 200, "the share below holds for many inputs only");
        assertTrue(refusals > inputs * 4 / 5, refusals + " of " + inputs + " inputs were refused");
    }

    private void read(byte[] bytes, int input) throws IOException {
        Path file = Samples.write(folder, "input", bytes);
        Future<Long> allocated = reader.submit(() -> readMeasured(file));
        try {
            long taken = await(allocated);
            if (taken > MOST_ALLOCATED_BYTES) {
                fail(described("takes " + taken + " bytes", bytes, input));
            }
        } catch (TimeoutException e) {
            fail(described("takes more than " + MOST_SECONDS + " seconds", bytes, input));
        } catch (ExecutionException e) {
            fail(described("lets escape " + e.getCause(), bytes, input), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
        }
    }

    /** Limits the time of the processor, not that of the clock: the machine may be busy with other things. */
    private static long await(Future<Long> allocated)
            throws InterruptedException, ExecutionException, TimeoutException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(readerThread.threadId());
        while (true) {
            try {
                return allocated.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                long nanos = threads.getThreadCpuTime(readerThread.threadId()) - before;
                if (nanos > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
                    throw e;
                }
            }
        }
    }

    /** How many bytes of the heap a reading takes. */
    private long readMeasured(Path file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try (Image image = Images.read(file)) {
            long elements = image.data().shape().elements();
            assertTrue(elements > 0);
            assertTrue(elements * image.data().dtype().bytes() <= MOST_IMAGE_BYTES);
            images++;
        } catch (ImageFormatException e) {
            assertTrue(e.getMessage().startsWith("cannot read '"), e.getMessage());
            refusals++;
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static String described(String what, byte[] bytes, int input) throws IOException {
        Path kept = Files.createDirectories(Path.of("target", "fuzz")).resolve("image-" + input);
        Files.write(kept, bytes);
        return "input "
                + input
                + " "
                + what
                + "; its bytes are in "
                + kept
                + "; -Dsegloss.fuzz.first="
                + input
                + " -Dsegloss.fuzz.inputs=1 makes it again";
    }

    /** The start of one file and the end of another. */
    private static byte[] spliced(byte[] start, byte[] end, Random random) {
        int from = random.nextInt(start.length);
        int to = random.nextInt(end.length);
        byte[] result = Arrays.copyOf(start, from + end.length - to);
        System.arraycopy(end, to, result, from, end.length - to);
        return result;
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
