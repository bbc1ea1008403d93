package io.github.segloss.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs of elements behind the 2^31st, in a file that is nearly all hole. */
class LargeTensorTest {
    private static final long ELEMENTS = (1L << 32) + 4096;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void positionsAre64Bit(DType type) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve("x").toFile(), "rw");
                Arena arena = Arena.ofConfined()) {
            long bytes = ELEMENTS * type.bytes();
            file.setLength(bytes);
            MemorySegment whole = file.getChannel().map(MapMode.READ_WRITE, 0, bytes, arena);
            Tensor tensor = Tensor.wrap(whole, type, Shape.of(ELEMENTS));
            TensorRows rows = new TensorRows();
            double[] values = {1, 2, 3, 4, 5};
            for (long start : new long[] {(1L << 31) - 2, (1L << 31) + 1000, 1L << 32}) {
                rows.write(tensor, start, values, 0, 1, 5, false);
                rows.write(tensor, start, values, 0, 1, 5, true);
                double[] read = new double[7];
                rows.read(tensor, start - 1, read, 0, 7);
                assertArrayEquals(new double[] {0, 2, 4, 6, 8, 10, 0}, read);
                assertEquals(10, tensor.doubleAt(start + 4));
            }
            double[] first = new double[1024];
            rows.read(tensor, 0, first, 0, 1024);
            assertArrayEquals(new double[1024], first);
        }
    }
}
