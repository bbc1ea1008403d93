package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.Geometry;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The text of some sources, kept in {@code src/test/resources}, so that a change of the generated code is seen in a review.
 * {@code -Dsegloss.golden.update=true} writes it anew.
 */
class SourceTest {
    private static final Path GOLDEN =
            Path.of("src", "test", "resources", "io", "github", "segloss", "cuda", "golden");
    private static final Trial.Data DATA = Trial.Data.of(Geometry.of(2, 13, 11));

    private static final Map<String, Trial> SOURCES =
            Map.of(
                    "dice_softmax_4.cu", LossTrials.softmax("dice", 4, DATA),
                    "cross_entropy_softmax_40_bfloat16.cu",
                            LossTrials.softmax(
                                    "cross_entropy",
                                    40,
                                    DATA.floating(DType.BFLOAT16).labels(DType.INT64)),
                    "lovasz_hinge.cu",
                            LossTrials.of(
                                    "lovasz_hinge",
                                    LossOptions.sigmoid(),
                                    InputLayout.of(1),
                                    DATA));

    @Test
    void isAsItWas() throws IOException {
        for (Map.Entry<String, Trial> source : SOURCES.entrySet()) {
            Trial trial = source.getValue();
            String text = CudaSource.of(trial.program(), trial.types()).kernels();
            Path file = GOLDEN.resolve(source.getKey());
            if (Boolean.getBoolean("segloss.golden.update")) {
                Files.createDirectories(GOLDEN);
                Files.writeString(file, text);
            }
            assertEquals(Files.readString(file), text, source.getKey());
        }
    }

    @Test
    void needsNoHeaderAndNoApproximateFunctionButWithAStepBehindIt() {
        for (Trial trial : SOURCES.values()) {
            String text = trial.source();
            assertFalse(text.contains("#include"), trial.name());
            assertFalse(text.contains("__expf") || text.contains("__logf"), trial.name());
            // Those of inverse(x) and root(x), which refine them.
            List<String> approximate =
                    Pattern.compile("\\w+\\.approx")
                            .matcher(text)
                            .results()
                            .map(MatchResult::group)
                            .toList();
            assertEquals(
                    List.of("rcp.approx", "sqrt.approx", "rsqrt.approx"),
                    approximate,
                    trial.name());
            assertFalse(text.contains("atomicAdd(&sum"), "no sum depends on the order of threads");
        }
    }

    @Test
    void fewClassesStayInRegistersAndManyAreReadAgain() {
        String few = SOURCES.get("dice_softmax_4.cu").source();
        String many = SOURCES.get("cross_entropy_softmax_40_bfloat16.cu").source();
        assertTrue(few.contains("pass0_aligned"));
        assertFalse(many.contains("pass0_aligned"), "one pixel a thread needs no second variant");
        assertTrue(many.contains("#pragma unroll 4"));
    }
}
