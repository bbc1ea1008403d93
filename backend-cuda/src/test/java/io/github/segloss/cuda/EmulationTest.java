package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.DeviceException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The emulated device itself: it finds the mistakes that it is there to find. */
class EmulationTest {
    private static final String KERNELS =
            """
            SEGLOSS_KERNEL(neighbour)(long long isSynchronized, float* x) {
                __shared__ float s[256];
                s[threadIdx.x] = x[threadIdx.x];
                if (isSynchronized) __syncthreads();
                x[threadIdx.x] = s[(threadIdx.x + 1) % 256];
            }
            SEGLOSS_KERNEL(shuffle)(float* x) {
                const float a = __shfl_xor_sync(0xffffffffu, x[threadIdx.x], 5);
                x[threadIdx.x] = a + __shfl_up_sync(0xffffffffu, x[threadIdx.x], 3);
            }
            SEGLOSS_KERNEL(divergent)(float* x) {
                if (threadIdx.x % 2 == 0) __syncthreads(); else __syncwarp();
                x[threadIdx.x] = 0;
            }
            SEGLOSS_KERNEL(untouched)(float* x) {
                __shared__ float s[256];
                x[threadIdx.x] = s[threadIdx.x];
            }
            """;

    private static float[] run(int seed, String kernel, long... first) {
        EmulatedDriver driver = Emulation.driver(seed, 1 << 20);
        long module = driver.loadModule(Emulation.COMPILER.compile(KERNELS));
        long address = driver.allocate(1024);
        float[] values = new float[256];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        driver.put(address, MemorySegment.ofArray(values));
        long[] arguments =
                LongStream.concat(Arrays.stream(first), LongStream.of(address)).toArray();
        try {
            driver.launch(0, driver.function(module, kernel), 1, 256, arguments, arguments.length);
            driver.fetch(0, MemorySegment.ofArray(values), address);
        } finally {
            driver.free(address);
            driver.close();
        }
        return values;
    }

    @Test
    void runsThreadsWithBarriers() {
        for (int seed : new int[] {0, 1, 2, 7}) {
            float[] values = run(seed, "neighbour", 1);
            for (int i = 0; i < 256; i++) {
                assertEquals((i + 1) % 256, values[i]);
            }
        }
    }

    @Test
    void aMissingBarrierShowsInSomeOrder() {
        int wrong = 0;
        for (int seed : new int[] {0, 1, 2, 7}) {
            float[] values = run(seed, "neighbour", 0);
            for (int i = 0; i < 256; i++) {
                wrong += values[i] == (i + 1) % 256 ? 0 : 1;
            }
        }
        assertNotEquals(0, wrong);
    }

    @Test
    void exchangesValuesInAWarp() {
        float[] values = run(3, "shuffle");
        for (int i = 0; i < 256; i++) {
            int lane = i % 32;
            assertEquals(i - lane + (lane ^ 5) + (lane < 3 ? i : i - 3), values[i]);
        }
    }

    @Test
    void reportsABarrierThatNotAllThreadsReach() {
        DeviceException e = assertThrows(DeviceException.class, () -> run(0, "divergent"));
        assertTrue(e.getMessage().contains("deadlock"), e.getMessage());
    }

    @Test
    void poisonsSharedMemory() {
        assertTrue(Float.isNaN(run(0, "untouched")[17]));
    }
}
