package io.github.segloss.vector;

import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import java.util.List;

/**
 * The window ops, in float64 and row by row, in parallel. A neighbourhood is symmetric, so that the adjoint can gather as well: an element receives its part
 * from each neighbour whose extreme it holds.
 */
final class Windows extends StructuredStage {
    /** An element takes at least as many times as long as one that is only read. */
    private static final int NEIGHBOURS = 3;

    private final Window window;
    private final Pool<WindowRows> pool = new Pool<>();

    Windows(Plan plan, List<Node> nodes, Window window) {
        super(plan, nodes);
        this.window = window;
    }

    @Override
    public void run(Workspace w) {
        w.needTemporary(node());
        for (int n = 0; n < samplesOf(node(), w); n++) {
            for (int c = 0; c < classesOf(node()); c++) {
                double[] x = argument(w, node().arg(0), n, c, 0);
                double[] out = w.spare(1, w.pixels);
                switch (node().op()) {
                    case Op.WindowExtreme _ ->
                            forRows(w, (rows, row) -> rows.extremes(row, x, out));
                    case Op.WindowScatter _ ->
                            scatter(w, x, argument(w, node().arg(1), n, c, 2), out);
                    case Op.WindowGather _ ->
                            gather(w, x, argument(w, node().arg(1), n, c, 2), out);
                    default -> throw new IllegalStateException("not a window op: " + node());
                }
                write(w, node(), n, c, out);
            }
        }
    }

    @Override
    public void release() {
        pool.clear();
    }

    private void scatter(Workspace w, double[] x, double[] u, double[] out) {
        double[] extremes = w.spare(3, w.pixels);
        double[] shares = w.spare(4, w.pixels);
        forRows(
                w,
                (rows, row) -> {
                    rows.extremes(row, x, extremes);
                    rows.shares(row, x, extremes, u, shares);
                });
        forRows(w, (rows, row) -> rows.sums(row, extremes, x, shares, out));
    }

    private void gather(Workspace w, double[] x, double[] v, double[] out) {
        double[] extremes = w.spare(3, w.pixels);
        double[] sums = w.spare(4, w.pixels);
        forRows(
                w,
                (rows, row) -> {
                    rows.extremes(row, x, extremes);
                    rows.sums(row, x, extremes, v, sums);
                    rows.shares(row, x, extremes, sums, out);
                });
    }

    /** Work on a row. */
    @FunctionalInterface
    private interface RowWork {
        void run(WindowRows rows, int row);
    }

    private void forRows(Workspace w, RowWork work) {
        int width = w.sizes[w.sizes.length - 1];
        int count = w.pixels / width;
        int together = Math.max(1, Pass.UNIT / width);
        inParallel(
                (count + together - 1) / together,
                w.isShared ? (long) w.pixels * NEIGHBOURS : 0,
                unit -> {
                    WindowRows spare = pool.poll();
                    WindowRows rows =
                            spare != null && spare.isFor(w.sizes)
                                    ? spare
                                    : new WindowRows(window, w.sizes);
                    int end = Math.min(count, (unit + 1) * together);
                    for (int row = unit * together; row < end; row++) {
                        work.run(rows, row);
                    }
                    pool.giveBack(rows);
                });
    }
}
