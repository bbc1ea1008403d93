package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input gives one sentence that names the thing, the value and what is allowed, exit code 2, nothing on stdout and no file. */
class BadInputTest {
    @TempDir private Path folder;
    private Path report;
    private Path prediction;
    private Path target;
    private TinyFiles files;

    @BeforeEach
    void files() {
        files = new TinyFiles(folder);
        report = folder.resolve("report");
        prediction = files.floats("p.npy", new double[] {0.1, 0.9, 0.4, 0.2}, 2, 2);
        target = files.bytes("t.npy", new int[] {0, 1, 1, 0}, 2, 2);
    }

    /** Runs with a report, whose folder must not appear. */
    private void assertRefused(List<?> words, String... parts) {
        Object[] line = new Object[words.size() + 3];
        line[0] = "evaluate";
        for (int i = 0; i < words.size(); i++) {
            line[i + 1] = words.get(i);
        }
        line[line.length - 2] = "--report";
        line[line.length - 1] = report;
        Run run = Run.of(line);
        assertEquals(2, run.code(), run.out() + run.err());
        assertEquals("", run.out());
        for (String part : parts) {
            assertTrue(run.reason().contains(part), "'" + part + "' is not in: " + run.err());
        }
        assertFalse(run.err().contains("\tat "), run.err());
        assertFalse(Files.exists(report), "no half-written report");
    }

    private List<?> files(Path p, Path t, Object... more) {
        Object[] words = {"--prediction", p, "--target", t};
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return List.of(all);
    }

    @Test
    void wrongRankOrShape() {
        Path wide = files.floats("wide.npy", new double[6], 2, 3);
        assertRefused(files(wide, target), "wide.npy", "[2, 3]", "t.npy", "[2, 2]");
        Path deep = files.floats("deep.npy", new double[16], 2, 2, 2, 2);
        assertRefused(files(deep, target), "deep.npy", "[2, 2, 2, 2]", "--spatial-axes");
        Path line = files.floats("line.npy", new double[2], 2);
        assertRefused(files(line, target), "line.npy", "[2]", "2 spatial axes");
        Path three = files.bytes("three.npy", new int[12], 3, 2, 2);
        Path two = files.floats("two.npy", new double[8], 2, 2, 2);
        assertRefused(files(two, three, "--spatial-axes", 2), "three.npy", "3 channels", "two.npy");
    }

    @Test
    void mismatchedGrids() {
        int[] labels = {0, 1, 0, 1};
        Path here = files.volume("here.nii", TinyFiles.affine(0), labels, 1, 2, 2);
        Path there = files.volume("there.nii", TinyFiles.affine(5), labels, 1, 2, 2);
        assertRefused(
                files(here, there),
                "here.nii",
                "there.nii",
                "1.0, 0.0, 0.0, 0.0",
                "1.0, 0.0, 0.0, 5.0");
        Path larger = files.volume("larger.nii", TinyFiles.affine(0), new int[8], 2, 2, 2);
        assertRefused(files(larger, here), "larger.nii", "[2, 2, 2]", "here.nii", "[1, 2, 2]");
    }

    @Test
    void labelOutside() {
        Path three = files.bytes("three.npy", new int[] {0, 1, 3, 0}, 2, 2);
        assertRefused(files(prediction, three), "three.npy", "label 3", "[1, 0]", "0 or 1");
        Path logits =
                files.floats(
                        "logits.npy", new double[] {5, 1, 2, 3, -4, 5, 6, 7, 8, 9, 1, 2}, 3, 2, 2);
        assertRefused(files(logits, three), "three.npy", "label 3", "[1, 0]", "0 to 2");
        Path negative = files.floats("negative.npy", new double[] {0, -2, 1, 1}, 2, 2);
        assertRefused(files(target, negative), "negative.npy", "label -2", "[0, 1]", "at least 0");
        assertRefused(
                files(prediction, three, "--ignore-index", 4), "label 3", "the ignore index 4");
    }

    @Test
    void nanInLogitsAndProbabilitiesOutside() {
        Path nan = files.floats("nan.npy", new double[] {3, -4, Double.NaN, 1}, 2, 2);
        assertRefused(files(nan, target), "nan.npy", "NaN", "[1, 0]", "finite");
        Path high = files.floats("high.npy", new double[] {0.3, 1.5, 0.2, 1}, 2, 2);
        assertRefused(
                files(high, target, "--activation", "none"),
                "high.npy",
                "1.5",
                "[0, 1]",
                "in [0, 1]");
        assertRefused(
                files(high, target, "--prediction-kind", "labels"), "high.npy", "label map", "1.5");
        assertRefused(files(prediction, target, "--activation", "softmax"), "softmax", "p.npy");
    }

    @Test
    void wrongClassWeightsAndClasses() {
        assertRefused(
                files(prediction, target, "--class-weights", "1,2,3"), "3 values", "2 classes");
        assertRefused(files(prediction, target, "--class-weights", "1,-2"), "-2.0", "at least 0");
        assertRefused(files(prediction, target, "--classes", "5"), "class 5", "0, 1");
        assertRefused(files(prediction, target, "--classes", "some"), "'some'", "foreground");
    }

    @Test
    void unknownLossOrParameterAndParameterOutOfRange() {
        assertRefused(List.of("--losses", "nope"), "'nope'", "dice");
        assertRefused(List.of("--losses", "dice", "--param", "gamma=2"), "'gamma'", "smooth_nr");
        assertRefused(
                List.of("--losses", "dice", "--param", "smooth_nr=-1"),
                "smooth_nr",
                "-1.0",
                "at least 0");
        assertRefused(
                List.of("--losses", "dice", "--param", "squared=perhaps"),
                "squared",
                "perhaps",
                "true or false");
        assertRefused(List.of("--picture-losses", "nope"), "'nope'");
    }

    @Test
    void truncatedCorruptAndMissingFiles() throws IOException {
        byte[] bytes = Files.readAllBytes(prediction);
        Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(bytes, bytes.length - 3));
        assertRefused(files(cut, target), "cut.npy");
        Path noise =
                Files.write(folder.resolve("noise.nii.gz"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertRefused(files(prediction, noise), "noise.nii.gz", "NPY");
        assertRefused(files(folder.resolve("none.npy"), target), "none.npy", "does not exist");
        assertRefused(List.of("--target", target), "--prediction");
        assertRefused(List.of("--prediction", prediction), "--target");
    }

    @Test
    void badMasksAndWeights() {
        Path grey = files.bytes("grey.npy", new int[] {0, 1, 2, 0}, 2, 2);
        assertRefused(
                files(prediction, target, "--mask", grey), "grey.npy", "2.0", "[1, 0]", "0 or 1");
        Path negative = files.floats("w.npy", new double[] {1, 1, -0.5, 1}, 2, 2);
        assertRefused(
                files(prediction, target, "--weights", negative),
                "w.npy",
                "-0.5",
                "[1, 0]",
                "at least 0");
    }

    @Test
    void optionsThatContradict() {
        Path labels = files.bytes("labels.npy", new int[] {0, 1, 1, 1}, 2, 2);
        assertRefused(
                files(labels, target, "--threshold", 0.4), "--threshold", "0.4", "labels.npy");
        assertRefused(List.of("--threshold", 1), "1.0", "below 1");
        assertRefused(List.of("--spatial-axes", 4), "4", "1, 2 or 3");
        assertRefused(files(prediction, target, "--seed", 3), "--seed", "--target");
        assertRefused(List.of("--phantom", "4d"), "'4d'", "2d or 3d");
        assertRefused(List.of("--ignore-index", 3), "--ignore-index");
        assertRefused(List.of("--backend", "abacus"), "abacus", "scalar");
    }

    @Test
    void unwritableReportFolder() {
        Path below = target.resolve("report"); // below a file
        Run run = Run.of("evaluate", "--report", below);
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.reason().contains(below.toString()), run.err());
        assertEquals(2, Run.of("evaluate", "--report", target).code(), "a file is no folder");
        assertTrue(Files.isRegularFile(target));
    }
}
