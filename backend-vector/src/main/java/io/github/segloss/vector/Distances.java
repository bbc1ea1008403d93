package io.github.segloss.vector;

import io.github.segloss.graph.Node;
import java.util.List;

/**
 * Exact Euclidean distance transforms, in parallel over lines: from zero to zero along the contiguous axis, where the mask is binary, then along each other
 * axis. In float32 programs a mask and its negation are done together, as one plane of signed squared distances; in float64, and where squares are too large
 * or small for float32, one after the other by lower envelopes.
 */
final class Distances extends StructuredStage {
    /** So many neighbouring lines are done together in float64: they share cache lines, and pages. */
    private static final int MOST_TOGETHER = 64;

    /** Longer lines are done fewer together, so that they stay in the second-level cache. */
    private static final int MOST_VALUES = 1 << 15;

    private static final int FEWEST_TOGETHER = 16;

    /** Longer lines are done in float64, where they need not lie side by side. */
    private static final int LONGEST_LINE = 1 << 20;

    private final Pool<LowerEnvelope> envelopes = new Pool<>();
    private final Pool<SignedDistances> signed = new Pool<>();
    private final Pool<SignedLines> signedLines = new Pool<>();

    /**
     * Prepares.
     *
     * @param plan the plan
     * @param nodes the transform of a mask, and perhaps one of its negation
     */
    Distances(Plan plan, List<Node> nodes) {
        super(plan, nodes);
    }

    @Override
    public void run(Workspace w) {
        for (int k = 0; k < nodes().size(); k++) {
            w.needTemporary(nodes().get(k));
        }
        if (fitsFloats(w) && areArrays(w)) {
            SignedDistances spare = signed.poll();
            SignedDistances distances = spare == null ? new SignedDistances(signedLines) : spare;
            distances.run(
                    plan().workers(),
                    w,
                    samplesOf(node(), w) * classesOf(node()) * w.pixels,
                    array(w, node().arg(0)),
                    array(w, nodes().getFirst()),
                    nodes().size() > 1 ? array(w, nodes().getLast()) : null);
            signed.giveBack(distances);
            return;
        }
        for (int n = 0; n < samplesOf(node(), w); n++) {
            for (int c = 0; c < classesOf(node()); c++) {
                double[] mask = argument(w, node().arg(0), n, c, 0);
                double[] distances = w.spare(1, w.pixels);
                for (int k = 0; k < nodes().size(); k++) {
                    squares(w, mask, k == 0, distances);
                    write(w, nodes().get(k), n, c, distances);
                }
            }
        }
    }

    /** Whether the mask and the results are arrays of floats, which is so in float32 unless they are too large. */
    private boolean areArrays(Workspace w) {
        boolean areArrays = array(w, node().arg(0)).length > 0;
        for (int k = 0; k < nodes().size(); k++) {
            areArrays &= array(w, nodes().get(k)).length > 0;
        }
        return areArrays;
    }

    @Override
    public void release() {
        envelopes.clear();
        signed.clear();
        signedLines.clear();
    }

    /** Whether squares of distances on this grid are normal numbers in float32, and there are lines that lie side by side, and fit in memory so. */
    private static boolean fitsFloats(Workspace w) {
        int last = w.sizes.length - 1;
        for (int axis = 0; axis < last; axis++) {
            if (w.sizes[axis] > LONGEST_LINE) {
                return false;
            }
        }
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int axis = 0; axis < w.sizes.length; axis++) {
            double extent = w.sizes[axis] * w.spacing[axis];
            largest += extent * extent;
            smallest = Math.min(smallest, w.spacing[axis] * w.spacing[axis]);
        }
        return last > 0 && largest <= Float.MAX_VALUE && smallest >= Float.MIN_NORMAL;
    }

    // ---- in float64

    private void squares(Workspace w, double[] mask, boolean isInside, double[] plane) {
        for (int i = 0; i < w.pixels; i++) {
            plane[i] = (mask[i] != 0) == isInside ? Double.POSITIVE_INFINITY : 0;
        }
        int stride = 1;
        for (int axis = w.sizes.length - 1; axis >= 0; axis--) {
            int inner = stride;
            int length = w.sizes[axis];
            double spacing = w.spacing[axis];
            boolean isLast = axis == 0;
            int together = Math.clamp(MOST_VALUES / length, FEWEST_TOGETHER, MOST_TOGETHER);
            int groups = (stride + together - 1) / together;
            inParallel(
                    w.pixels / (stride * length) * groups,
                    w.pixels,
                    unit -> {
                        int first = unit % groups * together;
                        int start = unit / groups * inner * length + first;
                        int count = Math.min(together, inner - first);
                        columns(plane, start, count, inner, length, spacing, isLast);
                    });
            stride *= length;
        }
    }

    /** Squared distances along some neighbouring lines; the distances themselves after the last axis. */
    private void columns(
            double[] f,
            int start,
            int count,
            int stride,
            int length,
            double spacing,
            boolean isLast) {
        LowerEnvelope spare = envelopes.poll();
        LowerEnvelope lines =
                spare != null && spare.hasRoom(count, length)
                        ? spare
                        : new LowerEnvelope(count, length);
        for (int q = 0; q < length; q++) {
            int from = start + q * stride;
            for (int k = 0; k < count; k++) {
                lines.values[k * length + q] = f[from + k];
            }
        }
        boolean changed = false;
        for (int k = 0; k < count; k++) {
            changed |= lines.transform(k * length, length, spacing);
        }
        if (isLast) {
            roots(lines.values, 0, count * length);
        }
        if (changed || isLast) {
            for (int q = 0; q < length; q++) {
                int to = start + q * stride;
                for (int k = 0; k < count; k++) {
                    f[to + k] = lines.values[k * length + q];
                }
            }
        }
        envelopes.giveBack(lines);
    }

    /** Infinity is left only where a whole plane has no false element: there the distance is 0 by definition. */
    private static void roots(double[] out, int from, int to) {
        for (int i = from; i < to; i++) {
            double root = Math.sqrt(out[i]);
            out[i] = root <= Double.MAX_VALUE ? root : 0;
        }
    }
}
