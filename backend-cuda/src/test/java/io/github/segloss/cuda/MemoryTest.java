package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.DeviceException;
import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tensors on the device, the workspace, and what happens after closing and when memory runs out. */
class MemoryTest {
    private static final Trial TRIAL =
            LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(1, 16, 40)));

    private final EmulatedDriver driver = Emulation.driver(1, 1 << 20);
    private final CudaBackend backend = new CudaBackend(driver, Emulation.COMPILER);

    @Test
    void copiesTensorsThereAndBack() {
        Tensor host = Tensor.wrap(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        try (backend;
                Tensor device = backend.upload(host)) {
            assertFalse(device.isOnHost());
            assertEquals(host.shape(), device.shape());
            assertArrayEquals(host.toFloatArray(), backend.download(device).toFloatArray());
            assertEquals(device, backend.upload(device), "what is there is not copied");
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void opensAndClosesManyTimes() {
        backend.close();
        Trial.Outcome expected = TRIAL.reference(false);
        for (int cycle = 0; cycle < 10_000; cycle++) {
            EmulatedDriver own = Emulation.driver(1, 1 << 20);
            try (CudaBackend opened = new CudaBackend(own, Emulation.COMPILER)) {
                if (cycle % 1000 == 0) {
                    TRIAL.run(opened).assertNear(expected, TRIAL.tolerance(), TRIAL.name());
                }
            }
            assertEquals(EmulatedDriver.NO_LEAKS, own.leaks());
        }
    }

    @Test
    void severalAtOnceDoNotDisturbEachOther() {
        Trial.Outcome expected = TRIAL.reference(false);
        EmulatedDriver otherDriver = Emulation.driver(1, 1 << 20);
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            try (CudaBackend other = new CudaBackend(otherDriver, Emulation.COMPILER);
                    Executable twin = other.compile(TRIAL.program(), TRIAL.types())) {
                for (Executable each : List.of(executable, twin, executable)) {
                    TRIAL.run(each, false).assertNear(expected, TRIAL.tolerance(), TRIAL.name());
                }
            }
            assertEquals(EmulatedDriver.NO_LEAKS, otherDriver.leaks());
            TRIAL.run(executable, false).assertNear(expected, TRIAL.tolerance(), TRIAL.name());
        }
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void usesDeviceTensorsInPlace() {
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            Trial.Outcome expected = TRIAL.run(executable, false);
            Arguments arguments = TRIAL.arguments(false);
            List<Tensor> tensors = new ArrayList<>();
            TRIAL.inputs()
                    .forEach((name, tensor) -> {
                        Tensor device = backend.upload(tensor);
                        tensors.add(device);
                        arguments.tensor(name, device);
                    });
            Tensor gradient = backend.upload(arguments.tensor(LossGraph.GRADIENT));
            arguments.tensor(LossGraph.GRADIENT, gradient);
            Result result = executable.run(arguments);
            result.await();
            assertArrayEquals(
                    expected.outputs().get(LossGraph.GRADIENT),
                    backend.download(gradient).toDoubleArray());
            assertEquals(
                    expected.outputs().get(LossGraph.VALUE)[0], result.number(LossGraph.VALUE));
            tensors.forEach(Tensor::close);
        }
        assertEquals(
                EmulatedDriver.NO_LEAKS, driver.leaks(), "the gradient was not closed by hand");
    }

    @Test
    void readsForeignMemoryInPlace() {
        try (backend) {
            long address = driver.allocate(24);
            driver.put(address, Tensor.wrap(new float[] {1, 2, 3, 4, 5, 6}, 6).segment());
            Tensor foreign = backend.wrap(address, DType.FLOAT32, Shape.of(2, 3));
            assertArrayEquals(
                    new float[] {1, 2, 3, 4, 5, 6}, backend.download(foreign).toFloatArray());
            foreign.close();
            driver.free(address); // still the owner's to free
            SegLossException e =
                    assertThrows(
                            SegLossException.class,
                            () -> backend.wrap(3, DType.FLOAT32, Shape.of(1)));
            assertTrue(e.getMessage().contains("multiple of 4"), e.getMessage());
            e =
                    assertThrows(
                            SegLossException.class,
                            () -> backend.wrap(1 << 20, DType.FLOAT32, Shape.of(1)));
            assertTrue(e.getMessage().contains("is no device memory"), e.getMessage());
        }
    }

    @Test
    void refusesWhatWasClosedAndWhatBelongsToAnother() {
        Tensor host = Tensor.wrap(new float[640], 640);
        try (backend;
                CudaBackend other =
                        new CudaBackend(
                                new EmulatedDriver(Emulation.COMPILER, 0), Emulation.COMPILER)) {
            Tensor closed = backend.upload(host);
            closed.close();
            closed.close();
            assertThrows(SegLossException.class, () -> backend.download(closed));
            Tensor foreign = other.upload(host);
            SegLossException e =
                    assertThrows(SegLossException.class, () -> backend.download(foreign));
            assertTrue(e.getMessage().contains("another open backend 'cuda'"), e.getMessage());

            Executable executable = backend.compile(TRIAL.program(), TRIAL.types());
            Result unread = executable.run(TRIAL.arguments(false));
            executable.close();
            executable.close();
            assertThrows(SegLossException.class, () -> executable.run(TRIAL.arguments(false)));
            assertThrows(SegLossException.class, () -> unread.table(LossGraph.VALUE));
        }
        assertThrows(SegLossException.class, () -> backend.upload(host));
        assertThrows(SegLossException.class, () -> backend.compile(TRIAL.program(), TRIAL.types()));
        backend.close();
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void keepsEachResultUntilItIsRead() {
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            Trial second = LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(2, 9, 5)));
            Result first = executable.run(TRIAL.arguments(false));
            Result later = executable.run(second.arguments(false));
            double expected = second.reference(false).outputs().get(LossGraph.VALUE)[0];
            assertEquals(expected, later.number(LossGraph.VALUE), 1e-5);
            expected = TRIAL.reference(false).outputs().get(LossGraph.VALUE)[0];
            assertEquals(expected, first.number(LossGraph.VALUE), 1e-5);
            assertThrows(IllegalArgumentException.class, () -> first.table(LossGraph.GRADIENT));
        }
    }

    @Test
    void saysWhatWasAskedAndFreeWhenMemoryRunsOutAndGoesOn() {
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            Trial large = LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(1, 300, 300)));
            DeviceException e =
                    assertThrows(
                            DeviceException.class, () -> executable.run(large.arguments(false)));
            assertTrue(e.getMessage().contains("1440000 bytes were asked for"), e.getMessage());
            assertTrue(e.getMessage().contains("are free"), e.getMessage());
            TRIAL.run(executable, false)
                    .assertNear(TRIAL.reference(false), 2e-5, "after running out of memory");
        }
    }

    @Test
    void allocatesNothingOnceItIsWarm() {
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            TRIAL.run(executable, false);
            long free = driver.freeBytes();
            for (int k = 0; k < 5; k++) {
                TRIAL.run(executable, false);
            }
            assertEquals(free, driver.freeBytes());
        }
    }

    @Test
    void explainsLaunchesAndWorkspace() {
        try (backend;
                Executable executable = backend.compile(TRIAL.program(), TRIAL.types())) {
            assertTrue(
                    executable.explain().toString().contains("no full-size workspace"),
                    executable.explain().toString());
            TRIAL.run(executable, false);
            String text = executable.explain().toString();
            assertTrue(text.contains("pass1, 1 blocks"), text);
            assertTrue(text.contains("copied to the device before the call"), text);
        }
    }
}
