package io.github.segloss.benchmarks.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.segloss.InvalidParameterException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Geometry;
import io.github.segloss.benchmarks.DistanceMapProgram;
import io.github.segloss.benchmarks.Inputs;
import io.github.segloss.benchmarks.Machine;
import io.github.segloss.benchmarks.Workload;
import io.github.segloss.cuda.EmulatedBackendProvider;
import io.github.segloss.maps.DistanceMaps;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark on a GPU, run at tiny sizes on the emulated device: its times mean nothing, everything else has to be right. */
class GpuBenchmarkTest {
    private static final List<Workload> WORKLOADS = List.of(Workload.W3, Workload.W4);

    @TempDir private Path folder;

    private static GpuReport measure(List<String> progress) {
        EmulatedBackendProvider provider = new EmulatedBackendProvider();
        if (provider.probe() instanceof Availability.Unavailable(_, String detail, _)) {
            Assumptions.abort(detail);
        }
        GpuRequest request =
                new GpuRequest(WORKLOADS, List.of(DType.FLOAT32, DType.BFLOAT16), 6_000, 1e-6, 64);
        try (Backend backend = provider.open(BackendOptions.DEFAULT)) {
            return GpuRun.measure(backend, request, progress::add);
        }
    }

    @Test
    void measuresAndWritesWhatItMeasured() throws Exception {
        List<String> progress = new ArrayList<>();
        GpuReport report = measure(progress);
        assertEquals(4, progress.size());
        assertEquals(4, report.rows().size());
        assertEquals(List.of(), report.notes());
        GpuReport.Row dice = report.rows().getFirst();
        // 8 samples of 8 x 8 pixels are 2048 bytes: 3 times that is enough.
        assertEquals(Shape.of(8 * 3, 1, 8, 8), dice.shape());
        for (GpuReport.Row row : report.rows()) {
            assertTrue(row.shape().elements() * row.type().bytes() >= 6_000, row.toString());
            assertTrue(row.millis() > 0 && row.copyMillis() > 0, row.toString());
            assertTrue(row.limitMillis() > 0, row.toString());
            double allowed = row.type() == DType.FLOAT32 ? 1e-5 : 1e-2;
            assertTrue(row.valueError() < allowed && row.gradientError() < allowed, row.toString());
        }
        // Dice reads logits and labels twice and writes a gradient: 4 + 1 + 4 + 1 + 4 bytes a
        // pixel, where a copy moves 8.
        assertEquals(14.0 / 8, dice.limitMillis() / dice.copyMillis(), 1e-9);
        assertEquals(
                WORKLOADS, report.overheads().stream().map(GpuReport.Overhead::workload).toList());

        TorchPeer torch = new TorchPeer("python3");
        torch.read("W3 FLOAT32 eager " + 3 * dice.millis());
        torch.read("note compile failed");
        GpuReport all = report.withPeers(torch.peers(), torch.notes());
        assertEquals(3, all.timesPeer(dice, "eager"), 1e-9);
        assertTrue(Double.isNaN(all.timesPeer(dice, "compile")));
        String table = GpuText.table(all);
        assertTrue(table.contains("emulated device"), table);
        assertTrue(table.contains("note: compile failed"), table);
        GpuRequest request = new GpuRequest(WORKLOADS, List.of(DType.FLOAT32), 6_000, 1, 64);
        JsonNode json = new ObjectMapper().readTree(GpuText.json(all, request, Machine.here()));
        assertEquals(4, json.get("results").size());
        assertEquals(dice.millis(), json.get("results").get(0).get("medianMs").doubleValue());
        assertEquals("eager", json.get("pytorch").get(0).get("how").textValue());
    }

    @Test
    void makesTheDistanceMapInEachCall() {
        EmulatedBackendProvider provider = new EmulatedBackendProvider();
        if (provider.probe() instanceof Availability.Unavailable(_, String detail, _)) {
            Assumptions.abort(detail);
        }
        GpuRequest request =
                new GpuRequest(List.of(Workload.W9), List.of(DType.FLOAT32), 2_000, 1e-6, 16);
        try (Backend backend = provider.open(BackendOptions.DEFAULT)) {
            GpuReport.Row row = GpuRun.measure(backend, request, line -> {}).rows().getFirst();
            assertTrue(
                    Double.isNaN(row.limitMillis()), "a distance transform moves more than a pass");
            assertTrue(row.valueError() < 1e-5 && row.gradientError() < 1e-5, row.toString());
        }
    }

    @Test
    void distanceMapsAreThoseOfTheLibrary() {
        Inputs inputs = Inputs.of(Workload.W9.shape(8), Inputs.SEED);
        Geometry geometry = Geometry.of(1, 12, 20, 20);
        try (Session session = Session.on(Backends.open("scalar", BackendOptions.DEFAULT));
                DistanceMapProgram program =
                        new DistanceMapProgram(
                                session.backend(),
                                inputs.target(),
                                inputs.shape(),
                                geometry,
                                DType.FLOAT32)) {
            program.call();
            double[] expected =
                    new DistanceMaps(session, DType.FLOAT32)
                            .signedOfLabels(inputs.target(), 1, 1, 1, 1, 1)
                            .toDoubleArray();
            assertTrue(Arrays.stream(expected).anyMatch(d -> d < 0));
            assertArrayEquals(expected, program.map().toDoubleArray());
        }
    }

    /** A Python that has only this as torch. */
    private TorchPeer withTorch(String source) throws Exception {
        Assumptions.assumeTrue(
                new ProcessBuilder("sh", "-c", "python3 -c pass").start().waitFor() == 0,
                "there is no python3");
        Path torch = Files.createDirectories(folder.resolve("modules/torch/nn"));
        Files.writeString(torch.resolve("__init__.py"), "");
        Files.writeString(torch.resolve("functional.py"), "from torch import __getattr__\n");
        Files.writeString(torch.resolveSibling("__init__.py"), source);
        Path python = folder.resolve("python");
        Files.writeString(
                python,
                "#!/bin/sh\nPYTHONPATH='" + folder.resolve("modules") + "' exec python3 \"$@\"\n");
        assertTrue(python.toFile().setExecutable(true));
        return new TorchPeer(python.toString());
    }

    private static List<GpuReport.Row> rows(Workload... workloads) {
        return Arrays.stream(workloads)
                .map(w -> new GpuReport.Row(w, DType.FLOAT32, w.shape(64), 5, 1, 1, 1, 0, 0))
                .toList();
    }

    @Test
    void measuresPyTorchByAScriptThatRuns() throws Exception {
        TorchPeer torch =
                withTorch(
                        """
                        class Anything:
                            shape = [2, 4, 8, 8]
                            def __getattr__(self, name): return Anything()
                            def __call__(self, *args, **named): return Anything()
                            def __getitem__(self, at): return Anything()
                            def __iter__(self): return iter([Anything(), Anything()])
                            def dim(self): return 4
                        for op in "add sub mul truediv pow radd rsub rmul neg gt".split():
                            setattr(Anything, f"__{op}__", lambda self, *other: Anything())
                        def __getattr__(name):
                            if name.startswith("__"): raise AttributeError(name)
                            return Anything()
                        """);
        torch.measure(rows(Workload.values()), 0, 1e-4);
        List<String> notes = torch.notes();
        assertEquals(1, notes.size(), notes.toString());
        assertTrue(notes.getFirst().contains("at W9: it has no exact distance"), notes.toString());
        assertEquals(2 * (Workload.values().length - 1), torch.peers().size());
        assertEquals("compile", torch.peers().get(1).how());
    }

    @Test
    void saysThatThereIsNoPyTorch() throws Exception {
        TorchPeer none = withTorch("raise ImportError('no module')");
        none.measure(rows(Workload.W1), 0, 1e-4);
        assertEquals(List.of("PyTorch was not measured: this Python has no torch"), none.notes());
        TorchPeer broken = withTorch("raise OSError('libcudart is missing')");
        broken.measure(rows(Workload.W1), 0, 1e-4);
        assertEquals(
                List.of("PyTorch was not measured: torch cannot be imported: libcudart is missing"),
                broken.notes());
        assertEquals(List.of(), broken.peers());
    }

    private record Said(int code, String out, String err) {}

    private static Said run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                GpuBenchmark.run(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        args);
        return new Said(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void refusesWithOneSentenceWithoutAGpu() {
        String before = System.getProperty("segloss.cuda");
        System.setProperty("segloss.cuda", "off");
        try {
            Said said = run("--python", "none");
            assertEquals(2, said.code());
            assertTrue(said.err().startsWith("The benchmark needs a GPU: "), said.err());
            assertTrue(said.err().contains("switched off"), said.err());
            assertEquals("", said.out());
        } finally {
            if (before == null) {
                System.clearProperty("segloss.cuda");
            } else {
                System.setProperty("segloss.cuda", before);
            }
        }
    }

    @Test
    void runsWholeOnABackendOfTheHost() throws Exception {
        Path file = folder.resolve("results/report.json");
        Said said =
                run(
                        "--backend",
                        "scalar",
                        "--workload",
                        "W1",
                        "--dtype",
                        "float32",
                        "--megabytes",
                        "0.01",
                        "--seconds",
                        "0.001",
                        "--shrink",
                        "64",
                        "--python",
                        "no-such-python",
                        "--json",
                        file.toString());
        assertEquals(0, said.code(), said.err());
        assertTrue(said.out().contains("BCE with logits"), said.out());
        assertTrue(said.out().contains("no-such-python does not start"), said.out());
        assertEquals(1, new ObjectMapper().readTree(Files.readString(file)).get("results").size());
    }

    @Test
    void namesWhatIsWrongWithItsOptions() {
        assertTrue(run("--dtypes", "float32").err().contains("'--dtypes' is no option"));
        assertTrue(run("--dtype", "float33").err().contains("no element type 'float33'"));
        assertTrue(run("--seconds", "soon").err().contains("'soon'; it must be a number"));
        assertTrue(run("--workload", "W99").err().contains("W99"));
        assertThrows(
                InvalidParameterException.class,
                () -> new GpuRequest(WORKLOADS, List.of(DType.FLOAT32), 0, 1, 1));
        assertEquals(List.of(Workload.values()), GpuRequest.WORKLOADS);
    }
}
