package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** A graph by its definition, but for one fault. */
final class FaultyEvaluation extends BoundedEvaluation {
    private static final int TILE = 16;

    private final Fault fault;
    private final Map<Node, double[]> scratch;

    /**
     * Prepares one run.
     *
     * @param scratch what the run before has left of each node
     */
    FaultyEvaluation(
            Fault fault,
            Sizes sizes,
            List<Double> spacing,
            Map<String, double[]> inputs,
            Map<Node, double[]> scratch) {
        super(sizes, spacing, DType.FLOAT64, inputs);
        this.fault = fault;
        this.scratch = scratch;
    }

    @Override
    Bounded compute(Node node) {
        return switch (fault) {
            case NONE, WRONG_TAIL, MISSING_MASK -> super.compute(node);
            case FLOAT_SUMS -> isPixelSum(node) ? floatSum(node) : super.compute(node);
            case STALE_SCRATCH -> isPixelSum(node) ? staleSum(node) : super.compute(node);
            case RACING_TILES -> isPixelSum(node) ? racingSum(node) : super.compute(node);
            case SWAPPED_OPERANDS -> isOrdered(node) ? swapped(node) : super.compute(node);
            case SWALLOWED_NAN -> isLarger(node) ? larger(node) : super.compute(node);
            case WRONG_TIE_ORDER ->
                    node.op() instanceof Op.RankedSum(Axes axes)
                            ? ranked(node, axes)
                            : super.compute(node);
            case CLASS_OFF_BY_ONE ->
                    node.op() instanceof Op.ClassIndex
                            ? Bounded.exact(mapped(super.compute(node).values(), 1))
                            : super.compute(node);
            case UNCLAMPED_EXPONENT ->
                    node.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.EXP
                            ? exponential(node)
                            : super.compute(node);
        };
    }

    private static double[] mapped(double[] values, double more) {
        return Arrays.stream(values).map(v -> v + more).toArray();
    }

    // ---- sums

    private static boolean isPixelSum(Node node) {
        return node.isGridReduction()
                && node.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.SUM;
    }

    /** What is done with an element of the argument and the element of the sum that it belongs to. */
    private interface Term {
        void at(int from, int to);
    }

    private void forEachTerm(Node node, Term term) {
        Axes from = node.arg(0).extent();
        boolean[] isDone = new boolean[sizes().elements(from)];
        sizes().forEach((n, c, s) -> {
            int at = sizes().index(from, n, c, s);
            if (!isDone[at]) {
                isDone[at] = true;
                term.at(at, sizes().index(node.extent(), n, c, s));
            }
        });
    }

    private Bounded floatSum(Node node) {
        double[] values = of(node.arg(0)).values();
        float[] sums = new float[sizes().elements(node.extent())];
        forEachTerm(node, (from, to) -> sums[to] += (float) values[from]);
        return Bounded.exact(IntStream.range(0, sums.length).mapToDouble(i -> sums[i]).toArray());
    }

    private Bounded staleSum(Node node) {
        double[] sums = super.compute(node).values();
        double[] left = scratch.put(node, sums.clone());
        if (left != null && left.length == sums.length) {
            Arrays.setAll(sums, i -> sums[i] + left[i]);
        }
        return Bounded.exact(sums);
    }

    private Bounded racingSum(Node node) {
        double[] values = of(node.arg(0)).values();
        double[] sums = new double[sizes().elements(node.extent())];
        double[][] tiles = new double[values.length / TILE + 1][sums.length];
        forEachTerm(node, (from, to) -> tiles[from / TILE][to] += values[from]);
        List<double[]> finished = Arrays.asList(tiles);
        Collections.shuffle(finished, ThreadLocalRandom.current());
        finished.forEach(tile -> Arrays.setAll(sums, i -> sums[i] + tile[i]));
        return Bounded.exact(sums);
    }

    // ---- pointwise

    private static boolean isOrdered(Node node) {
        return node.op() instanceof Op.Binary(BinaryFunction f)
                && (f == BinaryFunction.SUB || f == BinaryFunction.DIV || f == BinaryFunction.LT);
    }

    private Bounded swapped(Node node) {
        Node other = Nodes.rebuild(node, node.args().reversed());
        return other.op().equals(node.op()) ? super.compute(other) : super.compute(node);
    }

    private static boolean isLarger(Node node) {
        return node.op() instanceof Op.Binary(BinaryFunction f) && f == BinaryFunction.MAX;
    }

    private Bounded larger(Node node) {
        double[] result = super.compute(node).values();
        Node a = node.arg(0);
        Node b = node.arg(1);
        double[] x = of(a).values();
        double[] y = of(b).values();
        sizes().forEach((n, c, s) -> {
            double left = x[sizes().index(a.extent(), n, c, s)];
            double right = y[sizes().index(b.extent(), n, c, s)];
            result[sizes().index(node.extent(), n, c, s)] = left > right ? left : right;
        });
        return Bounded.exact(result);
    }

    private Bounded exponential(Node node) {
        double[] x = of(node.arg(0)).values();
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double power = Math.rint(x[i] / Math.log(2));
            double rest = x[i] - power * Math.log(2);
            result[i] = Math.exp(rest) * Float.intBitsToFloat((int) power + 127 << 23);
        }
        return Bounded.exact(result);
    }

    // ---- ranks

    /** The sums over pixels in the opposite order, turned back. */
    private Bounded ranked(Node node, Axes axes) {
        Node keys = node.arg(0);
        Node values = node.arg(1);
        double[] sums =
                Definitions.rankedSum(
                        sizes(),
                        axes,
                        keys.extent(),
                        turned(keys.extent(), of(keys).values()),
                        values.extent(),
                        turned(values.extent(), of(values).values()));
        return Bounded.exact(turned(node.extent(), sums));
    }

    private double[] turned(Axes extent, double[] values) {
        if (!extent.isGrid()) {
            return values;
        }
        double[] turned = new double[values.length];
        int last = sizes().pixels() - 1;
        sizes().forEach((n, c, s) ->
                turned[sizes().index(extent, n, c, s)] =
                        values[sizes().index(extent, n, c, last - s)]);
        return turned;
    }
}
