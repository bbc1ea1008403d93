package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.conformance.GoldenReader;
import io.github.segloss.conformance.GoldenReport;
import io.github.segloss.conformance.GoldenVerification;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All golden cases on the emulated device, each file with float32 and float64. */
class GoldenTest {
    @TempDir private static Path alone;

    @TestFactory
    Stream<DynamicTest> golden() {
        return files("golden");
    }

    @TestFactory
    Stream<DynamicTest> goldenStress() {
        return files("golden-stress");
    }

    private static Stream<DynamicTest> files(String name) {
        Emulation.require();
        Path folder = shared(name);
        return SideBySide.run(
                GoldenReader.files(folder).stream()
                        .flatMap(file ->
                                Stream.of(DType.FLOAT32, DType.FLOAT64)
                                        .map(type ->
                                                dynamicTest(
                                                        name
                                                                + " "
                                                                + file.getFileName()
                                                                + " "
                                                                + type,
                                                        () -> verify(file, type))))
                        .toList());
    }

    /** The folder of the data that the project shares, beside a folder above this one. */
    private static Path shared(String name) {
        Path up = Path.of("").toAbsolutePath();
        while (up != null && !Files.isDirectory(up.resolve("shared").resolve(name))) {
            up = up.getParent();
        }
        assumeTrue(up != null, "there is no folder shared/" + name + " above this one");
        return up.resolve("shared").resolve(name);
    }

    /** Verification takes a folder, so the file is copied into one of its own. */
    private static void verify(Path file, DType type) throws IOException {
        Path folder =
                Files.createDirectories(
                        alone.resolve(file.getParent().getFileName() + "-" + type)
                                .resolve(file.getFileName() + ".d"));
        Files.copy(file, folder.resolve(file.getFileName()));
        try (Session session =
                Session.on(new EmulatedBackendProvider().open(BackendOptions.DEFAULT))) {
            GoldenReport report =
                    GoldenVerification.run(folder, session, List.of(type), line -> {});
            List<String> failures =
                    report.losses().stream().flatMap(loss -> loss.failures().stream()).toList();
            assertTrue(report.ok(), () -> String.join("\n", failures));
            assertEquals(List.of(), report.unknown());
        }
    }
}
