package io.github.segloss.cpu;

import io.github.segloss.backend.Arguments;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
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
 * One run of a program, in float64 throughout. Nodes without SPACE are {@link Tables}; temporaries on the pixels are one array for each sample and class;
 * what lives on the pixels inside a pass is computed by {@link TilePass}.
 */
final class ScalarRun {
    private final Program program;
    private final Arguments arguments;
    private final int samples;
    private final int classes;
    private final int pixels;
    private final Tables tables;
    private final TensorRows rows = new TensorRows();
    private final Map<Node, double[][]> planes = new HashMap<>();

    ScalarRun(Program program, Arguments arguments) {
        this.program = program;
        this.arguments = arguments;
        this.tables = new Tables(program, arguments);
        this.samples = tables.samples();
        this.classes = tables.classes();
        this.pixels = Math.toIntExact(arguments.geometry().pixels());
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

    Tables tables() {
        return tables;
    }

    TensorRows rows() {
        return rows;
    }

    Map<String, double[]> run() {
        for (Kernel kernel : program.kernels()) {
            switch (kernel) {
                case ScalarKernel scalar -> scalar.body().forEach(tables::compute);
                case GridKernel grid -> new TilePass(this, grid).run();
                case StructuredKernel structured -> structure(structured.nodes());
            }
        }
        return tables.outputs();
    }

    /** The array of a temporary for one sample and class. */
    double[] plane(Node node, int sample, int klass) {
        return planes.get(node)[tables.index(node.extent(), sample, klass)];
    }

    double[][] newPlanes(Node node) {
        double[][] fresh = new double[tables.size(node.extent())][pixels];
        planes.put(node, fresh);
        return fresh;
    }

    /** An argument of a structured op for one sample and class, whatever it is. */
    private double[] argument(Node node, int sample, int klass) {
        if (!node.extent().isGrid()) {
            double[] constant = new double[pixels];
            Arrays.fill(constant, tables.at(node, sample, klass));
            return constant;
        }
        if (planes.containsKey(node)) {
            return plane(node, sample, klass);
        }
        Op.Input input = (Op.Input) node.op();
        double[] values = new double[pixels];
        long start = (long) tables.index(node.extent(), sample, klass) * pixels;
        rows.read(arguments.tensor(input.name()), start, values, 0, pixels);
        return values;
    }

    private void structure(List<Node> nodes) {
        PlaneOps ops = new PlaneOps(arguments.geometry());
        for (Node node : nodes) {
            if (node.op() instanceof Op.RankedSum(Axes axes)) {
                rankedSum(axes, node);
                continue;
            }
            double[][] out = newPlanes(node);
            for (int n = 0; n < (node.extent().has(Axis.BATCH) ? samples : 1); n++) {
                for (int c = 0; c < (node.extent().has(Axis.CLASS) ? classes : 1); c++) {
                    ops.compute(
                            node,
                            argument(node.arg(0), n, c),
                            argument(node.args().getLast(), n, c),
                            out[tables.index(node.extent(), n, c)]);
                }
            }
        }
    }

    private void rankedSum(Axes axes, Node node) {
        int together = axes.has(Axis.BATCH) ? samples : 1;
        int size = Limits.ranked(ScalarBackendProvider.NAME, together, pixels);
        double[][] out = newPlanes(node);
        Ranking ranking = new Ranking();
        for (int first = 0; first < samples; first += together) {
            for (int c = 0; c < (node.extent().has(Axis.CLASS) ? classes : 1); c++) {
                double[] keys = new double[size];
                double[] values = new double[keys.length];
                double[] sums = new double[keys.length];
                for (int k = 0; k < together; k++) {
                    System.arraycopy(
                            argument(node.arg(0), first + k, c), 0, keys, k * pixels, pixels);
                    System.arraycopy(
                            argument(node.arg(1), first + k, c), 0, values, k * pixels, pixels);
                }
                ranking.rank(keys);
                ranking.sums(values, sums);
                for (int k = 0; k < together; k++) {
                    double[] to = out[tables.index(node.extent(), first + k, c)];
                    System.arraycopy(sums, k * pixels, to, 0, pixels);
                }
            }
        }
    }
}
