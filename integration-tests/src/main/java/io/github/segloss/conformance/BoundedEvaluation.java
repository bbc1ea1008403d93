package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.Scalar;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes of a graph by their definition, one whole array after the other in float64, each with a bound of how far a backend may be off that computes on
 * the pixels in a given type. It knows nothing of programs, passes and kernels, so it is a second opinion on those too.
 *
 * <p>The bound of a result is what the bounds of the arguments become (for a monotone function the difference to its values at both ends), plus the
 * rounding of the op itself as {@link Tolerance} has it: half a unit in the last place of what IEEE 754 rounds correctly, the units of the function
 * otherwise. Tables are computed in float64 and rounded to the type where they meet the pixels. A sum over the pixels is carried in float64.
 */
class BoundedEvaluation {
    private final Sizes sizes;
    private final DType type;
    private final BoundedStructures structures;
    private final Map<String, double[]> inputs;
    private final Map<Node, Bounded> known = new IdentityHashMap<>();

    /**
     * Starts without any values.
     *
     * @param sizes the sizes of the axes
     * @param spacing the distances between neighbours
     * @param type the type in which a backend computes on the pixels, FLOAT32 or FLOAT64
     * @param inputs the values of the inputs by name
     */
    BoundedEvaluation(Sizes sizes, List<Double> spacing, DType type, Map<String, double[]> inputs) {
        this.sizes = sizes;
        this.type = type;
        this.structures = new BoundedStructures(sizes, spacing, type);
        this.inputs = inputs;
    }

    /** The value of a node. */
    final Bounded of(Node node) {
        Bounded done = known.get(node);
        if (done == null) {
            done = compute(node);
            known.put(node, done);
        }
        return done;
    }

    Sizes sizes() {
        return sizes;
    }

    /** Computes one node from its arguments. */
    Bounded compute(Node node) {
        return switch (node.op()) {
            case Op.Input input -> Bounded.exact(inputs.get(input.name()));
            case Op.Constant(double value) -> Bounded.exact(value);
            case Op.ClassTable(List<Double> values) ->
                    Bounded.exact(values.stream().mapToDouble(v -> v).toArray());
            case Op.ClassIndex _ -> {
                Bounded index = new Bounded(sizes.classes());
                for (int c = 0; c < sizes.classes(); c++) {
                    index.set(c, c, 0);
                }
                yield index;
            }
            case Op.Size(Axes axes) -> Bounded.exact(sizes.elements(axes));
            case Op.Unary(UnaryFunction f) -> unary(f, node);
            case Op.Binary(BinaryFunction f) -> binary(f, node);
            case Op.Select _ -> select(node);
            case Op.Reduce(ReduceFunction f, Axes axes) ->
                    new BoundedReduction(sizes, node, axes, rounding(node)).of(f, of(node.arg(0)));
            case Op.ClassMix(boolean transposed) -> classMix(node, transposed);
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    structures.of(
                            node, node.args().stream().map(arg -> broadcast(arg, node)).toList());
        };
    }

    /** The relative size of one rounding where a node is computed: on the pixels in the type, in tables in float64. */
    private double rounding(Node node) {
        return Tolerance.rounding(node.extent().isGrid() ? type : DType.FLOAT64, 1);
    }

    /** The smallest number that must not become 0 where a node is computed. */
    private double tiny(Node node) {
        return Tolerance.smallestNormal(node.extent().isGrid() ? type : DType.FLOAT64);
    }

    /** What is computed of one element of each argument. */
    private interface Element {
        void at(int to, int a, int b);
    }

    private void forEach(Node node, Element element) {
        Axes a = node.arg(0).extent();
        Axes b = node.args().getLast().extent();
        Axes to = node.extent();
        int batch = to.has(Axis.BATCH) ? sizes.batch() : 1;
        int classes = to.has(Axis.CLASS) ? sizes.classes() : 1;
        int pixels = to.isGrid() ? sizes.pixels() : 1;
        int at = 0;
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < classes; c++) {
                int fromA = sizes.index(a, n, c, 0);
                int fromB = sizes.index(b, n, c, 0);
                int stepA = a.isGrid() ? 1 : 0;
                int stepB = b.isGrid() ? 1 : 0;
                for (int s = 0; s < pixels; s++) {
                    element.at(at++, fromA + s * stepA, fromB + s * stepB);
                }
            }
        }
    }

    /** The bounds of an argument as a node sees it: a table that meets the pixels is rounded. */
    private double[] errors(Node arg, Node user) {
        Bounded value = of(arg);
        if (arg.extent().isGrid() || !user.extent().isGrid() || type == DType.FLOAT64) {
            return value.errors();
        }
        double[] errors = value.errors().clone();
        for (int i = 0; i < errors.length; i++) {
            double exact = value.values()[i];
            errors[i] +=
                    errors[i] == 0
                            ? Math.abs(exact - (float) exact)
                            : Tolerance.rounding(type, exact);
        }
        return errors;
    }

    /** An argument of a structured op: its own extent if that has pixels, else repeated along them. */
    private Bounded broadcast(Node arg, Node user) {
        Bounded value = of(arg);
        if (arg.extent().isGrid()) {
            return value;
        }
        double[] errors = errors(arg, user);
        int pixels = sizes.pixels();
        Bounded wide = new Bounded(value.count() * pixels);
        for (int i = 0; i < wide.count(); i++) {
            wide.set(i, value.values()[i / pixels], errors[i / pixels]);
        }
        return wide;
    }

    // ---- pointwise

    private Bounded unary(UnaryFunction f, Node node) {
        double[] values = of(node.arg(0)).values();
        double[] errors = errors(node.arg(0), node);
        PointwiseBounds bounds = new PointwiseBounds(rounding(node), tiny(node));
        Bounded result = new Bounded(sizes.elements(node.extent()));
        for (int i = 0; i < result.count(); i++) {
            double y = Scalar.apply(f, values[i]);
            result.set(i, y, bounds.of(f, values[i], errors[i], y));
        }
        return result;
    }

    private Bounded binary(BinaryFunction f, Node node) {
        if (f == BinaryFunction.EQ && BoundedReduction.isOfItsExtreme(node)) {
            return new BoundedReduction(sizes, node.arg(1), node.extent(), 0)
                    .hits(of(node.arg(0)), of(node.arg(1)).values());
        }
        double[] a = of(node.arg(0)).values();
        double[] b = of(node.arg(1)).values();
        double[] errorsA = errors(node.arg(0), node);
        double[] errorsB = errors(node.arg(1), node);
        // However far off it is, a value is equal to itself.
        boolean isCertain = f.isPredicate() && node.arg(0) == node.arg(1);
        PointwiseBounds bounds = new PointwiseBounds(rounding(node), tiny(node));
        Bounded result = new Bounded(sizes.elements(node.extent()));
        forEach(
                node,
                (to, i, j) -> {
                    double z = Scalar.apply(f, a[i], b[j]);
                    double error = bounds.of(f, a[i], errorsA[i], b[j], errorsB[j], z);
                    result.set(to, z, isCertain ? 0 : error);
                });
        return result;
    }

    private Bounded select(Node node) {
        Bounded condition = of(node.arg(0));
        Node a = node.arg(1);
        Node b = node.arg(2);
        double[] valuesA = of(a).values();
        double[] valuesB = of(b).values();
        double[] errorsA = errors(a, node);
        double[] errorsB = errors(b, node);
        Bounded result = new Bounded(sizes.elements(node.extent()));
        Axes extent = node.extent();
        for (int n = 0; n < (extent.has(Axis.BATCH) ? sizes.batch() : 1); n++) {
            for (int c = 0; c < (extent.has(Axis.CLASS) ? sizes.classes() : 1); c++) {
                for (int s = 0; s < (extent.isGrid() ? sizes.pixels() : 1); s++) {
                    int k = sizes.index(node.arg(0).extent(), n, c, s);
                    int i = sizes.index(a.extent(), n, c, s);
                    int j = sizes.index(b.extent(), n, c, s);
                    boolean holds = condition.values()[k] != 0;
                    double error = holds ? errorsA[i] : errorsB[j];
                    if (condition.errors()[k] > 0) {
                        double apart =
                                valuesA[i] == valuesB[j] ? 0 : Math.abs(valuesA[i] - valuesB[j]);
                        error = apart + Math.max(errorsA[i], errorsB[j]);
                    }
                    result.set(
                            sizes.index(extent, n, c, s), holds ? valuesA[i] : valuesB[j], error);
                }
            }
        }
        return result;
    }

    private Bounded classMix(Node node, boolean transposed) {
        double[] matrix = of(node.arg(0)).values();
        double[] slack = errors(node.arg(0), node);
        Node x = node.arg(1);
        Bounded from = of(x);
        double[] errors = errors(x, node);
        int classes = sizes.classes();
        double rounding = classes * rounding(node);
        Bounded result = new Bounded(sizes.elements(node.extent()));
        Axes extent = node.extent();
        for (int n = 0; n < (extent.has(Axis.BATCH) ? sizes.batch() : 1); n++) {
            for (int d = 0; d < classes; d++) {
                for (int s = 0; s < (extent.isGrid() ? sizes.pixels() : 1); s++) {
                    double sum = 0;
                    double error = tiny(node);
                    for (int c = 0; c < classes; c++) {
                        int m = transposed ? c * classes + d : d * classes + c;
                        int i = sizes.index(x.extent(), n, c, s);
                        double part = matrix[m] * from.values()[i];
                        sum += part;
                        error +=
                                Math.abs(part) * rounding
                                        + Math.abs(matrix[m]) * errors[i]
                                        + Math.abs(from.values()[i]) * slack[m];
                    }
                    result.set(sizes.index(extent, n, d, s), sum, error);
                }
            }
        }
        return result;
    }
}
