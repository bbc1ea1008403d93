package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Ranked sums, distance transforms and windows of whole arrays with bounds, for {@link BoundedEvaluation}. */
final class BoundedStructures {
    private final Sizes sizes;
    private final List<Double> spacing;
    private final double rounding;
    private final BoundedWindows windows;

    BoundedStructures(Sizes sizes, List<Double> spacing, DType type) {
        this.sizes = sizes;
        this.spacing = spacing;
        this.rounding = Tolerance.rounding(type, 1);
        this.windows = new BoundedWindows(sizes, rounding);
    }

    /**
     * The value of a structured node.
     *
     * @param node the node
     * @param args its arguments, each with pixels
     */
    Bounded of(Node node, List<Bounded> args) {
        Bounded result = new Bounded(sizes.elements(node.extent()));
        if (node.op() instanceof Op.RankedSum(Axes axes)) {
            rankedSum(axes, node, args, result);
            return result;
        }
        for (int n = 0; n < (node.extent().has(Axis.BATCH) ? sizes.batch() : 1); n++) {
            for (int c = 0; c < (node.extent().has(Axis.CLASS) ? sizes.classes() : 1); c++) {
                Bounded first = plane(node.arg(0), args.getFirst(), n, c);
                Bounded last = plane(node.args().getLast(), args.getLast(), n, c);
                Bounded plane =
                        node.op() instanceof Op.DistanceTransform
                                ? distances(first)
                                : windows.of(node.op(), first, last);
                int at = sizes.index(node.extent(), n, c, 0);
                System.arraycopy(plane.values(), 0, result.values(), at, plane.count());
                System.arraycopy(plane.errors(), 0, result.errors(), at, plane.count());
            }
        }
        return result;
    }

    /** The pixels of one sample and class. */
    private Bounded plane(Node arg, Bounded all, int n, int c) {
        int from = sizes.index(arg.extent().plus(Axes.SPACE), n, c, 0);
        int to = from + sizes.pixels();
        return new Bounded(
                Arrays.copyOfRange(all.values(), from, to),
                Arrays.copyOfRange(all.errors(), from, to));
    }

    /** One pixel that may be either true or false makes every distance of its plane unknown. */
    private Bounded distances(Bounded mask) {
        boolean isKnown = Arrays.stream(mask.errors()).allMatch(e -> e == 0);
        boolean[] plane = new boolean[mask.count()];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = mask.values()[i] != 0;
        }
        double[] distances = Definitions.distances(plane, sizes.space(), spacing);
        Bounded result = new Bounded(plane.length);
        for (int i = 0; i < plane.length; i++) {
            double d = distances[i];
            result.set(i, d, isKnown ? 8 * rounding * d : Double.POSITIVE_INFINITY);
        }
        return result;
    }

    private void rankedSum(Axes axes, Node node, List<Bounded> args, Bounded result) {
        int together = axes.has(Axis.BATCH) ? sizes.batch() : 1;
        int samples = node.extent().plus(axes).has(Axis.BATCH) ? sizes.batch() : 1;
        for (int first = 0; first < samples; first += together) {
            for (int c = 0; c < (node.extent().has(Axis.CLASS) ? sizes.classes() : 1); c++) {
                Bounded keys = planes(node.arg(0), args.getFirst(), first, together, c);
                Bounded values = planes(node.arg(1), args.getLast(), first, together, c);
                Bounded sums = rankedSum(keys, values);
                for (int k = 0; k < sums.count(); k++) {
                    int n = first + k / sizes.pixels();
                    int to = sizes.index(node.extent(), n, c, k % sizes.pixels());
                    result.set(to, sums.values()[k], sums.errors()[k]);
                }
            }
        }
    }

    private Bounded planes(Node arg, Bounded all, int first, int count, int c) {
        int pixels = sizes.pixels();
        Bounded planes = new Bounded(count * pixels);
        for (int k = 0; k < count; k++) {
            Bounded plane = plane(arg, all, first + k, c);
            System.arraycopy(plane.values(), 0, planes.values(), k * pixels, pixels);
            System.arraycopy(plane.errors(), 0, planes.errors(), k * pixels, pixels);
        }
        return planes;
    }

    /** Elements whose keys are nearer to each other than their bounds may change places, and each takes its value along. */
    private Bounded rankedSum(Bounded keys, Bounded values) {
        double[] key = keys.values();
        int[] order =
                IntStream.range(0, key.length)
                        .boxed()
                        .sorted(
                                Comparator.<Integer, Boolean>comparing(i -> !Double.isNaN(key[i]))
                                        .thenComparingDouble(i -> -(key[i] + 0.0)))
                        .mapToInt(i -> i)
                        .toArray();
        double widest = Arrays.stream(keys.errors()).max().orElse(0);
        double sum = 0;
        double error = 0;
        double size = 0;
        Bounded result = new Bounded(key.length);
        for (int rank = 0; rank < order.length; rank++) {
            int i = order[rank];
            if (key[i] == Double.NEGATIVE_INFINITY) {
                result.set(i, 0, keys.errors()[i]);
                continue;
            }
            sum += values.values()[i];
            error += values.errors()[i];
            size += Math.abs(values.values()[i]);
            double open =
                    exchanged(keys, values, order, rank, -1, widest)
                            + exchanged(keys, values, order, rank, 1, widest);
            double rounded = rounding * Math.abs(sum) + order.length * 0x1p-53 * size;
            result.set(i, sum, error + open + rounded);
        }
        return result;
    }

    /** The sizes of the values next to a rank that may come before or after it. */
    private static double exchanged(
            Bounded keys, Bounded values, int[] order, int rank, int step, double widest) {
        int i = order[rank];
        double reach = keys.errors()[i] + widest;
        double sum = 0;
        for (int other = rank + step; other >= 0 && other < order.length; other += step) {
            int j = order[other];
            if (!(Math.abs(keys.values()[i] - keys.values()[j]) <= reach)) {
                break;
            }
            if (PointwiseBounds.isOpen(
                    keys.values()[i], keys.errors()[i], keys.values()[j], keys.errors()[j])) {
                sum += Math.abs(values.values()[j]) + values.errors()[j];
            }
        }
        return sum;
    }
}
