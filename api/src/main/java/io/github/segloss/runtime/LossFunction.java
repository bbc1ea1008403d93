package io.github.segloss.runtime;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Explanation;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A loss under options, ready to be evaluated on a session's backend. The graph is built and compiled at the first call with a new number of channels,
 * set of inputs or element type; batch, spatial size and parameter values may change freely. Thread-safe.
 */
public final class LossFunction {
    private record Key(InputLayout layout, Outputs outputs) {}

    private final Session session;
    private final Loss loss;
    private final LossOptions options;
    private final ConcurrentMap<Key, LossGraph> graphs;
    private final Map<String, double[]> overrides;

    LossFunction(Session session, Loss loss, LossOptions options) {
        this(session, loss, options, new ConcurrentHashMap<>(), Map.of());
    }

    private LossFunction(
            Session session,
            Loss loss,
            LossOptions options,
            ConcurrentMap<Key, LossGraph> graphs,
            Map<String, double[]> overrides) {
        this.session = session;
        this.loss = loss;
        this.options = options;
        this.graphs = graphs;
        this.overrides = overrides;
    }

    /** {@return the loss} */
    public Loss loss() {
        return loss;
    }

    /** {@return the options} */
    public LossOptions options() {
        return options;
    }

    /**
     * {@return this loss with another value of a run-time parameter, such as a scheduled weight; nothing is compiled again}
     *
     * @param name the name of the parameter
     * @param values its values: one, one per class, or C x C
     */
    public LossFunction with(String name, double... values) {
        Map<String, double[]> more = new HashMap<>(overrides);
        more.put(name, values.clone());
        return new LossFunction(session, loss, options, graphs, Map.copyOf(more));
    }

    /**
     * {@return value and gradient}
     *
     * @param prediction logits or probabilities, [N, C, spatial...]
     * @param target class indices, [N, spatial...], or dense, the shape of the prediction
     */
    public LossResult evaluate(Tensor prediction, Tensor target) {
        return evaluate(LossInputs.of(prediction, target));
    }

    /**
     * {@return value and gradient, the gradient in a new tensor; one too large for an array is off the heap, and {@link Tensor#close} frees it}
     *
     * @param inputs the tensors
     */
    public LossResult evaluate(LossInputs inputs) {
        Tensor gradient = Tensor.zeros(inputs.prediction().dtype(), inputs.prediction().shape());
        return run(inputs, Outputs.BOTH, gradient, false);
    }

    /**
     * {@return value and gradient}
     *
     * @param inputs the tensors
     * @param gradient where the gradient is written, of the shape and element type of the prediction; unspecified after an error
     * @param accumulate whether it is added to what the tensor holds
     */
    public LossResult evaluate(LossInputs inputs, Tensor gradient, boolean accumulate) {
        Tensor prediction = inputs.prediction();
        if (!gradient.shape().equals(prediction.shape())
                || gradient.dtype() != prediction.dtype()) {
            throw new ShapeMismatchException(
                    loss.id()
                            + ": the gradient is "
                            + gradient
                            + "; it must be like the prediction, "
                            + prediction);
        }
        if (gradient.isOnHost() && gradient.segment().isReadOnly()) {
            throw new SegLossException(
                    loss.id()
                            + ": the memory of the gradient is read-only, so it cannot be written");
        }
        return run(inputs, Outputs.BOTH, gradient, accumulate);
    }

    /**
     * {@return the value only, with fewer passes}
     *
     * @param inputs the tensors
     */
    public LossResult value(LossInputs inputs) {
        return run(inputs, Outputs.VALUE, null, false);
    }

    /**
     * {@return how the backend runs this loss on such inputs}
     *
     * @param inputs the tensors
     */
    public Explanation explain(LossInputs inputs) {
        LossGraph graph =
                graph(InputShapes.check(loss.id(), options, inputs).layout(), Outputs.BOTH);
        return session.executable(graph.program(), types(graph, inputs)).explain();
    }

    /**
     * {@return the graph of this loss on such inputs}
     *
     * @param inputs the tensors
     * @param outputs what it computes
     */
    public LossGraph graph(LossInputs inputs, Outputs outputs) {
        return graph(InputShapes.check(loss.id(), options, inputs).layout(), outputs);
    }

    private LossGraph graph(InputLayout layout, Outputs outputs) {
        return graphs.computeIfAbsent(
                new Key(layout, outputs), key -> LossGraph.of(loss, options, layout, outputs));
    }

    private LossResult run(
            LossInputs inputs, Outputs outputs, @Nullable Tensor gradient, boolean accumulate) {
        InputShapes shapes = InputShapes.check(loss.id(), options, inputs);
        LossGraph graph = graph(shapes.layout(), outputs);
        Geometry geometry = shapes.geometry();
        TensorTypes types = types(graph, inputs);
        Arguments arguments = new Arguments(geometry).accumulate(accumulate);
        for (Op.Input input : graph.graph().inputs()) {
            bind(arguments, input, graph, geometry, inputs);
        }
        Tensor values = null;
        if (outputs != Outputs.GRADIENT && graph.valueExtent().isGrid()) {
            long count = arguments.elements(graph.valueExtent(), graph.classes());
            values = Tensor.zeros(types.of(LossGraph.VALUE), Shape.of(count));
            arguments.tensor(LossGraph.VALUE, values);
        }
        if (gradient != null) {
            arguments.tensor(LossGraph.GRADIENT, gradient);
        }
        Executable executable = session.executable(graph.program(), types);
        Result result;
        try {
            result = executable.run(arguments);
        } catch (IllegalStateException e) {
            throw closedMeanwhile(inputs, gradient) ? closedException(e) : e;
        }
        Evaluation evaluation =
                new Evaluation(graph, geometry, inputs, session.backend()::download, values);
        return new LossResult(evaluation, result, gradient);
    }

    /** Whether memory in use was freed by another thread, which the JVM answers with an exception in this one. */
    private static boolean closedMeanwhile(LossInputs inputs, @Nullable Tensor gradient) {
        return Stream.of(
                        inputs.prediction(),
                        inputs.target(),
                        inputs.weightMap(),
                        inputs.mask(),
                        inputs.distanceMap(),
                        inputs.upstream(),
                        gradient)
                .anyMatch(tensor -> tensor != null && tensor.storage().isClosed());
    }

    private SegLossException closedException(IllegalStateException cause) {
        return new SegLossException(
                loss.id() + ": a tensor was closed by another thread while it was in use", cause);
    }

    private void bind(
            Arguments arguments,
            Op.Input input,
            LossGraph graph,
            Geometry geometry,
            LossInputs inputs) {
        if (input.role() == Role.PARAMETER) {
            arguments.table(input.name(), parameter(graph, input.name()));
        } else if (input.role() == Role.UPSTREAM) {
            Tensor given = Objects.requireNonNull(inputs.upstream());
            Tensor upstream =
                    Evaluation.spreadClasses(
                            graph, geometry, checkedUpstream(graph, geometry, given));
            if (input.isPixelInput()) {
                arguments.tensor(input.name(), upstream);
            } else {
                arguments.table(input.name(), upstream.toDoubleArray());
            }
        } else {
            arguments.tensor(input.name(), InputShapes.tensor(inputs, input.role()));
        }
    }

    private Tensor checkedUpstream(LossGraph graph, Geometry geometry, Tensor upstream) {
        var shape = Evaluation.valueShape(graph, geometry);
        if (upstream.shape().elements() != shape.elements() || !upstream.dtype().isFloating()) {
            throw new ShapeMismatchException(
                    loss.id()
                            + ": the upstream gradient is "
                            + upstream
                            + "; it must be floating with the shape of the value, "
                            + shape);
        }
        return upstream;
    }

    private double[] parameter(LossGraph graph, String name) {
        double[] own = graph.parameters().get(name);
        double[] override = overrides.get(name);
        for (String asked : overrides.keySet()) {
            if (!graph.parameters().containsKey(asked)) {
                throw new InvalidParameterException(
                        loss.id()
                                + ": unknown run-time parameter '"
                                + asked
                                + "'; it has "
                                + graph.parameters().keySet());
            }
        }
        if (override == null) {
            return Objects.requireNonNull(own);
        }
        for (double value : override) {
            if (!Double.isFinite(value)) {
                throw new InvalidParameterException(
                        loss.id()
                                + ": run-time parameter "
                                + name
                                + " is "
                                + value
                                + "; it must be finite");
            }
        }
        return override;
    }

    private static TensorTypes types(LossGraph graph, LossInputs inputs) {
        Map<String, DType> types = new HashMap<>();
        for (Op.Input input : graph.graph().inputs()) {
            if (input.isPixelInput()) {
                types.put(input.name(), InputShapes.tensor(inputs, input.role()).dtype());
            }
        }
        DType prediction = inputs.prediction().dtype();
        graph.program()
                .outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        boolean isValue =
                                name.equals(LossGraph.VALUE) && prediction != DType.FLOAT64;
                        types.put(name, isValue ? DType.FLOAT32 : prediction);
                    }
                });
        return new TensorTypes(types);
    }
}
