package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Reduction;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** What holds of a result whatever the loss: determinism ({@link DeterminismRules}), gradient buffers, upstream gradients, memory, and types of labels. */
final class ContractRules {
    /** One loss of each shape of program: one pass, two passes, a ranking, distances, windows. */
    static final List<String> REPRESENTATIVES =
            List.of(
                    "cross_entropy",
                    "dice",
                    "bce_with_logits",
                    "lovasz_softmax",
                    "hausdorff_dt",
                    "soft_cldice");

    private static final Sizes SIZES = Sizes.of(2, 3, 13, 17);

    private ContractRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        Stream<DynamicTest> forLosses =
                REPRESENTATIVES.stream()
                        .flatMap(id ->
                                Stream.of(
                                        rule(
                                                "overwritesTheGradient",
                                                id,
                                                () -> overwrites(subject, id)),
                                        rule(
                                                "accumulatesIntoTheGradient",
                                                id,
                                                () -> accumulates(subject, id)),
                                        rule("upstreamScalar", id, () -> upstream(subject, id)),
                                        rule("valueOnly", id, () -> valueOnly(subject, id)),
                                        rule(
                                                "memoryOffTheHeapAndUnaligned",
                                                id,
                                                () -> memory(subject, id))));
        Stream<DynamicTest> others =
                Stream.of(
                        rule("upstreamOfEachValue", "dice", () -> upstreamOfEach(subject, "dice")),
                        rule(
                                "upstreamOfEachValue",
                                "cross_entropy",
                                () -> upstreamOfEach(subject, "cross_entropy")),
                        dynamicTest("required_contract_uploadAndDownload", () -> upload(subject)));
        Stream<DynamicTest> labels =
                Capabilities.ALL_LABELS.stream()
                        .sorted()
                        .map(type ->
                                dynamicTest(
                                        "optional_labels_" + type.name().toLowerCase(Locale.ROOT),
                                        () -> labels(subject, type)));
        return Stream.of(DeterminismRules.tests(subject), forLosses, others, labels)
                .flatMap(s -> s);
    }

    static DynamicTest rule(String name, String loss, Runnable body) {
        return dynamicTest("required_contract_" + name + "_" + loss, body::run);
    }

    static DType type(Subject subject) {
        return PointwiseRules.anyType(subject);
    }

    /** A result as bits: every value, then every element of the gradient. */
    static long[] bits(LossResult result) {
        return Stream.of(result.values(), result.gradient())
                .flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubleArray()))
                .mapToLong(Double::doubleToRawLongBits)
                .toArray();
    }

    // ---- the gradient's buffer, and what comes from upstream

    private static Tensor filled(LossInputs inputs, double value) {
        Tensor prediction = inputs.prediction();
        return TrialInputs.map(Tensor.zeros(prediction.dtype(), prediction.shape()), _ -> value);
    }

    private static void overwrites(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossInputs inputs = trial.inputs(type(subject));
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        Tensor buffer = filled(inputs, Double.NaN);
        LossResult result = function.evaluate(inputs, buffer, false);
        assertEquals(buffer, result.gradient(), "the gradient must be the tensor that was given");
        assertArrayEquals(bits(function.evaluate(inputs)), bits(result), trial.toString());
    }

    private static void accumulates(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossInputs inputs = trial.inputs(type(subject));
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        double[] alone = function.evaluate(inputs).gradient().toDoubleArray();
        double before = 0.125;
        double[] found =
                function.evaluate(inputs, filled(inputs, before), true).gradient().toDoubleArray();
        double[] expected = Arrays.stream(alone).map(g -> g + before).toArray();
        requireSame(subject, trial, expected, found);
    }

    private static void requireSame(
            Subject subject, Trial trial, double[] expected, double[] found) {
        Tolerance.agreement(type(subject), expected.length)
                .gradientMismatch(expected, found, trial.sizes().shape(Axes.ALL))
                .ifPresent(wrong -> fail(trial + ": " + wrong));
    }

    private static void upstream(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossInputs inputs = trial.inputs(type(subject));
        double[] alone = trial.evaluate(subject.session(), inputs).gradient().toDoubleArray();
        Tensor factor = Tensor.wrap(new double[] {-2.5});
        LossResult scaled = trial.evaluate(subject.session(), inputs.withUpstream(factor));
        double[] expected = Arrays.stream(alone).map(g -> -2.5 * g).toArray();
        requireSame(subject, trial, expected, scaled.gradient().toDoubleArray());
    }

    /** With reduction none the upstream gradient has a number for each value; one at a time they must add up to the whole. */
    private static void upstreamOfEach(Subject subject, String id) {
        Trial mean = LossRules.trial(id, Sizes.of(2, 3, 5));
        Trial trial = mean.withOptions(mean.options().withReduction(Reduction.NONE));
        LossInputs inputs = trial.inputs(type(subject));
        Shape shape = trial.evaluate(subject.session(), inputs).values().shape();
        int count = (int) shape.elements();
        double[] weights = new double[count];
        double[] sum = new double[(int) inputs.prediction().shape().elements()];
        for (int i = 0; i < count; i++) {
            weights[i] = i % 5 - 1.5;
            double[] one = new double[count];
            one[i] = weights[i];
            double[] part = withUpstream(subject, trial, inputs, one, shape);
            Arrays.setAll(sum, k -> sum[k] + part[k]);
        }
        requireSame(subject, trial, sum, withUpstream(subject, trial, inputs, weights, shape));
        Tensor upstream = Tensor.wrap(weights, shape.toArray()).to(type(subject));
        LossRules.compare(subject, trial, inputs.withUpstream(upstream));
    }

    private static double[] withUpstream(
            Subject subject, Trial trial, LossInputs inputs, double[] weights, Shape shape) {
        Tensor upstream = Tensor.wrap(weights, shape.toArray()).to(type(subject));
        return trial.evaluate(subject.session(), inputs.withUpstream(upstream))
                .gradient()
                .toDoubleArray();
    }

    private static void valueOnly(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossInputs inputs = trial.inputs(type(subject));
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        double both = function.evaluate(inputs).value();
        LossResult alone = function.value(inputs);
        Tolerance.agreement(type(subject), SIZES.elements(Axes.ALL))
                .valueMismatch(new double[] {both}, new double[] {alone.value()}, Shape.of())
                .ifPresent(wrong -> fail(trial + ", value only: " + wrong));
        assertThrows(SegLossException.class, alone::gradient, "the gradient was not asked for");
    }

    // ---- memory

    /** The same bits wherever the inputs are: on the heap, off it, and at an address that is no multiple of the element size. */
    private static void memory(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossInputs inputs = trial.inputs(type(subject));
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        long[] expected = bits(function.evaluate(inputs));
        try (Arena arena = Arena.ofShared()) {
            for (int offset : List.of(0, 1, 4, 12)) {
                LossInputs moved =
                        inputs.withPrediction(copy(inputs.prediction(), arena, offset))
                                .withTarget(copy(inputs.target(), arena, offset));
                Tensor gradient = copy(filled(inputs, 0), arena, offset);
                long[] found = bits(function.evaluate(moved, gradient, false));
                assertArrayEquals(expected, found, "offset " + offset + " bytes, " + trial);
            }
        }
    }

    private static Tensor copy(Tensor tensor, Arena arena, int offset) {
        long bytes = tensor.shape().elements() * tensor.dtype().bytes();
        MemorySegment segment = arena.allocate(bytes + offset, 64).asSlice(offset);
        MemorySegment.copy(tensor.segment(), 0, segment, 0, bytes);
        return Tensor.wrap(segment, tensor.dtype(), tensor.shape());
    }

    private static void upload(Subject subject) {
        for (DType type : DType.values()) {
            Tensor host = Tensor.zeros(type, Shape.of(3, 7));
            for (int i = 0; i < 21; i++) {
                host.set(i, i);
            }
            Tensor there = subject.backend().upload(host);
            assertEquals(host.shape(), there.shape());
            assertEquals(type, there.dtype());
            Tensor back = subject.backend().download(there);
            assertArrayEquals(host.toDoubleArray(), back.toDoubleArray(), type.toString());
            if (there != host) {
                there.close();
            }
        }
    }

    private static void labels(Subject subject, DType labels) {
        Assumptions.assumeTrue(
                subject.backend().capabilities().labels().contains(labels),
                () ->
                        "backend '"
                                + subject.backend().name()
                                + "' does not claim labels of "
                                + labels);
        for (String id : List.of("cross_entropy", "dice")) {
            Trial plain = LossRules.trial(id, SIZES);
            Trial trial = plain.withOptions(plain.options().withIgnoreIndex(100L));
            LossInputs inputs = trial.inputs(type(subject));
            long[] expected = bits(trial.evaluate(subject.session(), inputs));
            LossInputs other = inputs.withTarget(inputs.target().to(labels));
            assertArrayEquals(
                    expected,
                    bits(trial.evaluate(subject.session(), other)),
                    labels + ", " + trial);
        }
    }
}
