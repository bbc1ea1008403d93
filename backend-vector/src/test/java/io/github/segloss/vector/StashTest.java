package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What lies in the memory of the gradient between two passes changes no bit of a result. */
class StashTest {
    private static final Tier[] TIERS = {Tier.SCALAR, Tier.INTERPRETER, Tier.GENERATED};

    /** Logits with ties of the largest, with some so far apart that all other exponentials are 0, and with both zeros. */
    private static Tensor logits(int channels, int pixels) {
        float[] x = new float[2 * channels * pixels];
        Random random = new Random(31);
        for (int i = 0; i < x.length; i++) {
            x[i] =
                    switch (random.nextInt(8)) {
                        case 0 -> random.nextInt(3) - 1;
                        case 1 -> random.nextBoolean() ? 0f : -0f;
                        case 2 -> (float) (1e4 * random.nextGaussian());
                        case 3 -> 1e30f;
                        default -> (float) (3 * random.nextGaussian());
                    };
        }
        return Tensor.wrap(x, 2, channels, pixels);
    }

    private static Tensor labels(int classes, int pixels) {
        byte[] labels = new byte[2 * pixels];
        Random random = new Random(32);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) random.nextInt(classes);
        }
        return Tensor.wrap(labels, 2, pixels);
    }

    /** Negative zeros are zeros: what is added to a zero is never a negative one. */
    private static double[] values(Tensor gradient) {
        return Arrays.stream(gradient.toDoubleArray()).map(g -> g + 0.0).toArray();
    }

    private static void assertSame(
            LossResult expected, Tensor gradient, LossResult actual, String where) {
        assertEquals(expected.value(), actual.value(), where);
        assertArrayEquals(values(expected.gradient()), values(gradient), where);
    }

    @ParameterizedTest
    @EnumSource(SampleLosses.class)
    void addedToAGradientOrOverThePredictionTheResultIsTheSame(SampleLosses loss) {
        for (Tier tier : TIERS) {
            try (Session session = TierSession.open(tier)) {
                for (int channels : new int[] {2, 4, 19}) {
                    if (!loss.takes(channels) || loss.isBinary()) {
                        continue;
                    }
                    for (int pixels : new int[] {1, 333, 5000}) {
                        String where = loss + ", " + tier + ", " + channels + " x " + pixels;
                        LossFunction f = session.loss(loss, loss.options(channels));
                        Tensor x = logits(channels, pixels);
                        Tensor t = labels(channels, pixels);
                        LossResult expected = f.evaluate(x, t);
                        Tensor sum = Tensor.zeros(DType.FLOAT32, x.shape());
                        LossResult added = f.evaluate(LossInputs.of(x, t), sum, true);
                        assertSame(expected, sum, added, where + ", added");
                        Tensor both = logits(channels, pixels);
                        LossResult over = f.evaluate(LossInputs.of(both, t), both, false);
                        assertSame(expected, both, over, where + ", over the prediction");
                        LossResult again = f.evaluate(x, t);
                        assertSame(expected, again.gradient(), again, where + ", again");
                    }
                }
            }
        }
    }

    /** The first plane of the gradient is where the weights are: each is read before it is overwritten, but only if nothing is left there before. */
    @Test
    void weightsInTheMemoryOfTheGradientAreReadFirst() {
        int channels = 3;
        int pixels = 2000;
        for (Tier tier : TIERS) {
            try (Session session = TierSession.open(tier)) {
                LossFunction f =
                        session.loss(SampleLosses.DICE, SampleLosses.DICE.options(channels));
                Tensor x =
                        Tensor.wrap(
                                logits(channels, pixels).toFloatArray(), 1, channels, 2 * pixels);
                Tensor t = Tensor.wrap(new byte[2 * pixels], 1, 2 * pixels);
                float[] gradient = new float[2 * channels * pixels];
                for (int i = 0; i < 2 * pixels; i++) {
                    t.set(i, i % channels);
                    gradient[i] = 0.5f + i % 7;
                }
                Tensor weights = Tensor.wrap(Arrays.copyOf(gradient, 2 * pixels), 1, 2 * pixels);
                LossResult expected = f.evaluate(LossInputs.of(x, t).withWeightMap(weights));
                MemorySegment memory = MemorySegment.ofArray(gradient);
                Tensor plane =
                        Tensor.wrap(
                                memory.asSlice(0, 2L * pixels * Float.BYTES),
                                DType.FLOAT32,
                                Shape.of(1, 2 * pixels));
                Tensor whole = Tensor.wrap(gradient, 1, channels, 2 * pixels);
                LossInputs inputs = LossInputs.of(x, t).withWeightMap(plane);
                assertSame(expected, whole, f.evaluate(inputs, whole, false), tier.toString());
            }
        }
    }

    private static String explanation(SampleLosses loss, int channels, DType type) {
        try (Session session = TierSession.open(Tier.INTERPRETER)) {
            LossFunction f = session.loss(loss, loss.options(channels));
            Tensor x = Tensor.zeros(type, Shape.of(2, channels, 10));
            return f.explain(LossInputs.of(x, labels(channels, 10))).toString();
        }
    }

    private static long steps(FloatPass pass, Class<? extends Step> kind) {
        return Arrays.stream(pass.steps()).filter(kind::isInstance).count();
    }

    @ParameterizedTest
    @EnumSource(
            value = SampleLosses.class,
            names = {"DICE", "TVERSKY", "ASYMMETRIC_UNIFIED_FOCAL"})
    void theInterpreterReadsItInOneStepAndTheLabelsPartOnce(SampleLosses loss) {
        List<FloatPass> passes = loss.passes(4);
        assertEquals(1, steps(passes.getFirst(), Probabilities.Softmax.class));
        assertEquals(0, steps(passes.getLast(), Probabilities.Softmax.class));
        assertEquals(1, steps(passes.getLast(), Probabilities.StashedSoftmax.class));
        assertTrue(steps(passes.getLast(), ClassSteps.Pick.class) <= 1);
    }

    @Test
    void itIsSaidWhatLiesThere() {
        String dice = explanation(SampleLosses.DICE, 4, DType.FLOAT32);
        assertTrue(dice.contains("finds the exponentials of pass 0 in gradient"), dice);
        assertTrue(dice.contains("no full-size workspace"), dice);
        String unified = explanation(SampleLosses.ASYMMETRIC_UNIFIED_FOCAL, 4, DType.FLOAT32);
        assertTrue(unified.contains("finds the exponentials"), unified);
        assertTrue(unified.contains("float32 %"), "the logit of the label's class: " + unified);
    }

    @Test
    void onePassAndOtherTypesHaveNone() {
        for (String text :
                new String[] {
                    explanation(SampleLosses.CROSS_ENTROPY, 4, DType.FLOAT32),
                    explanation(SampleLosses.DICE, 4, DType.FLOAT64),
                    explanation(SampleLosses.DICE, 4, DType.BFLOAT16)
                }) {
            assertFalse(text.contains("finds the exponentials"), text);
        }
    }
}
