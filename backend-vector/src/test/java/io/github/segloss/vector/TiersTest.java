package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.loss.LossOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All tiers have the bits of the interpreter. */
class TiersTest {
    private static final int[][] SPACES = {{64, 64}, {1, 16}, {1, 1}, {37, 41}, {70, 117}};

    private static final DType[] TYPES = {DType.FLOAT32, DType.BFLOAT16, DType.FLOAT64};

    private final String before = System.getProperty(Tier.PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Tier.PROPERTY);
        } else {
            System.setProperty(Tier.PROPERTY, before);
        }
    }

    /** Logits far apart too, in an array or outside the heap. */
    private static Tensor logits(DType type, boolean isOnHeap, long... sizes) {
        Shape shape = Shape.of(sizes);
        Tensor tensor =
                isOnHeap && type == DType.FLOAT32
                        ? Tensor.wrap(new float[Math.toIntExact(shape.elements())], sizes)
                        : Tensor.allocate(type, shape);
        Random random = new Random(21);
        for (long i = 0; i < shape.elements(); i++) {
            tensor.set(i, random.nextGaussian() * (i % 7 == 0 ? 200 : 3));
        }
        return tensor;
    }

    /** Labels outside the heap, or in the midst of an array. */
    private static Tensor labels(int classes, boolean isOnHeap, long... sizes) {
        Random random = new Random(22);
        Shape shape = Shape.of(sizes);
        MemorySegment array =
                MemorySegment.ofArray(new byte[13 + Math.toIntExact(shape.elements())]);
        Tensor tensor =
                isOnHeap
                        ? Tensor.wrap(array.asSlice(13), DType.UINT8, shape)
                        : Tensor.zeros(DType.UINT8, shape);
        for (long i = 0; i < tensor.shape().elements(); i++) {
            tensor.set(i, random.nextInt(classes));
        }
        return tensor;
    }

    private static LossResult addedTo(LossFunction f, Tensor x, Tensor t) {
        Tensor gradient = Tensor.zeros(x.dtype(), x.shape());
        for (long i = 0; i < x.shape().elements(); i++) {
            gradient.set(i, (i % 5 - 2) * 0.01);
        }
        return f.evaluate(LossInputs.of(x, t), gradient, true);
    }

    private static void assertSame(LossResult expected, LossResult actual, String where) {
        assertEquals(
                Double.doubleToRawLongBits(expected.value()),
                Double.doubleToRawLongBits(actual.value()),
                () -> where + ": " + expected.value() + " and " + actual.value());
        assertArrayEquals(
                expected.gradient().toDoubleArray(), actual.gradient().toDoubleArray(), where);
    }

    /** Cut into shorter loops, a pass leaves more in rows. */
    @ParameterizedTest
    @EnumSource(SampleLosses.class)
    void soHaveShorterLoops(SampleLosses loss) {
        int channels = loss.isBinary() ? 1 : 4;
        if (!loss.takes(channels)) {
            return;
        }
        Tensor x = logits(DType.FLOAT32, true, 2, channels, 37, 41);
        Tensor t = labels(Math.max(2, channels), false, 2, 37, 41);
        LossResult[] results = new LossResult[3];
        int[] lengths = {1000, 110, 30};
        for (int k = 0; k < lengths.length; k++) {
            System.setProperty(Schedule.LENGTH_PROPERTY, Integer.toString(lengths[k]));
            try (Session generated = TierSession.open(Tier.GENERATED)) {
                results[k] = generated.loss(loss, loss.options(channels)).evaluate(x, t);
            } finally {
                System.clearProperty(Schedule.LENGTH_PROPERTY);
            }
            assertSame(results[0], results[k], loss + ", loops of " + lengths[k]);
        }
    }

    @ParameterizedTest
    @EnumSource(SampleLosses.class)
    void allHaveTheSameBits(SampleLosses loss) {
        try (Session interpreter = TierSession.open(Tier.INTERPRETER);
                Session scalar = TierSession.open(Tier.SCALAR);
                Session generated = TierSession.open(Tier.GENERATED)) {
            for (int channels : new int[] {1, 2, 4, 19}) {
                if (!loss.takes(channels) || loss.isBinary() && channels > 1) {
                    continue;
                }
                LossOptions options = loss.options(channels);
                LossFunction expected = interpreter.loss(loss, options);
                for (Session other : List.of(scalar, generated)) {
                    LossFunction actual = other.loss(loss, options);
                    for (DType type : TYPES) {
                        for (int[] space : SPACES) {
                            for (boolean isOnHeap : new boolean[] {true, false}) {
                                if (type != DType.FLOAT32 && (isOnHeap || space[0] != 37)) {
                                    continue;
                                }
                                Tensor x = logits(type, isOnHeap, 2, channels, space[0], space[1]);
                                Tensor t =
                                        labels(
                                                Math.max(2, channels),
                                                isOnHeap,
                                                2,
                                                space[0],
                                                space[1]);
                                String where =
                                        "%s, %s, %d channels, %s, %dx%d, %s"
                                                .formatted(
                                                        loss,
                                                        other == scalar ? "scalar" : "generated",
                                                        channels,
                                                        type,
                                                        space[0],
                                                        space[1],
                                                        isOnHeap ? "array" : "native");
                                assertSame(expected.evaluate(x, t), actual.evaluate(x, t), where);
                                assertSame(
                                        addedTo(expected, x, t),
                                        addedTo(actual, x, t),
                                        where + ", added to a gradient");
                            }
                        }
                    }
                }
            }
        }
    }

    /** In the course of the calls the loops take over from the interpreter, or say why they do not. */
    @Test
    void theBitsStayWhenTheLoopsTakeOver() throws InterruptedException {
        SampleLosses loss = SampleLosses.CROSS_ENTROPY;
        Tensor x = logits(DType.FLOAT32, true, 1, 3, 256, 256);
        Tensor t = labels(3, true, 1, 256, 256);
        try (Session session = TierSession.open(Tier.AUTO)) {
            LossFunction f = session.loss(loss, loss.options(3));
            LossResult first = f.evaluate(x, t);
            long deadline = System.nanoTime() + 150_000_000_000L;
            String text;
            do {
                assertSame(first, f.evaluate(x, t), "a later call");
                text = f.explain(LossInputs.of(x, t)).toString();
                Thread.sleep(20);
            } while (!text.contains("times faster")
                    && !text.contains("not used")
                    && System.nanoTime() < deadline);
            assertTrue(
                    text.contains("times faster") || text.contains("not used"),
                    "nothing was decided in time: " + text);
            assertSame(first, f.evaluate(x, t), "the last call");
        }
    }

    /** In float64 each loop goes over to vectors on its own, when the JVM has compiled it. */
    @ParameterizedTest
    @EnumSource(SampleLosses.class)
    void theBitsStayWhenVectorsTakeOver(SampleLosses loss) throws InterruptedException {
        assumeTrue(Lanes.DOUBLES.length() > 2, "C2 has no masks of two lanes on x86");
        int channels = loss.isBinary() ? 1 : 3;
        Tensor x = logits(DType.FLOAT64, false, 1, channels, 96, 91);
        Tensor t = labels(Math.max(2, channels), true, 1, 96, 91);
        try (Session session = TierSession.open(Tier.AUTO)) {
            LossFunction f = session.loss(loss, loss.options(channels));
            LossResult first = f.evaluate(x, t);
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (f.explain(LossInputs.of(x, t)).toString().contains("single elements")) {
                assertTrue(System.nanoTime() < deadline, "the vectors never took over");
                assertSame(first, f.evaluate(x, t), "a later call");
                Thread.sleep(20);
            }
            assertSame(first, f.evaluate(x, t), "the last call");
        }
    }

    @Test
    void aTierThatDoesNotExistIsSaid() {
        System.setProperty(Tier.PROPERTY, "turbo");
        String text = new VectorBackendProvider().probe().toString();
        assertTrue(text.contains("turbo") && text.contains("interpreter, generated, auto"), text);
    }
}
