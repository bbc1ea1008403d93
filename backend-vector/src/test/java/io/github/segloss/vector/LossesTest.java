package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole losses: agreement with the scalar backend, and the same bits whatever the threads and however warm. */
class LossesTest {
    private static Tensor logits(DType type, long... shape) {
        Random random = new Random(11);
        Tensor tensor = Tensor.zeros(type, Shape.of(shape));
        for (long i = 0; i < tensor.shape().elements(); i++) {
            tensor.set(i, random.nextGaussian() * (i % 7 == 0 ? 20 : 3));
        }
        return tensor;
    }

    private static Tensor labels(int classes, long... shape) {
        Random random = new Random(12);
        Tensor tensor = Tensor.zeros(DType.UINT8, Shape.of(shape));
        for (long i = 0; i < tensor.shape().elements(); i++) {
            tensor.set(i, random.nextInt(classes));
        }
        return tensor;
    }

    private static Session vector(int threads) {
        return Session.on(new VectorBackendProvider().open(new BackendOptions(threads, 0)));
    }

    @ParameterizedTest
    @EnumSource(SampleLosses.class)
    void agreesWithScalar(SampleLosses loss) {
        try (Session scalar = Session.open("scalar");
                Session vector = vector(2)) {
            for (int channels : new int[] {1, 2, 4, 21}) {
                if (!loss.takes(channels) || loss.isBinary() && channels > 1) {
                    continue;
                }
                for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
                    Tensor x = logits(type, 2, channels, 37, 41);
                    Tensor t = labels(Math.max(2, channels), 2, 37, 41);
                    LossOptions options = loss.options(channels);
                    LossResult expected = scalar.loss(loss, options).evaluate(x, t);
                    LossResult actual = vector.loss(loss, options).evaluate(x, t);
                    boolean isDouble = type == DType.FLOAT64;
                    // Ranks of nearly equal keys differ between float32 and float64.
                    double lenient = loss == SampleLosses.LOVASZ ? 10 : 1;
                    double value = isDouble ? 1e-12 : 1e-6;
                    assertEquals(
                            expected.value(),
                            actual.value(),
                            value * Math.abs(expected.value()),
                            loss + " " + channels + " " + type);
                    double[] g = expected.gradient().toDoubleArray();
                    double[] h = actual.gradient().toDoubleArray();
                    double scale = 0;
                    for (double each : g) {
                        scale = Math.max(scale, Math.abs(each));
                    }
                    assertArrayEquals(
                            g,
                            h,
                            (isDouble ? 1e-12 : 1e-6 * lenient) * scale,
                            loss + " " + channels + " " + type);
                }
            }
        }
    }

    private record Bits(double value, float[] gradient) {
        static Bits of(LossResult result) {
            return new Bits(result.value(), result.gradient().toFloatArray());
        }

        void same(Bits other, String where) {
            assertEquals(
                    Double.doubleToRawLongBits(value),
                    Double.doubleToRawLongBits(other.value),
                    where);
            assertArrayEquals(gradient, other.gradient, where);
        }
    }

    @ParameterizedTest
    @EnumSource(SampleLosses.class)
    void theBitsDoNotDependOnThreads(SampleLosses loss) {
        int channels = loss.isBinary() ? 1 : 3;
        Tensor x = logits(DType.FLOAT32, 2, channels, 301, 307);
        Tensor t = labels(Math.max(2, channels), 2, 301, 307);
        Bits first = null;
        for (int threads : new int[] {1, 2, 3, 7}) {
            try (Session session = vector(threads)) {
                LossFunction f = session.loss(loss, loss.options(channels));
                for (int run = 0; run < 4; run++) {
                    Bits bits = Bits.of(f.evaluate(x, t));
                    first = first == null ? bits : first;
                    first.same(bits, loss + " on " + threads + " threads, run " + run);
                }
            }
        }
    }

    @Test
    void theBitsDoNotDependOnHowWarmItIs() {
        SampleLosses loss = SampleLosses.ASYMMETRIC_UNIFIED_FOCAL;
        Tensor x = logits(DType.FLOAT32, 1, 3, 33, 37);
        Tensor t = labels(3, 1, 33, 37);
        try (Session session = vector(1)) {
            LossFunction f = session.loss(loss, loss.options(3));
            Bits first = Bits.of(f.evaluate(x, t));
            for (int run = 0; run < 3000; run++) {
                first.same(Bits.of(f.evaluate(x, t)), "run " + run);
            }
        }
    }

    /** Many callers at once, some of them in a pool of their own, all with the same functions. */
    @Test
    void manyCallers() throws Exception {
        SampleLosses loss = SampleLosses.DICE;
        Tensor x = logits(DType.FLOAT32, 2, 3, 257, 256);
        Tensor t = labels(3, 2, 257, 256);
        try (Session session = vector(3);
                ForkJoinPool pool = new ForkJoinPool(5)) {
            LossFunction f = session.loss(loss, loss.options(3));
            Bits expected = Bits.of(f.evaluate(x, t));
            List<Callable<Bits>> calls = new ArrayList<>();
            for (int k = 0; k < 40; k++) {
                calls.add(() -> Bits.of(f.evaluate(x, t)));
            }
            for (Future<Bits> bits : pool.invokeAll(calls)) {
                expected.same(bits.get(), "a call from the pool");
            }
        }
    }

    @Test
    void sizesMayChangeFromCallToCall() {
        try (Session session = vector(2);
                Session scalar = Session.open("scalar")) {
            SampleLosses loss = SampleLosses.LOVASZ;
            LossFunction f = session.loss(loss, loss.options(3));
            LossFunction g = scalar.loss(loss, loss.options(3));
            for (int[] size :
                    new int[][] {{1, 9, 9}, {3, 70, 65}, {2, 5, 200}, {1, 1, 1}, {3, 70, 65}}) {
                Tensor x = logits(DType.FLOAT32, size[0], 3, size[1], size[2]);
                Tensor t = labels(3, size[0], size[1], size[2]);
                double expected = g.value(LossInputs.of(x, t)).value();
                assertEquals(expected, f.evaluate(x, t).value(), 1e-6 * expected + 1e-9);
            }
            assertEquals(2, scalar.compilations() + session.compilations());
        }
    }

    @Test
    void explains() {
        try (Session session = vector(2)) {
            SampleLosses loss = SampleLosses.CROSS_ENTROPY;
            LossInputs inputs =
                    LossInputs.of(logits(DType.FLOAT32, 1, 3, 4, 4), labels(3, 1, 4, 4));
            String text = session.loss(loss, loss.options(3)).explain(inputs).toString();
            assertTrue(text.contains("2 threads") && text.contains("no full-size workspace"), text);
        }
    }
}
