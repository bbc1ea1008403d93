package io.github.segloss.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Test data that is not part of the repository: in {@code shared} beside it, or beside one of its parents. */
final class SharedData {
    private SharedData() {}

    /** A folder of the shared data; the test is skipped where there is none. */
    static Path folder(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared").resolve(name);
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        return Assumptions.abort(
                "there is no folder shared/"
                        + name
                        + " in "
                        + Path.of("").toAbsolutePath()
                        + " or above it");
    }
}
