package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.backend.Geometry;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles kernels of each kind to machine code with nvcc: the language is right for the real compiler, and no register is spilled. For sm_80, or for the
 * architectures, separated by commas, that {@code -Dsegloss.cuda.test.architectures} names.
 */
class CubinTest {
    private static final Pattern SPILLS =
            Pattern.compile("(\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Trial.Data DATA = Trial.Data.of(Geometry.of(2, 13, 11));

    @TempDir Path folder;

    private static List<Trial> representatives() {
        List<Trial> all = new ArrayList<>();
        all.add(LossTrials.softmax("dice_ce", 4, DATA));
        for (DType type : List.of(DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16)) {
            all.add(
                    LossTrials.of(
                            "dice", LossOptions.sigmoid(), InputLayout.of(1), DATA.floating(type)));
        }
        all.add(LossTrials.softmax("dice", 21, DATA.labels(DType.INT64)));
        all.add(LossTrials.softmax("dice", 104, DATA));
        all.add(LossTrials.softmax("lovasz_softmax", 4, DATA));
        all.add(LossTrials.softmax("hausdorff_dt", 2, DATA));
        all.add(LossTrials.softmax("soft_cldice", 2, DATA));
        return all;
    }

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

    @Test
    void compilesWithoutSpills() throws Exception {
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
        for (String architecture :
                System.getProperty("segloss.cuda.test.architectures", "sm_80").split(",")) {
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
                                    folder.resolve("all.cubin").toString())
                            .redirectErrorStream(true)
                            .start();
            String log =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), log);
            List<MatchResult> kernels = SPILLS.matcher(log).results().toList();
            assertTrue(kernels.size() > 40, "only " + kernels.size() + " functions were compiled");
            for (MatchResult kernel : kernels) {
                assertEquals("0 bytes spill stores, 0 bytes spill loads", kernel.group(), log);
            }
        }
    }
}
