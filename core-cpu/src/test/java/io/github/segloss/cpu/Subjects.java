package io.github.segloss.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.tensor.DType;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** The backends under test. */
final class Subjects {
    private Subjects() {}

    static Backend scalar() {
        return new ScalarBackendProvider().open(BackendOptions.DEFAULT);
    }

    /** The OpenBLAS backend; the test is skipped with the reason where it is unavailable. */
    static Backend openblas(int threads) {
        OpenBlasBackendProvider provider = new OpenBlasBackendProvider();
        if (provider.probe() instanceof Availability.Unavailable(_, String detail, _)) {
            Assumptions.abort("openblas is unavailable: " + detail);
        }
        return provider.open(new BackendOptions(threads, 0));
    }

    static Backend open(String name) {
        return name.equals(ScalarBackendProvider.NAME) ? scalar() : openblas(2);
    }

    /** A test on one backend with one element type. */
    interface Body {
        void run(Backend backend, DType type);
    }

    /** The test on both backends in float32 and float64. */
    static Stream<DynamicTest> onBoth(Body body) {
        return Stream.of(ScalarBackendProvider.NAME, OpenBlasBackendProvider.NAME)
                .flatMap(name ->
                        Stream.of(DType.FLOAT32, DType.FLOAT64)
                                .map(type ->
                                        dynamicTest(
                                                name + " " + type,
                                                () -> {
                                                    try (Backend backend = open(name)) {
                                                        body.run(backend, type);
                                                    }
                                                })));
    }

    /** The rounding of one element type, with room for a few operations. */
    static double tolerance(DType type) {
        return switch (type) {
            case FLOAT64 -> 1e-14;
            case FLOAT32 -> 5e-7;
            case FLOAT16 -> 2e-3;
            case BFLOAT16 -> 2e-2;
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    static void assertClose(double[] expected, double[] found, double relative, String what) {
        assertEquals(expected.length, found.length, what);
        double largest = 1e-300;
        for (double e : expected) {
            if (Double.isFinite(e)) {
                largest = Math.max(largest, Math.abs(e));
            }
        }
        for (int i = 0; i < expected.length; i++) {
            double e = expected[i];
            double f = found[i];
            if (!Double.isFinite(e) || !Double.isFinite(f)) {
                assertEquals(e, f, what + " at " + i);
            } else if (!(Math.abs(e - f) <= relative * largest)) {
                fail(what + " at " + i + " is " + f + ", not " + e + " (largest " + largest + ")");
            }
        }
        assertTrue(found.length > 0, what);
    }
}
