package io.github.segloss.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.SegLossException;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Metrics against counting and measuring by the definitions. */
class MetricsTest {
    private static Session session;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    // ---- by definition

    private static List<long[]> surface(boolean[] mask, Shape shape) {
        List<long[]> surface = new ArrayList<>();
        for (int i = 0; i < mask.length; i++) {
            long[] position = shape.coordinates(i);
            boolean isOnSurface = false;
            long stride = 1;
            for (int axis = shape.rank() - 1; axis >= 0; axis--) {
                boolean low = position[axis] > 0 && mask[(int) (i - stride)];
                boolean high = position[axis] + 1 < shape.size(axis) && mask[(int) (i + stride)];
                isOnSurface |= !low || !high;
                stride *= shape.size(axis);
            }
            if (mask[i] && isOnSurface) {
                surface.add(position);
            }
        }
        return surface;
    }

    private static List<Double> distances(List<long[]> from, List<long[]> to, double... spacing) {
        List<Double> all = new ArrayList<>();
        for (long[] a : from) {
            double best = Double.POSITIVE_INFINITY;
            for (long[] b : to) {
                double sum = 0;
                for (int axis = 0; axis < a.length; axis++) {
                    sum += Math.pow((a[axis] - b[axis]) * spacing[axis], 2);
                }
                best = Math.min(best, Math.sqrt(sum));
            }
            all.add(best);
        }
        Collections.sort(all);
        return all;
    }

    private static double percentile(List<Double> ascending, double percent) {
        double position = (ascending.size() - 1) * percent / 100;
        int below = (int) Math.floor(position);
        int above = (int) Math.ceil(position);
        return ascending.get(below)
                + (position - below) * (ascending.get(above) - ascending.get(below));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElseThrow();
    }

    private static void assertValue(double expected, OptionalDouble found) {
        assertEquals(expected, found.orElseThrow(), 1e-12);
    }

    private static void assertByDefinition(
            boolean[] p, boolean[] g, Shape shape, ClassMetrics found, double... spacing) {
        int tp = 0;
        int fp = 0;
        int fn = 0;
        for (int i = 0; i < p.length; i++) {
            tp += p[i] && g[i] ? 1 : 0;
            fp += p[i] && !g[i] ? 1 : 0;
            fn += !p[i] && g[i] ? 1 : 0;
        }
        int tn = p.length - tp - fp - fn;
        assertEquals(new Confusion(tp, fp, fn, tn), found.counts());
        assertValue(2.0 * tp / (2 * tp + fp + fn), found.dice());
        assertValue((double) tp / (tp + fp + fn), found.iou());
        assertValue((double) tp / (tp + fp), found.precision());
        assertValue((double) tp / (tp + fn), found.recall());
        assertValue((double) tn / (tn + fp), found.specificity());
        assertValue(5.0 * tp / (5 * tp + 4 * fn + fp), found.fBeta(2));
        assertValue(1 - Math.abs(fn - fp) / (2.0 * tp + fp + fn), found.volumetricSimilarity());
        assertValue((double) (tp + tn) / p.length, found.counts().accuracy());
        double root = Math.sqrt((double) (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
        assertValue(((double) tp * tn - (double) fp * fn) / root, found.mcc());

        List<long[]> sp = surface(p, shape);
        List<long[]> sg = surface(g, shape);
        List<Double> toTarget = distances(sp, sg, spacing);
        List<Double> toPrediction = distances(sg, sp, spacing);
        List<Double> both = new ArrayList<>(toTarget);
        both.addAll(toPrediction);
        Collections.sort(both);
        assertValue(both.getLast(), found.hausdorff());
        for (double percent : new double[] {0, 50, 95, 100}) {
            assertValue(
                    Math.max(percentile(toTarget, percent), percentile(toPrediction, percent)),
                    found.hausdorff(percent));
            assertValue(percentile(both, percent), found.pooledHausdorff(percent));
        }
        assertValue(mean(toTarget), found.averageDistance());
        assertValue(mean(both), found.averageSymmetricDistance());
        for (double tolerance : new double[] {0, 1, 2.5}) {
            double within = both.stream().filter(d -> d <= tolerance).count();
            assertValue(within / both.size(), found.surfaceDice(tolerance));
        }
    }

    private static int[] blobs(Random random, Shape shape, int classes) {
        int[] labels = new int[(int) shape.elements()];
        for (int c = 1; c < classes; c++) {
            long[] centre = shape.coordinates(random.nextInt(labels.length));
            double radius = 1 + 2 * random.nextDouble();
            for (int i = 0; i < labels.length; i++) {
                long[] at = shape.coordinates(i);
                double sum = 0;
                for (int axis = 0; axis < at.length; axis++) {
                    sum += Math.pow(at[axis] - centre[axis], 2);
                }
                labels[i] = Math.sqrt(sum) + random.nextDouble() < radius ? c : labels[i];
            }
        }
        for (int c = 0; c < classes; c++) {
            labels[c] = c; // no class is absent
        }
        return labels;
    }

    private static boolean[] ofClass(int[] labels, int start, int count, int c) {
        boolean[] mask = new boolean[count];
        for (int i = 0; i < count; i++) {
            mask[i] = labels[start + i] == c;
        }
        return mask;
    }

    private static long[] withBatch(int samples, Shape shape) {
        long[] sizes = new long[shape.rank() + 1];
        sizes[0] = samples;
        System.arraycopy(shape.toArray(), 0, sizes, 1, shape.rank());
        return sizes;
    }

    @Test
    void metricsOfLabelsAreTheirDefinitions() {
        Random random = new Random(51);
        double[][] spacings = {{0.5}, {1, 1}, {2, 0.3}, {1, 1, 1}, {3, 0.5, 0.7}};
        long[][] spaces = {{25}, {9, 11}, {12, 7}, {5, 6, 7}, {4, 8, 5}};
        for (int k = 0; k < spaces.length; k++) {
            Shape shape = Shape.of(spaces[k]);
            int pixels = (int) shape.elements();
            int[] p = new int[2 * pixels];
            int[] g = new int[2 * pixels];
            for (int n = 0; n < 2; n++) {
                System.arraycopy(blobs(random, shape, 4), 0, p, n * pixels, pixels);
                System.arraycopy(blobs(random, shape, 4), 0, g, n * pixels, pixels);
            }
            MetricReport report =
                    new Metrics(
                                    session,
                                    MetricOptions.DEFAULT
                                            .withClasses(ClassSelection.ALL)
                                            .withSpacing(spacings[k]))
                            .ofLabels(
                                    Tensor.wrap(p, withBatch(2, shape)),
                                    Tensor.wrap(g, withBatch(2, shape)),
                                    4);
            assertEquals(8, report.all().size());
            for (int n = 0; n < 2; n++) {
                for (int c = 0; c < 4; c++) {
                    assertByDefinition(
                            ofClass(p, n * pixels, pixels, c),
                            ofClass(g, n * pixels, pixels, c),
                            shape,
                            report.of(n, c),
                            spacings[k]);
                }
            }
        }
    }

    @Test
    void masksOfChannelsMayOverlap() {
        Random random = new Random(52);
        Shape shape = Shape.of(6, 7);
        byte[] p = new byte[2 * 3 * 42];
        byte[] g = new byte[p.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = (byte) random.nextInt(2);
            g[i] = (byte) random.nextInt(2);
        }
        MetricReport report =
                new Metrics(session, MetricOptions.DEFAULT.withClasses(ClassSelection.of(0, 2)))
                        .ofMasks(Tensor.wrap(p, 2, 3, 6, 7), Tensor.wrap(g, 2, 3, 6, 7));
        assertEquals(
                List.of(0, 2, 0, 2), report.all().stream().map(ClassMetrics::classIndex).toList());
        for (ClassMetrics m : report.all()) {
            int start = (m.sample() * 3 + m.classIndex()) * 42;
            boolean[] pm = new boolean[42];
            boolean[] gm = new boolean[42];
            for (int i = 0; i < 42; i++) {
                pm[i] = p[start + i] == 1;
                gm[i] = g[start + i] == 1;
            }
            assertByDefinition(pm, gm, shape, m, 1, 1);
        }
    }

    @Test
    void pixelsThatDoNotCountAreInNoCountAndBackgroundForSurfaces() {
        int[] p = {1, 1, 1, 0, 2, 2, 0, 1};
        int[] g = {1, 1, 0, 0, 2, 255, 1, 1};
        byte[] mask = {1, 1, 1, 1, 1, 1, 0, 0};
        MetricReport report =
                new Metrics(session, MetricOptions.DEFAULT.withIgnoreIndex(255L))
                        .ofLabels(
                                Tensor.wrap(p, 1, 8),
                                Tensor.wrap(g, 1, 8),
                                3,
                                Tensor.wrap(mask, 1, 1, 8));
        assertEquals(new Confusion(2, 1, 0, 2), report.of(0, 1).counts());
        assertEquals(new Confusion(1, 0, 0, 4), report.of(0, 2).counts());
        // Without the last two pixels the masks are 0..2 and 0..1: surfaces {0, 2} and {0, 1}.
        assertValue(1, report.of(0, 1).hausdorff());
        assertValue(0.5, report.of(0, 1).averageDistance());
        assertValue(0, report.of(0, 2).hausdorff());
    }

    @Test
    void reportsAreMeansAndPools() {
        int[] p = {0, 1, 1, 1, 0, 0, 0, 0};
        int[] g = {0, 1, 1, 0, 0, 0, 0, 0};
        MetricReport report =
                new Metrics(session, MetricOptions.DEFAULT)
                        .ofLabels(Tensor.wrap(p, 2, 4), Tensor.wrap(g, 2, 4), 2);
        assertValue(0.8, report.mean(ClassMetrics::dice));
        assertValue(0.8, report.mean(1, ClassMetrics::dice));
        assertTrue(report.mean(0, ClassMetrics::dice).isEmpty());
        assertEquals(new Confusion(2, 1, 0, 5), report.pooled(1));
        assertEquals(
                "class 0 of sample 0 was not measured; the classes are [1]",
                assertThrows(SegLossException.class, () -> report.of(0, 0)).getMessage());
    }

    @Test
    void poolsAreOfOneClass() {
        int[] p = {0, 1, 2, 2, 1, 0, 0, 0};
        int[] g = {0, 1, 1, 2, 2, 0, 0, 0};
        MetricReport report =
                new Metrics(session, MetricOptions.DEFAULT)
                        .ofLabels(Tensor.wrap(p, 2, 4), Tensor.wrap(g, 2, 4), 3);
        assertEquals(new Confusion(1, 1, 1, 5), report.pooled(1));
        assertEquals(new Confusion(1, 1, 1, 5), report.pooled(2));
        assertEquals(new Confusion(1, 0, 1, 2), report.of(0, 1).counts());
        assertEquals(new Confusion(1, 1, 0, 2), report.of(0, 2).counts());
        assertEquals(Confusion.NONE, report.pooled(0));
    }

    // ---- empty classes

    private static ClassMetrics of(EmptyClass rule, String p, String g) {
        double[] predicted = p.chars().mapToDouble(c -> c - '0').toArray();
        double[] actual = g.chars().mapToDouble(c -> c - '0').toArray();
        return new Metrics(session, MetricOptions.DEFAULT.withEmptyClass(rule))
                .ofMasks(
                        Tensor.wrap(predicted, 1, 1, predicted.length),
                        Tensor.wrap(actual, 1, 1, actual.length))
                .of(0, 0);
    }

    private static List<OptionalDouble> all(ClassMetrics m) {
        return List.of(
                m.dice(),
                m.iou(),
                m.precision(),
                m.recall(),
                m.fBeta(1),
                m.volumetricSimilarity(),
                m.surfaceDice(1),
                m.hausdorff(),
                m.hausdorff(95),
                m.pooledHausdorff(95),
                m.averageDistance(),
                m.averageSymmetricDistance());
    }

    private static List<OptionalDouble> values(Double... values) {
        return Arrays.stream(values)
                .map(v -> Double.isNaN(v) ? OptionalDouble.empty() : OptionalDouble.of(v))
                .toList();
    }

    @Test
    void emptyClassesFollowTheRule() {
        double none = Double.NaN;
        assertEquals(
                values(none, none, none, none, none, none, none, none, none, none, none, none),
                all(of(EmptyClass.UNDEFINED, "0000", "0000")));
        assertEquals(
                values(none, none, 0.0, none, 0.0, 0.0, none, none, none, none, none, none),
                all(of(EmptyClass.UNDEFINED, "0110", "0000")));
        assertEquals(
                values(0.0, 0.0, none, 0.0, 0.0, 0.0, none, none, none, none, none, none),
                all(of(EmptyClass.UNDEFINED, "0000", "0110")));
        assertEquals(
                values(none, none, none, none, none, none, none, none, none, none, none, none),
                all(of(EmptyClass.BY_FORMULA, "0000", "0000")));
        assertEquals(
                values(0.0, 0.0, 0.0, none, 0.0, 0.0, 0.0, none, none, none, none, none),
                all(of(EmptyClass.BY_FORMULA, "0110", "0000")));
        assertEquals(
                values(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
                all(of(EmptyClass.PERFECT_WHEN_BOTH_EMPTY, "0000", "0000")));
        assertEquals(
                values(0.0, 0.0, none, 0.0, 0.0, 0.0, 0.0, none, none, none, none, none),
                all(of(EmptyClass.PERFECT_WHEN_BOTH_EMPTY, "0000", "0110")));
        assertEquals(
                values(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
                all(of(EmptyClass.UNDEFINED, "0110", "0110")));
    }

    @Test
    void countsOfTwoAreAddedOneByOne() {
        assertEquals(
                new Confusion(11, 22, 33, 44),
                new Confusion(1, 2, 3, 4).plus(new Confusion(10, 20, 30, 40)));
    }

    /** What does not count is looked up by sample and channel, so it differs in each of them here. */
    @Test
    void ignoredLabelsAndMasksBelongToTheirSample() {
        int[] p = {1, 1, 1, 1, /**/ 1, 1, 1, 1, /**/ 0, 0, 0, 0};
        int[] g = {1, 9, 0, 9, /**/ 9, 9, 1, 1, /**/ 0, 1, 9, 1};
        MetricReport ignoring =
                new Metrics(session, MetricOptions.DEFAULT.withIgnoreIndex(9L))
                        .ofLabels(Tensor.wrap(p, 3, 4), Tensor.wrap(g, 3, 4), 2);
        assertEquals(new Confusion(1, 1, 0, 0), ignoring.of(0, 1).counts());
        assertEquals(new Confusion(2, 0, 0, 0), ignoring.of(1, 1).counts());
        assertEquals(new Confusion(0, 0, 2, 1), ignoring.of(2, 1).counts());
        int[] hard = Arrays.stream(g).map(label -> label == 9 ? 0 : label).toArray();
        byte[] mask = new byte[12];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (g[i] == 9 ? 0 : 1);
        }
        for (long[] shape : List.of(new long[] {3, 4}, new long[] {3, 1, 4})) {
            MetricReport masked =
                    new Metrics(session, MetricOptions.DEFAULT)
                            .ofLabels(
                                    Tensor.wrap(p, 3, 4),
                                    Tensor.wrap(hard, 3, 4),
                                    2,
                                    Tensor.wrap(mask, shape));
            for (int sample = 0; sample < 3; sample++) {
                assertEquals(ignoring.of(sample, 1).counts(), masked.of(sample, 1).counts());
            }
        }
    }

    @Test
    void distancesAreGivenInOrderAndUndefinedWhereOneSurfaceIsMissing() {
        SurfaceDistances both = new SurfaceDistances(new double[] {3, 1, 2}, new double[] {5, 4});
        assertArrayEquals(new double[] {1, 2, 3}, both.toTarget());
        assertArrayEquals(new double[] {4, 5}, both.toPrediction());
        assertTrue(both.isDefined());
        for (SurfaceDistances none :
                List.of(
                        new SurfaceDistances(new double[0], new double[] {1}),
                        new SurfaceDistances(new double[] {1}, new double[0]))) {
            assertFalse(none.isDefined());
            assertTrue(none.hausdorff().isEmpty());
            assertTrue(none.averageDistance().isEmpty());
        }
        for (double percent : new double[] {-0.1, 100.1, Double.NaN}) {
            assertThrows(InvalidParameterException.class, () -> both.hausdorff(percent));
            assertThrows(InvalidParameterException.class, () -> both.pooledHausdorff(percent));
        }
        assertThrows(InvalidParameterException.class, () -> both.surfaceDice(-0.1));
        assertValue(0, both.surfaceDice(0));
    }

    @Test
    void mccOfLargeCountsKeepsItsDigits() {
        Confusion large =
                new Confusion(3_000_000_000L, 1_000_000_000L, 2_000_000_000L, 9_000_000_000L);
        Confusion small = new Confusion(3, 1, 2, 9);
        assertEquals(small.mcc().orElseThrow(), large.mcc().orElseThrow(), 1e-15);
    }

    @Test
    void surfacesAreLeftOutWhenNotAskedFor() {
        int[] labels = {0, 1, 1, 0};
        ClassMetrics m =
                new Metrics(session, MetricOptions.DEFAULT.withoutSurfaces())
                        .ofLabels(Tensor.wrap(labels, 1, 4), Tensor.wrap(labels, 1, 4), 2)
                        .of(0, 1);
        assertValue(1, m.dice());
        assertTrue(m.hausdorff().isEmpty());
    }

    // ---- refusals

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(SegLossException.class, call).getMessage());
    }

    @Test
    void badInputsAreRefused() {
        Metrics metrics = new Metrics(session, MetricOptions.DEFAULT);
        Tensor labels = Tensor.wrap(new int[] {0, 1, 2, 0, 0, 0}, 2, 3);
        assertRefused(
                "metrics: the target holds 2.0 at [0, 2]; allowed are the whole numbers 0 to 1",
                () -> metrics.ofLabels(labels, labels, 2));
        assertRefused(
                "metrics: prediction and target have shapes [2, 3] and [3, 2]; they must be equal, [N, spatial...] with 1 to 3 spatial axes",
                () -> metrics.ofLabels(labels, labels.reshape(3, 2), 3));
        assertRefused(
                "metrics: the labels are Tensor[FLOAT64 [2, 3]]; they must be UINT8, INT8, INT16, INT32 or INT64",
                () -> metrics.ofLabels(Tensor.wrap(new double[6], 2, 3), labels, 3));
        assertRefused(
                "metrics: the number of classes is 1; labels need at least 2",
                () -> metrics.ofLabels(labels, labels, 1));
        assertRefused(
                "metrics: the mask has shape [3]; it must be [2, 3] or [2, 1, 3]",
                () -> metrics.ofLabels(labels, labels, 3, Tensor.wrap(new byte[3], 3)));
        assertRefused(
                "metrics: the mask holds 7.0 at [0, 0]; allowed are the whole numbers 0 to 1",
                () ->
                        metrics.ofLabels(
                                labels,
                                labels,
                                3,
                                Tensor.wrap(new byte[] {7, 1, 1, 1, 1, 1}, 2, 3)));
        assertRefused(
                "metrics: the target holds 3.0 at [1, 1]; allowed are the whole numbers 0 to 2",
                () -> metrics.ofLabels(labels, Tensor.wrap(new int[] {0, 1, 2, 0, 3, 0}, 2, 3), 3));
        assertRefused(
                "metrics: the prediction holds -1.0 at [1, 1]; allowed are the whole numbers 0 to 2",
                () ->
                        metrics.ofLabels(
                                Tensor.wrap(new int[] {0, 1, 2, 0, -1, 0}, 2, 3), labels, 3));
        assertRefused(
                "metrics: the mask holds 7.0 at [1, 1]; allowed are the whole numbers 0 to 1",
                () ->
                        metrics.ofLabels(
                                labels,
                                labels,
                                3,
                                Tensor.wrap(new byte[] {1, 1, 1, 1, 7, 1}, 2, 3)));
        Tensor half = Tensor.wrap(new double[] {0, 1, 0.5, 0}, 1, 1, 4);
        assertRefused(
                "metrics: the target holds 0.5 at [0, 0, 2]; allowed are the whole numbers 0 to 1",
                () -> metrics.ofMasks(half, half));
        assertRefused(
                "metrics: prediction and target have shapes [2, 1, 1, 1, 3] and [2, 1, 1, 1, 3]; they must be equal, [N, spatial...] with 1 to 3 spatial axes",
                () ->
                        metrics.ofLabels(
                                labels.reshape(2, 1, 1, 1, 3), labels.reshape(2, 1, 1, 1, 3), 3));
        assertRefused(
                "metrics: prediction and target have shapes [6] and [6]; they must be equal, [N, spatial...] with 1 to 3 spatial axes",
                () -> metrics.ofLabels(labels.reshape(6), labels.reshape(6), 3));
        Tensor volume = labels.reshape(1, 1, 2, 3);
        assertEquals(1, metrics.ofLabels(volume, volume, 3).of(0, 1).counts().truePositives());
        Tensor ones = Tensor.wrap(new byte[] {1, 1, 1, 1, 1, 1}, 1, 1, 1, 2, 3);
        assertEquals(
                1, metrics.ofLabels(volume, volume, 3, ones).of(0, 1).counts().truePositives());
        assertRefused(
                "metrics: the spacing [1.0, 1.0] has 2 values; it must have one for each of the 1 spatial axes",
                () ->
                        new Metrics(session, MetricOptions.DEFAULT.withSpacing(1, 1))
                                .ofLabels(labels, labels, 3));
        assertRefused(
                "spacing [-1.0] contains -1.0; it must be finite and above 0",
                () ->
                        new Metrics(session, MetricOptions.DEFAULT.withSpacing(-1))
                                .ofLabels(labels, labels, 3));
        SurfaceDistances distances = new SurfaceDistances(new double[] {1}, new double[] {2});
        assertRefused(
                "the percentile is 101.0; it must be at least 0 and at most 100",
                () -> distances.hausdorff(101));
        assertRefused(
                "the tolerance of the surface Dice is -1.0; it must be at least 0",
                () -> distances.surfaceDice(-1));
    }
}
