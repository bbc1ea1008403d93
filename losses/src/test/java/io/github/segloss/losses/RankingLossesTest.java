package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Reduction;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.loss.WeightNormalization;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Losses that rank pixels, against plain sorting, and what becomes of ties, masks and empty cases. */
class RankingLossesTest {
    private static final LossOptions SOFTMAX = LossOptions.softmax();
    private static final LossOptions BINARY = LossOptions.sigmoid();

    private static Session session;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static double[] gaussian(long seed, int count) {
        Random random = new Random(seed);
        double[] x = new double[count];
        Arrays.setAll(x, _ -> 2 * random.nextGaussian());
        return x;
    }

    private static int[] labels(long seed, int count, int classes) {
        return new Random(seed).ints(count, 0, classes).toArray();
    }

    /** {@code -ln p} of the label of each pixel; x is [1, C, pixels]. */
    private static double[] crossEntropies(double[] x, int[] labels, int classes) {
        int pixels = labels.length;
        double[] losses = new double[pixels];
        for (int i = 0; i < pixels; i++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(x[c * pixels + i]);
            }
            losses[i] = Math.log(sum) - x[labels[i] * pixels + i];
        }
        return losses;
    }

    private static double meanOfLargest(double[] values, int count) {
        return Arrays.stream(values)
                .boxed()
                .sorted(Comparator.reverseOrder())
                .limit(count)
                .mapToDouble(v -> v)
                .average()
                .orElse(0);
    }

    private static LossInputs inputs(double[] x, int[] labels, int classes) {
        return LossInputs.of(
                Tensor.wrap(x, 1, classes, labels.length), Tensor.wrap(labels, 1, labels.length));
    }

    private static LossResult evaluate(Loss loss, LossOptions options, LossInputs inputs) {
        return session.loss(loss, options).evaluate(inputs);
    }

    // ---- top-k

    @Test
    void topkIsTheMeanOfTheLargestCrossEntropies() {
        double[] x = gaussian(1, 3 * 41);
        int[] labels = labels(2, 41, 3);
        double[] losses = crossEntropies(x, labels, 3);
        for (double k : new double[] {2.5, 10, 33.3, 50, 99, 100}) {
            assertEquals(
                    meanOfLargest(losses, (int) Math.floor(41 * k / 100)),
                    evaluate(new TopkCrossEntropyLoss(k), SOFTMAX, inputs(x, labels, 3)).value(),
                    1e-13);
        }
    }

    @Test
    void topkOfLessThanOnePixelIsZero() {
        LossResult result =
                evaluate(
                        new TopkCrossEntropyLoss(10),
                        SOFTMAX,
                        inputs(gaussian(1, 3 * 9), labels(2, 9, 3), 3));
        assertEquals(0, result.value());
        assertArrayEquals(new double[27], result.gradient().toDoubleArray());
    }

    @Test
    void topkKeepsTheLowestIndexAmongEqualPixels() {
        LossResult result =
                evaluate(
                        new TopkCrossEntropyLoss(30),
                        BINARY,
                        LossInputs.of(
                                Tensor.wrap(new double[10], 2, 1, 5),
                                Tensor.wrap(new double[10], 2, 1, 5)));
        double half = 0.5 / 3;
        assertArrayEquals(
                new double[] {half, half, half, 0, 0, 0, 0, 0, 0, 0},
                result.gradient().toDoubleArray(),
                1e-16);
    }

    @Test
    void maskedPixelsAreRemovedBeforeTheRanking() {
        double[] x = gaussian(3, 3 * 20);
        int[] labels = labels(4, 20, 3);
        int[] kept = IntStream.range(0, 20).filter(i -> i % 3 != 1).toArray();
        double[] shorter = new double[3 * kept.length];
        byte[] mask = new byte[20];
        for (int c = 0; c < 3; c++) {
            for (int k = 0; k < kept.length; k++) {
                shorter[c * kept.length + k] = x[c * 20 + kept[k]];
                mask[kept[k]] = 1;
            }
        }
        int[] few = Arrays.stream(kept).map(i -> labels[i]).toArray();
        for (int i = 0; i < 20; i++) {
            if (mask[i] == 0) {
                x[labels[i] * 20 + i] -= 50; // the hardest of all, if they were ranked
            }
        }
        LossInputs masked = inputs(x, labels, 3).withMask(Tensor.wrap(mask, 1, 20));
        for (Loss loss :
                List.of(
                        new TopkCrossEntropyLoss(40),
                        new OhemCrossEntropyLoss(0.3, 4, 0),
                        new LovaszSoftmaxLoss(),
                        new LovaszSoftmaxLoss(LovaszSoftmaxLoss.Classes.ALL))) {
            assertEquals(
                    evaluate(loss, SOFTMAX, inputs(shorter, few, 3)).value(),
                    evaluate(loss, SOFTMAX, masked).value(),
                    1e-13,
                    loss.id());
        }
    }

    @Test
    void topkRanksAndDividesByWeights() {
        double[] x = gaussian(5, 3 * 30);
        int[] labels = labels(6, 30, 3);
        double[] weights = {1, 5, 0.5};
        double[] weighed = crossEntropies(x, labels, 3);
        Arrays.setAll(weighed, i -> weighed[i] * weights[labels[i]]);
        int[] top =
                IntStream.range(0, 30)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -weighed[i]))
                        .limit(6)
                        .mapToInt(i -> i)
                        .toArray();
        double sum = Arrays.stream(top).mapToDouble(i -> weighed[i]).sum();
        double mass = Arrays.stream(top).mapToDouble(i -> weights[labels[i]]).sum();
        LossOptions options = SOFTMAX.withClassWeights(weights);
        Loss loss = new TopkCrossEntropyLoss(20);
        LossInputs inputs = inputs(x, labels, 3);
        assertEquals(sum / 6, evaluate(loss, options, inputs).value(), 1e-13);
        assertEquals(
                sum / mass,
                evaluate(
                                loss,
                                options.withWeightNormalization(WeightNormalization.WEIGHT_SUM),
                                inputs)
                        .value(),
                1e-13);
        assertEquals(
                sum, evaluate(loss, options.withReduction(Reduction.SUM), inputs).value(), 1e-12);
    }

    @Test
    void percentageIsScheduledWithoutCompiling() {
        try (Session own = Session.open("scalar")) {
            double[] x = gaussian(7, 3 * 50);
            int[] labels = labels(8, 50, 3);
            LossFunction loss = own.loss(new TopkCrossEntropyLoss(), SOFTMAX);
            for (double k : new double[] {10, 20, 100}) {
                assertEquals(
                        meanOfLargest(crossEntropies(x, labels, 3), (int) (50 * k / 100)),
                        loss.with("k_percent", k).evaluate(inputs(x, labels, 3)).value(),
                        1e-13);
            }
            assertEquals(1, own.compilations());
        }
    }

    @Test
    void percentageOutOfRangeIsRefused() {
        for (double k : new double[] {0, -1, 100.5, Double.NaN}) {
            assertEquals(
                    "topk_cross_entropy: parameter k_percent is "
                            + k
                            + "; it must be a number above 0 and at most 100",
                    assertThrows(SegLossException.class, () -> new TopkCrossEntropyLoss(k))
                            .getMessage());
        }
    }

    // ---- hard example mining

    @Test
    void hardExamplesAreBelowTheThresholdAndAtLeastSoMany() {
        double[] x = gaussian(9, 3 * 40);
        int[] labels = labels(10, 40, 3);
        double[] losses = crossEntropies(x, labels, 3);
        double threshold = 0.2;
        double[] hard = Arrays.stream(losses).filter(loss -> Math.exp(-loss) < threshold).toArray();
        assertTrue(hard.length > 3 && hard.length < 30, "the case is meant to lie between");
        double mean = Arrays.stream(hard).average().orElseThrow();
        LossInputs inputs = inputs(x, labels, 3);
        for (int few : new int[] {0, 3, hard.length}) {
            assertEquals(
                    mean,
                    evaluate(new OhemCrossEntropyLoss(threshold, few, 0), SOFTMAX, inputs).value(),
                    1e-13);
        }
        for (int many : new int[] {hard.length + 1, 39, 40, 1000}) {
            assertEquals(
                    meanOfLargest(losses, Math.min(many, 40)),
                    evaluate(new OhemCrossEntropyLoss(threshold, many, 0), SOFTMAX, inputs).value(),
                    1e-13);
        }
    }

    @Test
    void noHardExampleIsZero() {
        double[] x = {9, -9};
        LossResult result =
                evaluate(
                        new OhemCrossEntropyLoss(0.5, 0, 0),
                        BINARY,
                        LossInputs.of(
                                Tensor.wrap(x, 1, 1, 2),
                                Tensor.wrap(new double[] {1, 0}, 1, 1, 2)));
        assertEquals(0, result.value());
        // Of either sign.
        assertArrayEquals(new double[2], result.gradient().toDoubleArray(), Double.MIN_VALUE);
    }

    @Test
    void hardExamplesAreChosenWithoutWeights() {
        double[] x = gaussian(11, 3 * 30);
        int[] labels = labels(12, 30, 3);
        double[] losses = crossEntropies(x, labels, 3);
        double[] weights = {0.01, 1, 100};
        int[] hardest =
                IntStream.range(0, 30)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -losses[i]))
                        .limit(5)
                        .mapToInt(i -> i)
                        .toArray();
        double expected =
                Arrays.stream(hardest).mapToDouble(i -> losses[i] * weights[labels[i]]).sum() / 5;
        assertEquals(
                expected,
                evaluate(
                                new OhemCrossEntropyLoss(1e-9, 5, 0),
                                SOFTMAX.withClassWeights(weights),
                                inputs(x, labels, 3))
                        .value(),
                1e-12);
    }

    // ---- Lovasz

    /** The Lovasz extension by its definition: a stable sort and the differences of the Jaccard loss. */
    private static double[] lovaszWeights(double[] errors, boolean[] g) {
        int n = errors.length;
        int[] order =
                IntStream.range(0, n)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -errors[i]))
                        .mapToInt(i -> i)
                        .toArray();
        int all = 0;
        for (boolean is : g) {
            all += is ? 1 : 0;
        }
        double[] weights = new double[n];
        double before = 0;
        int hits = 0;
        for (int k = 0; k < n; k++) {
            hits += g[order[k]] ? 1 : 0;
            double jaccard = 1 - (double) (all - hits) / (all + k + 1 - hits);
            weights[order[k]] = jaccard - before;
            before = jaccard;
        }
        return weights;
    }

    @Test
    void lovaszHingeIsItsDefinitionInValueAndGradient() {
        for (double share : new double[] {0.5, 0.1, 0, 1}) {
            double[] x = gaussian(13, 60);
            for (int i = 0; i < 10; i++) {
                x[6 * i] = x[0]; // ties
            }
            Random random = new Random(14);
            boolean[] g = new boolean[60];
            double[] target = new double[60];
            for (int i = 0; i < 60; i++) {
                g[i] = random.nextDouble() < share;
                target[i] = g[i] ? 1 : 0;
            }
            double[] errors = new double[60];
            Arrays.setAll(errors, i -> g[i] ? 1 - x[i] : 1 + x[i]);
            double[] w = lovaszWeights(errors, g);
            double expected = 0;
            double[] gradient = new double[60];
            for (int i = 0; i < 60; i++) {
                expected += Math.max(errors[i], 0) * w[i];
                gradient[i] = errors[i] > 0 ? (g[i] ? -w[i] : w[i]) : 0;
            }
            LossResult result =
                    evaluate(
                            new LovaszHingeLoss(),
                            BINARY,
                            LossInputs.of(Tensor.wrap(x, 1, 1, 60), Tensor.wrap(target, 1, 1, 60)));
            assertEquals(expected, result.value(), 1e-13);
            assertArrayEquals(gradient, result.gradient().toDoubleArray(), 1e-14);
        }
    }

    @Test
    void lovaszWeightsAddUpToOne() {
        // Errors of one size: the value is that size times the sum of the weights.
        for (int positives : new int[] {0, 1, 7, 20}) {
            double[] x = new double[20];
            double[] target = new double[20];
            for (int i = 0; i < 20; i++) {
                target[i] = i < positives ? 1 : 0;
                x[i] = i < positives ? -2.5 : 2.5;
            }
            assertEquals(
                    3.5,
                    evaluate(
                                    new LovaszHingeLoss(),
                                    BINARY,
                                    LossInputs.of(
                                            Tensor.wrap(x, 1, 1, 20),
                                            Tensor.wrap(target, 1, 1, 20)))
                            .value(),
                    1e-13);
        }
    }

    @Test
    void lovaszSoftmaxOfHardPredictionsIsOneMinusIou() {
        int[] labels = labels(15, 50, 3);
        int[] predicted = labels(16, 50, 3);
        double[] p = new double[150];
        double expected = 0;
        for (int c = 0; c < 3; c++) {
            double both = 0;
            double either = 0;
            for (int i = 0; i < 50; i++) {
                p[c * 50 + i] = predicted[i] == c ? 1 : 0;
                both += predicted[i] == c && labels[i] == c ? 1 : 0;
                either += predicted[i] == c || labels[i] == c ? 1 : 0;
            }
            expected += (1 - both / either) / 3;
        }
        assertEquals(
                expected,
                evaluate(new LovaszSoftmaxLoss(), LossOptions.probabilities(), inputs(p, labels, 3))
                        .value(),
                1e-13);
    }

    @Test
    void absentClassesLeaveTheMeanOrCountTheirLargestError() {
        double[] p = {0.5, 0.2, 0.3, 0.4, 0.2, 0.3}; // classes 0, 1, 2 of two pixels
        int[] labels = {0, 0};
        LossOptions options = LossOptions.probabilities();
        double present = 0.5 * 0.8 + 0.5 * 0.5; // class 0: errors 0.5 and 0.8, each with weight 1/2
        assertEquals(
                present,
                evaluate(new LovaszSoftmaxLoss(), options, inputs(p, labels, 3)).value(),
                1e-15);
        assertEquals(
                (present + 0.4 + 0.3) / 3,
                evaluate(
                                new LovaszSoftmaxLoss(LovaszSoftmaxLoss.Classes.ALL),
                                options,
                                inputs(p, labels, 3))
                        .value(),
                1e-15);
    }

    @Test
    void aRankingOverTheBatchIsThatOfOneLongImage() {
        double[] x = gaussian(17, 40);
        double[] target = new double[40];
        Arrays.setAll(target, i -> i % 3 == 0 ? 1 : 0);
        LossInputs two = LossInputs.of(Tensor.wrap(x, 2, 1, 20), Tensor.wrap(target, 2, 1, 20));
        LossInputs one = LossInputs.of(Tensor.wrap(x, 1, 1, 40), Tensor.wrap(target, 1, 1, 40));
        LossResult pooled = evaluate(new LovaszHingeLoss(), BINARY.withBatch(true), two);
        LossResult single = evaluate(new LovaszHingeLoss(), BINARY, one);
        assertEquals(single.value(), pooled.value(), 1e-14);
        assertArrayEquals(single.gradient().toDoubleArray(), pooled.gradient().toDoubleArray());
    }

    @Test
    void rankingsRefuseWhatTheyCannotRank() {
        LossOptions soft = LossOptions.of(Activation.SIGMOID, TargetKind.SOFT);
        LossInputs inputs =
                LossInputs.of(
                        Tensor.wrap(new double[4], 1, 1, 4), Tensor.wrap(new double[4], 1, 1, 4));
        assertEquals(
                "lovasz_hinge: a soft target does not fit, the Jaccard loss of a ranking counts whole pixels; allowed: class_indices, one_hot, binary",
                assertThrows(
                                SegLossException.class,
                                () -> evaluate(new LovaszHingeLoss(), soft, inputs))
                        .getMessage());
        assertEquals(
                "lovasz_softmax: a weight map does not fit, a ranking of weighted pixels is not defined; leave it out",
                assertThrows(
                                SegLossException.class,
                                () ->
                                        evaluate(
                                                new LovaszSoftmaxLoss(),
                                                BINARY,
                                                inputs.withWeightMap(
                                                        Tensor.wrap(new double[4], 1, 4))))
                        .getMessage());
    }
}
