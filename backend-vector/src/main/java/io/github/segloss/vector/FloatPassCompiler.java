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
    private final Composites composites = new Composites(uses);
    private final Map<Node, Joint> joints;

    private FloatPassCompiler(GridKernel kernel, PassGraph graph, Plan plan, Ranges ranges) {
        this.kernel = kernel;
        this.graph = graph;
        this.plan = plan;
        this.classes = plan.classes();
        this.ranges = ranges;
        this.joints = Joint.of(graph);
        countUses();
        List<PixelSum> sums = sums();
        sums.forEach(sum -> sum.operands().forEach(this::demand));
        graph.stores().forEach(write -> demand(write.value()));
        for (Node node : graph.body().reversed()) {
            if (demanded.containsKey(node)) {
                reads(joints.containsKey(node) ? joints.get(node) : node).forEach(this::demand);
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
        int distance = Step.distance(tile);
        FloatTables tables = new FloatTables(plan);
        TileSteps steps = new TileSteps(plan, tables, ranges, composites, distance);
        rows.forEach(steps::place);
        scratchRows.forEach(steps::placeScratch);
        steps.touchAhead(graph);
        order.forEach(steps::emit);
        List<FusedPass> fused =
                Schedule.lengths().stream()
                        .map(longest -> FusedPass.of(graph, plan, tables, ranges, tile, longest))
                        .toList();
        int rowCount = allocator.size();
        for (FusedPass pass : fused) {
            rowCount = Math.max(rowCount, pass.rows());
        }
        int bytes = Math.multiplyExact(rowCount, distance);
        return new FloatPass(steps.steps(), fused, tables, tile, bytes, plan, kernel);
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
            Node node = graph.body().get(i);
            Object item = joints.containsKey(node) ? joints.get(node) : node;
            if (demanded.containsKey(node) && !order.contains(item)) {
                order.add(item);
            }
            order.addAll(after.get(i + 1));
        }
        return order;
    }

    private List<Node> reads(Object item) {
        return switch (item) {
            case Node node -> reads(node);
            case Joint joint -> List.of(joint.logits());
            case PixelSum sum -> sum.operands();
            case PassGraph.Write write -> List.of(write.value());
            default -> throw new IllegalStateException("not part of a pass: " + item);
        };
    }

    private List<Node> reads(Node node) {
        if (GridKernel.isLoad(node)) {
            return List.of();
        }
        Composites.Composite composite = composites.of(node);
        return composite == null ? TileSteps.operands(node) : composite.operands();
    }

    /** The values that an item computes. */
    private static List<Node> results(Object item) {
        return switch (item) {
            case Node node -> TileSteps.isAlias(node) ? List.of() : List.of(node);
            case Joint joint -> joint.results();
            default -> List.of();
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
                release(reads(item), i, lastUse);
            }
            for (Node node : results(item)) {
                rows.put(node, allocator.take(TileSteps.classesOf(node, classes)));
                // What a joint computation has no reader for is written nevertheless.
                if (item instanceof Joint) {
                    lastUse.putIfAbsent(node, i);
                }
                if (!lastUse.containsKey(node)) {
                    throw new IllegalStateException("a value that nobody reads: " + node);
                }
            }
            if (!inPlace) {
                release(reads(item), i, lastUse);
                release(results(item), i, lastUse);
            }
            if (scratch > 0) {
                allocator.giveBack(scratchRows.get(item), scratch);
            }
        }
    }

    private void release(List<Node> nodes, int position, Map<Node, Integer> lastUse) {
        for (Node node : nodes) {
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
