package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code backends} and {@code losses}. */
class CatalogCommandsTest {
    @TempDir private Path folder;

    @Test
    void theReferenceBackendIsListedWithItsAbilities() throws IOException {
        Run text = Run.of("backends");
        assertEquals(0, text.code());
        assertTrue(text.out().contains("scalar: available"), text.out());
        assertTrue(text.out().contains("float64"), text.out());

        JsonNode backends = Run.of("backends", "--json").json().get("backends");
        JsonNode scalar = null;
        for (JsonNode backend : backends) {
            boolean isAvailable = backend.get("isAvailable").asBoolean();
            assertEquals(
                    !isAvailable, backend.has("detail"), "a reason if and only if unavailable");
            scalar = backend.get("name").asText().equals("scalar") ? backend : scalar;
        }
        assertTrue(scalar != null && scalar.get("isReference").asBoolean());
        assertEquals(5, scalar.get("labels").size());
    }

    @Test
    void everyLossIsDescribed() throws IOException {
        String text = Run.of("losses").out();
        JsonNode losses = Run.of("losses", "--json").json().get("losses");
        assertEquals(LossCatalog.load().all().size(), losses.size());
        for (LossDefinition loss : LossCatalog.load().all()) {
            assertTrue(text.contains(loss.id() + ": " + loss.title()), loss.id());
            assertTrue(text.contains(loss.formula()), loss.id());
            assertTrue(text.contains(loss.source()), loss.id());
        }
    }

    @Test
    void aLossIsDescribedWithDefaultsAndRanges() throws IOException {
        Run text = Run.of("losses", "dice");
        assertEquals(0, text.code());
        assertTrue(text.out().contains("smooth_nr"), text.out());
        assertTrue(text.out().contains("a number at least 0"), text.out());
        assertFalse(text.out().contains("lovasz"), text.out());

        JsonNode dice = Run.of("losses", "dice", "--json").json().get("losses").get(0);
        JsonNode smooth = dice.get("parameters").get(0);
        assertEquals("smooth_nr", smooth.get("name").asText());
        assertEquals(1e-5, smooth.get("default").asDouble());
        assertFalse(dice.get("laws").isEmpty());
    }

    @Test
    void theWordAfterJsonIsALossOrAFile() throws IOException {
        JsonNode one = Run.of("losses", "--json", "dice").json();
        assertEquals("dice", one.get("losses").get(0).get("id").asText());

        Path file = folder.resolve("losses.json");
        Run run = Run.of("losses", "--json", file, "dice");
        assertEquals(0, run.code());
        assertTrue(run.out().contains("Dice loss"), "the text stays when JSON goes to a file");
        assertEquals(1, new ObjectMapper().readTree(file.toFile()).get("losses").size());
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count(), "no temporary file is left");
        }
    }

    @Test
    void unknownLossesAreRefusedWithTheKnownOnes() {
        Run run = Run.of("losses", "dice", "nope", "--json");
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.reason().contains("'nope'"), run.err());
        assertTrue(run.reason().contains("focal_tversky"), run.err());
    }

    @Test
    void anUnwritableJsonFileIsRefused() {
        Path file = folder.resolve("missing/losses.json");
        Run run = Run.of("losses", "--json", file);
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.reason().contains(file.toString()), run.err());
    }
}
