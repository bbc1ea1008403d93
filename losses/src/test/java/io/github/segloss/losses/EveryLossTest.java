package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Reduction;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for each loss of the catalog in each form of input that it takes. */
class EveryLossTest {
    /** Losses whose mean goes over some pixels only, as they are defined. */
    private static final Set<String> MEAN_OF_SOME =
            Set.of("topk_cross_entropy", "ohem_cross_entropy");

    private static Evaluator evaluator;

    @BeforeAll
    static void open() {
        evaluator = new Evaluator();
    }

    @AfterAll
    static void close() {
        evaluator.close();
    }

    static Stream<Setting> settings() {
        return Setting.all();
    }

    static Collection<LossDefinition> definitions() {
        return LossCatalog.load().all();
    }

    private static LossResult evaluate(Setting setting, LossOptions options, LossInputs inputs) {
        return evaluator.evaluate(setting, options, inputs);
    }

    private static void assertFinite(Setting setting, String what, Samples samples) {
        LossResult result = evaluate(setting, setting.options(), samples.inputs());
        assertTrue(Double.isFinite(result.value()), () -> what + ": value " + result.value());
        double[] gradient = result.gradient().toDoubleArray();
        assertTrue(
                Arrays.stream(gradient).allMatch(Double::isFinite),
                () -> what + ": gradient " + Arrays.toString(gradient));
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void catalogAndConstructorHaveTheSameDefaults(LossDefinition definition)
            throws ReflectiveOperationException {
        Loss fromCatalog = definition.create(Map.of());
        Loss fromConstructor = fromCatalog.getClass().getConstructor().newInstance();
        assertEquals(fromConstructor, fromCatalog);
        assertEquals(definition.id(), fromCatalog.id());
    }

    @Test
    void catalogFindsTheLossesByServiceLoader() {
        assertEquals(new PaperLosses().definitions().size(), LossCatalog.load().all().size());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void saturatedLogitsGiveFiniteValueAndGradient(Setting setting) {
        for (double size : new double[] {40, 1e4, 1e30}) {
            for (int shift = 0; shift < 3; shift++) {
                int phase = shift;
                Samples samples = Samples.random(setting, 1, 2, 3, 4);
                samples.logits(i ->
                        (i * 7 + phase) % 3 == 0 ? size : (i * 7 + phase) % 3 == 1 ? -size : 0);
                assertFinite(setting, "logits of size " + size, samples);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void perfectAndWorstPredictionsGiveFiniteValueAndGradient(Setting setting) {
        for (double size : new double[] {100, -100, 1e30, -1e30}) {
            Samples samples = Samples.random(setting, 2, 2, 3, 4);
            int[] labels = samples.labels();
            samples.logits(k -> {
                int label = labels[k / (setting.channels() * 12) * 12 + k % 12];
                int klass = setting.channels() == 1 ? 1 : k / 12 % setting.channels();
                return label == klass ? size : -size;
            });
            assertFinite(setting, "certain by " + size, samples);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void emptyFullAndAbsentClassesGiveFiniteValueAndGradient(Setting setting) {
        assertFinite(setting, "empty", Samples.random(setting, 3, 2, 3, 4).labels(_ -> 0));
        assertFinite(setting, "full", Samples.random(setting, 3, 2, 3, 4).labels(_ -> 1));
        assertFinite(
                setting,
                "class 1 absent",
                Samples.random(setting, 3, 2, 3, 4)
                        .labels(i -> i % 2 * (setting.channels() == 1 ? 0 : 2)));
        assertFinite(
                setting,
                "empty in one sample",
                Samples.random(setting, 3, 2, 3, 4).labels(i -> i / 12));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void onePixelGivesFiniteValueAndGradient(Setting setting) {
        for (int label = 0; label < 2; label++) {
            int only = label;
            assertFinite(setting, "one pixel", Samples.random(setting, 4, 1, 1).labels(_ -> only));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void nothingThatCountsGivesZero(Setting setting) {
        Samples samples = Samples.random(setting, 5, 2, 3, 4);
        LossResult result =
                evaluate(
                        setting,
                        setting.options(),
                        samples.inputs().withMask(samples.mask(_ -> 0)));
        assertEquals(0, result.value());
        for (double g : result.gradient().toDoubleArray()) {
            assertEquals(0, g);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void sampleWithoutPixelsThatCountGivesFiniteValueAndNoGradient(Setting setting) {
        Samples samples = Samples.random(setting, 6, 2, 3, 4);
        LossResult result =
                evaluate(
                        setting,
                        setting.options(),
                        samples.inputs().withMask(samples.mask(i -> i / 12)));
        assertTrue(Double.isFinite(result.value()));
        double[] gradient = result.gradient().toDoubleArray();
        for (int i = 0; i < gradient.length; i++) {
            if (i < gradient.length / 2) {
                assertEquals(0, gradient[i], "at " + i);
            } else {
                assertTrue(Double.isFinite(gradient[i]), "at " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void nanUnderTheMaskIsNeverSeen(Setting setting) {
        Samples samples = Samples.random(setting, 7, 2, 3, 4);
        Tensor mask = samples.mask(i -> i % 5 == 0 ? 0 : 1);
        double[] poisoned = samples.prediction();
        for (int i = 0; i < poisoned.length; i++) {
            int pixel = i / (setting.channels() * 12) * 12 + i % 12;
            poisoned[i] = pixel % 5 == 0 ? Double.NaN : poisoned[i];
        }
        LossResult clean = evaluate(setting, setting.options(), samples.inputs().withMask(mask));
        LossResult result =
                evaluate(setting, setting.options(), samples.inputs(poisoned).withMask(mask));
        assertEquals(clean.value(), result.value());
        assertArrayEquals(clean.gradient().toDoubleArray(), result.gradient().toDoubleArray());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void sumAndMeanAreThoseOfTheSingleValues(Setting setting) {
        LossOptions none = setting.options().withReduction(Reduction.NONE);
        LossOptions sum = setting.options().withReduction(Reduction.SUM);
        if (!setting.allows(none) || !setting.allows(sum)) {
            return; // What a loss refuses is fixed in RefusalsTest.
        }
        LossInputs inputs = Samples.random(setting, 8, 2, 3, 4).inputs();
        double[] values = evaluate(setting, none, inputs).values().toDoubleArray();
        double total = Arrays.stream(values).sum();
        LossResult summed = evaluate(setting, sum, inputs);
        assertEquals(total, summed.value(), 1e-12 * Math.max(1, Math.abs(total)));
        if (!MEAN_OF_SOME.contains(setting.definition().id())) {
            assertEquals(
                    total / values.length,
                    evaluate(setting, setting.options(), inputs).value(),
                    1e-12 * Math.max(1, Math.abs(total)));
        }
        assertClose(
                summed.gradient().toDoubleArray(),
                evaluate(setting, none, inputs).gradient().toDoubleArray(),
                1e-12);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void deselectedClassesHaveNoPartInSingleValues(Setting setting) {
        LossOptions foreground = setting.options().withClasses(ClassSelection.FOREGROUND);
        LossOptions none = foreground.withReduction(Reduction.NONE);
        LossOptions sum = foreground.withReduction(Reduction.SUM);
        if (!setting.allows(none) || !setting.allows(sum)) {
            return; // What a loss refuses is fixed in RefusalsTest.
        }
        LossInputs inputs = Samples.random(setting, 9, 2, 3, 4).inputs();
        LossResult summed = evaluate(setting, sum, inputs);
        LossResult single = evaluate(setting, none, inputs);
        assertEquals(
                summed.value(), Arrays.stream(single.values().toDoubleArray()).sum(), 1e-12 * 100);
        assertClose(summed.gradient().toDoubleArray(), single.gradient().toDoubleArray(), 1e-12);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void upstreamGradientScalesTheGradient(Setting setting) {
        LossInputs inputs = Samples.random(setting, 10, 2, 3, 4).inputs();
        double[] plain = evaluate(setting, setting.options(), inputs).gradient().toDoubleArray();
        double[] scaled =
                evaluate(
                                setting,
                                setting.options(),
                                inputs.withUpstream(Tensor.wrap(new double[] {-2.5})))
                        .gradient()
                        .toDoubleArray();
        assertClose(Arrays.stream(plain).map(g -> -2.5 * g).toArray(), scaled, 1e-13);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void upstreamGradientsOfSingleValuesAddUp(Setting setting) {
        LossOptions none = setting.options().withReduction(Reduction.NONE);
        if (!setting.allows(none)) {
            return; // What a loss refuses is fixed in RefusalsTest.
        }
        LossInputs inputs = Samples.random(setting, 11, 2, 2, 6).inputs();
        LossFunction loss = evaluator.function(setting.loss(), none);
        LossResult all = loss.evaluate(inputs);
        Tensor values = all.values();
        double[] sum = new double[(int) inputs.prediction().shape().elements()];
        for (int k = 0; k < values.shape().elements(); k++) {
            double[] one = new double[(int) values.shape().elements()];
            one[k] = 1;
            double[] part =
                    loss.evaluate(inputs.withUpstream(Tensor.wrap(one, values.shape().toArray())))
                            .gradient()
                            .toDoubleArray();
            Arrays.setAll(sum, i -> sum[i] + part[i]);
        }
        assertClose(all.gradient().toDoubleArray(), sum, 1e-12);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void oneTwoAndThreeDimensionsAgreeWherePixelsMayBePermuted(Setting setting) {
        if (!setting.definition().laws().contains(Law.PERMUTE_PIXELS)) {
            return; // The neighbours of a pixel depend on the shape.
        }
        LossResult line =
                evaluate(setting, setting.options(), Samples.random(setting, 12, 2, 12).inputs());
        for (int[] space : new int[][] {{3, 4}, {2, 2, 3}}) {
            LossResult other =
                    evaluate(
                            setting,
                            setting.options(),
                            Samples.random(setting, 12, 2, space).inputs());
            assertEquals(line.value(), other.value());
            assertArrayEquals(line.gradient().toDoubleArray(), other.gradient().toDoubleArray());
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void gradientIsThatOfCentralDifferences(Setting setting) {
        for (boolean batch : new boolean[] {false, true}) {
            LossOptions options = setting.options().withBatch(batch);
            LossFunction loss = evaluator.function(setting.loss(), options);
            Samples samples = Samples.random(setting, 13, 2, 2, 3);
            double[] gradient = loss.evaluate(samples.inputs()).gradient().toDoubleArray();
            double[] expected = new double[gradient.length];
            double step = 1e-5;
            for (int i = 0; i < gradient.length; i++) {
                double[] x = samples.prediction();
                x[i] += step;
                double up = loss.value(samples.inputs(x)).value();
                x[i] -= 2 * step;
                expected[i] = (up - loss.value(samples.inputs(x)).value()) / (2 * step);
            }
            assertClose(expected, gradient, 2e-7);
        }
    }

    /** Compares with a tolerance relative to the largest magnitude. */
    private static void assertClose(double[] expected, double[] found, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertTrue(largest > 0, "nothing to compare");
        assertArrayEquals(expected, found, tolerance * largest + 1e-15);
    }
}
