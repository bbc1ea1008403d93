package io.github.segloss.cpu;

import io.github.segloss.backend.Arguments;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.Scalar;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.Program;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values without SPACE of one run: at most [N, C] numbers each, in float64. Leaves are there from the start. */
final class Tables {
    private final Program program;
    private final Graph graph;
    private final Arguments arguments;
    private final int samples;
    private final int classes;
    private final double[][] tables;

    Tables(Program program, Arguments arguments) {
        this.program = program;
        this.graph = program.graph();
        this.arguments = arguments;
        this.samples = Math.toIntExact(arguments.geometry().batch());
        this.classes = graph.classes();
        this.tables = new double[graph.nodes().size()][];
        for (Node node : graph.nodes()) {
            if (node.args().isEmpty() && !node.extent().isGrid()) {
                set(node, leaf(node));
            }
        }
    }

    int samples() {
        return samples;
    }

    int classes() {
        return classes;
    }

    /** The outputs without SPACE, once everything was computed. */
    Map<String, double[]> outputs() {
        Map<String, double[]> outputs = new HashMap<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (!extent.isGrid()) {
                        outputs.put(name, get(graph.outputs().get(name)));
                    }
                });
        return outputs;
    }

    private double[] leaf(Node node) {
        return switch (node.op()) {
            case Op.Constant(double value) -> new double[] {value};
            case Op.ClassTable(List<Double> values) ->
                    values.stream().mapToDouble(Double::doubleValue).toArray();
            case Op.ClassIndex _ -> {
                double[] indices = new double[classes];
                Arrays.setAll(indices, c -> c);
                yield indices;
            }
            case Op.Size(Axes axes) -> new double[] {arguments.elements(axes, classes)};
            case Op.Input input -> arguments.table(input.name()).clone();
            default -> throw new IllegalStateException("not a leaf: " + node);
        };
    }

    double[] get(Node node) {
        return tables[graph.id(node)];
    }

    void set(Node node, double[] values) {
        tables[graph.id(node)] = values;
    }

    /** How many tables, or planes of pixels, of one number a value of some extent has. */
    int size(Axes extent) {
        return (extent.has(Axis.BATCH) ? samples : 1) * (extent.has(Axis.CLASS) ? classes : 1);
    }

    /** Where a table, or list of planes, of some extent holds the value of a sample and class. */
    int index(Axes extent, int sample, int klass) {
        int n = extent.has(Axis.BATCH) ? sample : 0;
        return extent.has(Axis.CLASS) ? n * classes + klass : n;
    }

    double at(Node node, int sample, int klass) {
        return get(node)[index(node.extent(), sample, klass)];
    }

    /** Computes a table whose arguments are all tables. */
    void compute(Node node) {
        set(
                node,
                node.op() instanceof Op.Reduce(ReduceFunction f, _) ? reduce(f, node) : map(node));
    }

    private double[] map(Node node) {
        double[] out = new double[size(node.extent())];
        for (int n = 0; n < (node.extent().has(Axis.BATCH) ? samples : 1); n++) {
            for (int c = 0; c < (node.extent().has(Axis.CLASS) ? classes : 1); c++) {
                out[index(node.extent(), n, c)] = mapAt(node, n, c);
            }
        }
        return out;
    }

    private double mapAt(Node node, int n, int c) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) -> Scalar.apply(f, at(node.arg(0), n, c));
            case Op.Binary(BinaryFunction f) ->
                    Scalar.apply(f, at(node.arg(0), n, c), at(node.arg(1), n, c));
            case Op.Select _ ->
                    at(node.arg(0), n, c) != 0 ? at(node.arg(1), n, c) : at(node.arg(2), n, c);
            case Op.ClassMix(boolean transposed) -> {
                double sum = 0;
                for (int k = 0; k < classes; k++) {
                    double m = get(node.arg(0))[transposed ? k * classes + c : c * classes + k];
                    sum += m * at(node.arg(1), n, k);
                }
                yield sum;
            }
            default -> throw new IllegalStateException("not a table: " + node);
        };
    }

    private double[] reduce(ReduceFunction f, Node node) {
        Node arg = node.arg(0);
        double[] out = startOf(f, size(node.extent()));
        double[] best = new double[out.length];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        for (int n = 0; n < (arg.extent().has(Axis.BATCH) ? samples : 1); n++) {
            for (int c = 0; c < (arg.extent().has(Axis.CLASS) ? classes : 1); c++) {
                int to = index(node.extent(), n, c);
                double value = at(arg, n, c);
                if (f != ReduceFunction.ARGMAX) {
                    out[to] = combine(f, out[to], value);
                } else if (value > best[to]) {
                    best[to] = value;
                    out[to] = c;
                }
            }
        }
        return out;
    }

    static double[] startOf(ReduceFunction f, int size) {
        double[] start = new double[size];
        Arrays.fill(start, startOf(f));
        return start;
    }

    static double startOf(ReduceFunction f) {
        return switch (f) {
            case SUM, ARGMAX -> 0;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
    }

    static double combine(ReduceFunction f, double a, double b) {
        return switch (f) {
            case SUM -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case ARGMAX -> throw new IllegalStateException("argmax is not a running combination");
        };
    }
}
