package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the backend is available, what it says when it is not, and every vector size, each in a JVM of its own. */
class VectorBackendProviderTest {
    private static final String MODULE = "--add-modules=jdk.incubator.vector";

    private static String java(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Child.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }

    /** Prints whether the backend is available and, if so, how far it is from the scalar one. */
    static final class Child {
        public static void main(String[] args) {
            Availability answer = new VectorBackendProvider().probe();
            if (answer instanceof Availability.Unavailable(var reason, String detail, _)) {
                System.out.println(reason + ": " + detail);
                return;
            }
            Random random = new Random(1);
            float[] values = new float[2 * 3 * 1031];
            byte[] labels = new byte[2 * 1031];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * 4;
            }
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) random.nextInt(3);
            }
            Tensor x = Tensor.wrap(values, 2, 3, 1031);
            Tensor t = Tensor.wrap(labels, 2, 1031);
            try (Session vector = Session.open("vector");
                    Session scalar = Session.open("scalar")) {
                for (SampleLosses loss : SampleLosses.values()) {
                    if (loss.isBinary()) {
                        continue;
                    }
                    var a = vector.loss(loss, loss.options(3)).evaluate(x, t);
                    var b = scalar.loss(loss, loss.options(3)).evaluate(x, t);
                    double[] g = a.gradient().toDoubleArray();
                    double[] h = b.gradient().toDoubleArray();
                    double largest = Arrays.stream(h).map(Math::abs).max().orElse(0);
                    for (int i = 0; i < g.length; i++) {
                        // Of LOVASZ the ranks of nearly equal errors differ between the precisions.
                        if (loss != SampleLosses.LOVASZ
                                && !(Math.abs(g[i] - h[i]) <= 1e-5 * largest)) {
                            System.out.println("LOSS " + loss + " differs at " + i);
                        }
                    }
                    if (!(Math.abs(a.value() - b.value()) <= 1e-6 * Math.abs(b.value()))) {
                        System.out.println(
                                "LOSS " + loss + ": " + a.value() + " is not " + b.value());
                    }
                }
                System.out.println("agrees on " + vector.backend().device().detail());
            }
        }
    }

    @Test
    void isFoundAndAvailable() {
        assertEquals(
                "vector",
                Backends.probeAll().stream()
                        .filter(Backends.Candidate::isAvailable)
                        .findFirst()
                        .orElseThrow()
                        .provider()
                        .name());
        try (var backend = Backends.open("vector", new BackendOptions(3, 0))) {
            assertTrue(backend.device().detail().endsWith("3 threads"), backend.device().detail());
        }
    }

    @Test
    void saysThatTheModuleIsMissing() throws Exception {
        String text = java();
        assertTrue(text.contains("MODULE_MISSING") && text.contains("--add-modules"), text);
    }

    @Test
    void saysThatTheCompilerIsMissing() throws Exception {
        String text = java(MODULE, "-XX:TieredStopAtLevel=1");
        assertTrue(text.contains("JVM_UNSUPPORTED"), text);
        String interpreted = java(MODULE, "-Xint");
        assertTrue(interpreted.contains("JVM_UNSUPPORTED"), interpreted);
    }

    @Test
    void refusesAnUnknownVectorSize() throws Exception {
        String text = java(MODULE, "-Dsegloss.vector.bits=100");
        assertTrue(text.contains("is not one of 128, 256 and 512"), text);
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void everyVectorSize(int bits) throws Exception {
        String text = java(MODULE, "-Dsegloss.vector.bits=" + bits);
        assertTrue(text.contains("agrees on " + bits + "-bit vectors"), text);
        assertFalse(text.contains("LOSS "), text);
    }
}
