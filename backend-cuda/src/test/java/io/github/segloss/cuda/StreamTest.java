package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.DeviceException;
import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Calls on the backend's and on callers' streams, copies that are not waited for, and graphs. The emulated device does nothing before it has to. */
class StreamTest {
    private static final Trial TRIAL =
            LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(1, 16, 40)));

    private final EmulatedDriver driver = Emulation.driver(1, 1L << 28);
    private final CudaBackend backend = new CudaBackend(driver, Emulation.COMPILER);

    private static float[] random(int count) {
        float[] values = new float[count];
        Random random = new Random(7);
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    @Test
    void aHostTensorMayBeChangedAsSoonAsItsUploadReturns() {
        // Larger than all staging pieces together, and no multiple of one.
        float[] values = random((9 << 20) + 3);
        float[] copy = values.clone();
        try (backend;
                Tensor device = backend.upload(Tensor.wrap(values, values.length))) {
            Arrays.fill(values, Float.NaN);
            assertArrayEquals(copy, backend.download(device).toFloatArray());
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void queuesCallsOnTheCallersStream() {
        long mine = driver.newStream();
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            Trial.Outcome expected = TRIAL.run(executable, false);
            CudaStream stream = CudaStream.of(mine);
            assertEquals(mine, stream.handle());
            Arguments arguments = TRIAL.arguments(false);
            Tensor gradient = backend.upload(arguments.tensor(LossGraph.GRADIENT));
            arguments.tensor(LossGraph.GRADIENT, gradient);
            Result result = stream.call(() -> executable.run(arguments));
            // On another stream, and yet after it: the backend does one thing after another.
            Tensor again = backend.upload(Tensor.wrap(new float[64], 64));
            stream.run(() -> backend.download(again));
            driver.closeStream(mine); // what was queued is not lost
            assertEquals(
                    expected.outputs().get(LossGraph.VALUE)[0], result.number(LossGraph.VALUE));
            assertArrayEquals(
                    expected.outputs().get(LossGraph.GRADIENT),
                    backend.download(gradient).toDoubleArray());
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void alternatesBetweenStreamsWithoutMixingUpItsWorkspace() {
        long[] streams = {driver.newStream(), driver.newStream()};
        Trial other = LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(1, 640)));
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            double first = TRIAL.run(executable, false).outputs().get(LossGraph.VALUE)[0];
            double second = other.run(executable, false).outputs().get(LossGraph.VALUE)[0];
            Result[] results = new Result[8];
            for (int k = 0; k < results.length; k++) {
                Trial trial = k % 2 == 0 ? TRIAL : other;
                results[k] =
                        CudaStream.of(streams[k % 2])
                                .call(() -> executable.run(trial.arguments(false)));
            }
            for (int k = results.length - 1; k >= 0; k--) {
                assertEquals(k % 2 == 0 ? first : second, results[k].number(LossGraph.VALUE));
            }
            for (long stream : streams) {
                driver.closeStream(stream);
            }
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void copiesPageLockedMemoryWithoutWaiting() {
        Shape shape = Shape.of(3, 100);
        try (backend) {
            Tensor there = backend.pinned(DType.FLOAT32, shape);
            Tensor back = backend.pinned(DType.FLOAT32, shape);
            for (int i = 0; i < 300; i++) {
                there.set(i, i);
            }
            Tensor device = backend.upload(there);
            backend.download(device, back);
            assertEquals(0, back.doubleAt(299), "the copy is queued and not yet made");
            backend.synchronize();
            assertArrayEquals(there.toFloatArray(), back.toFloatArray());
            there.close();
            there.close();
            assertThrows(SegLossException.class, () -> backend.upload(there));
            assertThrows(
                    ShapeMismatchException.class,
                    () -> backend.download(device, Tensor.wrap(new float[4], 4)));
            float[] plain = new float[300];
            backend.download(device, Tensor.wrap(plain, 300));
            assertEquals(299, plain[299]);
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks(), "one was not closed by hand");
    }

    @Test
    void copiesWithinTheDevice() {
        try (backend) {
            Tensor from = backend.upload(Tensor.wrap(new float[] {1, 2, 3}, 3));
            Tensor to = backend.upload(Tensor.wrap(new float[3], 3));
            backend.copy(from, to);
            assertArrayEquals(new float[] {1, 2, 3}, backend.download(to).toFloatArray());
            Tensor other = backend.upload(Tensor.wrap(new float[4], 4));
            assertThrows(ShapeMismatchException.class, () -> backend.copy(from, other));
        }
    }

    @Test
    void aClosedTensorIsFreedAfterTheCallThatReadsIt() {
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            Trial.Outcome expected = TRIAL.run(executable, false);
            Arguments arguments = TRIAL.arguments(false);
            TRIAL.inputs()
                    .forEach((name, tensor) -> arguments.tensor(name, backend.upload(tensor)));
            Result result = executable.run(arguments);
            TRIAL.inputs().keySet().forEach(name -> arguments.tensor(name).close());
            assertEquals(
                    expected.outputs().get(LossGraph.VALUE)[0], result.number(LossGraph.VALUE));
        }
    }

    // ---- graphs

    @Test
    void startsSmallCallsAsOneGraphAndReplacesOnlyWhatChanged() {
        Trial other = LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(2, 9, 5)));
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            Trial.Outcome direct = TRIAL.run(executable, false);
            long launches = driver.launches();
            assertTrue(launches > 1);
            for (int k = 0; k < 3; k++) {
                assertArrayEquals(
                        direct.outputs().get(LossGraph.GRADIENT),
                        TRIAL.run(executable, false).outputs().get(LossGraph.GRADIENT));
            }
            assertEquals(launches, driver.launches(), "no kernel was started by itself");
            assertEquals(3, driver.graphLaunches());
            assertEquals(0, driver.graphUpdates(), "nothing has changed");
            other.run(executable, false)
                    .assertNear(other.reference(false), other.tolerance(), "other sizes");
            assertEquals(4, driver.graphLaunches());
            assertTrue(driver.graphUpdates() > 0);
            assertTrue(executable.explain().toString().contains("as one CUDA graph"));
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void startsLargeCallsOneByOne() {
        Launches launches =
                new Launches(
                        driver,
                        driver.loadModule(Emulation.COMPILER.compile(TRIAL.source())),
                        CudaSource.of(TRIAL.program(), TRIAL.types()).launches());
        assertTrue(launches.areCaptured(Sizes.of(Geometry.of(1, 1024, 1024))));
        assertFalse(launches.areCaptured(Sizes.of(Geometry.of(1, 1024, 1025))));
        assertFalse(launches.areCaptured(Sizes.of(Geometry.of(2, 1024, 1024))));
        backend.close();
    }

    @Test
    void copiesUnchangedParametersOnlyOnce() {
        Trial weighted =
                LossTrials.of(
                        "dice",
                        LossOptions.softmax().withClassWeights(1, 0.5, 2, 0),
                        InputLayout.of(4),
                        Trial.Data.of(Geometry.of(1, 16, 40)));
        try (backend;
                Executable executable = backend.compile(weighted.program(), weighted.types())) {
            Arguments arguments = weighted.arguments(false);
            weighted.inputs()
                    .forEach((name, tensor) -> arguments.tensor(name, backend.upload(tensor)));
            arguments.tensor(
                    LossGraph.GRADIENT, backend.upload(arguments.tensor(LossGraph.GRADIENT)));
            executable.run(arguments).table(LossGraph.VALUE);
            long uploads = driver.uploads();
            executable.run(arguments).table(LossGraph.VALUE);
            assertEquals(uploads, driver.uploads());
        }
    }

    // ---- many

    @Test
    void tenThousandTimesOpenedAndClosedLeavesNothing() {
        backend.close();
        int threads = Thread.activeCount();
        for (int k = 0; k < 10_000; k++) {
            EmulatedDriver again = new EmulatedDriver(Emulation.COMPILER, 0);
            try (CudaBackend one = new CudaBackend(again, Emulation.COMPILER)) {
                one.upload(Tensor.wrap(new float[10], 10));
            }
            assertEquals(EmulatedDriver.NO_LEAKS, again.leaks());
        }
        assertTrue(Thread.activeCount() < threads + 10, "no thread for each backend");
    }

    @Test
    void severalDevicesAreKeptApart() {
        EmulatedDriver second = new EmulatedDriver(Emulation.COMPILER, 0, 1 << 20, 1);
        try (backend;
                CudaBackend other = new CudaBackend(second, Emulation.COMPILER)) {
            assertEquals(0, backend.device().id());
            assertEquals(1, other.device().id());
            Tensor there = other.upload(Tensor.wrap(new float[10], 10));
            long address = ((CudaMemory) there.storage()).address();
            SegLossException e =
                    assertThrows(
                            SegLossException.class,
                            () -> backend.wrap(address, DType.FLOAT32, Shape.of(10)));
            assertTrue(e.getMessage().contains("this backend is on device 0"), e.getMessage());
            TRIAL.run(backend).assertNear(TRIAL.run(other), 0, "the same bits on both devices");
        }
        assertEquals(EmulatedDriver.NO_LEAKS, second.leaks());
    }

    @Test
    void goesOnAfterRunningOutOfMemoryAtEveryPoint() {
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            TRIAL.run(executable, false);
            Trial large = LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(1, 900)));
            for (long room = 0; room < 20_000; room += 1024) {
                long filler = driver.allocate(driver.freeBytes() - room);
                try {
                    large.run(executable, false);
                } catch (DeviceException e) {
                    assertTrue(e.getMessage().contains("were asked for"), e.getMessage());
                }
                driver.free(filler);
                TRIAL.run(executable, false)
                        .assertNear(TRIAL.reference(false), 2e-5, "with room for " + room);
            }
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }
}
