package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.InvalidTargetException;
import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.loss.Reduction;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** What holds of a backend whatever the loss: determinism, memory, gradient buffers, upstream gradients, closing, and errors. */
final class ContractRules {
    /** One loss of each shape of program: one pass, two passes, a ranking, distances, windows. */
    private static final List<String> REPRESENTATIVES =
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
                                        rule("sameBitsAgain", id, () -> again(subject, id)),
                                        rule(
                                                "sameBitsFromManyThreads",
                                                id,
                                                () -> concurrently(subject, id)),
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
                        rule(
                                "sameBitsForAnyNumberOfThreads",
                                "dice",
                                () -> threads(subject, "dice")),
                        rule(
                                "sameBitsForAnyNumberOfThreads",
                                "cross_entropy",
                                () -> threads(subject, "cross_entropy")),
                        rule("upstreamOfEachValue", "dice", () -> upstreamOfEach(subject, "dice")),
                        rule(
                                "upstreamOfEachValue",
                                "cross_entropy",
                                () -> upstreamOfEach(subject, "cross_entropy")),
                        rule("badInputsAreLocated", "cross_entropy", () -> badInputs(subject)),
                        dynamicTest("required_contract_uploadAndDownload", () -> upload(subject)),
                        dynamicTest(
                                "required_contract_closedExecutableRefuses",
                                () -> closedExecutable(subject)),
                        dynamicTest(
                                "required_contract_closedBackendRefuses",
                                () -> closedBackend(subject)),
                        dynamicTest(
                                "required_contract_wrongArgumentsAreRefused",
                                () -> wrongArguments(subject)),
                        dynamicTest(
                                "required_contract_sizesAndParametersDoNotRecompile",
                                () -> recompiles(subject)),
                        dynamicTest("required_contract_probeIsSteady", () -> probe(subject)));
        Stream<DynamicTest> labels =
                Capabilities.ALL_LABELS.stream()
                        .sorted()
                        .map(type ->
                                dynamicTest(
                                        "optional_labels_" + type.name().toLowerCase(Locale.ROOT),
                                        () -> labels(subject, type)));
        return Stream.of(forLosses, others, labels).flatMap(s -> s);
    }

    private static DynamicTest rule(String name, String loss, Runnable body) {
        return dynamicTest("required_contract_" + name + "_" + loss, body::run);
    }

    private static DType type(Subject subject) {
        return PointwiseRules.anyType(subject);
    }

    /** A result as bits: every value, then every element of the gradient. */
    private static long[] bits(LossResult result) {
        return Stream.of(result.values(), result.gradient())
                .flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubleArray()))
                .mapToLong(Double::doubleToRawLongBits)
                .toArray();
    }

    // ---- determinism

    private static void again(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossInputs inputs = trial.inputs(type(subject));
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        long[] first = bits(function.evaluate(inputs));
        for (int run = 1; run < 20; run++) {
            assertArrayEquals(
                    first, bits(function.evaluate(inputs)), "run " + run + " of " + trial);
        }
    }

    private static void concurrently(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        List<LossInputs> inputs = new ArrayList<>();
        List<long[]> expected = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            inputs.add(trial.withSeed(trial.seed() + k).inputs(type(subject)));
            expected.add(bits(function.evaluate(inputs.get(k))));
        }
        List<Callable<long[]>> calls = new ArrayList<>();
        for (int call = 0; call < 24; call++) {
            LossInputs some = inputs.get(call % 4);
            calls.add(() -> bits(function.evaluate(some)));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<long[]>> results = pool.invokeAll(calls);
            for (int call = 0; call < calls.size(); call++) {
                assertArrayEquals(
                        expected.get(call % 4),
                        results.get(call).get(),
                        "call " + call + " of " + trial);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
        } catch (ExecutionException e) {
            fail(trial + " fails when it is called from several threads: " + e.getCause(), e);
        }
    }

    private static void threads(Subject subject, String id) {
        Trial trial = LossRules.trial(id, Sizes.of(2, 3, 20_011));
        LossInputs inputs = trial.inputs(type(subject));
        long[] expected = bits(trial.evaluate(subject.session(), inputs));
        for (int count : List.of(1, 2, 3)) {
            try (Session session =
                    Session.on(subject.provider().open(new BackendOptions(count, 0)))) {
                assertArrayEquals(
                        expected,
                        bits(trial.evaluate(session, inputs)),
                        count + " threads, " + trial);
            }
        }
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
        if (type(subject) == DType.FLOAT64 || subject.isReference()) {
            return;
        }
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

    // ---- closing and refusing

    private static Program smallProgram() {
        Node x =
                Nodes.input(
                        new Op.Input(Role.OTHER, "x", Axes.BATCH_SPACE, ValueType.FLOAT, false));
        Node k = Nodes.input(new Op.Input(Role.PARAMETER, "k", Axes.NONE, ValueType.FLOAT, false));
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("root", Nodes.unary(UnaryFunction.SQRT, x));
        outputs.put("total", Nodes.binary(BinaryFunction.MUL, Nodes.sum(x, Axes.BATCH_SPACE), k));
        return Partitioner.partition(Graph.of(1, outputs));
    }

    private static TensorTypes smallTypes(DType type) {
        return new TensorTypes(Map.of("x", type, "root", type));
    }

    private static Arguments smallArguments(DType type, long pixels) {
        return new Arguments(Geometry.of(1, 5))
                .table("k", 2)
                .tensor("x", Tensor.wrap(new double[] {1, 4, 9, 16, 25}, 5).to(type))
                .tensor("root", Tensor.zeros(type, Shape.of(pixels)));
    }

    private static void closedExecutable(Subject subject) {
        DType type = type(subject);
        Executable executable = subject.backend().compile(smallProgram(), smallTypes(type));
        Arguments arguments = smallArguments(type, 5);
        assertEquals(110, executable.run(arguments).number("total"));
        executable.close();
        executable.close();
        assertThrows(
                SegLossException.class,
                () -> executable.run(arguments).number("total"),
                "a closed executable must refuse to run");
    }

    private static void closedBackend(Subject subject) {
        DType type = type(subject);
        Backend backend = subject.provider().open(BackendOptions.DEFAULT);
        backend.close();
        backend.close();
        assertThrows(
                SegLossException.class,
                () -> backend.compile(smallProgram(), smallTypes(type)),
                "a closed backend must refuse to compile");
    }

    private static void wrongArguments(Subject subject) {
        DType type = type(subject);
        DType other = type == DType.FLOAT32 ? DType.FLOAT64 : DType.FLOAT32;
        try (Executable executable = subject.backend().compile(smallProgram(), smallTypes(type))) {
            assertThrows(
                    ShapeMismatchException.class,
                    () -> executable.run(smallArguments(type, 4)).number("total"),
                    "an output of 4 elements where 5 are written");
            assertThrows(
                    ShapeMismatchException.class,
                    () -> executable.run(smallArguments(type, 5).table("k", 1, 2)).number("total"),
                    "two numbers for a scalar");
            Tensor wrongType = Tensor.zeros(other, Shape.of(5));
            assertThrows(
                    ShapeMismatchException.class,
                    () ->
                            executable
                                    .run(smallArguments(type, 5).tensor("x", wrongType))
                                    .number("total"),
                    "a tensor of another element type");
            assertThrows(
                    InvalidParameterException.class,
                    () -> executable.run(new Arguments(Geometry.of(1, 5))).number("total"),
                    "no tensors at all");
        }
    }

    /** A bad label, a NaN and a mask of 2 are found wherever they are, and the message says where. */
    private static void badInputs(Subject subject) {
        Trial trial = LossRules.trial("cross_entropy", SIZES);
        for (int pixel : List.of(0, 100, SIZES.pixels() - 1)) {
            LossInputs good = trial.inputs(type(subject));
            String place = Arrays.toString(SIZES.shape(Axes.BATCH_SPACE).coordinates(pixel));

            Tensor labels = good.target().to(good.target().dtype());
            labels.set(pixel, 9);
            requireRefusal(subject, trial, good.withTarget(labels), "label 9", place);

            Tensor prediction = good.prediction().to(good.prediction().dtype());
            prediction.set(pixel, Double.NaN);
            requireRefusal(subject, trial, good.withPrediction(prediction), "NaN", "");

            Tensor mask = Tensor.zeros(DType.UINT8, SIZES.shape(Axes.BATCH_SPACE));
            mask.set(pixel, 2);
            requireRefusal(subject, trial, good.withMask(mask), "2.0", place);
        }
    }

    private static void requireRefusal(
            Subject subject, Trial trial, LossInputs inputs, String what, String where) {
        InvalidTargetException refusal =
                assertThrows(
                        InvalidTargetException.class,
                        () -> trial.evaluate(subject.session(), inputs).value());
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains(what) && message.contains(where), message);
    }

    // ---- compiling

    private static void recompiles(Subject subject) {
        Trial trial = LossRules.trial("focal_tversky", Sizes.of(1, 3, 7));
        try (Session session = Session.on(subject.provider().open(BackendOptions.DEFAULT))) {
            DType type = type(subject);
            trial.evaluate(session, trial.inputs(type)).value();
            Trial larger = trial.withSizes(Sizes.of(2, 3, 5, 13));
            larger.evaluate(session, larger.inputs(type)).value();
            assertEquals(1, session.compilations(), "another size must not compile again");
        }
    }

    private static void probe(Subject subject) {
        String name = subject.provider().name();
        assertEquals(name.toLowerCase(Locale.ROOT), name, "the name is in lower case");
        assertEquals(name, subject.backend().name());
        for (int i = 0; i < 3; i++) {
            assertTrue(
                    subject.provider().probe() instanceof Availability.Available,
                    "it was available a moment ago");
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
