package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.program.StructuredKernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** All losses: as many passes over the pixels as on the vector backend, and nothing of full size but what a sort or window needs. */
class PassCountTest {
    private static final Trial.Data DATA = Trial.Data.of(Geometry.of(2, 5, 7));

    /** Each loss in the first form that it is defined for. */
    private static List<Trial> trials() {
        Set<String> seen = new HashSet<>();
        List<Trial> trials =
                LossTrials.all(3, DATA).stream()
                        .filter(trial -> seen.add(trial.name().split(" ")[0]))
                        .toList();
        assertTrue(trials.size() > 35, () -> "only " + trials.size() + " programs");
        return trials;
    }

    /** What another JVM runs: the vector backend wants one with all its compilers. */
    static final class Main {
        private Main() {}

        /** Prints the number of passes of each program on the vector backend. */
        public static void main(String[] args) {
            try (Backend vector = Backends.open("vector", BackendOptions.DEFAULT)) {
                for (Trial trial : trials()) {
                    try (Executable executable = vector.compile(trial.program(), trial.types())) {
                        long passes =
                                executable.explain().kernels().stream()
                                        .filter(kernel -> kernel.startsWith("pass "))
                                        .count();
                        System.out.println("passes of " + trial.name() + ": " + passes);
                    }
                }
            }
        }
    }

    @Test
    void areThoseOfTheVectorBackend() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--add-modules=jdk.incubator.vector",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                Main.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), log);
        List<String> lines = log.lines().toList();
        for (Trial trial : trials()) {
            CudaSource source = CudaSource.of(trial.program(), trial.types());
            long passes =
                    source.launches().stream().filter(l -> l.about().startsWith("pass ")).count();
            assertEquals(trial.program().passes().size(), passes, trial.name());
            assertTrue(passes > 0, trial.name());
            String line = "passes of " + trial.name() + ": " + passes;
            assertTrue(
                    lines.contains(line), () -> line + " here, and on the other backend:\n" + log);
        }
    }

    @Test
    void needNoArrayOfTheirOwn() {
        int checked = 0;
        for (Trial trial : trials()) {
            boolean isStructured =
                    trial.program().kernels().stream().anyMatch(StructuredKernel.class::isInstance);
            CudaSource source = CudaSource.of(trial.program(), trial.types());
            List<Launch.Buffer> full =
                    source.buffers().stream().filter(Launch.Buffer::isFullSize).toList();
            assertEquals(isStructured, !full.isEmpty(), trial.name() + " " + full);
            checked += isStructured ? 0 : 1;
        }
        assertTrue(checked > 20, "only " + checked + " programs");
    }
}
