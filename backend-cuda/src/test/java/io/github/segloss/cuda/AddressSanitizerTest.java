package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.backend.Geometry;
import io.github.segloss.tensor.DType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs kernels, compiled with the address sanitizer, in a JVM of their own: one access outside a buffer ends it. */
class AddressSanitizerTest {
    private static String library = "";

    /** What the other JVM runs. */
    static final class Main {
        private Main() {}

        /** Runs the trials; with an argument, a kernel that reads one element too many. */
        public static void main(String[] args) {
            EmulatedCompiler compiler =
                    new EmulatedCompiler(
                            Path.of("target", "emulation-sanitized"),
                            List.of("-fsanitize=address", "-g1", "-O1"),
                            true);
            if (args.length > 0) {
                EmulatedDriver driver = new EmulatedDriver(compiler, 0);
                byte[] image =
                        compiler.compile(
                                "SEGLOSS_KERNEL(beyond)(float* x) { x[threadIdx.x] = x[threadIdx.x + 1]; }\n");
                long module = driver.loadModule(image);
                driver.launch(
                        0,
                        driver.function(module, "beyond"),
                        1,
                        32,
                        new long[] {driver.allocate(128)},
                        1);
                driver.synchronize(0);
                return;
            }
            Geometry space = Geometry.of(2, 4, 5, 6);
            List<Trial> trials =
                    List.of(
                            LossTrials.softmax("dice_ce", 4, Trial.Data.of(space)),
                            LossTrials.softmax(
                                    "dice_ce", 30, Trial.Data.of(Geometry.of(1, 13, 11))),
                            LossTrials.softmax(
                                    "dice_ce",
                                    4,
                                    Trial.Data.of(Geometry.of(2, 13, 11)).floating(DType.FLOAT16)),
                            LossTrials.softmax("lovasz_softmax", 3, Trial.Data.of(space)),
                            GraphTrials.distances(DType.FLOAT32, space),
                            GraphTrials.windows(DType.FLOAT32, space),
                            GraphTrials.mixing(3));
            compiler.compileAll(trials.stream().map(Trial::source).toList());
            for (Trial trial : trials) {
                try (CudaBackend backend =
                        new CudaBackend(new EmulatedDriver(compiler, 5), compiler)) {
                    trial.run(backend)
                            .assertNear(trial.reference(false), trial.tolerance(), trial.name());
                }
            }
            System.out.println("all " + trials.size() + " trials agree");
        }
    }

    @BeforeAll
    static void findSanitizer() throws Exception {
        Emulation.require();
        Process process = new ProcessBuilder("g++", "-print-file-name=libasan.so").start();
        library =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        assumeTrue(Files.exists(Path.of(library)), "g++ has no address sanitizer");
    }

    private static String run(int expected, String... args) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                Main.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LD_PRELOAD", library);
        builder.environment()
                .put("ASAN_OPTIONS", "handle_segv=0:allow_user_segv_handler=1:detect_leaks=0");
        Process process = builder.start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (expected == 0) {
            assertEquals(0, code, log);
        } else {
            assertNotEquals(0, code, log);
        }
        return log;
    }

    @Test
    void findsNoAccessOutsideABuffer() throws Exception {
        assertTrue(run(0).contains("all 7 trials agree"));
    }

    @Test
    void wouldFindOne() throws Exception {
        assertTrue(run(1, "beyond").contains("heap-buffer-overflow"));
    }
}
