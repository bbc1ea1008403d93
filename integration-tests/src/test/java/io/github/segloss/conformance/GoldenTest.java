package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The golden files on every backend with every element type that it has. */
class GoldenTest {
    @TestFactory
    Stream<DynamicTest> golden() {
        return folder("golden");
    }

    @TestFactory
    Stream<DynamicTest> goldenStress() {
        return folder("golden-stress");
    }

    private static Stream<DynamicTest> folder(String name) {
        return OurBackends.names().stream()
                .flatMap(backend ->
                        Stream.of(DType.FLOAT64, DType.FLOAT32, DType.FLOAT16, DType.BFLOAT16)
                                .map(type ->
                                        dynamicTest(
                                                name + "_" + backend + "_" + type,
                                                () -> verify(name, backend, type))));
    }

    private static void verify(String folder, String backend, DType type) {
        Path path = SharedData.folder(folder);
        try (Session session = OurBackends.open(backend)) {
            Assumptions.assumeTrue(
                    session.backend().capabilities().predictions().contains(type),
                    () -> "backend '" + backend + "' has no predictions of " + type);
            GoldenReport report = GoldenVerification.run(path, session, List.of(type), line -> {});
            List<String> failures =
                    report.losses().stream()
                            .flatMap(loss -> loss.failures().stream())
                            .limit(20)
                            .toList();
            assertTrue(
                    report.ok(),
                    () ->
                            report.passed()
                                    + " of "
                                    + report.cases()
                                    + " cases pass:\n"
                                    + String.join("\n", failures));
            assertEquals(List.of(), report.unknown());
        }
    }
}
