package io.github.segloss.cpu;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** One pass over the pixels, tile by tile: every node of the body is computed for all classes of a tile before the next one. */
final class TilePass {
    /** Small enough that the nodes of a typical loss stay in the second-level cache. */
    private static final int LARGEST_TILE = 512;

    private final ScalarRun run;
    private final GridKernel kernel;
    private final Map<Node, double[]> buffers = new HashMap<>();
    private final int tile;
    private int sample;
    private int start;
    private int count;

    TilePass(ScalarRun run, GridKernel kernel) {
        this.run = run;
        this.kernel = kernel;
        this.tile = Math.min(LARGEST_TILE, run.pixels());
        kernel.body().forEach(node -> buffers.put(node, new double[classesOf(node) * tile]));
    }

    private int classesOf(Node node) {
        return node.extent().has(Axis.CLASS) ? run.classes() : 1;
    }

    void run() {
        for (Node node : kernel.accumulators()) {
            Tables tables = run.tables();
            tables.set(node, Tables.startOf(function(node), tables.size(node.extent())));
        }
        for (Store store : kernel.stores()) {
            if (store instanceof Store.ToTemporary(Node value)) {
                run.newPlanes(value);
            }
        }
        for (sample = 0; sample < run.samples(); sample++) {
            for (start = 0; start < run.pixels(); start += tile) {
                count = Math.min(tile, run.pixels() - start);
                kernel.body().forEach(this::evaluate);
                kernel.accumulators().forEach(this::accumulate);
                kernel.stores().forEach(this::store);
            }
        }
    }

    private static ReduceFunction function(Node node) {
        return ((Op.Reduce) node.op()).function();
    }

    // Where an operand's values of one class are: its tile buffer, or its table.

    private double[] data(Node node) {
        return node.extent().isGrid() ? buffers.get(node) : run.tables().get(node);
    }

    private int offset(Node node, int klass) {
        if (!node.extent().isGrid()) {
            return run.tables().index(node.extent(), sample, klass);
        }
        return node.extent().has(Axis.CLASS) ? klass * tile : 0;
    }

    private static int step(Node node) {
        return node.extent().isGrid() ? 1 : 0;
    }

    private void evaluate(Node node) {
        if (node.op() instanceof Op.Reduce(ReduceFunction f, _)) {
            reduceClasses(f, node);
            return;
        }
        double[] out = buffers.get(node);
        for (int c = 0; c < classesOf(node); c++) {
            evaluate(node, c, out, offset(node, c));
        }
    }

    private void evaluate(Node node, int c, double[] out, int oo) {
        switch (node.op()) {
            case Op.Input input -> {
                long from =
                        (long) run.tables().index(node.extent(), sample, c) * run.pixels() + start;
                run.rows().read(run.arguments().tensor(input.name()), from, out, oo, count);
            }
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    System.arraycopy(run.plane(node, sample, c), start, out, oo, count);
            case Op.Unary(UnaryFunction f) -> {
                Node a = node.arg(0);
                Rows.unary(f, data(a), offset(a, c), step(a), out, oo, count);
            }
            case Op.Binary(BinaryFunction f) -> {
                Node a = node.arg(0);
                Node b = node.arg(1);
                Rows.binary(
                        f,
                        data(a),
                        offset(a, c),
                        step(a),
                        data(b),
                        offset(b, c),
                        step(b),
                        out,
                        oo,
                        count);
            }
            case Op.Select _ -> {
                Node k = node.arg(0);
                Node a = node.arg(1);
                Node b = node.arg(2);
                Rows.select(
                        data(k),
                        offset(k, c),
                        step(k),
                        data(a),
                        offset(a, c),
                        step(a),
                        data(b),
                        offset(b, c),
                        step(b),
                        out,
                        oo,
                        count);
            }
            case Op.ClassMix(boolean transposed) -> {
                double[] matrix = run.tables().get(node.arg(0));
                Node x = node.arg(1);
                Arrays.fill(out, oo, oo + count, 0);
                for (int k = 0; k < run.classes(); k++) {
                    double m = matrix[transposed ? k * run.classes() + c : c * run.classes() + k];
                    for (int i = 0; i < count; i++) {
                        out[oo + i] += m * data(x)[offset(x, k) + i * step(x)];
                    }
                }
            }
            case Op.Reduce _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ ->
                    throw new IllegalStateException("not a pointwise node on the pixels: " + node);
        }
    }

    private void reduceClasses(ReduceFunction f, Node node) {
        Node arg = node.arg(0);
        double[] a = data(arg);
        double[] out = buffers.get(node);
        for (int i = 0; i < count; i++) {
            double result = a[i];
            int winner = 0;
            for (int c = 1; c < run.classes(); c++) {
                double value = a[c * tile + i];
                if (f == ReduceFunction.ARGMAX) {
                    winner = value > a[winner * tile + i] ? c : winner;
                } else {
                    result = Tables.combine(f, result, value);
                }
            }
            out[i] = f == ReduceFunction.ARGMAX ? winner : result;
        }
    }

    private void accumulate(Node node) {
        Node arg = node.arg(0);
        if (sample > 0 && !arg.extent().has(Axis.BATCH)) {
            return; // the same for all samples, and already in
        }
        ReduceFunction f = function(node);
        double[] totals = run.tables().get(node);
        double[] a = data(arg);
        for (int c = 0; c < classesOf(arg); c++) {
            int from = offset(arg, c);
            double partial = Tables.startOf(f);
            for (int i = 0; i < count; i++) {
                partial = Tables.combine(f, partial, a[from + i]);
            }
            int to = run.tables().index(node.extent(), sample, c);
            totals[to] = Tables.combine(f, totals[to], partial);
        }
    }

    private void store(Store store) {
        Node value = store.value();
        switch (store) {
            case Store.ToTemporary _ -> {
                for (int c = 0; c < classesOf(value); c++) {
                    System.arraycopy(
                            data(value),
                            offset(value, c),
                            run.plane(value, sample, c),
                            start,
                            count);
                }
            }
            case Store.ToOutput(String name, _) -> {
                var extent = run.outputExtent(name);
                if (sample > 0 && !extent.has(Axis.BATCH)) {
                    return; // the same for all samples, and already added
                }
                for (int c = 0; c < (extent.has(Axis.CLASS) ? run.classes() : 1); c++) {
                    long to = (long) run.tables().index(extent, sample, c) * run.pixels() + start;
                    run.rows()
                            .write(
                                    run.arguments().tensor(name),
                                    to,
                                    data(value),
                                    offset(value, c),
                                    step(value),
                                    count,
                                    run.arguments().accumulates());
                }
            }
        }
    }
}
