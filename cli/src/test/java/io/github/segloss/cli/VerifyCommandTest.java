package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code verify}. */
class VerifyCommandTest {
    /** BCE of the logit 0 against 1: ln 2, with gradient -1/2. */
    private static final String CASE =
            """
            {"schema_version": 1, "group": "%1$s", "set": "visible", "cases": [
              {"id": "tiny-1", "kind": "loss", "loss": "%1$s", "source": "by hand", "parameters": {},
               "input_kind": "logits", "activation": "sigmoid", "shape": [1, 1, 1], "input": [0.0],
               "target_kind": "binary", "target_shape": [1, 1, 1], "target": [1],
               "reduction": "mean", "value": %2$s, "gradient": [-0.5], "tags": [],
               "max_finite_difference_error": 0.0}]}
            """;

    private static final String LN_2 = "0.6931471805599453";

    @TempDir private Path folder;

    private void write(String loss, String value) throws IOException {
        Files.writeString(folder.resolve(loss + ".json"), CASE.formatted(loss, value));
    }

    @Test
    void passedCasesGiveARowForEachTypeAndASummary() throws IOException {
        write("bce_with_logits", LN_2);
        Run run = Run.of("verify", folder, "--backend", "scalar");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("bce_with_logits  float64"), run.out());
        assertTrue(run.out().contains("bce_with_logits  float32"), run.out());
        assertTrue(
                run.out().strip().endsWith("scalar: 2 of 2 cases passed, 0 not checked"),
                run.out());
    }

    @Test
    void aWrongValueFails() throws IOException {
        write("bce_with_logits", "0.6931");
        Run run = Run.of("verify", folder, "--dtype", "float64", "--json");
        assertEquals(1, run.code(), run.err());
        JsonNode row = run.json().get("backends").get(0).get("losses").get(0);
        assertEquals(1, row.get("cases").asInt());
        assertEquals(0, row.get("passed").asInt());
        assertEquals(4.7e-5, row.get("worstValueError").asDouble(), 1e-6);
        assertTrue(row.get("failures").get(0).asText().contains("tiny-1"));
    }

    @Test
    void anUnknownLossIsListedAndDoesNotFail() throws IOException {
        write("bce_with_logits", LN_2);
        write("new_loss_of_tomorrow", LN_2);
        Run run = Run.of("verify", folder, "--backend", "scalar", "--dtype", "float32");
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("new_loss_of_tomorrow"), run.out());
        assertTrue(
                run.out().strip().endsWith("scalar: 1 of 1 cases passed, 1 not checked"),
                run.out());
    }

    @Test
    void theFolderMayFollowJson() throws IOException {
        write("bce_with_logits", LN_2);
        Run run = Run.of("verify", "--json", folder);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.json().get("isOk").asBoolean());
    }

    @Test
    void badFoldersFilesAndBackendsAreRefused() throws IOException {
        assertRefused(Run.of("verify", folder.resolve("missing")), "missing");
        assertRefused(Run.of("verify", folder), folder.toString());
        write("bce_with_logits", LN_2);
        assertRefused(Run.of("verify", folder, "--backend", "abacus"), "abacus");
        Files.writeString(folder.resolve("broken.json"), "{\"cases\": [");
        assertRefused(Run.of("verify", folder), "broken.json");
    }

    private static void assertRefused(Run run, String name) {
        assertEquals(2, run.code(), run.err());
        assertEquals("", run.out());
        assertTrue(run.reason().contains(name), run.err());
    }
}
