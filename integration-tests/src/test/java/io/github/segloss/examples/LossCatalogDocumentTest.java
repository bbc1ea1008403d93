package io.github.segloss.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.loss.Family;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.ParameterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/losses.md} is what the definitions of the losses say. After a change run the test with {@code -Dsegloss.update=true}, which writes the file.
 */
class LossCatalogDocumentTest {
    @Test
    void theDocumentIsGeneratedFromTheDefinitions() throws IOException {
        Path file = DocumentedExamplesTest.ROOT.resolve("docs/losses.md");
        String document = document();
        if (Boolean.getBoolean("segloss.update")) {
            Files.writeString(file, document);
        }
        assertEquals(
                document,
                Files.readString(file),
                "docs/losses.md is not up to date: run with -Dsegloss.update=true");
    }

    private static String document() {
        StringBuilder text = new StringBuilder("# Losses\n\n");
        text.append(
                        "Generated from the definitions in the code; `segloss losses --json` has the same facts. ")
                .append("p is the probability, g the target, sums go over the pixels of a region. ")
                .append(
                        "Every loss takes the options of `LossOptions`; what a loss refuses, it says.\n");
        for (Family family : Family.values()) {
            List<LossDefinition> losses =
                    LossCatalog.load().all().stream().filter(d -> d.family() == family).toList();
            if (losses.isEmpty()) {
                continue;
            }
            text.append("\n## ").append(heading(family)).append("\n");
            losses.forEach(loss -> text.append(section(loss)));
        }
        return text.toString();
    }

    private static String heading(Family family) {
        String words = family.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String section(LossDefinition loss) {
        StringBuilder text = new StringBuilder();
        text.append("\n### `").append(loss.id()).append("`: ").append(loss.title()).append("\n\n");
        text.append("```\n").append(loss.formula()).append("\n```\n\n");
        line(text, "Source", loss.source());
        line(text, "For", loss.purpose());
        line(text, "Related", loss.relations());
        line(text, "Traps", loss.traps());
        line(
                text,
                "Laws",
                loss.laws().stream()
                        .sorted()
                        .map(law -> law.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .collect(Collectors.joining(", ")));
        if (!loss.parameters().isEmpty()) {
            text.append("\n| parameter | default | allowed | meaning |\n|---|---|---|---|\n");
            for (ParameterSpec spec : loss.parameters()) {
                text.append("| `")
                        .append(spec.name())
                        .append("` | ")
                        .append(value(spec))
                        .append(" | ")
                        .append(spec.range())
                        .append(" | ")
                        .append(spec.description())
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    private static String value(ParameterSpec spec) {
        if (spec.defaultValue() != null) {
            return spec.defaultValue().toString();
        }
        return spec.isOptional() ? "null" : "required";
    }

    private static void line(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append("- **").append(name).append(":** ").append(value).append("\n");
        }
    }
}
