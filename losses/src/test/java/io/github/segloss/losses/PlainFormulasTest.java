package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.losses.FocalTverskyLoss.FocalOver;
import io.github.segloss.losses.GeneralizedDiceLoss.EmptyClassWeight;
import io.github.segloss.losses.GeneralizedDiceLoss.WeightType;
import io.github.segloss.losses.GeneralizedWassersteinDiceLoss.WeightingMode;
import io.github.segloss.losses.RegionOptions.EmptyClass;
import io.github.segloss.losses.RegionOptions.Overlap;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses, with parameters other than their defaults, against their formulas written as loops over a few probabilities: the value, and the gradient by
 * differences of the formula. Quick, so that mutation testing can run it thousands of times.
 */
class PlainFormulasTest {
    private static final int SAMPLES = 2;
    private static final int CLASSES = 3;
    private static final int PIXELS = 4;
    private static final double STEP = 1e-5;

    private static Session session;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
    }

    @AfterAll
    static void close() {
        session.close();
    }

    /** Probabilities and target of all samples, classes and pixels. */
    private record Data(int classes, double[] p, double[] g) {
        double p(int n, int c, int i) {
            return p[(n * classes + c) * PIXELS + i];
        }

        double g(int n, int c, int i) {
            return g[(n * classes + c) * PIXELS + i];
        }

        /** The sum over the pixels of one sample and class. */
        double sum(int n, int c, DoubleBinaryOperator term) {
            return IntStream.range(0, PIXELS)
                    .mapToDouble(i -> term.applyAsDouble(p(n, c, i), g(n, c, i)))
                    .sum();
        }

        /** The same plus that of the other classes. */
        double sum(int n, DoubleBinaryOperator term) {
            return IntStream.range(0, classes).mapToDouble(c -> sum(n, c, term)).sum();
        }
    }

    private interface Formula {
        double of(Data data);
    }

    /** A term of one pixel of a class. */
    private interface Term {
        double of(int c, double p, double g);
    }

    /** A number for one sample and class. */
    private interface Region {
        double of(Data data, int n, int c);
    }

    /** The sum over classes, the mean over pixels. */
    private static Formula pixels(Term term) {
        return d -> {
            double sum = 0;
            for (int n = 0; n < SAMPLES; n++) {
                for (int c = 0; c < d.classes; c++) {
                    int klass = c;
                    sum += d.sum(n, c, (p, g) -> term.of(klass, p, g));
                }
            }
            return sum / (SAMPLES * PIXELS);
        };
    }

    /** The mean over samples and classes. */
    private static Formula regions(Region region) {
        return d -> {
            double sum = 0;
            for (int n = 0; n < SAMPLES; n++) {
                for (int c = 0; c < d.classes; c++) {
                    sum += region.of(d, n, c);
                }
            }
            return sum / (SAMPLES * d.classes);
        };
    }

    private interface OfSample {
        double of(Data data, int n);
    }

    private static Formula samples(OfSample each) {
        return d -> (each.of(d, 0) + each.of(d, 1)) / 2;
    }

    private static Formula sum(double a, Formula first, double b, Formula second) {
        return d -> a * first.of(d) + b * second.of(d);
    }

    /** What is compared, under which kind of target. */
    private record Comparison(Loss loss, TargetKind target, int channels, Formula formula) {
        @Override
        public String toString() {
            return loss + ", " + target + ", " + channels;
        }
    }

    private static Comparison classes(Loss loss, Formula formula) {
        return new Comparison(loss, TargetKind.ONE_HOT, CLASSES, formula);
    }

    private static Comparison softClasses(Loss loss, Formula formula) {
        return new Comparison(loss, TargetKind.SOFT, CLASSES, formula);
    }

    private static Comparison binary(Loss loss, Formula formula) {
        return new Comparison(loss, TargetKind.BINARY, 1, formula);
    }

    private static Comparison soft(Loss loss, Formula formula) {
        return new Comparison(loss, TargetKind.SOFT, 1, formula);
    }

    // ---- cross-entropy

    private static double ln(double p) {
        return Math.log(p);
    }

    private static double cross(double p, double g) {
        return -g * ln(p) - (1 - g) * ln(1 - p);
    }

    /** The mean of {@code -ln} of the probabilities of the truth that are below a threshold. */
    private static double hardest(Data d, DoubleBinaryOperator truth, double threshold) {
        return IntStream.range(0, d.p.length)
                .mapToDouble(k -> truth.applyAsDouble(d.p[k], d.g[k]))
                .filter(p -> p < threshold)
                .map(p -> -ln(p))
                .average()
                .orElseThrow();
    }

    private static Stream<Comparison> crossEntropies() {
        double s = 0.2;
        Term smoothed = (_, p, g) -> -(g * (1 - s) + s / CLASSES) * ln(p);
        Term smoothedBinary = (_, p, g) -> cross(p, g * (1 - s) + (1 - g) * s);
        return Stream.of(
                classes(new CrossEntropyLoss(s, 0), pixels(smoothed)),
                classes(new WeightedCrossEntropyLoss(s, 0), pixels(smoothed)),
                binary(new CrossEntropyLoss(s, 0), pixels(smoothedBinary)),
                softClasses(new CrossEntropyLoss(), pixels((_, p, g) -> -g * ln(p))),
                classes(
                        new CrossEntropyLoss(0, 0.25),
                        pixels((_, p, g) -> -g * ln(Math.clamp(p, 0.25, 0.75)))),
                classes(
                        new CategoricalCrossEntropyLoss(0.25),
                        pixels((_, p, g) -> -g * ln(Math.clamp(p, 0.25, 0.75)))),
                soft(
                        new BceLoss(-0.75),
                        pixels((_, p, g) ->
                                -g * Math.max(ln(p), -0.75)
                                        - (1 - g) * Math.max(ln(1 - p), -0.75))),
                classes(
                        new Poly1CrossEntropyLoss(0.7, s, 0),
                        pixels((c, p, g) ->
                                smoothed.of(c, p, g)
                                        + 0.7 * (g * (1 - s) + s / CLASSES) * (1 - p))),
                classes(
                        new Poly1CrossEntropyLoss(0.7, 0, 0.25),
                        pixels((_, p, g) -> {
                            double clipped = Math.clamp(p, 0.25, 0.75);
                            return -g * ln(clipped) + 0.7 * g * (1 - clipped);
                        })),
                binary(
                        new OhemCrossEntropyLoss(0.55, 0, 0),
                        d -> hardest(d, (p, g) -> g * p + (1 - g) * (1 - p), 0.55)),
                classes(
                        new OhemCrossEntropyLoss(0.55, 0, 0.25),
                        d -> hardest(d, (p, g) -> g == 1 ? Math.clamp(p, 0.25, 0.75) : 1, 0.55)),
                binary(
                        new Poly1CrossEntropyLoss(0.7, s, 0),
                        pixels((c, p, g) -> {
                            double t = g * (1 - s) + (1 - g) * s;
                            return cross(p, t) + 0.7 * (t * (1 - p) + (1 - t) * p);
                        })),
                classes(
                        new ConservativeLoss(2, 3, 1e-9),
                        pixels((_, p, g) -> {
                            double log = ln(p) / ln(3);
                            return 2 * g * Math.pow(1 + log, 2) * ln(-log) / ln(3);
                        })));
    }

    private static double focal(double p, double g, double gamma) {
        return -g * Math.pow(1 - p, gamma) * ln(p) - (1 - g) * Math.pow(p, gamma) * ln(1 - p);
    }

    private static Stream<Comparison> focals() {
        List<Double> three = List.of(0.2, 0.9, 0.5);
        return Stream.of(0.0, 0.5, 1.0, 2.5)
                .flatMap(gamma ->
                        Stream.of(
                                binary(
                                        new FocalLoss(0.3, gamma),
                                        pixels((_, p, g) ->
                                                (g * 0.3 + (1 - g) * 0.7) * focal(p, g, gamma))),
                                binary(
                                        new FocalLoss(List.of(), gamma, 0.25),
                                        pixels((_, p, g) ->
                                                focal(Math.clamp(p, 0.25, 0.75), g, gamma))),
                                classes(
                                        new FocalLoss(0.3, gamma),
                                        pixels((c, p, g) ->
                                                -(c == 0 ? 0.7 : 0.3)
                                                        * g
                                                        * Math.pow(1 - p, gamma)
                                                        * ln(p))),
                                classes(
                                        new FocalLoss(three, gamma, null),
                                        pixels((c, p, g) ->
                                                -three.get(c)
                                                        * g
                                                        * Math.pow(1 - p, gamma)
                                                        * ln(p))),
                                classes(
                                        new SymmetricFocalLoss(0.7, gamma, 0, 1),
                                        pixels((c, p, g) -> unifiedFocal(c, p, g, gamma, false))),
                                classes(
                                        new AsymmetricFocalLoss(0.7, gamma, 0, 1),
                                        pixels((c, p, g) -> unifiedFocal(c, p, g, gamma, true))),
                                classes(
                                        new Poly1FocalLoss(-0.4, gamma),
                                        pixels((_, p, g) ->
                                                -g * Math.pow(1 - p, gamma) * ln(p)
                                                        - 0.4 * g * Math.pow(1 - p, gamma + 1)))));
    }

    /** With class 1 as the common one and delta 0.7; {@code -0} for {@code g = 0}. */
    private static double unifiedFocal(
            int c, double p, double g, double gamma, boolean isAsymmetric) {
        double power = isAsymmetric && c != 1 ? 1 : Math.pow(1 - p, gamma);
        return -(c == 1 ? 0.3 : 0.7) * power * g * ln(p);
    }

    // ---- regions

    private static final RegionOptions SMOOTH = RegionOptions.smooth(0.3, 0.5);

    private static double ratio(double numerator, double denominator) {
        return 1 - (numerator + 0.3) / (denominator + 0.5);
    }

    private static Region dice(DoubleBinaryOperator overlap, DoubleBinaryOperator total) {
        return (d, n, c) -> ratio(2 * d.sum(n, c, overlap), d.sum(n, c, total));
    }

    private static Region tversky(double fp, double fn) {
        return (d, n, c) -> {
            double hits = d.sum(n, c, (p, g) -> p * g);
            double wrong =
                    fp * d.sum(n, c, (p, g) -> p * (1 - g))
                            + fn * d.sum(n, c, (p, g) -> (1 - p) * g);
            return ratio(hits, hits + wrong);
        };
    }

    private static Region power(Region region, double exponent) {
        return (d, n, c) -> Math.pow(region.of(d, n, c), exponent);
    }

    private static Stream<Comparison> regions() {
        DoubleBinaryOperator product = (p, g) -> p * g;
        DoubleBinaryOperator squares = (p, g) -> p * p + g * g;
        Region l1Union =
                (d, n, c) -> {
                    double both = d.sum(n, c, Math::min);
                    return ratio(both, d.sum(n, c, Double::sum) - both);
                };
        Region notEmpty =
                (d, n, c) ->
                        d.sum(n, c, (_, g) -> g) == 0 ? 0 : dice(product, Double::sum).of(d, n, c);
        return Stream.of(
                softClasses(new DiceLoss(SMOOTH), regions(dice(product, Double::sum))),
                softClasses(new DiceLoss(SMOOTH.withSquares()), regions(dice(product, squares))),
                softClasses(
                        new DiceLoss(SMOOTH.withOverlap(Overlap.L1)),
                        regions(dice(Math::min, Double::sum))),
                softClasses(
                        new DiceLoss(SMOOTH.withOverlap(Overlap.L1).withSquares()),
                        regions(dice(Math::min, squares))),
                classes(
                        new DiceLoss(SMOOTH.withEmptyClass(EmptyClass.ZERO_LOSS)),
                        regions(notEmpty)),
                softClasses(
                        new JaccardLoss(SMOOTH),
                        regions((d, n, c) -> {
                            double both = d.sum(n, c, product);
                            return ratio(both, d.sum(n, c, Double::sum) - both);
                        })),
                softClasses(new JaccardLoss(SMOOTH.withOverlap(Overlap.L1)), regions(l1Union)),
                softClasses(new TverskyLoss(0.2, 0.9, SMOOTH), regions(tversky(0.2, 0.9))),
                softClasses(
                        new TverskyLoss(1, 1, SMOOTH.withOverlap(Overlap.L1)), regions(l1Union)),
                softClasses(new AsymmetricSimilarityLoss(3, SMOOTH), regions(tversky(0.1, 0.9))),
                softClasses(
                        new FocalTverskyLoss(0.2, 0.9, 1.6, FocalOver.CLASS, null, SMOOTH),
                        regions(power(tversky(0.2, 0.9), 1.6))),
                softClasses(
                        new FocalTverskyLoss(0.2, 0.9, 1.6, FocalOver.MEAN, null, SMOOTH),
                        d -> Math.pow(regions(tversky(0.2, 0.9)).of(d), 1.6)),
                softClasses(
                        new LogCoshDiceLoss(SMOOTH),
                        d -> ln(Math.cosh(regions(dice(product, Double::sum)).of(d)))),
                classes(
                        new SymmetricFocalTverskyLoss(0.7, 0.4, 0, 0.3, 0.5, 1),
                        regions(power(tversky(0.3, 0.7), 0.6))),
                classes(
                        new AsymmetricFocalTverskyLoss(0.7, 0.4, 0, 0.3, 0.5, 1),
                        regions((d, n, c) ->
                                Math.pow(tversky(0.3, 0.7).of(d, n, c), c == 1 ? 1 : 0.6))),
                softClasses(
                        new SensitivitySpecificityLoss(0.3, 0.5),
                        regions((d, n, c) -> {
                            double missed =
                                    d.sum(n, c, (p, g) -> (p - g) * (p - g) * g)
                                            / (d.sum(n, c, (_, g) -> g) + 0.5);
                            double alarms =
                                    d.sum(n, c, (p, g) -> (p - g) * (p - g) * (1 - g))
                                            / (d.sum(n, c, (_, g) -> 1 - g) + 0.5);
                            return 0.3 * missed + 0.7 * alarms;
                        })));
    }

    // ---- classes together

    private static double count(Data d, int n, DoubleBinaryOperator term) {
        return d.sum(n, term) + 0.5;
    }

    private static Formula generalizedDice(
            boolean isSquared, boolean isMaximal, boolean isUniform) {
        return samples((d, n) -> {
            double[] w = new double[CLASSES];
            for (int c = 0; c < CLASSES; c++) {
                double volume = d.sum(n, c, (_, g) -> g);
                w[c] = volume == 0 ? 0 : isUniform ? 1 : Math.pow(volume, isSquared ? -2 : -1);
            }
            double largest = Arrays.stream(w).max().orElseThrow();
            double hits = 0;
            double total = 0;
            for (int c = 0; c < CLASSES; c++) {
                boolean isEmpty = d.sum(n, c, (_, g) -> g) == 0;
                double weight = isEmpty && isMaximal ? largest : w[c];
                hits += weight * d.sum(n, c, (p, g) -> p * g);
                total += weight * d.sum(n, c, Double::sum);
            }
            return ratio(2 * hits, total);
        });
    }

    private static final double[][] DISTANCES = {{0, 0.4, 1}, {0.8, 0, 0.3}, {1, 0.6, 0}};

    private static Formula wasserstein(boolean isGeneralized) {
        return samples((d, n) -> {
            double missed = 0;
            double hits = 0;
            for (int c = 0; c < CLASSES; c++) {
                double far = 0;
                double near = 0;
                for (int i = 0; i < PIXELS; i++) {
                    double distance = 0;
                    for (int k = 0; k < CLASSES; k++) {
                        distance += DISTANCES[c][k] * d.p(n, k, i);
                    }
                    far += d.g(n, c, i) * distance;
                    near += d.g(n, c, i) * (1 - distance);
                }
                double a = isGeneralized ? 1 / (d.sum(n, c, (_, g) -> g) + 1) : c == 0 ? 0 : 1;
                missed += isGeneralized ? a * far : far;
                hits += a * near;
            }
            return ratio(2 * hits, 2 * hits + missed);
        });
    }

    private static Stream<Comparison> together() {
        List<List<Double>> distances =
                Arrays.stream(DISTANCES).map(row -> Arrays.stream(row).boxed().toList()).toList();
        Formula mcc =
                samples((d, n) -> {
                    double tp = count(d, n, (p, g) -> p * g);
                    double tn = count(d, n, (p, g) -> (1 - p) * (1 - g));
                    double fp = count(d, n, (p, g) -> p * (1 - g));
                    double fn = count(d, n, (p, g) -> (1 - p) * g);
                    return 1
                            - (tp * tn - fp * fn)
                                    / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
                });
        Stream<Comparison> generalized =
                Stream.of(EmptyClassWeight.values())
                        .flatMap(empty ->
                                Stream.of(WeightType.values())
                                        .map(type ->
                                                classes(
                                                        new GeneralizedDiceLoss(
                                                                type, empty, SMOOTH),
                                                        generalizedDice(
                                                                type == WeightType.SQUARE,
                                                                empty == EmptyClassWeight.MAX,
                                                                type == WeightType.UNIFORM))));
        return Stream.concat(
                generalized,
                Stream.of(
                        classes(
                                new GeneralizedWassersteinDiceLoss(
                                        distances, WeightingMode.DEFAULT, 0.3, 0.5),
                                wasserstein(false)),
                        classes(
                                new GeneralizedWassersteinDiceLoss(
                                        distances, WeightingMode.GDL, 0.3, 0.5),
                                wasserstein(true)),
                        softClasses(new MccLoss(0.5), mcc)));
    }

    // ---- compounds

    private static Stream<Comparison> compounds() {
        Formula dice = regions(dice((p, g) -> p * g, Double::sum));
        List<Double> weights = List.of(0.2, 0.9, 0.5);
        Formula score = d -> -1 + dice.of(d);
        Formula focalTversky = regions(power(tversky(0.3, 0.7), 0.6));
        return Stream.of(
                soft(
                        new ComboLoss(0.4, 0.8, List.of(), 0.3, 0.5, null),
                        sum(
                                0.4,
                                pixels((_, p, g) -> -0.8 * g * ln(p) - 0.2 * (1 - g) * ln(1 - p)),
                                0.6,
                                score)),
                classes(
                        new ComboLoss(0.4, 0.8, List.of(), 0.3, 0.5, null),
                        sum(
                                0.4,
                                pixels((c, p, g) -> -(c == 0 ? 0.2 : 0.8) * g * ln(p)),
                                0.6,
                                score)),
                classes(
                        new ComboLoss(0.4, null, weights, 0.3, 0.5, 0.25),
                        sum(
                                0.4,
                                pixels((c, p, g) ->
                                        -weights.get(c) * g * ln(Math.clamp(p, 0.25, 0.75))),
                                0.6,
                                score)),
                softClasses(
                        new ExponentialLogarithmicLoss(0.6, 1.4, 0.7, 1.2, 0.3, 0.5, 1e-9),
                        sum(
                                0.7,
                                regions((d, n, c) -> {
                                    double each = dice((p, g) -> p * g, Double::sum).of(d, n, c);
                                    return Math.pow(-ln(1 - each), 0.6);
                                }),
                                1.2,
                                pixels((_, p, g) -> g * Math.pow(-ln(p), 1.4)))),
                classes(
                        new SymmetricUnifiedFocalLoss(0.35, 0.7, 0.4, 0, 0.3, 0.5, 1),
                        sum(
                                0.35,
                                pixels((c, p, g) -> unifiedFocal(c, p, g, 0.4, false)),
                                0.65,
                                focalTversky)),
                classes(
                        new AsymmetricUnifiedFocalLoss(0.35, 0.7, 0.4, 0, 0.3, 0.5, 1),
                        sum(
                                0.35,
                                pixels((c, p, g) -> unifiedFocal(c, p, g, 0.4, true)),
                                0.65,
                                regions((d, n, c) ->
                                        Math.pow(
                                                tversky(0.3, 0.7).of(d, n, c), c == 1 ? 1 : 0.6)))),
                softClasses(
                        new HybridFocalLoss(
                                0.35,
                                new FocalLoss(List.of(), 1.5, null),
                                new FocalTverskyLoss(0.3, 0.7, 0.6, FocalOver.CLASS, null, SMOOTH)),
                        sum(
                                0.35,
                                pixels((_, p, g) -> -g * Math.pow(1 - p, 1.5) * ln(p)),
                                0.65,
                                focalTversky)));
    }

    static Stream<Comparison> comparisons() {
        return Stream.of(crossEntropies(), focals(), regions(), together(), compounds())
                .flatMap(s -> s);
    }

    // ---- the numbers

    /** Neither near 0 or 1 nor near the clip edges of the losses above; each class by itself, for the losses do not ask for sums of 1. */
    private static double[] probabilities(int count) {
        double[] p = new double[count];
        Arrays.setAll(p, i -> 0.08 + 0.83 * ((i * 7 + 3) % 24) / 24.0);
        return p;
    }

    /** Labels that leave class 2 out of the second sample; soft targets lie between them. */
    private static double[] target(int channels, TargetKind kind) {
        int[] labels = {0, 2, 1, 2, 1, 0, 0, 1};
        double[] g = new double[SAMPLES * channels * PIXELS];
        for (int k = 0; k < g.length; k++) {
            int label = labels[k / (channels * PIXELS) * PIXELS + k % PIXELS];
            boolean isHere = channels == 1 ? label > 0 : label == k / PIXELS % channels;
            double belief = isHere ? 0.7 : 0.1 + 0.02 * (k % 5);
            g[k] = kind == TargetKind.SOFT ? belief : isHere ? 1 : 0;
        }
        return g;
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void valueAndGradientAreThoseOfTheFormula(Comparison comparison) {
        int channels = comparison.channels();
        long[] shape = {SAMPLES, channels, PIXELS};
        double[] p = probabilities(SAMPLES * channels * PIXELS);
        double[] g = target(channels, comparison.target());
        LossOptions options = LossOptions.of(Activation.NONE, comparison.target());
        LossResult found =
                session.loss(comparison.loss(), options)
                        .evaluate(LossInputs.of(Tensor.wrap(p, shape), Tensor.wrap(g, shape)));
        double value = comparison.formula().of(new Data(channels, p, g));
        assertEquals(value, found.value(), 1e-13 * Math.max(1, Math.abs(value)));
        double[] slopes = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            slopes[i] =
                    (at(comparison, p, g, i, STEP) - at(comparison, p, g, i, -STEP)) / (2 * STEP);
        }
        double largest = Arrays.stream(slopes).map(Math::abs).max().orElseThrow();
        assertArrayEquals(slopes, found.gradient().toDoubleArray(), 1e-7 * largest);
    }

    /** Where a pixel is certain, an exponent below 1 makes the slope of its factor infinite, and what multiplies it 0. */
    @Test
    void focalLossesHaveAGradientWherePixelsAreCertain() {
        for (double gamma : new double[] {0, 0.5, 1, 2}) {
            for (double certain : new double[] {800, -800}) {
                double[] x = new double[SAMPLES * CLASSES * PIXELS];
                Arrays.setAll(x, i -> i / PIXELS % CLASSES == 0 ? certain : 0);
                LossInputs inputs =
                        LossInputs.of(
                                Tensor.wrap(x, SAMPLES, CLASSES, PIXELS),
                                Tensor.wrap(
                                        target(CLASSES, TargetKind.ONE_HOT),
                                        SAMPLES,
                                        CLASSES,
                                        PIXELS));
                for (Activation activation : List.of(Activation.SOFTMAX, Activation.SIGMOID)) {
                    TargetKind kind =
                            activation == Activation.SOFTMAX
                                    ? TargetKind.ONE_HOT
                                    : TargetKind.BINARY;
                    LossResult found =
                            session.loss(
                                            new FocalLoss(List.of(), gamma, null),
                                            LossOptions.of(activation, kind))
                                    .evaluate(inputs);
                    assertTrue(Double.isFinite(found.value()));
                    assertTrue(
                            Arrays.stream(found.gradient().toDoubleArray())
                                    .allMatch(Double::isFinite),
                            () -> "gamma " + gamma + ", logits of " + certain + ", " + activation);
                }
            }
        }
    }

    private static double at(Comparison comparison, double[] p, double[] g, int i, double step) {
        double[] moved = p.clone();
        moved[i] += step;
        return comparison.formula().of(new Data(comparison.channels(), moved, g));
    }
}
