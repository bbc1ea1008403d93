package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.maps.DistanceMaps;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Losses of distances and skeletons, against evaluations by hand. */
class DistanceLossesTest {
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

    private static double value(Loss loss, LossOptions options, LossInputs inputs) {
        return session.loss(loss, options).evaluate(inputs).value();
    }

    private static LossInputs three(long seed) {
        Random random = new Random(seed);
        double[] x = new double[2 * 3 * 20];
        Arrays.setAll(x, _ -> random.nextGaussian());
        int[] labels = random.ints(40, 0, 3).toArray();
        Tensor target = Tensor.wrap(labels, 2, 4, 5);
        Tensor distances =
                new DistanceMaps(session, DType.FLOAT64).signedOfLabels(target, 3, 1, 1, 1);
        return LossInputs.of(Tensor.wrap(x, 2, 3, 4, 5), target).withDistanceMap(distances);
    }

    // ---- boundary

    @Test
    void boundaryChannelsAreAClassSelection() {
        LossInputs inputs = three(1);
        assertEquals(
                value(new BoundaryLoss(), SOFTMAX.withClasses(ClassSelection.of(0, 2)), inputs),
                value(new BoundaryLoss(List.of(2, 0)), SOFTMAX, inputs));
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            sum += value(new BoundaryLoss(List.of(c)), SOFTMAX, inputs);
        }
        assertEquals(sum / 3, value(new BoundaryLoss(), SOFTMAX, inputs), 1e-14);
    }

    @Test
    void boundaryOfGivenProbabilitiesIsTheMeanProduct() {
        double[] p = {0.25, 0.5, 0.75, 1};
        double[] d = {2, -1, 4, 0.5};
        LossInputs inputs =
                LossInputs.of(Tensor.wrap(p, 1, 1, 4), Tensor.wrap(new double[4], 1, 1, 4))
                        .withDistanceMap(Tensor.wrap(d, 1, 1, 4));
        LossOptions options = BINARY.withActivation(Activation.NONE);
        assertEquals(3.5 / 4, value(new BoundaryLoss(), options, inputs), 1e-15);
        LossInputs masked = inputs.withMask(Tensor.wrap(new byte[] {1, 0, 1, 0}, 1, 4));
        assertEquals(3.5 / 2, value(new BoundaryLoss(), options, masked), 1e-15);
    }

    @Test
    void compoundsAreTheSumsOfTheirParts() {
        LossInputs inputs = three(2);
        double boundary = value(new BoundaryLoss(List.of(1, 2)), SOFTMAX, inputs);
        double dice = value(new DiceLoss(), SOFTMAX, inputs);
        assertEquals(
                0.7 * dice + 0.3 * boundary,
                value(
                        new DiceBoundaryLoss(RegionOptions.DEFAULT, 0.7, 0.3, List.of(1, 2)),
                        SOFTMAX,
                        inputs),
                1e-14);
        // All classes are there and the smoothing is negligible, so that both forms of generalized
        // Dice agree.
        double generalized =
                value(
                        new GeneralizedDiceLoss(
                                GeneralizedDiceLoss.WeightType.SQUARE,
                                GeneralizedDiceLoss.EmptyClassWeight.MAX,
                                RegionOptions.smooth(0)),
                        SOFTMAX,
                        inputs);
        assertEquals(
                0.7 * generalized + 0.3 * boundary,
                value(
                        new GeneralizedDiceBoundaryLoss(
                                0.7, 0.3, List.of(1, 2), List.of(), 1e-13, 0),
                        SOFTMAX,
                        inputs),
                1e-11);
    }

    @Test
    void growingBoundaryWeightCompilesOnce() {
        try (Session own = Session.open("scalar")) {
            LossInputs inputs = three(3);
            double dice = value(new DiceLoss(), SOFTMAX, inputs);
            double boundary = value(new BoundaryLoss(), SOFTMAX, inputs);
            LossFunction loss = own.loss(new DiceBoundaryLoss(), SOFTMAX);
            for (int epoch = 1; epoch <= 5; epoch++) {
                double alpha = 0.01 * epoch;
                assertEquals(
                        (1 - alpha) * dice + alpha * boundary,
                        loss.with("lambda_region", 1 - alpha)
                                .with("lambda_boundary", alpha)
                                .evaluate(inputs)
                                .value(),
                        1e-13);
            }
            assertEquals(1, own.compilations());
        }
    }

    @Test
    void distanceMapIsAskedFor() {
        LossInputs inputs = three(4);
        assertEquals(
                "boundary: it needs a distance map of the prediction's shape, and none is given",
                assertThrows(
                                SegLossException.class,
                                () ->
                                        value(
                                                new BoundaryLoss(),
                                                SOFTMAX,
                                                inputs.withDistanceMap(null)))
                        .getMessage());
        assertEquals(
                "boundary: the distance map has shape [2, 4, 5]; it must be the prediction's shape [2, 3, 4, 5]",
                assertThrows(
                                SegLossException.class,
                                () ->
                                        value(
                                                new BoundaryLoss(),
                                                SOFTMAX,
                                                inputs.withDistanceMap(
                                                        Tensor.wrap(new double[40], 2, 4, 5))))
                        .getMessage());
        assertEquals(
                "boundary: class 3 is selected, but the classes are 0 to 2",
                assertThrows(
                                SegLossException.class,
                                () -> value(new BoundaryLoss(List.of(3)), SOFTMAX, inputs))
                        .getMessage());
    }

    @Test
    void weightsAndDistancesThatAreNoNumbersAreNamedWithTheirPlace() {
        LossInputs inputs = three(10);
        double[] weights = new double[40];
        weights[27] = -0.5;
        assertEquals(
                "boundary: the weight map holds -0.5 at [1, 1, 2]; it must be finite and at least 0",
                assertThrows(
                                SegLossException.class,
                                () ->
                                        value(
                                                new BoundaryLoss(),
                                                SOFTMAX,
                                                inputs.withWeightMap(
                                                        Tensor.wrap(weights, 2, 4, 5))))
                        .getMessage());
        double[] distances = new double[120];
        distances[119] = Double.NaN;
        assertEquals(
                "boundary: the distance map holds NaN at [1, 2, 3, 4]; it must be finite",
                assertThrows(
                                SegLossException.class,
                                () ->
                                        value(
                                                new BoundaryLoss(),
                                                SOFTMAX,
                                                inputs.withDistanceMap(
                                                        Tensor.wrap(distances, 2, 3, 4, 5))))
                        .getMessage());
        assertEquals(
                "class weight 1 is NaN; class weights must be finite and at least 0",
                assertThrows(
                                SegLossException.class,
                                () -> SOFTMAX.withClassWeights(1, Double.NaN, 1))
                        .getMessage());
    }

    // ---- Hausdorff

    private static double distance(boolean[] mask, int from, double... spacing) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != mask[from]) {
                best =
                        Math.min(
                                best,
                                Math.hypot(
                                        (i / 5 - from / 5) * spacing[0],
                                        (i % 5 - from % 5) * spacing[1]));
            }
        }
        return Double.isInfinite(best) ? 0 : best;
    }

    @Test
    void hausdorffIsItsDefinition() {
        for (double[] spacing : new double[][] {{1, 1}, {0.5, 3}}) {
            Random random = new Random(5);
            double[] p = new double[20];
            double[] g = new double[20];
            boolean[] predicted = new boolean[20];
            boolean[] actual = new boolean[20];
            for (int i = 0; i < 20; i++) {
                p[i] = random.nextDouble();
                actual[i] = random.nextInt(3) == 0;
                g[i] = actual[i] ? 1 : 0;
                predicted[i] = p[i] > 0.4;
            }
            double expected = 0;
            for (int i = 0; i < 20; i++) {
                double fields =
                        Math.pow(distance(predicted, i, spacing), 1.5)
                                + Math.pow(distance(actual, i, spacing), 1.5);
                expected += (p[i] - g[i]) * (p[i] - g[i]) * fields / 20;
            }
            LossInputs inputs =
                    LossInputs.of(Tensor.wrap(p, 1, 1, 4, 5), Tensor.wrap(g, 1, 1, 4, 5))
                            .withSpacing(List.of(spacing[0], spacing[1]));
            LossOptions options = BINARY.withActivation(Activation.NONE);
            assertEquals(expected, value(new HausdorffDtLoss(1.5, 0.4), options, inputs), 1e-13);
            assertEquals(
                    Math.log1p(expected),
                    value(new LogHausdorffDtLoss(1.5, 0.4), options, inputs),
                    1e-13);
        }
    }

    @Test
    void hausdorffScalesWithTheSpacingToThePowerAlpha() {
        LossInputs inputs = three(6);
        double plain = value(new HausdorffDtLoss(3, 0.5), SOFTMAX, inputs);
        double doubled =
                value(new HausdorffDtLoss(3, 0.5), SOFTMAX, inputs.withSpacing(List.of(2.0, 2.0)));
        assertEquals(8 * plain, doubled, 1e-11);
        assertTrue(plain > 0);
    }

    @Test
    void spacingIsChecked() {
        LossInputs inputs = three(7);
        assertEquals(
                "spacing [1.0, 0.0] contains 0.0; it must be finite and above 0",
                assertThrows(
                                SegLossException.class,
                                () ->
                                        value(
                                                new HausdorffDtLoss(),
                                                SOFTMAX,
                                                inputs.withSpacing(List.of(1.0, 0.0))))
                        .getMessage());
    }

    // ---- clDice

    private static LossInputs masks(String prediction, String target, int height) {
        int width = target.length() / height;
        double[] p = prediction.chars().mapToDouble(c -> c == '#' ? 1 : 0).toArray();
        double[] g = target.chars().mapToDouble(c -> c == '#' ? 1 : 0).toArray();
        return LossInputs.of(
                Tensor.wrap(p, 1, 1, height, width), Tensor.wrap(g, 1, 1, height, width));
    }

    /** Lines are their own skeletons, so that precision and sensitivity can be counted. */
    @Test
    void clDiceOfLinesCountsTheirPixels() {
        String target = ".......#######.......";
        String prediction = ".......###.###.......";
        LossOptions options = BINARY.withActivation(Activation.NONE);
        double precision = (6 + 1.0) / (6 + 1);
        double sensitivity = (6 + 1.0) / (7 + 1);
        double clDice = 1 - 2 * precision * sensitivity / (precision + sensitivity);
        double dice = 1 - (2 * 6 + 1.0) / (6 + 7 + 1);
        LossInputs inputs = masks(prediction, target, 3);
        assertEquals(clDice, value(new SoftClDiceLoss(2, 1), options, inputs), 1e-14);
        assertEquals(
                0.75 * dice + 0.25 * clDice,
                value(new DiceClDiceLoss(2, 1, 0.25), options, inputs),
                1e-14);
        assertEquals(0, value(new SoftClDiceLoss(), options, masks(target, target, 3)), 1e-15);
    }

    private static double[] window(double[] m, boolean isErosion) {
        double[] out = new double[m.length];
        for (int i = 0; i < m.length; i++) {
            double best = m[i];
            for (int dy = -1; dy <= 1; dy++) {
                for (int dx = -1; dx <= 1; dx++) {
                    int y = i / 5 + dy;
                    int x = i % 5 + dx;
                    boolean isInside = y >= 0 && y < m.length / 5 && x >= 0 && x < 5;
                    if (isInside && (!isErosion || dy == 0 || dx == 0)) {
                        double other = m[y * 5 + x];
                        best = isErosion ? Math.min(best, other) : Math.max(best, other);
                    }
                }
            }
            out[i] = best;
        }
        return out;
    }

    private static double[] skeleton(double[] mask, int iterations) {
        double[] m = mask;
        double[] skeleton = new double[m.length];
        for (int k = 0; k <= iterations; k++) {
            double[] now = m;
            double[] opened = window(window(now, true), false);
            Arrays.setAll(
                    skeleton,
                    i -> {
                        double rest = Math.max(now[i] - opened[i], 0);
                        return skeleton[i] + Math.max(rest - skeleton[i] * rest, 0);
                    });
            m = window(now, true);
        }
        return skeleton;
    }

    private static double share(double[] skeleton, double[] mask, double smooth) {
        double inside = smooth;
        double all = smooth;
        for (int i = 0; i < mask.length; i++) {
            inside += skeleton[i] * mask[i];
            all += skeleton[i];
        }
        return inside / all;
    }

    @Test
    void clDiceIsItsDefinition() {
        double[] p = new Random(8).doubles(40).toArray();
        double[] g = new Random(9).doubles(40).toArray();
        LossOptions options = LossOptions.of(Activation.NONE, TargetKind.SOFT);
        LossInputs inputs = LossInputs.of(Tensor.wrap(p, 1, 1, 8, 5), Tensor.wrap(g, 1, 1, 8, 5));
        for (int iterations : new int[] {0, 1, 4}) {
            double precision = share(skeleton(p, iterations), g, 0.3);
            double sensitivity = share(skeleton(g, iterations), p, 0.3);
            assertEquals(
                    1 - 2 * precision * sensitivity / (precision + sensitivity),
                    value(new SoftClDiceLoss(iterations, 0.3), options, inputs),
                    1e-14);
        }
    }

    @Test
    void iterationsAreChecked() {
        assertEquals(
                "soft_cldice: parameter iterations is -1; it must be a whole number at least 0 and at most 200",
                assertThrows(SegLossException.class, () -> new SoftClDiceLoss(-1, 1)).getMessage());
    }
}
