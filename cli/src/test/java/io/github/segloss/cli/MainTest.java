package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of all commands. */
class MainTest {
    @Test
    void withoutACommandTheHelpIsShown() {
        Run run = Run.of();
        assertEquals(0, run.code());
        for (String command : List.of("evaluate", "verify", "losses", "backends")) {
            assertTrue(run.out().contains(command), run.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "verify", "losses", "backends"})
    void everyCommandHasHelpWithExamplesAndAVersion(String command) {
        Run help = Run.of(command, "--help");
        Run version = Run.of(command, "--version");
        assertAll(
                () -> assertEquals(0, help.code()),
                () -> assertTrue(help.out().contains("Examples:"), help.out()),
                () -> assertTrue(help.out().contains("segloss " + command), help.out()),
                () -> assertTrue(help.out().contains("--json"), help.out()),
                () -> assertEquals(0, version.code()),
                () -> assertTrue(version.out().matches("(?s)segloss \\d+\\..*"), version.out()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "evaluate --frobnicate",
                "evaluate surplus",
                "evaluate --threshold high",
                "evaluate --activation tanh",
                "evaluate --param gamma",
                "verify",
                "verify . --dtype float8",
                "backends surplus"
            })
    void aWrongCommandLineIsOneSentenceAndExitCode2(String line) {
        Run run = Run.of((Object[]) line.split(" "));
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().startsWith("segloss: "), run.err());
        assertTrue(run.err().contains("--help"), run.err());
    }

    @Test
    void aStackTraceIsShownOnlyOnDemand() {
        Run quiet = Run.of("losses", "nope");
        Run loud = Run.of("losses", "nope", "--debug");
        assertEquals(2, quiet.code());
        assertEquals(2, loud.code());
        assertFalse(quiet.err().contains("\tat "), quiet.err());
        assertTrue(loud.err().contains("\tat "), loud.err());
    }
}
