package io.github.segloss.vector;

import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import io.github.segloss.graph.Window.Border;
import io.github.segloss.graph.Window.Extreme;
import io.github.segloss.graph.Window.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The window ops, row by row along the contiguous axis: each neighbour of a whole row is a row too, shifted by at most one element. A neighbourhood is
 * symmetric, so that the adjoint can gather as well: an element receives its part from each neighbour whose extreme it holds.
 */
final class Windows extends StructuredStage {
    private final Window window;

    Windows(Plan plan, List<Node> nodes, Window window) {
        super(plan, nodes);
        this.window = window;
    }

    @Override
    public void run(Workspace w) {
        w.needTemporary(node());
        for (int n = 0; n < samplesOf(node(), w); n++) {
            for (int c = 0; c < classesOf(node()); c++) {
                double[] out = w.spare(4, w.pixels);
                double[] x = argument(w, node().arg(0), n, c, 0);
                Rows rows = new Rows(w);
                switch (node().op()) {
                    case Op.WindowExtreme _ -> forRows(rows, row -> extreme(rows, row, x, out));
                    case Op.WindowScatter _ -> {
                        double[] u = argument(w, node().arg(1), n, c, 1);
                        scatter(w, rows, x, u, out);
                    }
                    case Op.WindowGather _ -> {
                        double[] v = argument(w, node().arg(1), n, c, 1);
                        gather(w, rows, x, v, out);
                    }
                    default -> throw new IllegalStateException("not a window op: " + node());
                }
                write(w, node(), n, c, out);
            }
        }
    }

    private void forRows(Rows rows, IntUnit unit) {
        int perUnit = Math.max(1, Pass.UNIT / rows.width);
        inParallel(
                (rows.count + perUnit - 1) / perUnit,
                (long) rows.count * rows.width,
                block -> {
                    int end = Math.min(rows.count, (block + 1) * perUnit);
                    for (int row = block * perUnit; row < end; row++) {
                        unit.run(row);
                    }
                });
    }

    private void scatter(Workspace w, Rows rows, double[] x, double[] u, double[] out) {
        double[] extremes = w.spare(2, w.pixels);
        double[] parts = w.spare(3, w.pixels);
        forRows(
                rows,
                row -> {
                    extreme(rows, row, x, extremes);
                    countHits(rows, row, x, extremes, parts);
                    int start = row * rows.width;
                    for (int i = start; i < start + rows.width; i++) {
                        parts[i] = u[i] / parts[i];
                    }
                });
        forRows(
                rows,
                row -> {
                    int start = row * rows.width;
                    Arrays.fill(out, start, start + rows.width, 0);
                    rows.forNeighbours(
                            row,
                            (from, shift) -> {
                                int begin = Math.max(0, -shift);
                                int end = rows.width - Math.max(0, shift);
                                for (int i = begin; i < end; i++) {
                                    int j = from + i + shift;
                                    out[start + i] += x[start + i] == extremes[j] ? parts[j] : 0;
                                }
                            },
                            _ -> {});
                });
    }

    private void gather(Workspace w, Rows rows, double[] x, double[] v, double[] out) {
        double[] extremes = w.spare(2, w.pixels);
        double[] hits = w.spare(3, w.pixels);
        forRows(
                rows,
                row -> {
                    extreme(rows, row, x, extremes);
                    countHits(rows, row, x, extremes, hits);
                    int start = row * rows.width;
                    Arrays.fill(out, start, start + rows.width, 0);
                    rows.forNeighbours(
                            row,
                            (from, shift) -> {
                                int begin = Math.max(0, -shift);
                                int end = rows.width - Math.max(0, shift);
                                for (int i = begin; i < end; i++) {
                                    int j = from + i + shift;
                                    out[start + i] += x[j] == extremes[start + i] ? v[j] : 0;
                                }
                            },
                            _ -> {});
                    for (int i = start; i < start + rows.width; i++) {
                        out[i] /= hits[i];
                    }
                });
    }

    private void extreme(Rows rows, int row, double[] x, double[] out) {
        int start = row * rows.width;
        boolean isMin = window.extreme() == Extreme.MIN;
        System.arraycopy(x, start, out, start, rows.width);
        rows.forNeighbours(
                row,
                (from, shift) -> {
                    int begin = Math.max(0, -shift);
                    int end = rows.width - Math.max(0, shift);
                    if (isMin) {
                        minimum(x, from + shift, out, start, begin, end);
                    } else {
                        maximum(x, from + shift, out, start, begin, end);
                    }
                },
                i ->
                        out[start + i] =
                                isMin ? Math.min(out[start + i], 0) : Math.max(out[start + i], 0));
    }

    private static void minimum(double[] x, int from, double[] out, int to, int begin, int end) {
        for (int i = begin; i < end; i++) {
            out[to + i] = Math.min(out[to + i], x[from + i]);
        }
    }

    private static void maximum(double[] x, int from, double[] out, int to, int begin, int end) {
        for (int i = begin; i < end; i++) {
            out[to + i] = Math.max(out[to + i], x[from + i]);
        }
    }

    private static void countHits(
            Rows rows, int row, double[] x, double[] extremes, double[] hits) {
        int start = row * rows.width;
        Arrays.fill(hits, start, start + rows.width, 0);
        rows.forNeighbours(
                row,
                (from, shift) -> {
                    int begin = Math.max(0, -shift);
                    int end = rows.width - Math.max(0, shift);
                    for (int i = begin; i < end; i++) {
                        hits[start + i] += x[from + shift + i] == extremes[start + i] ? 1 : 0;
                    }
                },
                i -> hits[start + i] += extremes[start + i] == 0 ? 1 : 0);
    }

    /** A row of neighbours of a row: where its row begins, and by how many elements it is shifted. */
    @FunctionalInterface
    private interface Neighbours {
        void at(int from, int shift);
    }

    /** The rows of an image along its last axis, and the neighbours of each in the order of their offsets. */
    private final class Rows {
        final int width;
        final int count;
        private final int[] sizes;
        private final List<int[]> offsets = new ArrayList<>();

        Rows(Workspace w) {
            sizes = w.sizes;
            width = sizes[sizes.length - 1];
            count = w.pixels / width;
            int rank = sizes.length;
            for (int code = 0; code < Math.powExact(3, rank); code++) {
                int[] offset = new int[rank];
                int distance = 0;
                for (int axis = rank - 1, rest = code; axis >= 0; axis--, rest /= 3) {
                    offset[axis] = rest % 3 - 1;
                    distance += Math.abs(offset[axis]);
                }
                if (window.footprint() == Footprint.BOX || distance <= 1) {
                    offsets.add(offset);
                }
            }
        }

        /**
         * Visits the neighbours of a row, itself among them.
         *
         * @param inside called for each row that is inside
         * @param outside called for each element and neighbour outside, where the border counts
         */
        void forNeighbours(int row, Neighbours inside, IntUnit outside) {
            boolean borderCounts = window.border() == Border.ZERO;
            for (int[] offset : offsets) {
                int shift = offset[sizes.length - 1];
                int from = rowAt(row, offset);
                if (from >= 0) {
                    inside.at(from * width, shift);
                }
                if (borderCounts) {
                    for (int i = 0; i < width; i++) {
                        if (from < 0 || i + shift < 0 || i + shift >= width) {
                            outside.run(i);
                        }
                    }
                }
            }
        }

        /** The row at some offset, or -1 outside. */
        private int rowAt(int row, int[] offset) {
            int rest = row;
            int at = 0;
            int stride = 1;
            for (int axis = sizes.length - 2; axis >= 0; axis--) {
                int position = rest % sizes[axis] + offset[axis];
                if (position < 0 || position >= sizes[axis]) {
                    return -1;
                }
                at += position * stride;
                stride *= sizes[axis];
                rest /= sizes[axis];
            }
            return at;
        }
    }
}
