package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.InvalidTargetException;
import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
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
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Closing, refusing and compiling: what a backend must not do, and what it must say. */
final class RefusalRules {
    private static final Sizes SIZES = Sizes.of(2, 3, 13, 17);

    private RefusalRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return Stream.of(
                dynamicTest("required_refusal_badInputsAreLocated", () -> badInputs(subject)),
                dynamicTest("required_refusal_worksAfterwards", () -> afterwards(subject)),
                dynamicTest("required_refusal_closedExecutable", () -> closedExecutable(subject)),
                dynamicTest("required_refusal_closedBackend", () -> closedBackend(subject)),
                dynamicTest("required_refusal_wrongArguments", () -> wrongArguments(subject)),
                dynamicTest("required_compile_onceForAllSizes", () -> recompiles(subject)),
                dynamicTest("required_probe_isSteady", () -> probe(subject)));
    }

    private static DType type(Subject subject) {
        return PointwiseRules.anyType(subject);
    }

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

    /** Nothing of a call that was refused is left in the next. */
    private static void afterwards(Subject subject) {
        Trial trial = LossRules.trial("cross_entropy", SIZES);
        LossInputs good = trial.inputs(type(subject));
        Tensor labels = good.target().to(good.target().dtype());
        labels.set(7, 9);
        LossResult before = trial.evaluate(subject.session(), good);
        requireRefusal(subject, trial, good.withTarget(labels), "label 9", "");
        LossResult after = trial.evaluate(subject.session(), good);
        assertArrayEquals(before.values().toDoubleArray(), after.values().toDoubleArray());
        assertArrayEquals(before.gradient().toDoubleArray(), after.gradient().toDoubleArray());
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
}
