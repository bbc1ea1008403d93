package io.github.segloss.cuda;

import io.github.segloss.KernelCompilationException;
import io.github.segloss.SegLossException;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import java.util.List;

/** Renders ranked sums: one radix sort of the keys, then for each node a prefix sum in float64 over the ranks. */
final class RankSource {
    private static final int TILE = 2048;
    private static final int DIGITS = 256;
    private static final int WARPS = 8;
    private static final long MOST_ELEMENTS = (1L << 32) - 1;

    private final CudaUnit unit;
    private final Views views;
    private boolean hasSortKernels;

    RankSource(CudaUnit unit, Views views) {
        this.unit = unit;
        this.views = views;
    }

    /** What is ranked together. */
    private record Ranking(Axes axes, Node keys, int keyClasses) {
        boolean isOverBatch() {
            return axes.has(Axis.BATCH);
        }

        long length(Sizes s) {
            long length = isOverBatch() ? s.batch() * s.pixels() : s.pixels();
            if (length > MOST_ELEMENTS) {
                throw new SegLossException(
                        "a ranking of "
                                + length
                                + " elements is asked for; backend 'cuda' ranks at most "
                                + MOST_ELEMENTS);
            }
            return length;
        }

        long tiles(Sizes s) {
            return Launch.divideUp(length(s), TILE);
        }

        long groups(Sizes s) {
            return (isOverBatch() || !keys.extent().has(Axis.BATCH) ? 1 : s.batch()) * keyClasses;
        }

        long elements(Sizes s) {
            return groups(s) * length(s);
        }
    }

    void write(Axes axes, List<Node> nodes) {
        Node keys = nodes.getFirst().arg(0);
        Ranking ranking =
                new Ranking(axes, keys, keys.extent().has(Axis.CLASS) ? unit.classes() : 1);
        sort(ranking, "rank" + unit.id(nodes.getFirst()));
        for (Node node : nodes) {
            if (ranking.isOverBatch() && !node.extent().has(Axis.BATCH)) {
                throw new KernelCompilationException(
                        "rankedSum over BATCH needs keys or values that vary along BATCH, not "
                                + unit.program().graph().describe(node));
            }
            sums(ranking, node);
        }
    }

    private Launch.Argument bits(Ranking r, int side) {
        return unit.scratch("sort keys " + side, s -> r.elements(s) * unit.realBytes());
    }

    private Launch.Argument order(Ranking r, int side) {
        return unit.scratch("sort order " + side, s -> r.elements(s) * 4);
    }

    private Launch.Argument counts(Ranking r) {
        return unit.scratch("digit counts", s -> r.groups(s) * r.tiles(s) * DIGITS * 4);
    }

    private Launch.Argument totals(Ranking r) {
        return unit.scratch("digit totals", s -> r.groups(s) * DIGITS * 4);
    }

    private void kernel(String name, CudaUnit.Parameters parameters, String... statements) {
        unit.line("SEGLOSS_KERNEL(" + name + ")(" + parameters.declaration() + ") {");
        for (String statement : statements) {
            unit.line("    " + statement);
        }
        unit.line("}");
    }

    private void sort(Ranking r, String id) {
        CudaUnit.Parameters prepare = new CudaUnit.Parameters();
        String view = views.of(r.keys(), prepare);
        prepare.number("pixels", Sizes::pixels)
                .number("length", r::length)
                .number("groups", r::groups);
        prepare.add("keybits*", "bits", bits(r, 0)).add("u32*", "order", order(r, 0));
        kernel(
                id + "_prepare",
                prepare,
                "rank_prepare("
                        + view
                        + ", "
                        + r.keyClasses()
                        + ", pixels, length, groups, bits, order);");
        unit.add(
                new Launch(
                        id + "_prepare",
                        id + "_prepare",
                        1,
                        prepare.arguments(),
                        s -> Launch.blocksFor(r.elements(s)),
                        "ranks by %" + unit.id(r.keys()) + ": keys"));
        for (int shift = 0; shift < 8 * unit.realBytes(); shift += 8) {
            sortByDigit(r, shift);
        }
        hasSortKernels = true;
    }

    private void sortByDigit(Ranking r, int shift) {
        int side = shift / 8 % 2;
        CudaUnit.Parameters count = new CudaUnit.Parameters();
        count.add("const keybits*", "bits", bits(r, side))
                .number("length", r::length)
                .number("tiles", r::tiles);
        count.number("shift", _ -> shift).add("u32*", "counts", counts(r));
        CudaUnit.Parameters rows = new CudaUnit.Parameters();
        rows.add("u32*", "counts", counts(r))
                .number("rows", s -> r.groups(s) * DIGITS)
                .number("tiles", r::tiles)
                .add("u32*", "totals", totals(r));
        CudaUnit.Parameters scatter = new CudaUnit.Parameters();
        scatter.add("const keybits*", "bits", bits(r, side))
                .add("const u32*", "order", order(r, side));
        scatter.number("length", r::length).number("tiles", r::tiles).number("shift", _ -> shift);
        scatter.add("const u32*", "counts", counts(r)).add("const u32*", "totals", totals(r));
        scatter.add("keybits*", "bitsOut", bits(r, 1 - side))
                .add("u32*", "orderOut", order(r, 1 - side));
        if (!hasSortKernels) {
            kernel(
                    "rank_count_digits",
                    count,
                    "rank_count(bits, length, tiles, (int)shift, counts);");
            kernel("rank_count_rows", rows, "rank_rows(counts, rows, tiles, totals);");
            kernel(
                    "rank_scatter_digits",
                    scatter,
                    "rank_scatter(bits, order, length, tiles, (int)shift, counts, totals, bitsOut, orderOut);");
            hasSortKernels = true;
        }
        String about = "ranks by %" + unit.id(r.keys()) + ": bits " + shift + " to " + (shift + 7);
        add("rank_count_digits", count, r, 1, about + ", counts");
        unit.add(
                new Launch(
                        "rank_count_rows",
                        "rank_count_rows",
                        1,
                        rows.arguments(),
                        s -> r.groups(s) * DIGITS / WARPS,
                        about + ", rows"));
        add("rank_scatter_digits", scatter, r, 1, about + ", scatter");
    }

    private void add(
            String name, CudaUnit.Parameters parameters, Ranking r, long factor, String about) {
        unit.add(
                new Launch(
                        name,
                        name,
                        1,
                        parameters.arguments(),
                        s -> factor * r.groups(s) * r.tiles(s),
                        about));
    }

    private void sums(Ranking r, Node node) {
        String id = "rank" + unit.id(node);
        int nodeClasses = node.extent().has(Axis.CLASS) ? unit.classes() : 1;
        CudaUnit.Parameters tiles = new CudaUnit.Parameters();
        String view = views.of(node.arg(1), tiles);
        tiles.number("pixels", Sizes::pixels).number("length", r::length).number("tiles", r::tiles);
        tiles.add("const keybits*", "bits", bits(r, 0)).add("const u32*", "order", order(r, 0));
        tiles.add("f64*", "sums", tileSums(r, node));
        String sample = r.isOverBatch() ? "0" : "g / " + nodeClasses;
        String keySample =
                r.isOverBatch() || !r.keys().extent().has(Axis.BATCH)
                        ? "0"
                        : "sample * " + r.keyClasses();
        String[] head = {
            "const i64 g = blockIdx.x / tiles, sample = "
                    + sample
                    + ", c = g % "
                    + nodeClasses
                    + ";",
            "const i64 keyGroup = " + keySample + (r.keyClasses() > 1 ? " + c;" : ";")
        };
        kernel(
                id + "_tiles",
                tiles,
                head[0],
                head[1],
                "rank_tiles("
                        + view
                        + ", bits, order, keyGroup, sample, c, pixels, length, tiles, sums);");
        CudaUnit.Parameters rows = new CudaUnit.Parameters();
        rows.add("f64*", "sums", tileSums(r, node)).number("tiles", r::tiles);
        kernel(id + "_rows", rows, "scan_row<f64>(sums + blockIdx.x * tiles, tiles);");
        CudaUnit.Parameters store = new CudaUnit.Parameters();
        views.of(node.arg(1), store);
        store.number("pixels", Sizes::pixels).number("length", r::length).number("tiles", r::tiles);
        store.add("const keybits*", "bits", bits(r, 0)).add("const u32*", "order", order(r, 0));
        store.add("const f64*", "sums", tileSums(r, node))
                .add("real*", "out", unit.temporary(node));
        String place = r.isOverBatch() ? "c, " + nodeClasses : "g, 0";
        kernel(
                id + "_store",
                store,
                head[0],
                head[1],
                "rank_store("
                        + view
                        + ", bits, order, keyGroup, sample, c, pixels, length, tiles, sums, out, "
                        + place
                        + ");");
        String about = "ranked sum %" + unit.id(node);
        launch(id + "_tiles", tiles, r, node, true, about + ": sums of tiles");
        launch(id + "_rows", rows, r, node, false, about + ": sums before tiles");
        launch(id + "_store", store, r, node, true, about + ": prefix sums");
    }

    private long nodeGroups(Ranking r, Node node, Sizes s) {
        return r.isOverBatch() ? unit.planes(node, s) / s.batch() : unit.planes(node, s);
    }

    private Launch.Argument tileSums(Ranking r, Node node) {
        return unit.scratch("tile sums", s -> 8 * nodeGroups(r, node, s) * r.tiles(s));
    }

    private void launch(
            String name,
            CudaUnit.Parameters parameters,
            Ranking r,
            Node node,
            boolean perTile,
            String about) {
        unit.add(
                new Launch(
                        name,
                        name,
                        1,
                        parameters.arguments(),
                        s -> nodeGroups(r, node, s) * (perTile ? r.tiles(s) : 1),
                        about));
    }
}
