package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void writesATableAndJson(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("bench.json");
        int code =
                run(
                        "bench",
                        "--quick",
                        "--calls",
                        "3",
                        "--seconds",
                        "300",
                        "--shrink",
                        "32",
                        "--workload",
                        "w8",
                        "--backend",
                        "scalar",
                        "--threads",
                        "1",
                        "--caches",
                        "warm",
                        "--json",
                        file.toString());
        assertEquals(ExitCode.FINE, code, err::toString);
        assertTrue(out.toString().contains("ns/logit"), out::toString);
        assertTrue(err.toString().contains("W8, Lovasz-softmax"), err::toString);
        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        assertEquals("bench", json.get("command").asText());
        assertTrue(json.get("commandLine").asText().startsWith("segloss bench --quick"));
        assertTrue(json.get("device").get("processors").asInt() > 0);
        assertEquals("warm", json.get("caches").asText());
        assertTrue(out.toString().contains("warm caches"), out::toString);
        assertTrue(json.hasNonNull("jvm") && json.hasNonNull("date"));
        JsonNode hand = json.get("results").get(0);
        assertEquals("by hand", hand.get("by").asText());
        assertTrue(hand.get("medianMs").asDouble() > 0);
        assertTrue(hand.get("bandwidthFraction").isNull());
    }

    @Test
    void namesTheWorkloadsAndBackendsThatThereAre() {
        assertEquals(ExitCode.BAD_INPUT, run("bench", "--quick", "--workload", "W77"));
        assertTrue(err.toString().contains("W6C21"), err::toString);
        assertEquals(ExitCode.BAD_INPUT, run("bench", "--quick", "--backend", "abacus"));
        assertTrue(err.toString().contains("scalar"), err::toString);
    }
}
