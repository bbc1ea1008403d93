package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.DeviceException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The backend as it is, with the presets and their native part, on libraries that stand for the driver, the run-time compiler and the CUDA runtime. Each test
 * starts a JVM that finds them before any real ones.
 */
@SuppressWarnings("restricted")
class StubDriverTest {
    private static final int CYCLES = 10_000;

    @TempDir private static Path folder;

    private static StubLibraries stubs;

    /** What the other JVM runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Throwable {
            switch (args[0]) {
                case "reason" -> reason();
                case "cycles" -> cycles();
                case "compute" -> compute();
                case "memory" -> memory();
                default -> throw new IllegalArgumentException(args[0]);
            }
        }

        private static void reason() {
            CudaBackendProvider provider = new CudaBackendProvider();
            if (provider.probe() instanceof Availability.Unavailable no) {
                System.out.println(no.reason() + ": " + no.detail());
            }
            try (Backend backend = provider.open(BackendOptions.DEFAULT)) {
                System.out.println("opened on " + backend.device());
            } catch (BackendUnavailableException e) {
                System.out.println(e.getMessage());
            }
        }

        private static long stub(String function) throws Throwable {
            SymbolLookup stub = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
            return (long)
                    Linker.nativeLinker()
                            .downcallHandle(
                                    stub.findOrThrow(function),
                                    FunctionDescriptor.of(ValueLayout.JAVA_LONG))
                            .invokeExact();
        }

        private static long residentBytes() throws IOException {
            System.gc();
            String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
            return Long.parseLong(pages) * 4096;
        }

        /** Several backends at once, and very many one after another. */
        private static void cycles() throws Throwable {
            CudaBackendProvider provider = new CudaBackendProvider();
            Trial trial = LossTrials.softmax("dice", 3, Trial.Data.of(Geometry.of(2, 13, 11)));
            try (Backend first = provider.open(BackendOptions.DEFAULT);
                    Backend other = provider.open(new BackendOptions(0, 1))) {
                try (Backend second = provider.open(BackendOptions.DEFAULT)) {
                    trial.run(first);
                    trial.run(other);
                    trial.run(second);
                }
                trial.run(first);
                System.out.println("three at once: " + first.device() + ", " + other.device());
            }
            long before = 0;
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                if (cycle == CYCLES / 10) {
                    before = residentBytes();
                }
                if (!(provider.probe() instanceof Availability.Available)) {
                    throw new AssertionError("cycle " + cycle + ": " + provider.probe());
                }
                try (Backend backend = provider.open(BackendOptions.DEFAULT)) {
                    if (cycle % 100 == 0) {
                        trial.run(backend);
                    }
                }
            }
            long grown = residentBytes() - before;
            System.out.println(
                    CYCLES + " cycles, open: " + stub("stub_open") + ", grown: " + (grown >> 20));
            if (grown > 32L << 20) {
                throw new AssertionError("resident memory grew by " + grown + " bytes");
            }
        }

        /** Real kernels through the presets: addresses, arguments, modules, graphs and page-locked memory as the driver gets them. */
        private static void compute() throws Throwable {
            EmulatedCompiler compiler = new EmulatedCompiler();
            Geometry space = Geometry.of(2, 4, 5, 6);
            List<Trial> trials =
                    List.of(
                            LossTrials.softmax("dice_ce", 4, Trial.Data.of(space)),
                            LossTrials.softmax(
                                    "dice_ce",
                                    4,
                                    Trial.Data.of(Geometry.of(2, 13, 11)).floating(DType.FLOAT16)),
                            LossTrials.softmax("lovasz_softmax", 3, Trial.Data.of(space)),
                            GraphTrials.distances(DType.FLOAT32, space),
                            GraphTrials.windows(DType.FLOAT64, space));
            compiler.compileAll(trials.stream().map(Trial::source).toList());
            KernelCompiler terminated =
                    new KernelCompiler() {
                        @Override
                        public String identity() {
                            return compiler.identity();
                        }

                        @Override
                        public byte[] compile(String source) {
                            byte[] image = compiler.compile(source);
                            return Arrays.copyOf(image, image.length + 1);
                        }
                    };
            for (Trial trial : trials) {
                Trial.Outcome expected = trial.reference(false);
                try (CudaBackend backend = new CudaBackend(new BytedecoDriver(1), terminated);
                        Executable executable = backend.compile(trial.program(), trial.types())) {
                    for (int call = 0; call < 3; call++) { // from the second on as a graph
                        trial.run(executable, false)
                                .assertNear(expected, trial.tolerance(), trial.name());
                    }
                    trial.run(executable, true)
                            .assertNear(trial.reference(true), trial.tolerance(), trial.name());
                }
            }
            System.out.println(
                    "all "
                            + trials.size()
                            + " trials agree after "
                            + stub("stub_launches")
                            + " launches, open: "
                            + stub("stub_open"));
        }

        /** Tensors on the device and in page-locked memory, foreign memory, and too much of all. */
        private static void memory() throws Throwable {
            try (CudaBackend backend =
                    (CudaBackend) new CudaBackendProvider().open(BackendOptions.DEFAULT)) {
                Tensor host = Tensor.wrap(new float[] {1, 2, 3, 4}, 4);
                Tensor device = backend.upload(host);
                Tensor pinned = backend.pinned(DType.FLOAT32, Shape.of(4));
                backend.download(device, pinned);
                backend.synchronize();
                System.out.println("came back: " + Arrays.toString(pinned.toDoubleArray()));
                try {
                    backend.upload(Tensor.allocate(DType.UINT8, Shape.of(1L << 29)));
                } catch (DeviceException e) {
                    System.out.println(e.getMessage());
                }
                try {
                    backend.wrap(4096, DType.FLOAT32, Shape.of(4));
                } catch (RuntimeException e) {
                    System.out.println(e.getMessage());
                }
                System.out.println(
                        "and again: " + Arrays.toString(backend.download(device).toDoubleArray()));
                device.close();
            }
            System.out.println("open: " + stub("stub_open"));
        }
    }

    @BeforeAll
    static void build() throws Exception {
        stubs = new StubLibraries(folder);
        stubs.add("all", "libcuda.so.1", "driver.cpp");
        stubs.add("all", Toolkit.runtimePrefix(), "");
        stubs.add("all", Toolkit.nvrtcPrefix(), "nvrtc.cpp");
        stubs.add("no-device", "libcuda.so.1", "driver.cpp", "-DDEVICES=0");
        stubs.add("no-compiler", "libcuda.so.1", "driver.cpp");
        stubs.add("no-compiler", Toolkit.runtimePrefix(), "");
    }

    private static String run(String libraries, String what, String... options) throws Exception {
        return stubs.run(libraries, List.of(options), Main.class, what);
    }

    @Test
    void aDriverWithoutADeviceIsAReason() throws Exception {
        String log = run("no-device", "reason");
        assertTrue(
                log.startsWith(
                        "DEVICE_MISSING: there is no CUDA device (cuInit gave 100, CUDA_ERROR_NO_DEVICE)"),
                log);
        assertTrue(log.contains("backend 'cuda' cannot be opened: there is no CUDA device"), log);
    }

    @Test
    void aMissingCompilerIsAReason() throws Exception {
        assumeTrue(
                !Toolkit.isThere(Toolkit.nvrtcPrefix()),
                "NVRTC is there, in a toolkit or on the class path");
        String log = run("no-compiler", "reason");
        assertTrue(
                log.startsWith(
                        "COMPILER_MISSING: the run-time compiler NVRTC ("
                                + Toolkit.nvrtcPrefix()
                                + ") was not found: install a CUDA"),
                log);
    }

    @Test
    void switchedOffIsAReason() throws Exception {
        String log = run("all", "reason", "-Dsegloss.cuda=off");
        assertTrue(log.startsWith("SWITCHED_OFF: it was switched off by -Dsegloss.cuda=off"), log);
    }

    @Test
    void opensSeveralAtOnceAndManyInTurn() throws Exception {
        String log = run("all", "cycles");
        assertTrue(log.contains("three at once: "), log);
        assertTrue(log.contains(CYCLES + " cycles, open: 0, grown: "), log);
    }

    @Test
    void computesThroughThePresets() throws Exception {
        String log = run("all", "compute");
        assertTrue(log.contains("all 5 trials agree after "), log);
        assertTrue(log.contains("launches, open: 0"), log);
    }

    @Test
    void keepsAccountOfMemory() throws Exception {
        String log = run("all", "memory");
        assertTrue(log.contains("came back: [1.0, 2.0, 3.0, 4.0]"), log);
        assertTrue(log.contains("out of device memory: 536870912 bytes were asked for, 2"), log);
        assertTrue(log.contains("are free on stub"), log);
        assertTrue(log.contains("and again: [1.0, 2.0, 3.0, 4.0]"), log);
        assertTrue(log.contains("open: 0"), log);
    }

    @Test
    void manyProbesWithoutADriverAreHarmless() {
        CudaProbe probe = new CudaProbe("libno-such-driver.so.1", true);
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            assertTrue(probe.probe() instanceof Availability.Unavailable);
        }
    }
}
