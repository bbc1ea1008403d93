package io.github.segloss.cpu;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;

/** A small graph with its inputs, to be run on several backends. */
final class Calculation {
    private final int classes;
    private final Geometry geometry;
    private final DType type;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, double[]> tables = new HashMap<>();
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();
    private final Map<String, Axes> wider = new HashMap<>();

    /** What a run gave: pixels or a table, by output. */
    record Outcome(Map<String, double[]> values) {
        double[] get(String output) {
            return values.get(output);
        }
    }

    Calculation(int classes, Geometry geometry, DType type) {
        this.classes = classes;
        this.geometry = geometry;
        this.type = type;
    }

    DType type() {
        return type;
    }

    int elements(Axes extent) {
        return Math.toIntExact(new Arguments(geometry).elements(extent, classes));
    }

    Node input(String name, Axes extent, ValueType valueType, Tensor tensor) {
        tensors.put(name, tensor);
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, valueType, false));
    }

    /** Values on the pixels, in the element type of the calculation. */
    Expr pixels(String name, Axes extent, double... values) {
        Tensor tensor = Tensor.wrap(values, values.length).to(type);
        return Expr.of(input(name, extent, ValueType.FLOAT, tensor));
    }

    /** Normally distributed values, representable in float32. */
    Expr randomPixels(String name, Axes extent, Random random) {
        double[] values = new double[elements(extent)];
        Arrays.setAll(values, _ -> (float) random.nextGaussian());
        return pixels(name, extent, values);
    }

    Expr table(String name, Axes extent, double... values) {
        tables.put(name, values);
        return Expr.of(
                Nodes.input(new Op.Input(Role.PARAMETER, name, extent, ValueType.FLOAT, false)));
    }

    Expr matrix(String name, double... values) {
        tables.put(name, values);
        return Expr.of(
                Nodes.input(new Op.Input(Role.PARAMETER, name, Axes.NONE, ValueType.FLOAT, true)));
    }

    Calculation output(String name, Expr value) {
        outputs.put(name, value.node());
        return this;
    }

    Calculation output(String name, Expr value, Axes extent) {
        wider.put(name, extent);
        return output(name, value);
    }

    Program program() {
        return Partitioner.partition(Graph.of(classes, outputs), wider, Set.of());
    }

    TensorTypes types() {
        Map<String, DType> types = new HashMap<>();
        tensors.forEach((name, tensor) -> types.put(name, tensor.dtype()));
        program().outputs().forEach((name, extent) -> types.put(name, type));
        return new TensorTypes(types);
    }

    /** Arguments with fresh output tensors, which hold a number that a run must overwrite, or add to. */
    Arguments arguments(double before) {
        Arguments arguments = new Arguments(geometry);
        tensors.forEach(arguments::tensor);
        tables.forEach(arguments::table);
        program()
                .outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        Tensor tensor = Tensor.zeros(type, Shape.of(elements(extent)));
                        for (int i = 0; i < elements(extent); i++) {
                            tensor.set(i, before);
                        }
                        arguments.tensor(name, tensor);
                    }
                });
        return arguments;
    }

    Outcome run(Backend backend) {
        try (Executable executable = backend.compile(program(), types())) {
            return run(executable);
        }
    }

    Outcome run(Executable executable) {
        return run(executable, arguments(Double.NaN));
    }

    static Outcome run(Executable executable, Arguments arguments) {
        Result result = executable.run(arguments);
        Map<String, double[]> values = new HashMap<>();
        executable
                .program()
                .outputs()
                .forEach((name, extent) ->
                        values.put(
                                name,
                                extent.isGrid()
                                        ? arguments.tensor(name).toDoubleArray()
                                        : result.table(name)));
        return new Outcome(values);
    }
}
