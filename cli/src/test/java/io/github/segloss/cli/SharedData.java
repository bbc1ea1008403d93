package io.github.segloss.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Data beside the checkout, which is not part of it. */
final class SharedData {
    private SharedData() {}

    /** The path below {@code shared}; skips the test, saying so, where it is absent. */
    static Path path(String below) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("shared/golden"))) {
            folder = folder.getParent();
        }
        assumeTrue(folder != null, "there is no folder shared/golden above the working directory");
        Path path = folder.resolve("shared").resolve(below);
        assumeTrue(Files.exists(path), "shared/" + below + " is absent");
        return path;
    }
}
