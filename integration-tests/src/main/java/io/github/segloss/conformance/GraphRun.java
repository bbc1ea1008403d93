package io.github.segloss.conformance;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** One run of a small graph on a backend: arrays in, arrays out. */
final class GraphRun {
    private final Backend backend;
    private final DType type;
    private final Sizes sizes;
    private final Map<String, double[]> inputs = new HashMap<>();
    private final Map<String, DType> labelTypes = new HashMap<>();
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();
    private Geometry geometry;

    /**
     * Creates a run without inputs and outputs.
     *
     * @param backend the backend
     * @param type the element type of all FLOAT tensors
     * @param sizes the sizes
     */
    GraphRun(Backend backend, DType type, Sizes sizes) {
        this.backend = backend;
        this.type = type;
        this.sizes = sizes;
        this.geometry = sizes.geometry();
    }

    GraphRun spacing(List<Double> spacing) {
        geometry = new Geometry(geometry.batch(), geometry.space(), spacing);
        return this;
    }

    /** A new FLOAT input with these values, rounded to the element type if they live on the pixels. */
    Node input(String name, Axes extent, double... values) {
        inputs.put(name, values);
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, ValueType.FLOAT, false));
    }

    /** A new INDEX input with these values. */
    Node labels(String name, Axes extent, DType labelType, double... values) {
        inputs.put(name, values);
        labelTypes.put(name, labelType);
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, ValueType.INDEX, false));
    }

    /** A new C x C matrix. */
    Node matrix(String name, double... values) {
        inputs.put(name, values);
        return Nodes.input(new Op.Input(Role.PARAMETER, name, Axes.NONE, ValueType.FLOAT, true));
    }

    GraphRun output(String name, Node node) {
        outputs.put(name, node);
        return this;
    }

    /** The values of an input as the backend sees them. */
    double[] rounded(double... values) {
        return round(type, values);
    }

    static double[] round(DType type, double... values) {
        return Tensor.wrap(values, values.length).to(type).toDoubleArray();
    }

    /** The values of nodes over the inputs given so far, with bounds. */
    BoundedEvaluation evaluation() {
        return new BoundedEvaluation(sizes, geometry.spacing(), type, inputs);
    }

    /** The single output of the graph. */
    double[] run(Node output) {
        return output("out", output).run().get("out");
    }

    Map<String, double[]> run() {
        Program program = Partitioner.partition(Graph.of(sizes.classes(), outputs));
        Map<String, DType> types = new HashMap<>();
        Arguments arguments = new Arguments(geometry);
        for (Op.Input input : program.graph().inputs()) {
            bind(arguments, input, types);
        }
        Map<String, Tensor> results = new HashMap<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        types.put(name, type);
                        Tensor result = Tensor.zeros(type, sizes.shape(extent));
                        results.put(name, result);
                        arguments.tensor(name, result);
                    }
                });
        Map<String, double[]> found = new HashMap<>();
        try (Executable executable = backend.compile(program, new TensorTypes(types))) {
            Result result = executable.run(arguments);
            program.outputs()
                    .forEach((name, extent) -> {
                        if (!extent.isGrid()) {
                            found.put(name, result.table(name));
                        }
                    });
            result.await();
        }
        results.forEach((name, tensor) -> found.put(name, tensor.toDoubleArray()));
        return found;
    }

    private void bind(Arguments arguments, Op.Input input, Map<String, DType> types) {
        double[] values = inputs.get(input.name());
        if (!input.isPixelInput()) {
            arguments.table(input.name(), values);
            return;
        }
        DType stored = labelTypes.getOrDefault(input.name(), type);
        Tensor tensor = Tensor.zeros(stored, Shape.of(values.length));
        for (int i = 0; i < values.length; i++) {
            tensor.set(i, values[i]);
        }
        types.put(input.name(), stored);
        arguments.tensor(input.name(), tensor);
    }
}
