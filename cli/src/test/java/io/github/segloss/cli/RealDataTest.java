package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The command {@code evaluate} on real images, where they are at hand. */
class RealDataTest {
    @Test
    void twoModelsOnOneScan() throws IOException {
        Path data = SharedData.path("data/totalseg-ct-mr");
        Run run =
                Run.of(
                        "evaluate",
                        "--prediction",
                        data.resolve("example_seg_fast.nii.gz"),
                        "--target",
                        data.resolve("example_seg.nii.gz"),
                        "--losses",
                        "dice",
                        "--json");
        assertEquals(0, run.code(), run.err());
        JsonNode result = run.json();
        assertEquals(41, result.get("classesInMean").asInt());
        assertEquals(0.902, result.get("meanDice").asDouble(), 5e-4);
        for (JsonNode score : result.get("classes")) {
            if (score.get("label").asInt() == 13) {
                assertEquals(0, score.get("dice").asDouble());
                assertEquals(1, score.get("targetVoxels").asInt());
                assertEquals(27, score.get("targetVolume").asDouble(), 1e-9);
                assertEquals(0, score.get("predictedVoxels").asInt());
            }
            double precision = score.get("precision").asDouble(1);
            double recall = score.get("recall").asDouble(0);
            boolean isLarger =
                    score.get("predictedVoxels").asLong() > score.get("targetVoxels").asLong();
            assertEquals(isLarger, recall > precision, "a larger prediction finds more: " + score);
        }
    }

    @Test
    void aPictureOfNucleiAsACrudeProbabilityMap() throws IOException {
        Path data = SharedData.path("data/dsb2018-nuclei");
        Run run =
                Run.of(
                        "evaluate",
                        "--prediction",
                        data.resolve("image/000.png"),
                        "--target",
                        data.resolve("label/000.png"),
                        "--threshold",
                        "0.15",
                        "--losses",
                        "bce,dice,tversky",
                        "--json");
        assertEquals(0, run.code(), run.err());
        JsonNode result = run.json();
        assertTrue(result.get("prediction").asText().contains("greys / 255"), result.toString());
        JsonNode nuclei = result.get("classes").get(1);
        assertEquals(4737, nuclei.get("targetVoxels").asInt());
        assertTrue(result.get("meanDice").asDouble() > 0.5, result.toString());
        assertEquals(3, result.get("losses").size());
    }
}
