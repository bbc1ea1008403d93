package io.github.segloss.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Reason;
import io.github.segloss.graph.Axes;
import io.github.segloss.tensor.DType;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How the two backends are found, chosen and refused. */
class ProvidersTest {
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @Test
    void bothAreFoundAndOpenblasComesFirst() {
        List<String> names = Backends.providers().stream().map(BackendProvider::name).toList();
        assertTrue(names.indexOf("openblas") >= 0, names::toString);
        assertTrue(names.indexOf("openblas") < names.indexOf("scalar"), names::toString);
    }

    @Test
    void scalarIsTheReference() {
        ScalarBackendProvider provider = new ScalarBackendProvider();
        var available = assertInstanceOf(Availability.Available.class, provider.probe());
        assertTrue(available.capabilities().isReference());
    }

    @Test
    void theDeviceNamesTheLibrary() {
        try (Backend backend = Subjects.openblas(3)) {
            assertTrue(backend.device().name().startsWith("OpenBLAS 0."), backend.device().name());
            assertTrue(
                    backend.device().detail().startsWith("3 threads"), backend.device().detail());
            OpenBlasBackendProvider provider = new OpenBlasBackendProvider();
            assertSame(provider.probe(), provider.probe());
        }
    }

    @Test
    void aPropertySwitchesItOff() {
        System.setProperty("segloss.openblas", "off");
        try {
            OpenBlasBackendProvider provider = new OpenBlasBackendProvider();
            var unavailable = assertInstanceOf(Availability.Unavailable.class, provider.probe());
            assertEquals(Reason.SWITCHED_OFF, unavailable.reason());
            BackendUnavailableException e =
                    assertThrows(
                            BackendUnavailableException.class,
                            () -> Backends.open("openblas", BackendOptions.DEFAULT));
            assertTrue(e.getMessage().contains("-Dsegloss.openblas=off"), e.getMessage());
            try (Backend other = Backends.open("scalar", BackendOptions.DEFAULT)) {
                assertEquals("scalar", other.name());
            }
        } finally {
            System.clearProperty("segloss.openblas");
        }
    }

    /** What another JVM said: its standard output and standard error. */
    private record Said(String out, String err) {}

    private static Said otherJvm(String classPath) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath,
                                Report.class.getName())
                        .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), err);
        return new Said(out, err);
    }

    private static String classPathWithout(String pattern) {
        return Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().matches(pattern))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Run in another JVM: lists the backends, and computes on the best one. */
    static final class Report {
        private Report() {}

        public static void main(String[] args) {
            Backends.probeAll().forEach(c -> System.out.println(c.describe()));
            Calculation c = new Calculation(1, Geometry.of(1, 3), DType.FLOAT32);
            c.output("y", c.pixels("x", Axes.BATCH_SPACE, 1, 2, 3).sum(Axes.SPACE));
            try (Backend backend =
                    Backends.probeAll().stream()
                            .filter(Backends.Candidate::isAvailable)
                            .findFirst()
                            .orElseThrow()
                            .provider()
                            .open(BackendOptions.DEFAULT)) {
                System.out.println(backend.name() + " says " + c.run(backend).get("y")[0]);
            }
        }
    }

    @Test
    void probingIsQuiet() throws Exception {
        Subjects.openblas(1).close(); // skips where it is unavailable
        Said said = otherJvm(CLASS_PATH);
        assertEquals("", said.err());
        List<String> lines = said.out().lines().toList();
        assertEquals(3, lines.size(), said.out());
        assertTrue(lines.get(0).startsWith("openblas: available, OpenBLAS"), said.out());
        assertTrue(lines.get(1).startsWith("scalar: available"), said.out());
        assertEquals("openblas says 6.0", lines.get(2));
    }

    @Test
    void withoutItsNativeLibraryItSaysSoAndTheRestWorks() throws Exception {
        Said said =
                otherJvm(classPathWithout("(openblas|javacpp)-[0-9.-]+-(linux|macosx|windows).*"));
        assertEquals("", said.err());
        List<String> lines = said.out().lines().toList();
        assertEquals(3, lines.size(), said.out());
        assertTrue(
                lines.get(0)
                        .startsWith("openblas: unavailable, the native library of OpenBLAS for "),
                said.out());
        assertTrue(lines.get(0).contains("on the class path"), said.out());
        assertEquals("scalar says 6.0", lines.get(2));
    }

    @Test
    void withoutBytedecoItSaysSoAndTheRestWorks() throws Exception {
        Said said = otherJvm(classPathWithout("(openblas|javacpp)-.*"));
        assertEquals("", said.err());
        List<String> lines = said.out().lines().toList();
        assertEquals(3, lines.size(), said.out());
        assertTrue(lines.get(0).startsWith("openblas: unavailable, the classes of "), said.out());
        assertEquals("scalar says 6.0", lines.get(2));
    }
}
