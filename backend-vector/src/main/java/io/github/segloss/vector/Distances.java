package io.github.segloss.vector;

import io.github.segloss.graph.Node;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    private final Pool<LowerEnvelope> envelopes = new Pool<>();
    private final Pool<SignedLines> signedLines = new Pool<>();
    private final Pool<float[]> floatPlanes = new Pool<>();
    private final Pool<double[]> rows = new Pool<>();

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
        boolean isFloat = !plan().isDouble() && w.sizes.length > 1 && fitsFloats(w);
        for (int n = 0; n < samplesOf(node(), w); n++) {
            for (int c = 0; c < classesOf(node()); c++) {
                double[] mask = argument(w, node().arg(0), n, c, 0);
                double[] inside = plane(w, nodes().getFirst(), n, c);
                if (isFloat) {
                    signed(
                            w,
                            mask,
                            inside,
                            nodes().size() > 1 ? plane(w, nodes().getLast(), n, c) : null);
                } else {
                    squares(w, mask, 1, 0, inside);
                    if (nodes().size() > 1) {
                        squares(w, mask, 0, 1, plane(w, nodes().getLast(), n, c));
                    }
                }
            }
        }
    }

    private double[] plane(Workspace w, Node node, int sample, int klass) {
        return w.needPlanes(plan().planes(node))[plan().index(node.extent(), sample, klass)];
    }

    @Override
    public void release() {
        envelopes.clear();
        signedLines.clear();
        floatPlanes.clear();
        rows.clear();
    }

    /** Whether squares of distances on this grid are normal numbers in float32. */
    private static boolean fitsFloats(Workspace w) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int axis = 0; axis < w.sizes.length; axis++) {
            double extent = w.sizes[axis] * w.spacing[axis];
            largest += extent * extent;
            smallest = Math.min(smallest, w.spacing[axis] * w.spacing[axis]);
        }
        return largest <= Float.MAX_VALUE && smallest >= Float.MIN_NORMAL;
    }

    /** Work on a group of neighbouring lines. */
    @FunctionalInterface
    private interface Group {
        void run(int start, int count);
    }

    /** Splits the lines along an axis into groups. */
    private void forGroups(Workspace w, int stride, int length, int together, Group group) {
        int groups = (stride + together - 1) / together;
        inParallel(
                w.pixels / (stride * length) * groups,
                w.pixels,
                unit -> {
                    int first = unit % groups * together;
                    int start = unit / groups * stride * length + first;
                    group.run(start, Math.min(together, stride - first));
                });
    }

    // ---- along the contiguous axis

    /** Work on neighbouring rows, from one element to before another. */
    @FunctionalInterface
    private interface Rows {
        void run(int from, int end);
    }

    private void forRows(Workspace w, Rows rows) {
        int width = w.sizes[w.sizes.length - 1];
        int together = Math.max(1, Pass.UNIT / width) * width;
        inParallel(
                (w.pixels + together - 1) / together,
                w.pixels,
                unit ->
                        rows.run(
                                unit * together, (int) Math.min(w.pixels, (unit + 1L) * together)));
    }

    /**
     * Squared distances inside a row: those of a run of equal elements are to the ends of the run.
     *
     * @param mask the mask
     * @param start where the row starts
     * @param width how long it is
     * @param spacing the distance of neighbours
     * @param inside what those of elements inside are multiplied by
     * @param outside what those of elements outside are multiplied by
     * @param out where they are written
     * @param to from where on
     */
    private static void scan(
            double[] mask,
            int start,
            int width,
            double spacing,
            double inside,
            double outside,
            double[] out,
            int to) {
        int i = 0;
        while (i < width) {
            int first = i;
            boolean isInside = mask[start + i] != 0;
            while (i < width && (mask[start + i] != 0) == isInside) {
                i++;
            }
            double factor = isInside ? inside : outside;
            if (factor == 0) {
                Arrays.fill(out, to + first, to + i, 0);
            } else if (first == 0 && i == width) {
                Arrays.fill(out, to, to + width, factor * Double.POSITIVE_INFINITY);
            } else {
                int middle = first == 0 ? 0 : i == width ? width : (first + i) >>> 1;
                double scale = factor * spacing * spacing;
                for (int k = first; k < middle; k++) {
                    double steps = k - first + 1;
                    out[to + k] = steps * steps * scale;
                }
                for (int k = middle; k < i; k++) {
                    double steps = i - k;
                    out[to + k] = steps * steps * scale;
                }
            }
        }
    }

    // ---- in float32

    /** Both transforms as one plane of signed squares; the plane of elements outside is null where it is not wanted. */
    private void signed(Workspace w, double[] mask, double[] inside, double @Nullable [] outside) {
        float[] spare = floatPlanes.poll();
        float[] plane = spare != null && spare.length >= w.pixels ? spare : new float[w.pixels];
        int last = w.sizes.length - 1;
        scanAll(w, mask, outside != null ? -1 : 0, plane);
        int stride = w.sizes[last];
        for (int axis = last - 1; axis >= 0; axis--) {
            int inner = stride;
            int length = w.sizes[axis];
            double spacing = w.spacing[axis];
            boolean isLast = axis == 0;
            forGroups(
                    w,
                    inner,
                    length,
                    SignedLines.together(length),
                    (start, count) -> {
                        SignedLines lines = takeLines(length);
                        lines.read(plane, start, count, inner, length);
                        lines.transform(spacing, outside != null);
                        if (isLast) {
                            lines.writeRoots(inside, false, start, inner);
                            if (outside != null) {
                                lines.writeRoots(outside, true, start, inner);
                            }
                        } else {
                            lines.write(plane, start, inner);
                        }
                        signedLines.giveBack(lines);
                    });
            stride *= length;
        }
        floatPlanes.giveBack(plane);
    }

    private void scanAll(Workspace w, double[] mask, double outside, float[] plane) {
        int width = w.sizes[w.sizes.length - 1];
        double spacing = w.spacing[w.sizes.length - 1];
        forRows(
                w,
                (from, end) -> {
                    double[] spare = rows.poll();
                    double[] row =
                            spare != null && spare.length >= width ? spare : new double[width];
                    for (int start = from; start < end; start += width) {
                        scan(mask, start, width, spacing, 1, outside, row, 0);
                        for (int k = 0; k < width; k++) {
                            plane[start + k] = (float) row[k];
                        }
                    }
                    rows.giveBack(row);
                });
    }

    private SignedLines takeLines(int length) {
        SignedLines lines = signedLines.poll();
        return lines == null || lines.longest() < length ? new SignedLines(length) : lines;
    }

    // ---- in float64

    private void squares(
            Workspace w, double[] mask, double inside, double outside, double[] plane) {
        int last = w.sizes.length - 1;
        int width = w.sizes[last];
        forRows(
                w,
                (from, end) -> {
                    for (int start = from; start < end; start += width) {
                        scan(mask, start, width, w.spacing[last], inside, outside, plane, start);
                    }
                    if (last == 0) {
                        roots(plane, from, end);
                    }
                });
        int stride = width;
        for (int axis = last - 1; axis >= 0; axis--) {
            int inner = stride;
            int length = w.sizes[axis];
            double spacing = w.spacing[axis];
            boolean isLast = axis == 0;
            int together = Math.clamp(MOST_VALUES / length, FEWEST_TOGETHER, MOST_TOGETHER);
            forGroups(
                    w,
                    inner,
                    length,
                    together,
                    (start, count) -> columns(plane, start, count, inner, length, spacing, isLast));
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
