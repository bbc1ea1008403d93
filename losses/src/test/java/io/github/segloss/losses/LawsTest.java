package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.loss.Law;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss keeps the laws that its definition declares. */
class LawsTest {
    private static final int SAMPLES = 3;
    private static final int PIXELS = 12;
    private static Evaluator evaluator;

    @BeforeAll
    static void open() {
        evaluator = new Evaluator();
    }

    @AfterAll
    static void close() {
        evaluator.close();
    }

    private static Stream<Setting> keeping(Law law) {
        return Setting.all().filter(setting -> setting.definition().laws().contains(law));
    }

    static Stream<Setting> permuteSamples() {
        return keeping(Law.PERMUTE_SAMPLES);
    }

    static Stream<Setting> permutePixels() {
        return keeping(Law.PERMUTE_PIXELS);
    }

    static Stream<Setting> relabelClasses() {
        return keeping(Law.RELABEL_CLASSES).filter(setting -> setting.channels() > 1);
    }

    static Stream<Setting> maskIsRemoval() {
        return keeping(Law.MASK_IS_REMOVAL);
    }

    static Stream<Setting> weightsAreMask() {
        return keeping(Law.WEIGHTS_ARE_MASK);
    }

    static Stream<Setting> softIsHard() {
        return keeping(Law.SOFT_IS_HARD)
                .filter(setting ->
                        setting.target() == TargetKind.ONE_HOT
                                || setting.target() == TargetKind.BINARY
                                        && setting.channels() == 1);
    }

    static Stream<Setting> batchIsMean() {
        return keeping(Law.BATCH_IS_MEAN);
    }

    static Stream<Setting> notNegative() {
        return keeping(Law.NOT_NEGATIVE);
    }

    static Stream<Setting> zeroWhenPerfect() {
        return keeping(Law.ZERO_WHEN_PERFECT)
                .filter(setting -> setting.target() != TargetKind.SOFT);
    }

    // ---- inputs

    private static LossResult evaluate(Setting setting, LossInputs inputs) {
        return evaluator.evaluate(setting, setting.options(), inputs);
    }

    private static LossInputs random(Setting setting) {
        return Samples.random(setting, 21, SAMPLES, PIXELS).inputs();
    }

    /** The tensor with its elements taken from other places; place i of the result comes from {@code from(i)}. */
    private static Tensor moved(Tensor tensor, int elements, IntUnaryOperator from, long... shape) {
        double[] values = tensor.toDoubleArray();
        double[] result = new double[elements];
        Arrays.setAll(result, i -> values[from.applyAsInt(i)]);
        Tensor moved = Tensor.wrap(result, shape);
        return tensor.dtype().isInteger() ? moved.to(tensor.dtype()) : moved;
    }

    private static int size(Tensor tensor) {
        return Math.toIntExact(tensor.shape().elements());
    }

    /** All tensors with their elements, in runs of one sample, of one plane, or single, taken from other places. */
    private static LossInputs moved(LossInputs inputs, IntUnaryOperator from) {
        Tensor x = inputs.prediction();
        Tensor y = inputs.target();
        Tensor d = Objects.requireNonNull(inputs.distanceMap());
        return LossInputs.of(
                        moved(x, size(x), from, x.shape().toArray()),
                        moved(y, size(y), from, y.shape().toArray()))
                .withDistanceMap(moved(d, size(d), from, d.shape().toArray()));
    }

    private static void assertMoved(LossResult original, LossResult found, IntUnaryOperator from) {
        double value = original.value();
        assertEquals(value, found.value(), 1e-12 * Math.max(1, Math.abs(value)));
        Tensor gradient = original.gradient();
        assertGradient(
                moved(gradient, size(gradient), from, size(gradient)).toDoubleArray(),
                found.gradient().toDoubleArray());
    }

    private static void assertGradient(double[] expected, double[] found) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertTrue(largest > 0, "nothing to compare");
        assertArrayEquals(expected, found, 1e-11 * largest + 1e-15);
    }

    // ---- laws

    @ParameterizedTest
    @MethodSource
    void permuteSamples(Setting setting) {
        LossInputs inputs = random(setting);
        LossInputs permuted =
                LossInputs.of(rotated(inputs.prediction()), rotated(inputs.target()))
                        .withDistanceMap(rotated(Objects.requireNonNull(inputs.distanceMap())));
        int sample = size(inputs.prediction()) / SAMPLES;
        assertMoved(
                evaluate(setting, inputs),
                evaluate(setting, permuted),
                i -> (i + sample) % (SAMPLES * sample));
    }

    /** The tensor with the samples in another order. */
    private static Tensor rotated(Tensor tensor) {
        int sample = size(tensor) / SAMPLES;
        return moved(
                tensor,
                size(tensor),
                i -> (i + sample) % (SAMPLES * sample),
                tensor.shape().toArray());
    }

    @ParameterizedTest
    @MethodSource
    void permutePixels(Setting setting) {
        LossInputs inputs = random(setting);
        IntUnaryOperator from = i -> i / PIXELS * PIXELS + (i % PIXELS * 5 + 3) % PIXELS;
        assertMoved(evaluate(setting, inputs), evaluate(setting, moved(inputs, from)), from);
    }

    @ParameterizedTest
    @MethodSource
    void relabelClasses(Setting setting) {
        LossInputs inputs = random(setting);
        IntUnaryOperator from =
                i -> {
                    int plane = i / PIXELS;
                    return (plane / 3 * 3 + (plane + 1) % 3) * PIXELS + i % PIXELS;
                };
        Tensor y = inputs.target();
        LossInputs relabelled = moved(inputs.withTarget(inputs.prediction()), from);
        Tensor target =
                setting.target() == TargetKind.CLASS_INDICES
                        ? Tensor.wrap(
                                Arrays.stream(y.toLongArray()).map(k -> (k + 2) % 3).toArray(),
                                y.shape().toArray())
                        : moved(y, size(y), from, y.shape().toArray());
        assertMoved(
                evaluate(setting, inputs), evaluate(setting, relabelled.withTarget(target)), from);
    }

    @ParameterizedTest
    @MethodSource
    void maskIsRemoval(Setting setting) {
        IntPredicate stays = i -> i % PIXELS % 3 != 1;
        int[] kept = IntStream.range(0, PIXELS).filter(stays).toArray();
        Samples samples = Samples.random(setting, 22, SAMPLES, PIXELS);
        LossResult masked =
                evaluate(
                        setting,
                        samples.inputs().withMask(samples.mask(i -> stays.test(i) ? 1 : 0)));
        IntUnaryOperator from = i -> i / kept.length * PIXELS + kept[i % kept.length];
        LossInputs all = samples.inputs();
        LossInputs fewer =
                LossInputs.of(shortened(all.prediction(), kept), shortened(all.target(), kept))
                        .withDistanceMap(
                                shortened(Objects.requireNonNull(all.distanceMap()), kept));
        LossResult removed = evaluate(setting, fewer);
        assertEquals(removed.value(), masked.value(), 1e-12 * Math.max(1, removed.value()));
        Tensor gradient = masked.gradient();
        int elements = size(removed.gradient());
        assertGradient(
                removed.gradient().toDoubleArray(),
                moved(gradient, elements, from, elements).toDoubleArray());
    }

    private static Tensor shortened(Tensor tensor, int[] kept) {
        long[] shape = tensor.shape().toArray();
        shape[shape.length - 1] = kept.length;
        return moved(
                tensor,
                size(tensor) / PIXELS * kept.length,
                i -> i / kept.length * PIXELS + kept[i % kept.length],
                shape);
    }

    @ParameterizedTest
    @MethodSource
    void weightsAreMask(Setting setting) {
        Samples samples = Samples.random(setting, 23, SAMPLES, PIXELS);
        Tensor mask = samples.mask(i -> i * i % 5 == 1 ? 0 : 1);
        LossResult masked = evaluate(setting, samples.inputs().withMask(mask));
        LossResult weighted =
                evaluate(
                        setting,
                        samples.inputs()
                                .withWeightMap(
                                        Tensor.wrap(mask.toDoubleArray(), samples.shape(1))));
        assertMoved(masked, weighted, IntUnaryOperator.identity());
    }

    @ParameterizedTest
    @MethodSource
    void softIsHard(Setting setting) {
        LossInputs inputs = random(setting);
        LossOptions soft = setting.options().withTarget(TargetKind.SOFT);
        assertMoved(
                evaluate(setting, inputs),
                evaluator.evaluate(setting, soft, inputs),
                IntUnaryOperator.identity());
    }

    @ParameterizedTest
    @MethodSource
    void batchIsMean(Setting setting) {
        LossInputs inputs = random(setting);
        double mean = 0;
        for (int n = 0; n < SAMPLES; n++) {
            LossInputs one =
                    LossInputs.of(sample(inputs.prediction(), n), sample(inputs.target(), n))
                            .withDistanceMap(
                                    sample(Objects.requireNonNull(inputs.distanceMap()), n));
            mean += evaluate(setting, one).value() / SAMPLES;
        }
        assertEquals(mean, evaluate(setting, inputs).value(), 1e-12 * Math.max(1, Math.abs(mean)));
    }

    private static Tensor sample(Tensor tensor, int n) {
        int sample = size(tensor) / SAMPLES;
        long[] shape = tensor.shape().toArray();
        shape[0] = 1;
        return moved(tensor, sample, i -> n * sample + i, shape);
    }

    @ParameterizedTest
    @MethodSource
    void notNegative(Setting setting) {
        for (int seed = 0; seed < 5; seed++) {
            Samples samples = Samples.random(setting, seed, SAMPLES, PIXELS);
            double[] x = samples.prediction();
            double scale = seed == 0 ? 100 : seed;
            if (seed < 4) {
                samples.logits(i -> scale * x[i]);
            }
            double value = evaluate(setting, samples.inputs()).value();
            assertTrue(value >= 0, () -> "value " + value);
        }
    }

    @ParameterizedTest
    @MethodSource
    void zeroWhenPerfect(Setting setting) {
        Samples samples = Samples.random(setting, 24, SAMPLES, PIXELS);
        int[] labels = samples.labels();
        int channels = setting.channels();
        samples.logits(k -> {
            int label = labels[k / (channels * PIXELS) * PIXELS + k % PIXELS];
            return label == (channels == 1 ? 1 : k / PIXELS % channels) ? 200 : -200;
        });
        // A power 1/4 of what a clip of 1e-7 leaves is below 0.03; everything else is far smaller.
        assertEquals(0, evaluate(setting, samples.inputs()).value(), 0.03);
    }
}
