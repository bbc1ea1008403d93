package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is said and returned where a backend is missing or fails. */
class BackendFailureTest {
    @Test
    void aMissingBackendIsListedWithItsReason() throws IOException {
        assertTrue(Run.of("backends").out().contains("missing: unavailable, the toy was lost"));
        String reason = "";
        for (JsonNode backend : Run.of("backends", "--json").json().get("backends")) {
            if (backend.get("name").asText().equals("missing")) {
                reason = backend.get("reason").asText();
            }
        }
        assertEquals("DEVICE_MISSING", reason);
    }

    @Test
    void aMissingBackendThatWasNamedIsNotReplaced() {
        assertRefused(Run.of("evaluate", "--backend", "missing"));
        assertRefused(Run.of("verify", ".", "--backend", "missing"));
    }

    private static void assertRefused(Run run) {
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.reason().contains("the toy was lost"), run.err());
    }

    @Test
    void lossesThatTheBackendCannotRunHaveFailed() throws IOException {
        Run run =
                Run.of("evaluate", "--backend", "uncompiling", "--losses", "dice,focal", "--json");
        assertEquals(1, run.code(), run.err());
        for (JsonNode loss : run.json().get("losses")) {
            assertEquals("failed", loss.get("status").asText());
            assertTrue(loss.get("reason").asText().contains("compiles nothing"));
        }
        assertTrue(run.json().get("meanDice").asDouble() > 0.5, "decisions need no backend");
    }
}
