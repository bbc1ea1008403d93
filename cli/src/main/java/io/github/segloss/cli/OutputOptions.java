package io.github.segloss.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command has: JSON instead of text, and stack traces on demand. */
final class OutputOptions {
    static final String STDOUT = "-";

    @Option(
            names = "--json",
            arity = "0..1",
            paramLabel = "FILE",
            fallbackValue = STDOUT,
            preprocessor = JsonFileArgument.class,
            description =
                    "Write the result as JSON to FILE, or to stdout instead of the text if no FILE (or -) is given.")
    private @Nullable String json;

    @Option(names = "--debug", description = "Show the stack trace of an error.")
    private boolean debug;

    /** {@return whether stdout is for JSON only} */
    boolean isTextOff() {
        return STDOUT.equals(json);
    }

    /** Fails where the JSON could not be written, before any work is done. */
    void check() {
        if (json != null && !isTextOff()) {
            OutputFiles.requireWritable(Path.of(json), "the JSON file");
        }
    }

    /** Writes text to stdout unless stdout is for JSON, and JSON where it was asked for. */
    void write(Console console, String text, JsonNode tree) {
        if (json != null && !isTextOff()) {
            OutputFiles.replace(Path.of(json), Json.text(tree), "the JSON file");
        }
        console.out().print(isTextOff() ? Json.text(tree) : text);
        console.out().flush();
    }
}
