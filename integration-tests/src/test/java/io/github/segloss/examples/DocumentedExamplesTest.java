package io.github.segloss.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The examples of README and CONTRIBUTING are these sources, to the letter, and they do what the documents say. */
class DocumentedExamplesTest {
    static final Path ROOT = root();

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("CONTRIBUTING.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** What stands in a source between a marker and its end, without the indent of the marker. */
    private static String excerpt(String file, String document, String marker) throws IOException {
        Path source =
                ROOT.resolve("integration-tests/src/test/java/io/github/segloss/examples/" + file);
        String text = Files.readString(source);
        int mark = text.indexOf("// " + document + ": " + marker + "\n");
        assertTrue(mark >= 0, () -> file + " has no marker '" + marker + "'");
        int indent = mark - text.lastIndexOf('\n', mark) - 1;
        int start = text.indexOf('\n', mark) + 1;
        int end = text.lastIndexOf('\n', text.indexOf("// " + document + ": end", start));
        return text.substring(start, end)
                .lines()
                .map(line -> line.isBlank() ? "" : line.substring(Math.min(indent, line.length())))
                .collect(Collectors.joining("\n"));
    }

    private static void assertShown(String document, String excerpt) throws IOException {
        String text = Files.readString(ROOT.resolve(document + ".md"));
        assertTrue(
                text.contains("```java\n" + excerpt + "\n```"),
                () -> document + " does not show:\n" + excerpt);
    }

    @Test
    void theDocumentsShowTheseSources() throws IOException {
        assertShown("README", excerpt("ComputeALoss.java", "README", "compute a loss"));
        assertShown("README", excerpt("BrierLoss.java", "README", "define a loss"));
        assertShown("CONTRIBUTING", excerpt("BrierLosses.java", "CONTRIBUTING", "register a loss"));
    }

    @Test
    void theFirstExampleComputesALoss() {
        Random random = new Random(1);
        float[] logits = new float[2 * 4 * 64 * 64];
        byte[] labels = new byte[2 * 64 * 64];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        random.nextBytes(labels);
        for (int i = 0; i < labels.length; i++) {
            labels[i] &= 3;
        }
        float[] gradient = new float[logits.length];
        double value = ComputeALoss.run(logits, labels, gradient);
        assertTrue(value > 0.5 && value < 1, "Dice of noise is poor: " + value);
        double sum = 0;
        for (float g : gradient) {
            sum += Math.abs(g);
        }
        assertTrue(sum > 0);
    }

    @Test
    void aLossOfOnesOwnHasItsGradient() {
        double[] x = {0.3, -1.2, 2.0, 0.1, 0.7, -0.4};
        byte[] labels = {1, 0, 1};
        try (Session session = Session.open("scalar")) {
            LossFunction brier = session.loss(new BrierLoss(0.7), LossOptions.softmax());
            Tensor target = Tensor.wrap(labels, 1, 3);
            LossResult result = brier.evaluate(Tensor.wrap(x, 1, 2, 3), target);
            double expected = 0;
            for (int i = 0; i < 3; i++) {
                double p1 = 1 / (1 + Math.exp(x[i] - x[i + 3]));
                expected += 0.7 * 2 * Math.pow(labels[i] - p1, 2) / 3;
            }
            assertEquals(expected, result.value(), 1e-14);
            for (int i = 0; i < x.length; i++) {
                double slope =
                        (valueAt(brier, x, i, 1e-6, target) - valueAt(brier, x, i, -1e-6, target))
                                / 2e-6;
                assertEquals(slope, result.gradient().doubleAt(i), 1e-8);
            }
            assertEquals(
                    2 * result.value(),
                    brier.with("weight", 1.4).evaluate(Tensor.wrap(x, 1, 2, 3), target).value(),
                    1e-14);
        }
    }

    private static double valueAt(
            LossFunction loss, double[] x, int i, double step, Tensor target) {
        double[] moved = x.clone();
        moved[i] += step;
        return loss.value(LossInputs.of(Tensor.wrap(moved, 1, 2, 3), target)).value();
    }

    @Test
    void theRegisteredLossIsTheSame() {
        Loss brier = new BrierLosses().definitions().getFirst().create(Map.of("weight", 0.7));
        assertEquals(new BrierLoss(0.7), brier);
        assertEquals("brier", brier.id());
    }
}
