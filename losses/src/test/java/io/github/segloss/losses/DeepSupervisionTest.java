package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.segloss.SegLossException;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Reduction;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Deep supervision against the sum by hand. */
class DeepSupervisionTest {
    private static final LossOptions OPTIONS = LossOptions.softmax();

    private static Session session;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static Tensor logits(long seed, int height, int width) {
        Random random = new Random(seed);
        double[] x = new double[2 * 3 * height * width];
        Arrays.setAll(x, _ -> random.nextGaussian());
        return Tensor.wrap(x, 2, 3, height, width);
    }

    private static int[] labels(int height, int width, int step) {
        // The coarse pixel (i, j) takes the fine pixel that holds its centre: for a whole factor
        // the one at step / 2.
        int[] labels = new int[2 * height * width];
        for (int n = 0; n < 2; n++) {
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    int y = i * step + step / 2;
                    int x = j * step + step / 2;
                    labels[(n * height + i) * width + j] = (n + y / 3 + x * x / 5) % 3;
                }
            }
        }
        return labels;
    }

    @Test
    void valueAndGradientsAreThoseOfTheWeightedLosses() {
        LossFunction loss = session.loss(new DiceCeLoss(), OPTIONS);
        double[] weights = {0.5, 0.3, 0.2};
        DeepSupervision deep = new DeepSupervision(loss, weights);
        List<Tensor> predictions = List.of(logits(1, 8, 12), logits(2, 4, 6), logits(3, 2, 3));
        Tensor target = Tensor.wrap(labels(8, 12, 1), 2, 8, 12);
        List<LossInputs> levels =
                deep.resample(LossInputs.of(predictions.get(0), target), predictions.subList(1, 3));
        DeepSupervision.Evaluated result = deep.evaluate(levels);
        double expected = 0;
        for (int k = 0; k < 3; k++) {
            int step = 1 << k;
            Tensor coarse = Tensor.wrap(labels(8 / step, 12 / step, step), 2, 8 / step, 12 / step);
            LossResult single = loss.evaluate(predictions.get(k), coarse);
            expected += weights[k] * single.value();
            assertEquals(single.value(), result.value(k), 1e-15);
            double weight = weights[k];
            assertArrayEquals(
                    Arrays.stream(single.gradient().toDoubleArray()).map(g -> weight * g).toArray(),
                    result.gradient(k).toDoubleArray(),
                    1e-16);
        }
        assertEquals(expected, result.value(), 1e-15);
    }

    @Test
    void oneProgramServesAllResolutionsAndTargetsAreResampledOnce() {
        try (Session own = Session.open("scalar")) {
            DeepSupervision deep =
                    new DeepSupervision(
                            own.loss(new DiceLoss(), OPTIONS), DeepSupervision.halving(2));
            List<LossInputs> levels =
                    deep.resample(
                            LossInputs.of(logits(4, 4, 4), Tensor.wrap(labels(4, 4, 1), 2, 4, 4)),
                            List.of(logits(5, 2, 2)));
            double first = deep.evaluate(levels).value();
            LossInputs next = levels.get(1).withPrediction(logits(5, 2, 2));
            assertSame(levels.get(1).target(), next.target());
            assertEquals(first, deep.evaluate(List.of(levels.get(0), next)).value());
            assertEquals(1, own.compilations());
        }
    }

    @Test
    void maskWeightMapAndSpacingGoAlong() {
        DeepSupervision deep =
                new DeepSupervision(session.loss(new CrossEntropyLoss(), OPTIONS), 1, 1);
        byte[] mask = {1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0};
        double[] weights = new double[16];
        Arrays.setAll(weights, i -> i);
        LossInputs finest =
                LossInputs.of(logits(6, 4, 4), Tensor.wrap(labels(4, 4, 1), 2, 4, 4))
                        .withMask(Tensor.wrap(twice(mask), 2, 1, 4, 4))
                        .withWeightMap(Tensor.wrap(twice(weights), 2, 4, 4))
                        .withSpacing(List.of(0.5, 2.0));
        LossInputs coarse = deep.resample(finest, List.of(logits(7, 2, 2))).get(1);
        assertArrayEquals(new long[] {1, 0, 1, 0, 1, 0, 1, 0}, coarse.mask().toLongArray());
        assertArrayEquals(
                new double[] {5, 7, 13, 15, 5, 7, 13, 15}, coarse.weightMap().toDoubleArray());
        assertEquals(List.of(1.0, 4.0), coarse.spacing());
    }

    private static byte[] twice(byte[] values) {
        byte[] all = Arrays.copyOf(values, 2 * values.length);
        System.arraycopy(values, 0, all, values.length, values.length);
        return all;
    }

    private static double[] twice(double[] values) {
        double[] all = Arrays.copyOf(values, 2 * values.length);
        System.arraycopy(values, 0, all, values.length, values.length);
        return all;
    }

    @Test
    void halvingWeightsAddUpToOne() {
        assertArrayEquals(
                new double[] {4 / 7.0, 2 / 7.0, 1 / 7.0}, DeepSupervision.halving(3), 1e-15);
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(SegLossException.class, call).getMessage());
    }

    @Test
    void aWeightOfZeroLeavesItsResolutionOut() {
        LossFunction loss = session.loss(new DiceLoss(), OPTIONS);
        LossInputs fine = LossInputs.of(logits(8, 4, 4), Tensor.wrap(labels(4, 4, 1), 2, 4, 4));
        LossInputs coarse = LossInputs.of(logits(9, 2, 2), Tensor.wrap(labels(2, 2, 2), 2, 2, 2));
        assertEquals(
                loss.evaluate(fine).value(),
                new DeepSupervision(loss, 1, 0).evaluate(List.of(fine, coarse)).value());
    }

    @Test
    void predictionsOfAnotherRankAreRefused() {
        DeepSupervision deep = new DeepSupervision(session.loss(new DiceLoss(), OPTIONS), 1, 1);
        LossInputs inputs = LossInputs.of(logits(8, 4, 4), Tensor.wrap(labels(4, 4, 1), 2, 4, 4));
        Tensor line = Tensor.wrap(new double[24], 2, 3, 4);
        assertRefused(
                "deep supervision: the predictions have shapes [2, 3, 4, 4] and [2, 3, 4]; all must be [N, C, spatial...] with the same number of axes",
                () -> deep.resample(inputs, List.of(line)));
        LossInputs flat =
                LossInputs.of(Tensor.wrap(new double[6], 2, 3), Tensor.wrap(new int[2], 2));
        assertRefused(
                "deep supervision: the predictions have shapes [2, 3] and [2, 3]; all must be [N, C, spatial...] with the same number of axes",
                () -> deep.resample(flat, List.of(Tensor.wrap(new double[6], 2, 3))));
        LossInputs row = LossInputs.of(line, Tensor.wrap(new int[8], 2, 4));
        assertEquals(2, deep.resample(row, List.of(Tensor.wrap(new double[12], 2, 3, 2))).size());
    }

    @Test
    void badWeightsAndInputsAreRefused() {
        LossFunction loss = session.loss(new DiceLoss(), OPTIONS);
        assertRefused(
                "deep supervision: weight 1 is -1.0; weights must be finite and at least 0",
                () -> new DeepSupervision(loss, 1, -1));
        assertRefused(
                "deep supervision: weight 0 is NaN; weights must be finite and at least 0",
                () -> new DeepSupervision(loss, Double.NaN));
        assertRefused(
                "deep supervision: weight 0 is Infinity; weights must be finite and at least 0",
                () -> new DeepSupervision(loss, Double.POSITIVE_INFINITY));
        assertRefused(
                "deep supervision: there are no weights; give one for each resolution",
                () -> new DeepSupervision(loss));
        assertRefused(
                "dice: deep supervision adds up one value for each resolution, so reduction none does not fit; use mean or sum",
                () ->
                        new DeepSupervision(
                                session.loss(new DiceLoss(), OPTIONS.withReduction(Reduction.NONE)),
                                1));
        LossInputs inputs = LossInputs.of(logits(8, 4, 4), Tensor.wrap(labels(4, 4, 1), 2, 4, 4));
        assertRefused(
                "deep supervision: there are 1 resolutions and 2 weights; give one weight for each resolution",
                () -> new DeepSupervision(loss, 1, 1).evaluate(List.of(inputs)));
        assertRefused(
                "deep supervision: a distance map or an upstream gradient cannot be resampled; give the inputs of each resolution by themselves",
                () ->
                        new DeepSupervision(loss, 1, 1)
                                .resample(
                                        inputs.withDistanceMap(logits(9, 4, 4)),
                                        List.of(logits(10, 2, 2))));
        Tensor upstream = Tensor.wrap(new double[] {2});
        assertRefused(
                "deep supervision: a distance map or an upstream gradient cannot be resampled; give the inputs of each resolution by themselves",
                () ->
                        new DeepSupervision(loss, 1, 1)
                                .resample(
                                        inputs.withUpstream(upstream), List.of(logits(10, 2, 2))));
    }
}
