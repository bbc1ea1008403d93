package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** Runs a graph on the scalar backend and on this one, on the same random inputs, and compares. */
final class Pair {
    private final int classes;
    private final Geometry geometry;
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();
    private final Map<String, DType> types = new HashMap<>();
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, double[]> tables = new HashMap<>();
    private final Random random;
    private DType outputType = DType.FLOAT32;

    Pair(int classes, Geometry geometry, long seed) {
        this.classes = classes;
        this.geometry = geometry;
        this.random = new Random(seed);
    }

    Pair outputType(DType type) {
        outputType = type;
        return this;
    }

    private long elements(Axes extent) {
        long n = extent.has(Axis.BATCH) ? geometry.batch() : 1;
        n *= extent.has(Axis.CLASS) ? classes : 1;
        return extent.isGrid() ? n * geometry.pixels() : n;
    }

    /** {@return a real input with values between two bounds} */
    Expr real(String name, Axes extent, DType type, double low, double high) {
        Tensor tensor = Tensor.zeros(type, Shape.of(elements(extent)));
        for (long i = 0; i < tensor.shape().elements(); i++) {
            tensor.set(i, low + (high - low) * random.nextDouble());
        }
        return input(name, extent, type, ValueType.FLOAT, tensor);
    }

    Expr real(String name, Axes extent) {
        return real(name, extent, DType.FLOAT32, -3, 3);
    }

    /** {@return labels from some lowest to some highest value} */
    Node labels(String name, DType type, int low, int high) {
        Tensor tensor = Tensor.zeros(type, Shape.of(elements(Axes.BATCH_SPACE)));
        for (long i = 0; i < tensor.shape().elements(); i++) {
            tensor.set(i, low + random.nextInt(high - low + 1));
        }
        tensors.put(name, tensor);
        types.put(name, type);
        return Nodes.input(
                new Op.Input(Role.TARGET, name, Axes.BATCH_SPACE, ValueType.INDEX, false));
    }

    Expr given(String name, Axes extent, Tensor tensor) {
        return input(name, extent, tensor.dtype(), ValueType.FLOAT, tensor);
    }

    private Expr input(String name, Axes extent, DType type, ValueType kind, Tensor tensor) {
        tensors.put(name, tensor);
        types.put(name, type);
        return Expr.of(Nodes.input(new Op.Input(Role.OTHER, name, extent, kind, false)));
    }

    /** {@return a run-time table} */
    Expr table(String name, Axes extent, boolean matrix) {
        double[] values = new double[matrix ? classes * classes : (int) elements(extent)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble() + 0.2;
        }
        tables.put(name, values);
        return Expr.of(
                Nodes.input(new Op.Input(Role.PARAMETER, name, extent, ValueType.FLOAT, matrix)));
    }

    Pair output(String name, Expr value) {
        return output(name, value.node());
    }

    Pair output(String name, Node value) {
        outputs.put(name, value);
        return this;
    }

    private Arguments arguments(Map<String, Tensor> written) {
        Arguments arguments = new Arguments(geometry);
        tensors.forEach(arguments::tensor);
        tables.forEach(arguments::table);
        written.forEach(arguments::tensor);
        return arguments;
    }

    private record Values(Map<String, double[]> byName) {}

    private Values run(Backend backend, boolean accumulates) {
        Program program = Partitioner.partition(Graph.of(classes, outputs));
        Map<String, DType> all = new HashMap<>(types);
        Map<String, Tensor> written = new HashMap<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        all.put(name, outputType);
                        Tensor tensor = Tensor.zeros(outputType, Shape.of(elements(extent)));
                        for (long i = 0; accumulates && i < tensor.shape().elements(); i++) {
                            tensor.set(i, 1 + i % 3);
                        }
                        written.put(name, tensor);
                    }
                });
        Map<String, double[]> values = new LinkedHashMap<>();
        try (Executable executable = backend.compile(program, new TensorTypes(all))) {
            // Twice: the second run finds the memory of the first.
            executable.run(arguments(written).accumulate(accumulates));
            Result result = executable.run(arguments(written).accumulate(accumulates));
            program.outputs()
                    .forEach((name, extent) ->
                            values.put(
                                    name,
                                    extent.isGrid()
                                            ? written.get(name).toDoubleArray()
                                            : result.table(name)));
        }
        return new Values(values);
    }

    /** Compares all outputs, each relative to its largest value. */
    void agree(double tolerance) {
        agree(tolerance, false);
    }

    void agree(double tolerance, boolean accumulates) {
        try (Backend scalar = Backends.open("scalar", BackendOptions.DEFAULT)) {
            Values expected = run(scalar, accumulates);
            for (Tier tier : List.of(Tier.SCALAR, Tier.INTERPRETER, Tier.GENERATED)) {
                Values actual = runOn(tier, accumulates);
                expected.byName()
                        .forEach((name, values) ->
                                compare(name, values, actual.byName().get(name), tolerance));
            }
        }
    }

    private Values runOn(Tier tier, boolean accumulates) {
        String before = System.getProperty(Tier.PROPERTY, "auto");
        System.setProperty(Tier.PROPERTY, tier.name().toLowerCase(Locale.ROOT));
        try (Backend vector = Backends.open("vector", new BackendOptions(2, 0))) {
            return run(vector, accumulates);
        } finally {
            System.setProperty(Tier.PROPERTY, before);
        }
    }

    private void compare(String name, double[] expected, double[] actual, double tolerance) {
        String where = name + ", " + classes + " classes, " + geometry;
        assertEquals(expected.length, actual.length, where);
        double scale = 1e-30;
        for (double value : expected) {
            scale = Double.isFinite(value) ? Math.max(scale, Math.abs(value)) : scale;
        }
        for (int i = 0; i < expected.length; i++) {
            boolean same =
                    Double.compare(expected[i], actual[i]) == 0
                            || Math.abs(expected[i] - actual[i]) <= tolerance * scale;
            assertTrue(
                    same,
                    where + " at " + i + ": expected " + expected[i] + " but was " + actual[i]);
        }
    }
}
