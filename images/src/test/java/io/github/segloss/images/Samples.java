package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.function.Executable;

/** Tensors to write, files to read, and comparisons, shared by the tests of this package. */
final class Samples {
    private Samples() {}

    /** The sample with index n in the files of src/test/resources/reference. */
    static double ramp(long n) {
        return (n * 37) % 101 + n % 3;
    }

    /** Random elements over the whole range of the type; for floating types also infinities and NaN. */
    static Tensor random(DType dtype, long seed, long... shape) {
        Tensor tensor = Tensor.zeros(dtype, Shape.of(shape));
        Random random = new Random(seed);
        for (long i = 0; i < tensor.segment().byteSize(); i++) {
            tensor.segment()
                    .set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return tensor;
    }

    static Tensor filled(DType dtype, LongToDoubleFunction values, long... shape) {
        Tensor tensor = Tensor.zeros(dtype, Shape.of(shape));
        for (long i = 0; i < tensor.shape().elements(); i++) {
            tensor.set(i, values.applyAsDouble(i));
        }
        return tensor;
    }

    /** Same type, same shape, same bits. */
    static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(expected.dtype(), actual.dtype());
        assertEquals(expected.shape(), actual.shape());
        long bytes = expected.shape().elements() * expected.dtype().bytes();
        assertEquals(
                -1,
                expected.segment().asSlice(0, bytes).mismatch(actual.segment().asSlice(0, bytes)));
    }

    static void assertElements(
            Tensor actual, DType dtype, Shape shape, LongToDoubleFunction expected) {
        assertEquals(dtype, actual.dtype());
        assertEquals(shape, actual.shape());
        for (long i = 0; i < shape.elements(); i++) {
            assertEquals(expected.applyAsDouble(i), actual.doubleAt(i), "element " + i);
        }
    }

    /** The call fails with one sentence that names the file and says the words. */
    static ImageFormatException assertRefused(Path file, Executable call, String... words) {
        ImageFormatException e = assertThrows(ImageFormatException.class, call);
        String message = e.getMessage();
        assertTrue(message.contains(file.getFileName().toString()), message);
        assertTrue(message.startsWith("cannot "), message);
        assertTrue(!message.contains("\n") && !message.contains("null"), message);
        // The path may happen to contain the words.
        String sentence = message.substring(message.indexOf("': "));
        for (String word : words) {
            assertTrue(sentence.contains(word), "'" + word + "' is not in: " + message);
        }
        return e;
    }

    static Path reference(String name) {
        try {
            return Path.of(Samples.class.getResource("/reference/" + name).toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file of ../shared/data, seen from the root of the repository, if that folder is there. */
    static Optional<Path> shared(String name) {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            Path file = folder.resolve("../shared/data").resolve(name).normalize();
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path folder, String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /** The call takes little of the heap, even for a moment, and little time. */
    static void assertCheap(long mostBytes, Executable call) throws Throwable {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        call.execute();
        double seconds = (System.nanoTime() - start) * 1e-9;
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(taken < mostBytes, "took " + taken + " bytes, allowed are " + mostBytes);
        assertTrue(seconds < 10, "took " + seconds + " seconds");
    }

    static void assertClose(double[] expected, double[] actual, double tolerance) {
        assertArrayEquals(expected, actual, tolerance);
    }
}
