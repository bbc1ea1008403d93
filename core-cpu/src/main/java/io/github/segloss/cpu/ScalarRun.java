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
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Kernel;
import io.github.segloss.program.Program;
import io.github.segloss.program.ScalarKernel;
import io.github.segloss.program.StructuredKernel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a program, in float64 throughout. Nodes without SPACE are tables of at most [N, C] numbers; temporaries on the pixels are one array for each
 * sample and class; what lives on the pixels inside a pass is computed by {@link TilePass}.
 */
final class ScalarRun {
    private final Program program;
    private final Graph graph;
    private final Arguments arguments;
    private final int samples;
    private final int classes;
    private final int pixels;
    private final double[][] tables;
    private final Map<Node, double[][]> planes = new HashMap<>();

    ScalarRun(Program program, Arguments arguments) {
        this.program = program;
        this.graph = program.graph();
        this.arguments = arguments;
        this.samples = Math.toIntExact(arguments.geometry().batch());
        this.classes = graph.classes();
        this.pixels = Math.toIntExact(arguments.geometry().pixels());
        this.tables = new double[graph.nodes().size()][];
    }

    Arguments arguments() {
        return arguments;
    }

    Axes outputExtent(String name) {
        return program.outputs().get(name);
    }

    int samples() {
        return samples;
    }

    int classes() {
        return classes;
    }

    int pixels() {
        return pixels;
    }

    Map<String, double[]> run() {
        graph.nodes().stream()
                .filter(ScalarRun::isLeafTable)
                .forEach(node -> tables[graph.id(node)] = leaf(node));
        for (Kernel kernel : program.kernels()) {
            switch (kernel) {
                case ScalarKernel scalar ->
                        scalar.body().forEach(node -> tables[graph.id(node)] = compute(node));
                case GridKernel grid -> new TilePass(this, grid).run();
                case StructuredKernel structured -> structure(structured.nodes());
            }
        }
        Map<String, double[]> outputs = new HashMap<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (!extent.isGrid()) {
                        outputs.put(name, table(graph.outputs().get(name)));
                    }
                });
        return outputs;
    }

    // ---- tables

    private static boolean isLeafTable(Node node) {
        return node.args().isEmpty() && !node.extent().isGrid();
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

    double[] table(Node node) {
        return tables[graph.id(node)];
    }

    void setTable(Node node, double[] values) {
        tables[graph.id(node)] = values;
    }

    int tableSize(Axes extent) {
        return (extent.has(Axis.BATCH) ? samples : 1) * (extent.has(Axis.CLASS) ? classes : 1);
    }

    /** Where a table or plane of some extent holds the value of a sample and class. */
    int index(Axes extent, int sample, int klass) {
        int n = extent.has(Axis.BATCH) ? sample : 0;
        return extent.has(Axis.CLASS) ? n * classes + klass : n;
    }

    private double at(Node arg, int sample, int klass) {
        return table(arg)[index(arg.extent(), sample, klass)];
    }

    private double[] compute(Node node) {
        if (node.op() instanceof Op.Reduce(ReduceFunction f, _)) {
            return reduceTable(f, node);
        }
        double[] out = new double[tableSize(node.extent())];
        for (int n = 0; n < (node.extent().has(Axis.BATCH) ? samples : 1); n++) {
            for (int c = 0; c < (node.extent().has(Axis.CLASS) ? classes : 1); c++) {
                out[index(node.extent(), n, c)] = computeAt(node, n, c);
            }
        }
        return out;
    }

    private double computeAt(Node node, int n, int c) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) -> Scalar.apply(f, at(node.arg(0), n, c));
            case Op.Binary(BinaryFunction f) ->
                    Scalar.apply(f, at(node.arg(0), n, c), at(node.arg(1), n, c));
            case Op.Select _ ->
                    at(node.arg(0), n, c) != 0 ? at(node.arg(1), n, c) : at(node.arg(2), n, c);
            case Op.ClassMix(boolean transposed) -> {
                double sum = 0;
                for (int k = 0; k < classes; k++) {
                    double m = table(node.arg(0))[transposed ? k * classes + c : c * classes + k];
                    sum += m * at(node.arg(1), n, k);
                }
                yield sum;
            }
            default -> throw new IllegalStateException("not a table: " + node);
        };
    }

    private double[] reduceTable(ReduceFunction f, Node node) {
        Node arg = node.arg(0);
        double[] out = startOf(f, tableSize(node.extent()));
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
        Arrays.fill(
                start,
                switch (f) {
                    case SUM, ARGMAX -> 0;
                    case MAX -> Double.NEGATIVE_INFINITY;
                    case MIN -> Double.POSITIVE_INFINITY;
                });
        return start;
    }

    static double combine(ReduceFunction f, double a, double b) {
        return switch (f) {
            case SUM -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case ARGMAX -> throw new IllegalStateException("argmax is not a running combination");
        };
    }

    // ---- arrays on the pixels

    /** The array of a temporary for one sample and class. */
    double[] plane(Node node, int sample, int klass) {
        return planes.get(node)[index(node.extent(), sample, klass)];
    }

    double[][] newPlanes(Node node) {
        double[][] fresh = new double[tableSize(node.extent())][pixels];
        planes.put(node, fresh);
        return fresh;
    }

    /** An argument of a structured op for one sample and class, whatever it is. */
    private double[] argument(Node node, int sample, int klass) {
        if (!node.extent().isGrid()) {
            double[] constant = new double[pixels];
            Arrays.fill(constant, at(node, sample, klass));
            return constant;
        }
        if (planes.containsKey(node)) {
            return plane(node, sample, klass);
        }
        Op.Input input = (Op.Input) node.op();
        double[] values = new double[pixels];
        long start = (long) index(node.extent(), sample, klass) * pixels;
        TensorRows.read(arguments.tensor(input.name()), start, values, 0, pixels);
        return values;
    }

    private void structure(List<Node> nodes) {
        for (Node node : nodes) {
            double[][] out = newPlanes(node);
            if (node.op() instanceof Op.RankedSum(Axes axes)) {
                rankedSum(axes, node, out);
                continue;
            }
            for (int n = 0; n < (node.extent().has(Axis.BATCH) ? samples : 1); n++) {
                for (int c = 0; c < (node.extent().has(Axis.CLASS) ? classes : 1); c++) {
                    out[index(node.extent(), n, c)] = structuredPlane(node, n, c);
                }
            }
        }
    }

    private double[] structuredPlane(Node node, int n, int c) {
        double[] x = argument(node.arg(0), n, c);
        int[] sizes =
                Arrays.stream(arguments.geometry().space().toArray())
                        .mapToInt(Math::toIntExact)
                        .toArray();
        return switch (node.op()) {
            case Op.DistanceTransform _ -> {
                double[] spacing =
                        arguments.geometry().spacing().stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray();
                yield DistanceTransforms.distances(x, sizes, spacing);
            }
            case Op.WindowExtreme(var w) -> new Windows(w, sizes).extreme(x);
            case Op.WindowScatter(var w) ->
                    new Windows(w, sizes).scatter(x, argument(node.arg(1), n, c));
            case Op.WindowGather(var w) ->
                    new Windows(w, sizes).gather(x, argument(node.arg(1), n, c));
            default -> throw new IllegalStateException("not a structured op: " + node);
        };
    }

    private void rankedSum(Axes axes, Node node, double[][] out) {
        int together = axes.has(Axis.BATCH) ? samples : 1;
        for (int first = 0; first < samples; first += together) {
            for (int c = 0; c < (node.extent().has(Axis.CLASS) ? classes : 1); c++) {
                double[] keys = new double[Math.multiplyExact(together, pixels)];
                double[] values = new double[keys.length];
                for (int k = 0; k < together; k++) {
                    System.arraycopy(
                            argument(node.arg(0), first + k, c), 0, keys, k * pixels, pixels);
                    System.arraycopy(
                            argument(node.arg(1), first + k, c), 0, values, k * pixels, pixels);
                }
                double sum = 0;
                for (int element : Ranking.order(keys)) {
                    sum += values[element];
                    out[index(node.extent(), first + element / pixels, c)][element % pixels] = sum;
                }
            }
        }
    }
}
