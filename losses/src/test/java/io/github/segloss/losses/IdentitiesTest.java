package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.loss.WeightNormalization;
import io.github.segloss.losses.FocalTverskyLoss.FocalOver;
import io.github.segloss.losses.GeneralizedDiceLoss.EmptyClassWeight;
import io.github.segloss.losses.GeneralizedDiceLoss.WeightType;
import io.github.segloss.losses.GeneralizedWassersteinDiceLoss.WeightingMode;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Losses that are special cases or sums of others, in value and gradient, each under its precondition. */
class IdentitiesTest {
    private static final int SAMPLES = 2;
    private static final int PIXELS = 12;
    private static final LossOptions SOFTMAX = LossOptions.softmax();
    private static final LossOptions SIGMOID = LossOptions.sigmoid();
    private static Session session;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    // ---- inputs

    private static Tensor logits(int channels) {
        Random random = new Random(7);
        double[] x = new double[SAMPLES * channels * PIXELS];
        Arrays.setAll(x, _ -> 2 * random.nextGaussian());
        return Tensor.wrap(x, SAMPLES, channels, PIXELS);
    }

    private static Tensor labels(int classes) {
        int[] labels = IntStream.range(0, SAMPLES * PIXELS).map(i -> i * i % classes).toArray();
        return Tensor.wrap(labels, SAMPLES, PIXELS);
    }

    private static LossInputs three() {
        return LossInputs.of(logits(3), labels(3));
    }

    private static LossInputs binary() {
        return LossInputs.of(logits(1), labels(2));
    }

    private static LossOptions binaryOptions() {
        return SIGMOID.withTarget(TargetKind.CLASS_INDICES);
    }

    // ---- comparison

    private static void assertSame(
            Loss expected, Loss found, LossOptions options, LossInputs inputs) {
        assertScaled(1, 0, expected, options, found, options, inputs);
    }

    /** {@code found = factor expected + shift}. */
    private static void assertScaled(
            double factor,
            double shift,
            Loss expected,
            LossOptions expectedOptions,
            Loss found,
            LossOptions foundOptions,
            LossInputs inputs) {
        LossResult e = session.loss(expected, expectedOptions).evaluate(inputs);
        LossResult f = session.loss(found, foundOptions).evaluate(inputs);
        assertEquals(
                factor * e.value() + shift, f.value(), 1e-13 * Math.max(1, Math.abs(e.value())));
        assertGradient(map(e, g -> factor * g), f.gradient().toDoubleArray());
    }

    private static double[] map(LossResult result, DoubleUnaryOperator each) {
        return Arrays.stream(result.gradient().toDoubleArray()).map(each).toArray();
    }

    private static void assertGradient(double[] expected, double[] found) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertArrayEquals(expected, found, 1e-12 * largest + 1e-16);
    }

    /** {@code found = a first + b second}. */
    private static void assertSum(
            double a,
            Loss first,
            double b,
            Loss second,
            Loss found,
            LossOptions options,
            LossInputs inputs) {
        LossResult one = session.loss(first, options).evaluate(inputs);
        LossResult two = session.loss(second, options).evaluate(inputs);
        LossResult sum = session.loss(found, options).evaluate(inputs);
        assertEquals(a * one.value() + b * two.value(), sum.value(), 1e-13);
        double[] ga = one.gradient().toDoubleArray();
        double[] gb = two.gradient().toDoubleArray();
        double[] expected = new double[ga.length];
        Arrays.setAll(expected, i -> a * ga[i] + b * gb[i]);
        assertGradient(expected, sum.gradient().toDoubleArray());
    }

    // ---- cross-entropy family

    @Test
    void crossEntropyOfASigmoidIsBce() {
        assertSame(new BceWithLogitsLoss(), new CrossEntropyLoss(), binaryOptions(), binary());
        assertSame(
                new BceWithLogitsLoss(0.1, List.of()),
                new CrossEntropyLoss(0.1, 1e-7),
                binaryOptions(),
                binary());
    }

    @Test
    void weightedBceIsBceWithThatPositiveWeight() {
        assertSame(
                new BceWithLogitsLoss(0, List.of(2.5)),
                new WeightedBceLoss(2.5),
                binaryOptions(),
                binary());
    }

    @Test
    void balancedBceIsFocalWithoutItsExponent() {
        assertSame(new BalancedBceLoss(0.7), new FocalLoss(0.7, 0), binaryOptions(), binary());
    }

    @Test
    void focalWithoutItsExponentIsWeightedCrossEntropyByCount() {
        LossOptions weighted =
                SOFTMAX.withClassWeights(0.2, 0.9, 0.5)
                        .withWeightNormalization(WeightNormalization.COUNT);
        assertScaled(
                1,
                0,
                new WeightedCrossEntropyLoss(),
                weighted,
                new FocalLoss(List.of(0.2, 0.9, 0.5), 0, null),
                SOFTMAX,
                three());
    }

    @Test
    void oneFocalAlphaWeighsForegroundAgainstBackground() {
        assertSame(
                new FocalLoss(List.of(0.25, 0.75, 0.75), 2, null),
                new FocalLoss(0.75, 2),
                SOFTMAX,
                three());
    }

    @Test
    void weightedCrossEntropyDividesByTheWeightsOfTheLabels() {
        LossOptions options = SOFTMAX.withClassWeights(3, 3, 3);
        assertScaled(
                1,
                0,
                new CrossEntropyLoss(),
                SOFTMAX,
                new WeightedCrossEntropyLoss(),
                options,
                three());
    }

    @Test
    void unetWeightsMultiplyAndDoNotDivide() {
        double[] twos = new double[SAMPLES * PIXELS];
        Arrays.fill(twos, 2);
        LossInputs weighted = three().withWeightMap(Tensor.wrap(twos, SAMPLES, PIXELS));
        double plain = session.loss(new CrossEntropyLoss(), SOFTMAX).evaluate(three()).value();
        assertEquals(
                2 * plain,
                session.loss(new UnetWeightedCrossEntropyLoss(), SOFTMAX)
                        .evaluate(weighted)
                        .value(),
                1e-13);
    }

    @Test
    void lossesOfProbabilitiesEqualThoseOfLogits() {
        double[] x = logits(1).toDoubleArray();
        Tensor p =
                Tensor.wrap(
                        Arrays.stream(x).map(t -> 1 / (1 + Math.exp(-t))).toArray(),
                        SAMPLES,
                        1,
                        PIXELS);
        LossOptions given = LossOptions.probabilities();
        double bce =
                session.loss(new BceWithLogitsLoss(), binaryOptions()).evaluate(binary()).value();
        for (Loss loss :
                List.of(new BceLoss(), new CrossEntropyLoss(), new CategoricalCrossEntropyLoss())) {
            assertEquals(
                    bce,
                    session.loss(loss, given).evaluate(p, labels(2)).value(),
                    1e-13,
                    loss.id());
        }
    }

    @Test
    void conservativeHasThePrintedValues() {
        // lambda (1 + ln q)^2 ln(-ln q) at q = 0.5, in both pixels.
        Tensor p = Tensor.wrap(new double[] {0.5, 0.5}, 1, 1, 2);
        double ln = Math.log(0.5);
        double value =
                session.loss(new ConservativeLoss(), LossOptions.probabilities())
                        .evaluate(p, Tensor.wrap(new int[] {0, 1}, 1, 2))
                        .value();
        assertEquals(5 * (1 + ln) * (1 + ln) * Math.log(-ln), value, 1e-14);
    }

    // ---- region family

    @Test
    void tverskyWithEqualHalvesIsDiceWithTwiceTheSmoothing() {
        assertSame(
                new DiceLoss(RegionOptions.smooth(2e-3)),
                new TverskyLoss(0.5, 0.5, RegionOptions.smooth(1e-3)),
                SOFTMAX,
                three());
    }

    @Test
    void tverskyWithOnesIsJaccard() {
        assertSame(
                new JaccardLoss(RegionOptions.smooth(1e-3)),
                new TverskyLoss(1, 1, RegionOptions.smooth(1e-3)),
                SOFTMAX,
                three());
    }

    @Test
    void asymmetricSimilarityAtBetaOneIsDiceWithTwiceTheSmoothing() {
        assertSame(
                new DiceLoss(RegionOptions.smooth(2e-3)),
                new AsymmetricSimilarityLoss(1, RegionOptions.smooth(1e-3)),
                SOFTMAX,
                three());
    }

    @Test
    void asymmetricSimilarityIsTverskyWithWeightsThatAddToOne() {
        assertSame(
                new TverskyLoss(0.2, 0.8, RegionOptions.DEFAULT),
                new AsymmetricSimilarityLoss(2, RegionOptions.DEFAULT),
                SOFTMAX,
                three());
    }

    @Test
    void focalTverskyAtExponentOneIsTversky() {
        for (FocalOver over : FocalOver.values()) {
            assertSame(
                    new TverskyLoss(),
                    new FocalTverskyLoss(0.3, 0.7, 1, over, null, RegionOptions.DEFAULT),
                    SOFTMAX,
                    three());
        }
    }

    @Test
    void overlapByL1IsTheProductForHardPredictionsAndExactForSoftTargets() {
        RegionOptions l1 = RegionOptions.smooth(0).withOverlap(RegionOptions.Overlap.L1);
        Tensor same = Tensor.wrap(new double[] {0.3, 0.6, 0.1, 0.9}, 1, 1, 4);
        LossOptions soft = LossOptions.probabilities().withTarget(TargetKind.SOFT);
        assertEquals(0, session.loss(new DiceLoss(l1), soft).evaluate(same, same).value());
        assertEquals(0, session.loss(new JaccardLoss(l1), soft).evaluate(same, same).value());
        assertEquals(
                0, session.loss(new TverskyLoss(0.3, 0.7, l1), soft).evaluate(same, same).value());
        Tensor hard = Tensor.wrap(new double[] {1, 1, 0, 0}, 1, 1, 4);
        Tensor target = Tensor.wrap(new double[] {1, 0, 0, 1}, 1, 1, 4);
        assertEquals(0.5, session.loss(new DiceLoss(l1), soft).evaluate(hard, target).value());
    }

    @Test
    void logCoshDiceIsTheLogarithmOfTheHyperbolicCosineOfDice() {
        LossResult dice = session.loss(new DiceLoss(), SOFTMAX).evaluate(three());
        LossResult logCosh = session.loss(new LogCoshDiceLoss(), SOFTMAX).evaluate(three());
        assertEquals(Math.log(Math.cosh(dice.value())), logCosh.value(), 1e-14);
        double slope = Math.tanh(dice.value());
        assertGradient(map(dice, g -> slope * g), logCosh.gradient().toDoubleArray());
    }

    @Test
    void generalizedDiceOfOneChannelIsDiceWithoutSmoothing() {
        for (WeightType type : WeightType.values()) {
            assertSame(
                    new DiceLoss(RegionOptions.smooth(0)),
                    new GeneralizedDiceLoss(type, EmptyClassWeight.MAX, RegionOptions.smooth(0)),
                    binaryOptions(),
                    binary());
        }
    }

    @Test
    void generalizedDiceWeightsCancelForClassesOfEqualVolume() {
        int[] even = IntStream.range(0, SAMPLES * PIXELS).map(i -> i % 3).toArray();
        LossInputs inputs = LossInputs.of(logits(3), Tensor.wrap(even, SAMPLES, PIXELS));
        assertSame(
                new GeneralizedDiceLoss(
                        WeightType.UNIFORM, EmptyClassWeight.MAX, RegionOptions.smooth(0)),
                new GeneralizedDiceLoss(
                        WeightType.SQUARE, EmptyClassWeight.MAX, RegionOptions.smooth(0)),
                SOFTMAX,
                inputs);
    }

    @Test
    void emptyClassOfGeneralizedDiceTakesTheLargestWeightOrNone() {
        int[] labels = IntStream.range(0, SAMPLES * PIXELS).map(i -> i % 4 == 0 ? 1 : 0).toArray();
        LossInputs inputs = LossInputs.of(logits(3), Tensor.wrap(labels, SAMPLES, PIXELS));
        // 9 and 3 pixels in each sample: weights 1/9 and 1/3; for the absent class 1/3 or 0.
        double[] x = logits(3).toDoubleArray();
        for (EmptyClassWeight rule : EmptyClassWeight.values()) {
            double[] w = {1.0 / 9, 1.0 / 3, rule == EmptyClassWeight.MAX ? 1.0 / 3 : 0};
            double expected = 0;
            for (int n = 0; n < SAMPLES; n++) {
                double overlap = 0;
                double total = 0;
                for (int i = 0; i < PIXELS; i++) {
                    double sum = 0;
                    for (int c = 0; c < 3; c++) {
                        sum += Math.exp(x[(n * 3 + c) * PIXELS + i]);
                    }
                    for (int c = 0; c < 3; c++) {
                        double p = Math.exp(x[(n * 3 + c) * PIXELS + i]) / sum;
                        double g = labels[n * PIXELS + i] == c ? 1 : 0;
                        overlap += w[c] * p * g;
                        total += w[c] * (p + g);
                    }
                }
                expected += (1 - 2 * overlap / total) / SAMPLES;
            }
            Loss loss = new GeneralizedDiceLoss(WeightType.SIMPLE, rule, RegionOptions.smooth(0));
            assertEquals(expected, session.loss(loss, SOFTMAX).evaluate(inputs).value(), 1e-13);
        }
    }

    @Test
    void wassersteinDiceWithEqualDistancesIsASoftErrorRate() {
        // With M = 1 - identity, W = 1 - p_y; class 0 does not count as true positive.
        Tensor p = Tensor.wrap(new double[] {0.8, 0.3, 0.2, 0.7}, 1, 2, 2);
        Tensor y = Tensor.wrap(new int[] {0, 1}, 1, 2);
        Loss loss = new GeneralizedWassersteinDiceLoss(List.of(), WeightingMode.DEFAULT, 0, 0);
        double wrong = 0.2 + 0.3;
        assertEquals(
                wrong / (2 * 0.7 + wrong),
                session.loss(loss, LossOptions.probabilities()).evaluate(p, y).value(),
                1e-15);
    }

    @Test
    void mccOfHardPredictionsIsOneMinusTheCoefficient() {
        Tensor p = Tensor.wrap(new double[] {1, 1, 1, 0, 0, 0, 0, 0}, 1, 1, 8);
        Tensor y = Tensor.wrap(new int[] {1, 1, 0, 1, 0, 0, 0, 0}, 1, 8);
        double expected = 1 - (2 * 4 - 1 * 1) / Math.sqrt(3.0 * 3 * 5 * 5);
        assertEquals(
                expected,
                session.loss(new MccLoss(1e-12), LossOptions.probabilities())
                        .evaluate(p, y)
                        .value(),
                1e-11);
    }

    // ---- unified focal family

    @Test
    void unifiedFocalWithoutExponentsIsDiceOrHalfTheCrossEntropy() {
        double smooth = 1e-3;
        for (double lambda : new double[] {0, 1}) {
            for (Loss unified :
                    List.of(
                            new SymmetricUnifiedFocalLoss(lambda, 0.5, 0, 0, smooth, smooth, 0),
                            new AsymmetricUnifiedFocalLoss(lambda, 0.5, 0, 0, smooth, smooth, 0))) {
                Loss special =
                        lambda == 0
                                ? new DiceLoss(RegionOptions.smooth(2 * smooth))
                                : new CrossEntropyLoss();
                double factor = lambda == 0 ? 1 : 0.5;
                assertScaled(factor, 0, special, SOFTMAX, unified, SOFTMAX, three());
            }
        }
    }

    @Test
    void unifiedFocalIsTheSumOfItsParts() {
        assertSum(
                0.3,
                new SymmetricFocalLoss(0.6, 0.5, 1e-7, 0),
                0.7,
                new SymmetricFocalTverskyLoss(0.6, 0.5, 1e-7, 1e-7, 1e-7, 0),
                new SymmetricUnifiedFocalLoss(0.3, 0.6, 0.5, 1e-7, 1e-7, 1e-7, 0),
                SOFTMAX,
                three());
        assertSum(
                0.3,
                new AsymmetricFocalLoss(0.6, 0.5, 1e-7, 1),
                0.7,
                new AsymmetricFocalTverskyLoss(0.6, 0.5, 1e-7, 1e-7, 1e-7, 1),
                new AsymmetricUnifiedFocalLoss(0.3, 0.6, 0.5, 1e-7, 1e-7, 1e-7, 1),
                SOFTMAX,
                three());
    }

    @Test
    void unifiedFocalOfOneChannelIsThatOfTwoWhoseFirstLogitIsZero() {
        double[] x = logits(1).toDoubleArray();
        double[] two = new double[2 * x.length];
        for (int n = 0; n < SAMPLES; n++) {
            System.arraycopy(x, n * PIXELS, two, (2 * n + 1) * PIXELS, PIXELS);
        }
        LossInputs inputs = LossInputs.of(Tensor.wrap(two, SAMPLES, 2, PIXELS), labels(2));
        for (Loss loss :
                List.of(
                        new SymmetricUnifiedFocalLoss(),
                        new AsymmetricUnifiedFocalLoss(),
                        new ExponentialLogarithmicLoss(),
                        new ConservativeLoss())) {
            LossResult one = session.loss(loss, binaryOptions()).evaluate(binary());
            LossResult pair = session.loss(loss, SOFTMAX).evaluate(inputs);
            assertEquals(pair.value(), one.value(), 1e-13, loss.id());
            double[] both = pair.gradient().toDoubleArray();
            double[] foreground = new double[x.length];
            for (int n = 0; n < SAMPLES; n++) {
                System.arraycopy(both, (2 * n + 1) * PIXELS, foreground, n * PIXELS, PIXELS);
            }
            assertGradient(foreground, one.gradient().toDoubleArray());
        }
    }

    @Test
    void backgroundClassMovesWithTheChannels() {
        double[] x = logits(3).toDoubleArray();
        double[] moved = new double[x.length];
        for (int n = 0; n < SAMPLES; n++) {
            for (int c = 0; c < 3; c++) {
                System.arraycopy(
                        x, (n * 3 + c) * PIXELS, moved, (n * 3 + (c + 2) % 3) * PIXELS, PIXELS);
            }
        }
        int[] labels =
                Arrays.stream(labels(3).toLongArray()).mapToInt(y -> ((int) y + 2) % 3).toArray();
        LossInputs inputs =
                LossInputs.of(
                        Tensor.wrap(moved, SAMPLES, 3, PIXELS),
                        Tensor.wrap(labels, SAMPLES, PIXELS));
        Loss first = new AsymmetricUnifiedFocalLoss();
        Loss last = new AsymmetricUnifiedFocalLoss(0.5, 0.6, 0.5, 1e-7, 1e-7, 1e-7, 2);
        assertEquals(
                session.loss(first, SOFTMAX).evaluate(three()).value(),
                session.loss(last, SOFTMAX).evaluate(inputs).value(),
                1e-14);
    }

    // ---- sums

    @Test
    void comboIsBalancedBceAndDiceShifted() {
        double alpha = 0.4;
        LossOptions options = binaryOptions().withBatch(true);
        Loss sum =
                new WeightedSumLoss(
                        alpha,
                        new BalancedBceLoss(0.7),
                        1 - alpha,
                        new DiceLoss(RegionOptions.DEFAULT));
        assertScaled(1, alpha - 1, sum, options, new ComboLoss(alpha, 0.7), options, binary());
    }

    @Test
    void comboOfClassesWeighsTheBackgroundByTheRest() {
        Loss beta = new ComboLoss(0.4, 0.7, List.of(), 1e-5, 1e-5, null);
        Loss weights = new ComboLoss(0.4, null, List.of(1 - 0.7, 0.7, 0.7), 1e-5, 1e-5, null);
        assertSame(weights, beta, SOFTMAX, three());
    }

    @Test
    void compoundsAreTheSumsOfTheirParts() {
        assertSum(
                0.7,
                new DiceLoss(),
                1.3,
                new CrossEntropyLoss(),
                new DiceCeLoss(0.7, 1.3, 0, 1e-7, RegionOptions.DEFAULT),
                SOFTMAX,
                three());
        assertSum(
                0.7,
                new DiceLoss(),
                1.3,
                new FocalLoss(0.25, 2),
                new DiceFocalLoss(0.7, 1.3, new FocalLoss(0.25, 2), RegionOptions.DEFAULT),
                binaryOptions(),
                binary());
        assertSum(
                0.3,
                new FocalLoss(0.25, 2),
                0.7,
                new FocalTverskyLoss(),
                new HybridFocalLoss(0.3, new FocalLoss(0.25, 2), new FocalTverskyLoss()),
                SOFTMAX,
                three());
    }

    @Test
    void exponentialLogarithmicWithoutExponentsAndDiceIsCrossEntropyByCount() {
        LossOptions weighted = SOFTMAX.withClassWeights(0.5, 2, 1);
        assertScaled(
                0.2,
                0,
                new CrossEntropyLoss(),
                weighted.withWeightNormalization(WeightNormalization.COUNT),
                new ExponentialLogarithmicLoss(1, 1, 0, 0.2, 1, 1, 1e-12),
                weighted,
                three());
    }

    @Test
    void weightedSumIsLinearAndLeavesEachPartItsOwnRules() {
        LossOptions weighted = SOFTMAX.withClassWeights(0.5, 2, 1);
        // Cross-entropy divides by the weights of the labels, Dice by the number of classes.
        assertSum(
                0.3,
                new CrossEntropyLoss(),
                -1.7,
                new DiceLoss(),
                new WeightedSumLoss(0.3, new CrossEntropyLoss(), -1.7, new DiceLoss()),
                weighted,
                three());
        assertScaled(
                1,
                0,
                new JaccardLoss(),
                SOFTMAX,
                new WeightedSumLoss(List.of(new WeightedSumLoss.Part(1, new JaccardLoss()))),
                SOFTMAX,
                three());
    }
}
