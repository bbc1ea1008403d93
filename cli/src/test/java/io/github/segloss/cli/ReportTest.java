package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The phantom, the report and the JSON. */
class ReportTest {
    @TempDir private Path folder;

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theSameSeedGivesTheSameNumbers() throws IOException {
        Run once = Run.of("evaluate", "--losses", "dice,focal", "--seed", 5, "--json");
        Run again = Run.of("evaluate", "--losses", "dice,focal", "--seed", 5, "--json");
        Run other = Run.of("evaluate", "--losses", "dice,focal", "--seed", 6, "--json");
        assertEquals(0, once.code(), once.err());
        assertEquals(once.out(), again.out());
        assertNotEquals(once.json().get("losses"), other.json().get("losses"));
    }

    @Test
    void thePhantomIsImbalancedAndImperfectlyPredicted() throws IOException {
        for (String axes : List.of("2d", "3d")) {
            JsonNode result =
                    Run.of("evaluate", "--phantom", axes, "--losses", "dice", "--json").json();
            JsonNode lesion = result.get("classes").get(1);
            double part =
                    lesion.get("targetVoxels").asDouble() / result.get("countedVoxels").asDouble();
            assertTrue(part > 0.002 && part < 0.1, axes + ": lesions fill " + part);
            double dice = result.get("meanDice").asDouble();
            assertTrue(dice > 0.3 && dice < 0.95, axes + ": Dice is " + dice);
        }
    }

    @Test
    void theNumbersOfThePhantomStay() throws IOException {
        JsonNode lesion =
                Run.of("evaluate", "--losses", "dice", "--json").json().get("classes").get(1);
        assertEquals(629, lesion.get("truePositives").asInt());
        assertEquals(273, lesion.get("falsePositives").asInt());
        assertEquals(141, lesion.get("falseNegatives").asInt());
    }

    @Test
    void everyLossOfThePhantomIsComputedOrSaysWhy() throws IOException {
        Run run = Run.of("evaluate", "--json");
        assertEquals(0, run.code(), run.err());
        for (JsonNode loss : run.json().get("losses")) {
            boolean isComputed = loss.get("status").asText().equals("computed");
            assertEquals(isComputed, loss.get("value").isNumber(), loss.toString());
            assertEquals(!isComputed, loss.has("reason"), loss.toString());
        }
    }

    @Test
    void aReportHoldsPicturesThePageAndTheNumbers() throws IOException {
        Path report = folder.resolve("made/on/demand");
        Run run = Run.of("evaluate", "--losses", "dice,bce_with_logits", "--report", report);
        assertEquals(0, run.code(), run.err());
        assertEquals(List.of("index.html", "picture.png", "report.json"), names(report));
        assertTrue(run.out().contains(report.resolve("index.html").toString()), run.out());
        String page = Files.readString(report.resolve("index.html"));
        assertTrue(page.contains("<img src=\"picture.png\""), page);
        assertTrue(page.contains("bce_with_logits"), page);
        JsonNode numbers = new ObjectMapper().readTree(report.resolve("report.json").toFile());
        assertEquals(2, numbers.get("losses").size());

        BufferedImage sheet = ImageIO.read(report.resolve("picture.png").toFile());
        assertTrue(sheet.getWidth() > 5 * 300, "five panels: " + sheet.getWidth());
        // The errors of the phantom in voxels, each 2 x 2 pixels; legends add one box of each
        // colour.
        int box = 14 * 14;
        assertEquals(4 * 629 + box, count(sheet, new Color(0, 158, 115)));
        assertEquals(4 * 273 + box, count(sheet, new Color(230, 95, 0)));
        assertEquals(4 * 141 + box, count(sheet, new Color(86, 180, 233)));
    }

    private static int count(BufferedImage image, Color colour) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += image.getRGB(x, y) == colour.getRGB() ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void aVolumeOfSeveralClassesHasASheetOfSlicesAndOneOfClasses() throws IOException {
        int[] predicted = new int[6 * 8 * 8];
        int[] actual = new int[6 * 8 * 8];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = i % 8 < 3 ? 1 : i % 8 < 5 ? 4 : 0;
            predicted[i] = i / 64 == 2 ? 0 : actual[i];
        }
        TinyFiles files = new TinyFiles(folder);
        Path p = files.volume("p.nii", TinyFiles.affine(0), predicted, 6, 8, 8);
        Path t = files.volume("t.nii", TinyFiles.affine(0), actual, 6, 8, 8);
        Path report = folder.resolve("report");
        Run run =
                Run.of(
                        "evaluate",
                        "--prediction",
                        p,
                        "--target",
                        t,
                        "--losses",
                        "dice",
                        "--report",
                        report);
        assertEquals(0, run.code(), run.err());
        assertEquals(
                List.of("classes.png", "index.html", "report.json", "slices.png"), names(report));
        BufferedImage slices = ImageIO.read(report.resolve("slices.png").toFile());
        assertTrue(slices.getHeight() < 700, "only the slice with errors: " + slices.getHeight());
        BufferedImage classes = ImageIO.read(report.resolve("classes.png").toFile());
        assertTrue(classes.getHeight() > 700, "both classes: " + classes.getHeight());
    }

    @Test
    void aReportReplacesAnOlderOneAndNothingElse() throws IOException {
        Path other = Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve("report.json"), "old");
        Run run = Run.of("evaluate", "--losses", "dice", "--report", folder);
        assertEquals(0, run.code(), run.err());
        assertEquals("mine", Files.readString(other));
        assertEquals(
                List.of("index.html", "notes.txt", "picture.png", "report.json"), names(folder));
        assertEquals(
                "evaluate",
                new ObjectMapper()
                        .readTree(folder.resolve("report.json").toFile())
                        .get("command")
                        .asText());
    }

    @Test
    void jsonOnStdoutIsAlone() throws IOException {
        Path report = folder.resolve("report");
        Run run = Run.of("evaluate", "--losses", "dice", "--report", report, "--json");
        assertEquals(0, run.code());
        assertEquals(report.toString(), run.json().get("report").asText());

        Path file = folder.resolve("result.json");
        Run both = Run.of("evaluate", "--losses", "dice", "--json", file);
        assertTrue(both.out().contains("mean Dice"), both.out());
        assertFalse(both.out().contains("{"), both.out());
        assertEquals(
                "evaluate", new ObjectMapper().readTree(file.toFile()).get("command").asText());
    }
}
