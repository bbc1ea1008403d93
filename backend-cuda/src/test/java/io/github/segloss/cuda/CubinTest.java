package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.benchmarks.Workload;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles kernels of each kind to machine code, with NVRTC where it loads and with nvcc where it is on the PATH: the language is right for the real compilers,
 * and no register is spilled. For the architectures, separated by commas, that {@code -Dsegloss.cuda.test.architectures} names, else for the oldest and the
 * newest that are supported and two between.
 */
class CubinTest {
    private static final Pattern SPILLS =
            Pattern.compile("(\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Trial.Data DATA = Trial.Data.of(Geometry.of(2, 13, 11));

    @TempDir private static Path folder;

    /** Each family, element type and structured op. */
    static List<Trial> representatives() {
        List<Trial> all = new ArrayList<>();
        all.add(LossTrials.softmax("dice_ce", 4, DATA));
        for (DType type : List.of(DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16)) {
            all.add(
                    LossTrials.of(
                            "dice", LossOptions.sigmoid(), InputLayout.of(1), DATA.floating(type)));
        }
        all.add(LossTrials.of("bce_with_logits", LossOptions.sigmoid(), InputLayout.of(1), DATA));
        all.add(LossTrials.softmax("asymmetric_unified_focal", 4, DATA));
        all.add(LossTrials.softmax("generalized_wasserstein_dice", 4, DATA));
        all.add(LossTrials.softmax("dice", 21, DATA.labels(DType.INT64)));
        all.add(LossTrials.softmax("dice", 104, DATA));
        all.add(LossTrials.softmax("lovasz_softmax", 4, DATA));
        all.add(LossTrials.softmax("hausdorff_dt", 2, DATA));
        all.add(LossTrials.softmax("soft_cldice", 2, DATA));
        return all;
    }

    private static List<String> architectures() {
        return List.of(
                System.getProperty("segloss.cuda.test.architectures", "sm_75,sm_80,sm_90,sm_100")
                        .split(","));
    }

    // ---- NVRTC, as the backend uses it

    /** Compiles all sources of a folder for each architecture, in a JVM that finds a driver of ours, without which the presets do not load. */
    static final class Nvrtc {
        private Nvrtc() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            Toolkit.load();
            List<Path> sources;
            try (Stream<Path> files = Files.list(folder)) {
                sources = files.toList();
            }
            for (String architecture : arguments[1].split(",")) {
                KernelCompiler compiler = new NvrtcCompiler(architecture);
                for (Path source : sources) {
                    String name = source.getFileName().toString().replace(".cu", "");
                    Files.write(
                            folder.resolve(name + "-" + architecture + ".cubin"),
                            compiler.compile(Files.readString(source)));
                }
            }
        }
    }

    @Test
    void nvrtcCompilesWithoutSpills() throws Exception {
        assumeTrue(
                Toolkit.isThere(Toolkit.nvrtcPrefix()),
                "there is no NVRTC, neither in a toolkit nor on the class path (-Pcuda-redist)");
        StubLibraries stubs = new StubLibraries(folder.resolve("stubs"));
        stubs.add("driver", "libcuda.so.1", "driver.cpp");
        if (!Toolkit.isThere(Toolkit.runtimePrefix())) {
            stubs.add("driver", Toolkit.runtimePrefix(), "");
        }
        Path sources = Files.createDirectories(folder.resolve("nvrtc"));
        int number = 0;
        for (Trial trial : representatives()) {
            Files.writeString(sources.resolve(number++ + ".cu"), trial.source());
        }
        String toolkit = System.getProperty("segloss.cuda.toolkit", "");
        stubs.run(
                "driver",
                List.of("-Dsegloss.cuda.toolkit=" + toolkit),
                Nvrtc.class,
                sources.toString(),
                String.join(",", architectures()));
        for (String architecture : architectures()) {
            int kernels = 0;
            for (int n = 0; n < number; n++) {
                byte[] cubin =
                        Files.readAllBytes(sources.resolve(n + "-" + architecture + ".cubin"));
                kernels += requireNoSpills(cubin);
            }
            assertTrue(kernels > 60, "only " + kernels + " kernels for " + architecture);
        }
    }

    /** Gives the number of kernels. */
    private static int requireNoSpills(byte[] cubin) {
        Map<String, MachineCode.Kernel> kernels = MachineCode.kernels(cubin);
        kernels.forEach((name, kernel) -> assertEquals(0, kernel.local(), name));
        return kernels.size();
    }

    // ---- nvcc

    private static void requireNvcc() {
        try {
            Process process =
                    new ProcessBuilder("nvcc", "--version").redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            assumeTrue(process.waitFor() == 0, "nvcc does not start");
        } catch (IOException e) {
            assumeTrue(false, "nvcc is not on the PATH");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Compiles a source; gives what ptxas says of it. */
    private static String compile(Path source, String architecture, Path cubin)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                "nvcc",
                                "-cubin",
                                "-arch=" + architecture,
                                "-std=c++17",
                                "-w",
                                "-Xptxas",
                                "-v",
                                source.toString(),
                                "-o",
                                cubin.toString())
                        .redirectErrorStream(true)
                        .start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), log);
        return log;
    }

    @Test
    void nvccCompilesWithoutSpills() throws Exception {
        requireNvcc();
        StringBuilder all =
                new StringBuilder(
                        "#define SEGLOSS_KERNEL(name) __global__ void __launch_bounds__(256, 1) name\n");
        int number = 0;
        for (Trial trial : representatives()) {
            all.append("namespace k")
                    .append(number++)
                    .append(" {\n")
                    .append(trial.source())
                    .append("}\n");
        }
        Path source = Files.writeString(folder.resolve("all.cu"), all);
        List<Callable<String>> runs = new ArrayList<>();
        for (String architecture : architectures()) {
            runs.add(() -> {
                Path cubin = folder.resolve(architecture + ".cubin");
                String log = compile(source, architecture, cubin);
                requireNoSpills(Files.readAllBytes(cubin));
                return log;
            });
        }
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            for (Future<String> run : two.invokeAll(runs)) {
                String log = run.get();
                List<MatchResult> kernels = SPILLS.matcher(log).results().toList();
                assertTrue(kernels.size() > 60, "only " + kernels.size() + " functions");
                for (MatchResult kernel : kernels) {
                    assertEquals("0 bytes spill stores, 0 bytes spill loads", kernel.group(), log);
                }
            }
        }
    }

    // ---- how much the loops over the pixels compute

    private static CudaSource source(Workload workload, DType type) {
        LossGraph graph =
                LossGraph.of(
                        workload.loss(),
                        workload.options(),
                        new InputLayout(
                                workload.classes(), false, null, workload.hasDistanceMap(), false),
                        Outputs.BOTH);
        Map<String, DType> types = new HashMap<>();
        types.put(LossGraph.GRADIENT, type);
        for (Op.Input input : graph.graph().inputs()) {
            if (input.isPixelInput()) {
                types.put(input.name(), input.role() == Role.TARGET ? DType.UINT8 : type);
            }
        }
        return CudaSource.of(graph.program(), new TensorTypes(types));
    }

    /** The instructions for each logit in the loop of each pass, with those of branches that are seldom taken. */
    private static SequencedMap<String, MachineCode.Kernel> kernels(
            Workload workload, DType type, String architecture) throws Exception {
        String name = workload + "-" + type + "-" + architecture;
        Path text = Files.writeString(folder.resolve(name + ".cu"), source(workload, type).text());
        Path cubin = folder.resolve(name + ".cubin");
        compile(text, architecture, cubin);
        return MachineCode.kernels(Files.readAllBytes(cubin));
    }

    private static double perLogit(
            Workload workload, DType type, int pass, MachineCode.Kernel kernel) {
        Launch launch =
                source(workload, type).launches().stream()
                        .filter(l -> l.name().equals("pass" + pass))
                        .findFirst()
                        .orElseThrow();
        return (double) kernel.loopInstructions() / launch.lanes() / workload.classes();
    }

    /** A multiprocessor of an H200 has time for about 7.7 instructions for each byte that it reads or writes. */
    @Test
    void computesLittleForEachLogit() throws Exception {
        requireNvcc();
        Map<Workload, List<Integer>> allowed =
                Map.of(
                        Workload.W1, List.of(85),
                        Workload.W3, List.of(50, 55),
                        Workload.W4, List.of(48),
                        Workload.W6, List.of(48, 82));
        for (Map.Entry<Workload, List<Integer>> e : allowed.entrySet()) {
            Map<String, MachineCode.Kernel> kernels = kernels(e.getKey(), DType.FLOAT32, "sm_90");
            for (int pass = 0; pass < e.getValue().size(); pass++) {
                MachineCode.Kernel kernel = kernels.get("pass" + pass + "_aligned");
                double found = perLogit(e.getKey(), DType.FLOAT32, pass, kernel);
                assertTrue(
                        found > 10 && found <= e.getValue().get(pass),
                        e.getKey() + " pass " + pass + ": " + found + " " + kernel);
            }
        }
    }

    /** With {@code -Dsegloss.cuda.sass=true}: prints what the loops of the workloads of few classes consist of. */
    @Test
    void printsLoops() throws Exception {
        assumeTrue(
                Boolean.getBoolean("segloss.cuda.sass"),
                "-Dsegloss.cuda.sass=true prints the instructions of loops");
        requireNvcc();
        for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16)) {
            for (Workload workload : Workload.values()) {
                if (workload.classes() > 4) {
                    continue; // their loops are loops of loops
                }
                kernels(
                                workload,
                                type,
                                System.getProperty("segloss.cuda.sass.architecture", "sm_90"))
                        .forEach((name, kernel) -> {
                            if (name.matches("pass\\d+_aligned")) {
                                int pass = Integer.parseInt(name.replaceAll("\\D", ""));
                                System.out.printf(
                                        "%s %s pass %d: %.1f instructions a logit, of the loop %s%n",
                                        workload,
                                        type,
                                        pass,
                                        perLogit(workload, type, pass, kernel),
                                        kernel.loop());
                            }
                        });
            }
        }
    }
}
