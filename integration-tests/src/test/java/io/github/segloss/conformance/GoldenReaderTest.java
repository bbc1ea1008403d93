package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.conformance.GoldenCase.LossCase;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden files that are right, wrong, and newer than this reader. */
class GoldenReaderTest {
    /** Binary cross-entropy of logits 0: the value is ln 2, the gradient p - g over the number of pixels. */
    private static final String CASE =
            """
            {"id": "one", "kind": "loss", "loss": "bce_with_logits", "source": "by hand",
             "parameters": {"weight_normalization": "count", "label_smoothing": 0.0, "pos_weight": null},
             "input_kind": "logits", "activation": "sigmoid", "shape": [1, 1, 2], "input": [0, 0.0],
             "target_kind": "binary", "target_shape": [1, 1, 2], "target": [0, 1], "reduction": "mean",
             "value": 0.6931471805599453, "gradient": [0.25, -0.25], "tags": ["1d"],
             "max_finite_difference_error": 0}\
            """;

    @TempDir Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String file(String... cases) {
        return "{\"schema_version\": 1, \"group\": \"g\", \"set\": \"mine\", \"cases\": ["
                + String.join(", ", cases)
                + "]}";
    }

    private GoldenReport verify() {
        try (Session session = Session.on(Reference.open())) {
            return GoldenVerification.run(
                    folder, session, List.of(DType.FLOAT64, DType.FLOAT32), line -> {});
        }
    }

    @Test
    void aCaseIsReadAndPasses() throws IOException {
        GoldenFile file = GoldenReader.read(write("a.json", file(CASE)));
        LossCase c = (LossCase) file.cases().getFirst();
        assertEquals("bce_with_logits", c.loss());
        assertEquals(2, c.input().values().length);
        assertEquals(List.of(), file.ignored());
        GoldenReport report = verify();
        assertTrue(report.ok(), report.toString());
        assertEquals(2, report.cases());
        assertEquals(2, report.losses().size(), "a row for each element type");
    }

    @Test
    void aWrongGradientFailsWithItsPlace() throws IOException {
        write("a.json", file(CASE.replace("0.25, -0.25", "0.25, -0.2500001")));
        GoldenReport report = verify();
        assertFalse(report.ok());
        assertEquals(1, report.passed(), "in float32 that is near enough");
        String failure = report.losses().getFirst().failures().getFirst();
        assertTrue(failure.startsWith("one: gradient at [0, 0, 1]: expected -0.2500001"), failure);
    }

    @Test
    void whatIsNotKnownIsReportedAndNotAFailure() throws IOException {
        String kind =
                CASE.replace("\"loss\", \"loss\"", "\"riddle\", \"loss\"").replace("one", "two");
        String loss = CASE.replace("bce_with_logits", "no_such_loss").replace("one", "three");
        String field =
                CASE.replace("\"source\"", "\"mood\": \"good\", \"source\"").replace("one", "four");
        write("a.json", file(CASE, kind, loss, field));
        GoldenReport report = verify();
        assertTrue(report.ok());
        assertEquals(4, report.cases());
        assertEquals(
                List.of(
                        "kind 'riddle' is not known here",
                        "loss 'no_such_loss' is not known here",
                        "ignored field: four: mood"),
                report.unknown());
    }

    @Test
    void aParameterThatMattersIsNeverDropped() throws IOException {
        write("a.json", file(CASE.replace("\"pos_weight\": null", "\"hardness\": 3")));
        GoldenReport report = verify();
        assertFalse(report.ok());
        String failure = report.losses().getFirst().failures().getFirst();
        assertTrue(
                failure.contains("hardness = 3.0, which is neither an option nor one of"), failure);
    }

    @Test
    void aParameterOutOfRangeIsRefused() throws IOException {
        Path path =
                write(
                        "a.json",
                        file(CASE.replace("\"label_smoothing\": 0.0", "\"label_smoothing\": -1")));
        LossCase c = (LossCase) GoldenReader.read(path).cases().getFirst();
        assertThrows(
                InvalidParameterException.class,
                () -> GoldenParameters.of(LossCatalog.load().definition(c.loss()), c));
    }

    /** Each of these files is wrong in one place, which the message names. */
    @Test
    void malformedFilesAreRefusedInOneSentence() throws IOException {
        List<String[]> wrong = new ArrayList<>();
        wrong.add(new String[] {"{", "is not JSON at line 1"});
        wrong.add(new String[] {"[]", "not an object"});
        wrong.add(new String[] {file(CASE) + " 1", "is not JSON"});
        wrong.add(new String[] {file(CASE, CASE), "two cases have the id 'one'"});
        wrong.add(
                new String[] {
                    file(CASE).replace("\"schema_version\": 1", "\"schema_version\": 2"),
                    "'schema_version' is 2"
                });
        wrong.add(new String[] {file("3"), "case 0: it is not an object"});
        wrong.add(new String[] {change("\"id\": \"one\", ", ""), "case 0: field 'id' is missing"});
        wrong.add(
                new String[] {
                    change("\"sigmoid\"", "\"tanh\""),
                    "case one: field 'activation' is 'tanh'; it must be one of sigmoid"
                });
        wrong.add(
                new String[] {change("[0, 0.0]", "[0]"), "case one: field 'input' has 1 elements"});
        wrong.add(new String[] {change("[0, 0.0]", "[0, \"0\"]"), "'input[1]' is \"0\""});
        wrong.add(new String[] {change("[0, 0.0]", "[0, 1e999]"), "'input[1]' is"});
        wrong.add(new String[] {change("[0, 0.0]", "[0, NaN]"), "is not JSON"});
        wrong.add(
                new String[] {
                    change("\"shape\": [1, 1, 2]", "\"shape\": [1, 1, 0]"), "'shape' holds 0"
                });
        wrong.add(
                new String[] {
                    change("\"shape\": [1, 1, 2]", "\"shape\": [1, 2]"),
                    "case one: field 'shape' is [1, 2]"
                });
        wrong.add(
                new String[] {
                    change(
                            "\"shape\": [1, 1, 2]",
                            "\"shape\": [2147483647, 2147483647, 2147483647]"),
                    "'shape' is"
                });
        wrong.add(
                new String[] {
                    change("\"gradient\": [0.25, -0.25], ", ""),
                    "case one: field 'gradient' is missing"
                });
        wrong.add(
                new String[] {
                    change("\"value\": 0.69", "\"value\": null, \"value_\": 0.69"),
                    "'value' is missing"
                });
        wrong.add(
                new String[] {
                    change("\"pos_weight\": null", "\"pos_weight\": {}"), "'pos_weight' is {}"
                });
        wrong.add(
                new String[] {
                    change("\"source\"", "\"kind\": \"loss\", \"source\""), "Duplicate field 'kind'"
                });
        wrong.add(
                new String[] {change("[0, 0.0]", "[".repeat(40) + "]".repeat(40)), "is not JSON"});
        for (String[] one : wrong) {
            Path path = write("wrong.json", one[0]);
            String message =
                    assertThrows(GoldenFormatException.class, () -> GoldenReader.read(path), one[1])
                            .getMessage();
            assertTrue(message.startsWith(path.toString()), message);
            assertTrue(message.contains(one[1]), message);
            assertFalse(message.contains("\n"), message);
        }
    }

    private static String change(String from, String to) {
        assertTrue(CASE.contains(from), from);
        return file(CASE.replace(from, to));
    }

    @Test
    void aFolderWithoutGoldenFilesIsRefused() throws IOException {
        assertThrows(GoldenFormatException.class, () -> GoldenReader.files(folder));
        assertThrows(GoldenFormatException.class, () -> GoldenReader.files(folder.resolve("none")));
        assertThrows(
                GoldenFormatException.class, () -> GoldenReader.read(folder.resolve("none.json")));
    }
}
