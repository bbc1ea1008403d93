package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Reduction;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.loss.WeightNormalization;
import io.github.segloss.losses.GeneralizedDiceLoss.EmptyClassWeight;
import io.github.segloss.losses.GeneralizedDiceLoss.WeightType;
import io.github.segloss.losses.RegionOptions.Overlap;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Losses for which no reference values exist: each is tied to a loss that has them, and to its formula evaluated on plain arrays. */
class FurtherLossesTest {
    private static final LossOptions SOFTMAX = LossOptions.softmax();
    private static final LossOptions GIVEN = LossOptions.of(Activation.NONE, TargetKind.SOFT);
    private static final RegionOptions SMOOTH = RegionOptions.smooth(0.5);
    private static final int PIXELS = 15;

    private static Session session;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static LossInputs logits() {
        Random random = new Random(21);
        double[] x = new double[2 * 3 * PIXELS];
        Arrays.setAll(x, _ -> 2 * random.nextGaussian());
        int[] labels = random.ints(2 * PIXELS, 0, 3).toArray();
        return LossInputs.of(Tensor.wrap(x, 2, 3, PIXELS), Tensor.wrap(labels, 2, PIXELS));
    }

    /** Two samples of one channel: probabilities and a soft target. */
    private static double[] numbers(long seed) {
        return new Random(seed).doubles(2 * PIXELS, 0.02, 0.98).toArray();
    }

    private static LossInputs soft(double[] p, double[] g) {
        return LossInputs.of(Tensor.wrap(p, 2, 1, PIXELS), Tensor.wrap(g, 2, 1, PIXELS));
    }

    private static LossResult evaluate(Loss loss, LossOptions options, LossInputs inputs) {
        return session.loss(loss, options).evaluate(inputs);
    }

    private static void assertSame(Loss expected, Loss found, LossOptions options) {
        assertSum(1, expected, 0, expected, found, options);
    }

    private static void assertSum(
            double a, Loss first, double b, Loss second, Loss found, LossOptions options) {
        LossResult one = evaluate(first, options, logits());
        LossResult two = evaluate(second, options, logits());
        LossResult sum = evaluate(found, options, logits());
        assertEquals(a * one.value() + b * two.value(), sum.value(), 1e-13);
        double[] g1 = one.gradient().toDoubleArray();
        double[] g2 = two.gradient().toDoubleArray();
        double[] expected = new double[g1.length];
        Arrays.setAll(expected, i -> a * g1[i] + b * g2[i]);
        assertArrayEquals(expected, sum.gradient().toDoubleArray(), 1e-14);
    }

    /** The sum over the pixels of one sample. */
    private static double sum(int sample, double[] p, double[] g, DoubleBinaryOperator term) {
        double sum = 0;
        for (int i = sample * PIXELS; i < (sample + 1) * PIXELS; i++) {
            sum += term.applyAsDouble(p[i], g[i]);
        }
        return sum;
    }

    /** Compares with the mean over both samples of a formula of sums. */
    private interface Formula {
        double of(int sample, double[] p, double[] g);
    }

    private static void assertFormula(Formula formula, Loss loss) {
        double[] p = numbers(22);
        double[] g = numbers(23);
        assertEquals(
                (formula.of(0, p, g) + formula.of(1, p, g)) / 2,
                evaluate(loss, GIVEN, soft(p, g)).value(),
                1e-13);
    }

    // ---- cross-entropy family

    @Test
    void poly1WithoutEpsilonIsItsBaseLoss() {
        LossOptions counted = SOFTMAX.withWeightNormalization(WeightNormalization.COUNT);
        assertSame(new CrossEntropyLoss(0.1, 0), new Poly1CrossEntropyLoss(0, 0.1, 0), counted);
        assertSame(new FocalLoss(List.of(), 2, null), new Poly1FocalLoss(0, 2), SOFTMAX);
        assertSame(new Poly1CrossEntropyLoss(0.8, 0, 0), new Poly1FocalLoss(0.8, 0), SOFTMAX);
    }

    @Test
    void poly1AddsTheMissedProbability() {
        double[] p = {0.9, 0.2, 0.4};
        double[] g = {1, 0, 1};
        double ce = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.4)) / 3;
        double missed = (0.1 + 0.2 + 0.6) / 3;
        double cubes = (0.001 + 0.008 + 0.216) / 3;
        double focal = -(0.01 * Math.log(0.9) + 0.04 * Math.log(0.8) + 0.36 * Math.log(0.4)) / 3;
        LossInputs inputs = LossInputs.of(Tensor.wrap(p, 1, 1, 3), Tensor.wrap(g, 1, 1, 3));
        LossOptions options = LossOptions.of(Activation.NONE, TargetKind.BINARY);
        assertEquals(
                ce + 1.5 * missed,
                evaluate(new Poly1CrossEntropyLoss(1.5, 0, 0), options, inputs).value(),
                1e-15);
        assertEquals(
                focal - 0.5 * cubes,
                evaluate(new Poly1FocalLoss(-0.5, 2), options, inputs).value(),
                1e-15);
    }

    // ---- region family

    @Test
    void powerJaccardAtItsEndsIsJaccardPlainAndSquared() {
        assertSame(new JaccardLoss(SMOOTH), new PowerJaccardLoss(1, 0.5), SOFTMAX);
        assertSame(new JaccardLoss(SMOOTH.withSquares()), new PowerJaccardLoss(2, 0.5), SOFTMAX);
        assertFormula(
                (n, p, g) -> {
                    double overlap = sum(n, p, g, (a, b) -> a * b);
                    double powers = sum(n, p, g, (a, b) -> Math.pow(a, 1.6) + Math.pow(b, 1.6));
                    return 1 - (overlap + 0.5) / (powers - overlap + 0.5);
                },
                new PowerJaccardLoss(1.6, 0.5));
    }

    @Test
    void dicePlusPlusAtOneIsDice() {
        assertSame(new DiceLoss(SMOOTH), new DicePlusPlusLoss(1, 0.5), SOFTMAX);
        assertFormula(
                (n, p, g) -> {
                    double hits = 2 * sum(n, p, g, (a, b) -> a * b);
                    double fp = sum(n, p, g, (a, b) -> Math.pow(a * (1 - b), 3));
                    double fn = sum(n, p, g, (a, b) -> Math.pow((1 - a) * b, 3));
                    return 1 - (hits + 0.5) / (hits + fp + fn + 0.5);
                },
                new DicePlusPlusLoss(3, 0.5));
    }

    @Test
    void noiseRobustDiceAtTwoIsSquaredDice() {
        assertSame(new DiceLoss(SMOOTH.withSquares()), new NoiseRobustDiceLoss(2, 0.5), SOFTMAX);
        assertFormula(
                (n, p, g) ->
                        sum(n, p, g, (a, b) -> Math.pow(Math.abs(a - b), 1.5))
                                / (sum(n, p, g, (a, b) -> a * a + b * b) + 0.5),
                new NoiseRobustDiceLoss(1.5, 0.5));
    }

    @Test
    void logarithmicScoresAreThoseOfDiceAndIou() {
        assertFormula(
                (n, p, g) -> {
                    double overlap = sum(n, p, g, (a, b) -> a * b);
                    return -Math.log((2 * overlap + 0.3) / (sum(n, p, g, Double::sum) + 0.5));
                },
                new LogDiceLoss(RegionOptions.smooth(0.3, 0.5)));
        assertFormula(
                (n, p, g) -> {
                    double overlap = sum(n, p, g, (a, b) -> a * b);
                    return -Math.log((overlap + 0.3) / (sum(n, p, g, Double::sum) - overlap + 0.5));
                },
                new LogIouLoss(RegionOptions.smooth(0.3, 0.5)));
        assertFormula(
                (n, p, g) ->
                        -Math.log(
                                (2 * sum(n, p, g, Math::min) + 0.5)
                                        / (sum(n, p, g, Double::sum) + 0.5)),
                new LogDiceLoss(SMOOTH.withOverlap(Overlap.L1)));
    }

    @Test
    void penaltyActsOnTheGeneralizedDiceOfEachSample() {
        GeneralizedDiceLoss generalized =
                new GeneralizedDiceLoss(WeightType.SQUARE, EmptyClassWeight.MAX, SMOOTH);
        assertSame(generalized, new PenalizedGeneralizedDiceLoss(0, generalized), SOFTMAX);
        double[] each =
                evaluate(generalized, SOFTMAX.withReduction(Reduction.NONE), logits())
                        .values()
                        .toDoubleArray();
        assertEquals(2, each.length);
        double expected =
                Arrays.stream(each).map(gd -> gd / (1 + 4 * (1 - gd))).average().orElseThrow();
        assertEquals(
                expected,
                evaluate(new PenalizedGeneralizedDiceLoss(4, generalized), SOFTMAX, logits())
                        .value(),
                1e-14);
    }

    @Test
    void semimetricsOfHardTargetsAreTheUsualLosses() {
        assertSame(new DiceLoss(SMOOTH), new DiceSemimetricLoss(SMOOTH), SOFTMAX);
        assertSame(new JaccardLoss(SMOOTH), new JaccardMetricLoss(SMOOTH), SOFTMAX);
        assertSame(
                new TverskyLoss(0.2, 0.9, SMOOTH),
                new TverskySemimetricLoss(0.2, 0.9, SMOOTH),
                SOFTMAX);
    }

    @Test
    void semimetricsOfSoftTargetsAreTheirFormulas() {
        assertFormula(
                (n, p, g) -> {
                    double hits = 2 * sum(n, p, g, (a, b) -> a * b);
                    double errors = sum(n, p, g, (a, b) -> Math.abs(a - b));
                    return 1 - (hits + 0.5) / (hits + errors + 0.5);
                },
                new DiceSemimetricLoss(SMOOTH));
        assertFormula(
                (n, p, g) -> {
                    double hits = sum(n, p, g, (a, b) -> a * b);
                    double errors = sum(n, p, g, (a, b) -> Math.abs(a - b));
                    return 1 - (hits + 0.5) / (hits + errors + 0.5);
                },
                new JaccardMetricLoss(SMOOTH));
        assertFormula(
                (n, p, g) -> {
                    double hits = sum(n, p, g, (a, b) -> a * b);
                    double fp = sum(n, p, g, (a, b) -> Math.max(a - b, 0));
                    double fn = sum(n, p, g, (a, b) -> Math.max(b - a, 0));
                    return 1 - (hits + 0.5) / (hits + 0.2 * fp + 0.9 * fn + 0.5);
                },
                new TverskySemimetricLoss(0.2, 0.9, SMOOTH));
    }

    /** What the losses of this kind are for: their minimum over p is at p = g, which the product overlap misses. */
    @Test
    void onlyL1FormsAreZeroAtTheSoftTarget() {
        double[] g = numbers(24);
        for (Loss loss :
                List.of(
                        new DiceSemimetricLoss(SMOOTH),
                        new JaccardMetricLoss(SMOOTH),
                        new TverskySemimetricLoss(0.3, 0.7, SMOOTH),
                        new DiceLoss(SMOOTH.withOverlap(Overlap.L1)),
                        new JaccardLoss(SMOOTH.withOverlap(Overlap.L1)),
                        new TverskyLoss(0.3, 0.7, SMOOTH.withOverlap(Overlap.L1)))) {
            assertEquals(0, evaluate(loss, GIVEN, soft(g, g)).value(), 1e-15, loss.id());
        }
        assertTrue(evaluate(new DiceLoss(SMOOTH), GIVEN, soft(g, g)).value() > 0.1);
    }

    /** The first form of the paper, {@code (|p| + |g| - |p - g|) / (|p| + |g|)} and its Jaccard twin, is the overlap l1 of the usual losses. */
    @Test
    void firstFormOfTheSemimetricsIsTheL1Overlap() {
        assertFormula(
                (n, p, g) -> {
                    double both = sum(n, p, g, Double::sum);
                    return 1 - (both - sum(n, p, g, (a, b) -> Math.abs(a - b))) / both;
                },
                new DiceLoss(RegionOptions.smooth(0).withOverlap(Overlap.L1)));
        assertFormula(
                (n, p, g) -> {
                    double both = sum(n, p, g, Double::sum);
                    double errors = sum(n, p, g, (a, b) -> Math.abs(a - b));
                    return 1 - (both - errors) / (both + errors);
                },
                new JaccardLoss(RegionOptions.smooth(0).withOverlap(Overlap.L1)));
    }

    // ---- compounds

    @Test
    void compoundsAreTheSumsOfTheirParts() {
        FocalLoss focal = new FocalLoss(List.of(0.2, 0.3, 0.5), 1.5, null);
        assertSum(
                0.4,
                new GeneralizedDiceLoss(),
                1.3,
                focal,
                new GeneralizedDiceFocalLoss(0.4, 1.3, new GeneralizedDiceLoss(), focal),
                SOFTMAX);
        TopkCrossEntropyLoss topk = new TopkCrossEntropyLoss(40);
        assertSum(
                0.6,
                new DiceLoss(SMOOTH),
                1.7,
                topk,
                new DiceTopkLoss(0.6, 1.7, topk, SMOOTH),
                SOFTMAX);
        assertSame(
                new DiceCeLoss(1, 1, 0.1, 0, SMOOTH),
                new DiceTopkLoss(1, 1, new TopkCrossEntropyLoss(100, 0.1, 0), SMOOTH),
                SOFTMAX);
    }
}
