package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.program.GridKernel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Turns the graph of a pass into steps: chooses a step for each node, fuses conditions into their users, and gives each value a tile. */
final class FloatPassCompiler {
    /** What the tiles of a pass may take, so that they stay in the second-level cache with room to spare. */
    private static final int TILE_BYTES = 1 << 19;

    private final GridKernel kernel;
    private final PassGraph graph;
    private final Plan plan;
    private final int classes;
    private final Ranges ranges;
    private final Map<Node, Integer> uses = new IdentityHashMap<>();
    private final Map<Node, Boolean> demanded = new IdentityHashMap<>();
    private final Map<Node, Integer> rows = new IdentityHashMap<>();
    private final Map<Object, Integer> scratchRows = new IdentityHashMap<>();
    private final RowAllocator allocator = new RowAllocator();
    private final List<Object> order;

    private FloatPassCompiler(GridKernel kernel, PassGraph graph, Plan plan, Ranges ranges) {
        this.kernel = kernel;
        this.graph = graph;
        this.plan = plan;
        this.classes = plan.classes();
        this.ranges = ranges;
        countUses();
        List<PixelSum> sums = sums();
        sums.forEach(sum -> sum.operands().forEach(this::demand));
        graph.stores().forEach(write -> demand(write.value()));
        for (Node node : graph.body().reversed()) {
            if (demanded.containsKey(node) && !GridKernel.isLoad(node)) {
                TileSteps.operands(node).forEach(this::demand);
            }
        }
        this.order = order(sums);
        allocate();
    }

    static FloatPass compile(GridKernel kernel, Plan plan) {
        Ranges ranges = new Ranges(plan.classes(), CheckedInputs.of(plan.program()));
        PassGraph graph = PassGraph.of(kernel, plan, ranges);
        FloatPassCompiler compiler = new FloatPassCompiler(kernel, graph, plan, ranges);
        int tile = tileFor(compiler.allocator.size());
        Stash stash = plan.stash();
        if (stash != null) {
            // The same tiles as without, or sums would be rounded otherwise.
            GridKernel storing = stash.storing(kernel);
            PassGraph reading =
                    stash.isReadBy(kernel)
                            ? graph.reading(kernel, plan, stash)
                            : PassGraph.of(storing, plan, ranges);
            compiler = new FloatPassCompiler(storing, reading, plan, ranges);
        }
        return compiler.compile(tile);
    }

    private FloatPass compile(int tile) {
        FloatTables tables = new FloatTables(plan);
        TileSteps steps = new TileSteps(plan, tables, ranges, tile);
        rows.forEach(steps::place);
        scratchRows.forEach(steps::placeScratch);
        order.forEach(steps::emit);
        List<FusedPass> fused =
                Schedule.lengths().stream()
                        .map(longest -> FusedPass.of(graph, plan, tables, ranges, tile, longest))
                        .toList();
        int most = allocator.size();
        for (FusedPass pass : fused) {
            most = Math.max(most, pass.rows());
        }
        return new FloatPass(steps.steps(), fused, tables, tile, most * tile, plan, kernel);
    }

    private List<PixelSum> sums() {
        List<PixelSum> all = new ArrayList<>();
        int first = 0;
        for (PassGraph.Sum sum : graph.sums()) {
            boolean isUsedOnce = uses.getOrDefault(sum.argument(), 0) == 1;
            all.add(PixelSum.of(sum, first, isUsedOnce, sum.addition()));
            first += sum.rows(classes);
        }
        return all;
    }

    private static int tileFor(int rowCount) {
        for (int size = 1024; size > 128; size /= 2) {
            if ((long) rowCount * size * Float.BYTES <= TILE_BYTES) {
                return size;
            }
        }
        return 128;
    }

    private void countUses() {
        for (Node node : graph.body()) {
            if (!GridKernel.isLoad(node)) {
                node.args().forEach(arg -> uses.merge(arg, 1, Integer::sum));
            }
        }
        graph.sums().forEach(sum -> uses.merge(sum.argument(), 1, Integer::sum));
        graph.stores().forEach(write -> uses.merge(write.value(), 1, Integer::sum));
    }

    private void demand(Node node) {
        if (node.extent().isGrid()) {
            demanded.put(node, true);
        }
    }

    // ---- order and places

    /** Nodes, sums and writes in the order in which they run: sums and writes as soon as what they read is there. */
    private List<Object> order(List<PixelSum> sums) {
        Map<Node, Integer> position = new IdentityHashMap<>();
        for (int i = 0; i < graph.body().size(); i++) {
            position.put(graph.body().get(i), i);
        }
        List<List<Object>> after = new ArrayList<>();
        for (int i = 0; i <= graph.body().size(); i++) {
            after.add(new ArrayList<>());
        }
        for (PixelSum sum : sums) {
            int last =
                    sum.operands().stream()
                            .mapToInt(node -> position.getOrDefault(node, -1))
                            .max()
                            .orElse(-1);
            after.get(last + 1).add(sum);
        }
        graph.stores()
                .forEach(write ->
                        after.get(position.getOrDefault(write.value(), -1) + 1).add(write));
        List<Object> order = new ArrayList<>(after.get(0));
        for (int i = 0; i < graph.body().size(); i++) {
            if (demanded.containsKey(graph.body().get(i))) {
                order.add(graph.body().get(i));
            }
            order.addAll(after.get(i + 1));
        }
        return order;
    }

    private List<Node> reads(Object item) {
        return switch (item) {
            case Node node -> GridKernel.isLoad(node) ? List.of() : TileSteps.operands(node);
            case PixelSum sum -> sum.operands();
            case PassGraph.Write write -> List.of(write.value());
            default -> throw new IllegalStateException("not part of a pass: " + item);
        };
    }

    private void allocate() {
        Map<Node, Integer> lastUse = new IdentityHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            for (Node node : reads(order.get(i))) {
                lastUse.put(TileSteps.root(node), i);
            }
        }
        for (int i = 0; i < order.size(); i++) {
            Object item = order.get(i);
            int scratch = TileSteps.scratchOf(item, classes);
            if (scratch > 0) {
                scratchRows.put(item, allocator.take(scratch));
            }
            boolean inPlace = item instanceof Node node && mayLieOverOperand(node);
            if (inPlace) {
                release(item, i, lastUse);
            }
            if (item instanceof Node node && !TileSteps.isAlias(node)) {
                rows.put(node, allocator.take(TileSteps.classesOf(node, classes)));
                if (!lastUse.containsKey(node)) {
                    throw new IllegalStateException("a value that nobody reads: " + node);
                }
            }
            if (!inPlace) {
                release(item, i, lastUse);
            }
            if (scratch > 0) {
                allocator.giveBack(scratchRows.get(item), scratch);
            }
        }
    }

    private void release(Object item, int position, Map<Node, Integer> lastUse) {
        for (Node node : reads(item)) {
            Node root = TileSteps.root(node);
            if (root.extent().isGrid() && lastUse.getOrDefault(root, -1) == position) {
                allocator.giveBack(rows.get(root), TileSteps.classesOf(root, classes));
                lastUse.remove(root);
            }
        }
    }

    private static boolean mayLieOverOperand(Node node) {
        return switch (node.op()) {
            case Op.Unary _, Op.Select _ -> true;
            case Op.Binary(BinaryFunction f) -> f != BinaryFunction.POW;
            default -> false;
        };
    }
}
