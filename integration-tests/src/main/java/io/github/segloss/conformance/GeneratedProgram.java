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
import io.github.segloss.graph.Op;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A random graph with the sizes, types and values to run it with: everything that a backend needs. Made by {@link GeneratedPrograms} from a seed;
 * immutable.
 */
public final class GeneratedProgram {
    /** The name of the output that is the gradient of {@link #VALUE}, where there is one. */
    static final String GRADIENT = "gradient";

    /** The name of the scalar that {@link #GRADIENT} is the gradient of. */
    static final String VALUE = "value";

    private final long seed;
    private final DType type;
    private final DType labels;
    private final Sizes sizes;
    private final SequencedMap<String, Node> outputs;
    private final Program program;

    GeneratedProgram(
            long seed, DType type, DType labels, Sizes sizes, SequencedMap<String, Node> outputs) {
        this.seed = seed;
        this.type = type;
        this.labels = labels;
        this.sizes = sizes;
        this.outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
        Map<String, Axes> wider =
                outputs.containsKey(GRADIENT) ? Map.of(GRADIENT, Axes.ALL) : Map.of();
        this.program =
                Partitioner.partition(Graph.of(sizes.classes(), this.outputs), wider, Set.of());
    }

    /** {@return what the program and its inputs were made from} */
    public long seed() {
        return seed;
    }

    /** {@return the element type of the prediction and of the outputs on the pixels} */
    public DType type() {
        return type;
    }

    /** {@return the program} */
    public Program program() {
        return program;
    }

    /** {@return the element types of its tensors} */
    public TensorTypes types() {
        return types(type);
    }

    /** The element types with those of prediction and outputs replaced. */
    private TensorTypes types(DType real) {
        Map<String, DType> types = new HashMap<>();
        GeneratedInputs inputs = new GeneratedInputs(seed, sizes, real, labels);
        for (Op.Input input : program.graph().inputs()) {
            if (input.isPixelInput()) {
                types.put(input.name(), inputs.type(input));
            }
        }
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        types.put(name, real);
                    }
                });
        return new TensorTypes(types);
    }

    SequencedMap<String, Node> outputs() {
        return outputs;
    }

    Sizes sizes() {
        return sizes;
    }

    Geometry geometry() {
        Geometry plain = sizes.geometry();
        List<Double> spacing = List.of(1.0, 0.75, 2.0).subList(0, plain.space().rank());
        return new Geometry(plain.batch(), plain.space(), spacing);
    }

    /** The same with other outputs and sizes, on values from the same seed. */
    GeneratedProgram with(SequencedMap<String, Node> otherOutputs, Sizes otherSizes) {
        return new GeneratedProgram(seed, type, labels, otherSizes, otherOutputs);
    }

    /** The values of the inputs by name, rounded to their element types. */
    Map<String, double[]> inputs() {
        return new GeneratedInputs(seed, sizes, type, labels).values();
    }

    /** The type in which a backend computes on the pixels. */
    DType arithmetic() {
        return type == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    }

    /** The values of nodes over the inputs of this program. */
    BoundedEvaluation evaluation() {
        return new BoundedEvaluation(sizes, geometry().spacing(), arithmetic(), inputs());
    }

    /** Every output by its definition, with a bound of how far a backend may be off. */
    Map<String, Bounded> expected() {
        BoundedEvaluation evaluation = evaluation();
        Map<String, Bounded> expected = new LinkedHashMap<>();
        program.graph()
                .outputs()
                .forEach((name, node) -> expected.put(name, widened(evaluation.of(node), name)));
        return expected;
    }

    /** Repeats a gradient that does not vary along all axes of the prediction. */
    private Bounded widened(Bounded value, String name) {
        Axes from = program.graph().outputs().get(name).extent();
        Axes to = program.outputs().get(name);
        Bounded wide = new Bounded(sizes.elements(to));
        sizes.forEach((n, c, s) -> {
            int i = sizes.index(from, n, c, s);
            double stored = to.isGrid() ? Tolerance.rounding(type, value.values()[i]) : 0;
            wide.set(sizes.index(to, n, c, s), value.values()[i], value.errors()[i] + stored);
        });
        return wide;
    }

    /**
     * Compiles and runs the program.
     *
     * @param backend the backend
     * @return every output by name
     */
    public Map<String, double[]> run(Backend backend) {
        return run(backend, type, inputs());
    }

    /**
     * Runs the program with other values, or in another type.
     *
     * @param backend the backend
     * @param real the element type of prediction and outputs
     * @param inputs the values of the inputs by name
     */
    Map<String, double[]> run(Backend backend, DType real, Map<String, double[]> inputs) {
        try (Executable executable = backend.compile(program, types(real))) {
            return run(executable, real, inputs);
        }
    }

    /**
     * Runs the program once more.
     *
     * @param executable this program, compiled for {@link #types}
     * @return every output by name
     */
    public Map<String, double[]> run(Executable executable) {
        return run(executable, type, inputs());
    }

    Map<String, double[]> run(Executable executable, DType real, Map<String, double[]> inputs) {
        TensorTypes types = types(real);
        Arguments arguments = new Arguments(geometry());
        for (Op.Input input : program.graph().inputs()) {
            double[] values = inputs.get(input.name());
            if (input.isPixelInput()) {
                arguments.tensor(
                        input.name(),
                        Tensor.wrap(values, sizes.shape(input.extent()).toArray())
                                .to(types.of(input.name())));
            } else {
                arguments.table(input.name(), values);
            }
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        Tensor tensor = Tensor.zeros(real, sizes.shape(extent));
                        tensors.put(name, tensor);
                        arguments.tensor(name, tensor);
                    }
                });
        Result result = executable.run(arguments);
        Map<String, double[]> found = new LinkedHashMap<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (!extent.isGrid()) {
                        found.put(name, result.table(name));
                    }
                });
        result.await();
        tensors.forEach((name, tensor) -> found.put(name, tensor.toDoubleArray()));
        return found;
    }

    /** {@return the program as code of the graph DSL, after its sizes, types and seed} */
    public String code() {
        return GraphCode.of(this);
    }

    @Override
    public String toString() {
        return "generated program " + seed + ", " + type + ", labels " + labels + ", " + sizes;
    }
}
