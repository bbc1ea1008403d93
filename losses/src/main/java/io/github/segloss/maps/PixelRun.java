package io.github.segloss.maps;

import io.github.segloss.InvalidTargetException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Arguments;
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
import io.github.segloss.loss.InputRule;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** One graph from tensors to tensors, built and run at once: inputs are declared and bound in the same call. */
final class PixelRun {
    private static final String VIOLATIONS = "violations";

    private record Rule(String what, Tensor tensor, InputRule rule) {}

    private final Session session;
    private final int classes;
    private final Arguments arguments;
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();
    private final Map<String, Axes> extents = new HashMap<>();
    private final Map<String, DType> types = new HashMap<>();
    private final Map<String, Tensor> results = new HashMap<>();
    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private Expr violations = Expr.zero();

    /**
     * Creates a run without inputs and outputs.
     *
     * @param session where it runs
     * @param classes the size of CLASS
     * @param geometry the sizes
     */
    PixelRun(Session session, int classes, Geometry geometry) {
        this.session = session;
        this.classes = classes;
        this.arguments = new Arguments(geometry);
    }

    /** The sizes of a tensor whose last axes, as many as the spacing has, are spatial; all axes before them are the batch. */
    static Geometry images(String what, Tensor tensor, double... spacing) {
        long[] sizes = tensor.shape().toArray();
        int leading = sizes.length - spacing.length;
        if (spacing.length < 1 || spacing.length > 3 || leading < 0) {
            throw new ShapeMismatchException(
                    "the "
                            + what
                            + " has shape "
                            + tensor.shape()
                            + ", and the spacing has "
                            + spacing.length
                            + " values; it must have one for each spatial axis, 1 to 3, and the spatial axes are the last");
        }
        long batch = 1;
        for (int axis = 0; axis < leading; axis++) {
            batch *= sizes[axis];
        }
        return new Geometry(
                batch,
                Shape.of(Arrays.copyOfRange(sizes, leading, sizes.length)),
                Arrays.stream(spacing).boxed().toList());
    }

    /** A tensor of numbers. */
    Expr floats(String name, Tensor tensor, Axes extent) {
        return Expr.of(input(name, tensor, extent, ValueType.FLOAT));
    }

    /** A tensor of numbers that must keep a rule. */
    Expr floats(String name, String what, Tensor tensor, Axes extent, InputRule rule) {
        Expr value = floats(name, tensor, extent);
        rules.put(name, new Rule(what, tensor, rule));
        Expr broken = rule.penalty(value);
        violations = violations.add(broken.sum(broken.extent()));
        return value;
    }

    /** A tensor of labels. */
    Node labels(String name, Tensor tensor) {
        return input(name, tensor, Axes.BATCH_SPACE, ValueType.INDEX);
    }

    private Node input(String name, Tensor tensor, Axes extent, ValueType type) {
        arguments.tensor(name, tensor);
        types.put(name, tensor.dtype());
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, type, false));
    }

    /** A number, or one number for each class, that is not part of the program. */
    Expr table(String name, Axes extent, double... values) {
        arguments.table(name, values);
        return Expr.of(
                Nodes.input(new Op.Input(Role.PARAMETER, name, extent, ValueType.FLOAT, false)));
    }

    /** Declares an output on the pixels. */
    void output(String name, Expr value, Axes extent, DType type, Shape shape) {
        Tensor tensor = Tensor.zeros(type, shape);
        arguments.tensor(name, tensor);
        outputs.put(name, value.node());
        extents.put(name, extent);
        types.put(name, type);
        results.put(name, tensor);
    }

    /**
     * Runs the graph.
     *
     * @return the outputs by name
     * @throws InvalidTargetException if an input breaks its rule
     */
    Map<String, Tensor> run() {
        Set<String> checks = Set.of();
        if (!rules.isEmpty()) {
            outputs.put(VIOLATIONS, violations.node());
            checks = Set.of(VIOLATIONS);
        }
        Program program = Partitioner.partition(Graph.of(classes, outputs), extents, checks);
        Result result = session.executable(program, new TensorTypes(types)).run(arguments);
        result.await();
        if (!rules.isEmpty() && result.number(VIOLATIONS) != 0) {
            throw explain();
        }
        return results;
    }

    private InvalidTargetException explain() {
        for (Rule rule : rules.values()) {
            Tensor host = session.backend().download(rule.tensor());
            for (long i = 0; i < host.shape().elements(); i++) {
                if (rule.rule().isBroken(host.doubleAt(i))) {
                    return new InvalidTargetException(
                            "the "
                                    + rule.what()
                                    + " holds "
                                    + host.doubleAt(i)
                                    + " at "
                                    + Arrays.toString(host.shape().coordinates(i))
                                    + "; each value "
                                    + rule.rule().text());
                }
            }
        }
        throw new IllegalStateException(
                "inputs broke a rule and now keep it: they were changed during the run");
    }
}
