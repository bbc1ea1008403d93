package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A pass in float64: tile by tile, one plain loop for each op and class, with the functions of {@link Math}. */
final class DoublePass extends Pass {
    private static final int TILE = 512;

    /** The tiles of one thread, one array for each value. */
    private static final class Tiles {
        final double[][] values;
        final double[] spare = new double[TILE];

        Tiles(double[][] values) {
            this.values = values;
        }
    }

    /** Where the thread stands. */
    private record Place(Workspace w, Tiles tiles, int sample, int start, int count) {}

    private interface Loop {
        void run(Place p);
    }

    private final Plan plan;
    private final GridKernel kernel;
    private final int classes;
    private final Map<Node, Integer> numbers = new IdentityHashMap<>();
    private final List<Loop> ops = new ArrayList<>();

    DoublePass(GridKernel kernel, Plan plan) {
        super(plan, kernel);
        this.plan = plan;
        this.kernel = kernel;
        this.classes = plan.classes();
        for (Node node : kernel.body()) {
            numbers.put(node, numbers.size());
            ops.add(op(node));
        }
        for (Store store : kernel.stores()) {
            ops.add(op(store));
        }
    }

    @Override
    String describeWork() {
        return ops.size() + " loops in float64 on tiles of " + TILE + " pixels";
    }

    @Override
    void prepare(Workspace w) {}

    @Override
    Object newFrame(Workspace w) {
        double[][] values = new double[kernel.body().size()][];
        kernel.body()
                .forEach(node -> values[numbers.get(node)] = new double[classesOf(node) * TILE]);
        return new Tiles(values);
    }

    private int classesOf(Node node) {
        return node.extent().has(Axis.CLASS) ? classes : 1;
    }

    @Override
    void unit(Object frame, Workspace w, int sample, int start, int count, int partialAt) {
        for (int row = 0; row < rows(); row++) {
            w.partials[partialAt + row] = start(function(row));
        }
        for (int from = 0; from < count; from += TILE) {
            Place p =
                    new Place(w, (Tiles) frame, sample, start + from, Math.min(TILE, count - from));
            for (int i = 0; i < ops.size(); i++) {
                ops.get(i).run(p);
            }
            int row = partialAt;
            for (int k = 0; k < kernel.accumulators().size(); k++) {
                Node sum = kernel.accumulators().get(k);
                accumulate(p, sum, row);
                row += classesOf(sum);
            }
        }
    }

    private void accumulate(Place p, Node sum, int to) {
        Node arg = sum.arg(0);
        ReduceFunction f = ((Op.Reduce) sum.op()).function();
        double[] values = data(p, arg);
        for (int c = 0; c < classesOf(arg); c++) {
            int from = offset(p, arg, c);
            double partial = start(f);
            for (int i = 0; i < p.count(); i++) {
                partial = combine(f, partial, values[from + i]);
            }
            int at = to + (sum.extent().has(Axis.CLASS) ? c : 0);
            p.w().partials[at] = combine(f, p.w().partials[at], partial);
        }
    }

    // ---- operands: a tile, or one number of a table for all pixels

    private double[] data(Place p, Node node) {
        return node.extent().isGrid()
                ? p.tiles().values[numbers.get(node)]
                : p.w().tables[plan.table(node)];
    }

    private int offset(Place p, Node node, int klass) {
        if (!node.extent().isGrid()) {
            return plan.index(node.extent(), p.sample(), klass);
        }
        return node.extent().has(Axis.CLASS) ? klass * TILE : 0;
    }

    private static int step(Node node) {
        return node.extent().isGrid() ? 1 : 0;
    }

    // ---- ops

    private Loop op(Node node) {
        return switch (node.op()) {
            case Op.Input input -> load(node, input.name());
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    loadPlane(node);
            case Op.Unary(UnaryFunction f) -> unary(f, node);
            case Op.Binary(BinaryFunction f) -> binary(f, node);
            case Op.Select _ -> select(node);
            case Op.Reduce(ReduceFunction f, _) -> reduce(f, node);
            case Op.ClassMix(boolean transposed) -> mix(node, transposed);
            case Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ ->
                    throw new IllegalStateException("not on the pixels: " + node);
        };
    }

    private long element(Place p, Axes extent, int klass) {
        return (long) plan.index(extent, p.sample(), klass) * p.w().pixels + p.start();
    }

    private Loop load(Node node, String name) {
        int slot = plan.slot(name);
        return p -> {
            for (int c = 0; c < classesOf(node); c++) {
                long from = element(p, node.extent(), c);
                double[] out = data(p, node);
                DoubleRows.read(
                        plan.type(name), p.w().segments[slot], from, out, c * TILE, p.count());
            }
        };
    }

    private Loop loadPlane(Node node) {
        int id = plan.planes(node);
        return p -> {
            for (int c = 0; c < classesOf(node); c++) {
                double[] plane = p.w().planes[id][plan.index(node.extent(), p.sample(), c)];
                System.arraycopy(plane, p.start(), data(p, node), c * TILE, p.count());
            }
        };
    }

    private Loop unary(UnaryFunction f, Node node) {
        Node a = node.arg(0);
        return p -> {
            for (int c = 0; c < classesOf(node); c++) {
                DoubleRows.unary(
                        f, data(p, a), offset(p, a, c), data(p, node), c * TILE, p.count());
            }
        };
    }

    private Loop binary(BinaryFunction f, Node node) {
        Node a = node.arg(0);
        Node b = node.arg(1);
        return p -> {
            for (int c = 0; c < classesOf(node); c++) {
                DoubleRows.binary(
                        f,
                        data(p, a),
                        offset(p, a, c),
                        step(a),
                        data(p, b),
                        offset(p, b, c),
                        step(b),
                        data(p, node),
                        c * TILE,
                        p.count());
            }
        };
    }

    private Loop select(Node node) {
        Node k = node.arg(0);
        Node x = node.arg(1);
        Node y = node.arg(2);
        return p -> {
            double[] out = data(p, node);
            double[] conditions = data(p, k);
            double[] xs = data(p, x);
            double[] ys = data(p, y);
            for (int c = 0; c < classesOf(node); c++) {
                int ko = offset(p, k, c);
                int xo = offset(p, x, c);
                int yo = offset(p, y, c);
                for (int i = 0; i < p.count(); i++) {
                    out[c * TILE + i] =
                            conditions[ko + i * step(k)] != 0
                                    ? xs[xo + i * step(x)]
                                    : ys[yo + i * step(y)];
                }
            }
        };
    }

    private Loop reduce(ReduceFunction f, Node node) {
        Node arg = node.arg(0);
        return p -> {
            double[] a = data(p, arg);
            double[] out = data(p, node);
            for (int i = 0; i < p.count(); i++) {
                double result = a[i];
                int winner = 0;
                for (int c = 1; c < classes; c++) {
                    double x = a[c * TILE + i];
                    if (f == ReduceFunction.ARGMAX) {
                        winner = x > a[winner * TILE + i] ? c : winner;
                    } else {
                        result = combine(f, result, x);
                    }
                }
                out[i] = f == ReduceFunction.ARGMAX ? winner : result;
            }
        };
    }

    private Loop mix(Node node, boolean transposed) {
        Node x = node.arg(1);
        return p -> {
            double[] matrix = data(p, node.arg(0));
            double[] from = data(p, x);
            double[] out = data(p, node);
            for (int d = 0; d < classes; d++) {
                for (int i = 0; i < p.count(); i++) {
                    double sum = 0;
                    for (int c = 0; c < classes; c++) {
                        double m = matrix[transposed ? c * classes + d : d * classes + c];
                        sum += m * from[offset(p, x, c) + i];
                    }
                    out[d * TILE + i] = sum;
                }
            }
        };
    }

    private Loop op(Store store) {
        Node value = store.value();
        return switch (store) {
            case Store.ToTemporary _ -> {
                int id = plan.planes(value);
                yield p -> {
                    for (int c = 0; c < classesOf(value); c++) {
                        double[] plane =
                                p.w().planes[id][plan.index(value.extent(), p.sample(), c)];
                        System.arraycopy(
                                data(p, value), offset(p, value, c), plane, p.start(), p.count());
                    }
                };
            }
            case Store.ToOutput(String name, _) -> {
                int slot = plan.slot(name);
                Axes extent = plan.outputExtent(name);
                yield p -> {
                    for (int c = 0; c < (extent.has(Axis.CLASS) ? classes : 1); c++) {
                        DoubleRows.write(
                                plan.type(name),
                                p.w().segments[slot],
                                element(p, extent, c),
                                data(p, value),
                                offset(p, value, c),
                                step(value),
                                p.tiles().spare,
                                p.count(),
                                p.w().accumulates);
                    }
                };
            }
        };
    }
}
