package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import java.util.Arrays;

/** A reduction of whole arrays with bounds, for {@link BoundedEvaluation}. */
final class BoundedReduction {
    private final Sizes sizes;
    private final Axes from;
    private final Axes to;
    private final int terms;
    private final double rounding;

    /**
     * Prepares a reduction.
     *
     * @param sizes the sizes of the axes
     * @param node the reduction
     * @param axes the axes that disappear
     * @param rounding the relative size of one rounding of the sum
     */
    BoundedReduction(Sizes sizes, Node node, Axes axes, double rounding) {
        this.sizes = sizes;
        this.from = node.arg(0).extent();
        this.to = node.extent();
        this.terms = sizes.elements(axes);
        this.rounding = rounding;
    }

    /** What is done with each element of the argument and the element of the result that it goes to. */
    private interface Visit {
        void at(int from, int to, int klass);
    }

    private void forEach(Visit visit) {
        int step = to.isGrid() ? 1 : 0;
        int at = 0;
        for (int n = 0; n < (from.has(Axis.BATCH) ? sizes.batch() : 1); n++) {
            for (int c = 0; c < (from.has(Axis.CLASS) ? sizes.classes() : 1); c++) {
                int start = sizes.index(to, n, c, 0);
                for (int s = 0; s < (from.isGrid() ? sizes.pixels() : 1); s++) {
                    visit.at(at++, start + s * step, c);
                }
            }
        }
    }

    Bounded of(ReduceFunction f, Bounded a) {
        return switch (f) {
            case SUM -> sum(a);
            case MAX -> extreme(a, 1);
            case MIN -> extreme(a, -1);
            case ARGMAX -> argmax(a);
        };
    }

    private Bounded sum(Bounded a) {
        Bounded result = new Bounded(sizes.elements(to));
        forEach((i, k, _) -> {
            double x = a.values()[i];
            result.set(
                    k,
                    result.values()[k] + x,
                    result.errors()[k] + a.errors()[i] + terms * rounding * Math.abs(x));
        });
        return result;
    }

    /** The largest, or with sign -1 the smallest, which lies between the extremes of the lower and of the upper ends. */
    private Bounded extreme(Bounded a, int sign) {
        double[] best = infinities();
        double[] low = infinities();
        double[] high = infinities();
        forEach((i, k, _) -> {
            double x = sign * a.values()[i];
            best[k] = Math.max(best[k], x);
            low[k] = Math.max(low[k], x - a.errors()[i]);
            high[k] = Math.max(high[k], x + a.errors()[i]);
        });
        Bounded result = new Bounded(best.length);
        for (int k = 0; k < best.length; k++) {
            boolean isExact = low[k] == best[k] && high[k] == best[k];
            double error = isExact ? 0 : Math.max(best[k] - low[k], high[k] - best[k]);
            result.set(k, sign * best[k], error);
        }
        return result;
    }

    private double[] infinities() {
        double[] values = new double[sizes.elements(to)];
        Arrays.fill(values, Double.NEGATIVE_INFINITY);
        return values;
    }

    /** The lowest class of the largest; it may jump to any class that may be as large. */
    private Bounded argmax(Bounded a) {
        double[] best = infinities();
        double[] error = new double[best.length];
        Bounded result = new Bounded(best.length);
        forEach((i, k, c) -> {
            if (a.values()[i] > best[k]) {
                best[k] = a.values()[i];
                error[k] = a.errors()[i];
                result.values()[k] = c;
            }
        });
        forEach((i, k, c) -> {
            double jump = Math.abs(c - result.values()[k]);
            if (PointwiseBounds.isOpen(a.values()[i], a.errors()[i], best[k], error[k])) {
                result.errors()[k] = Math.max(result.errors()[k], jump);
            }
        });
        return result;
    }

    /** Whether a comparison asks which elements are the extreme of all, as the gradient of an extreme does. */
    static boolean isOfItsExtreme(Node equality) {
        return equality.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.EQ
                && equality.arg(1).op() instanceof Op.Reduce(ReduceFunction extreme, _)
                && (extreme == ReduceFunction.MAX || extreme == ReduceFunction.MIN)
                && equality.arg(1).arg(0) == equality.arg(0);
    }

    /**
     * Which elements are the extreme. However far off both sides are they are off together, so a single element near the extreme certainly is it.
     *
     * @param a the elements
     * @param extreme the extremes
     */
    Bounded hits(Bounded a, double[] extreme) {
        double[] slack = new double[extreme.length];
        int[] rivals = new int[extreme.length];
        forEach((i, k, _) -> {
            if (a.values()[i] == extreme[k]) {
                slack[k] = Math.max(slack[k], a.errors()[i]);
            }
        });
        forEach((i, k, _) -> {
            if (Math.abs(a.values()[i] - extreme[k]) <= a.errors()[i] + slack[k]) {
                rivals[k]++;
            }
        });
        Bounded result = new Bounded(a.count());
        forEach((i, k, _) -> {
            boolean isOpen =
                    rivals[k] > 1
                            && PointwiseBounds.isOpen(
                                    a.values()[i], a.errors()[i], extreme[k], slack[k]);
            result.set(i, a.values()[i] == extreme[k] ? 1 : 0, isOpen ? 1 : 0);
        });
        return result;
    }
}
