package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.GridKernel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the graph of a pass in float64 into steps: decides what is computed, in which order, and in which rows of a tile it lies. */
final class DoublePassCompiler {
    /** What the tiles of a pass may take, so that they stay in the second-level cache with room to spare. */
    private static final int TILE_BYTES = 1 << 19;

    private static final int LARGEST_TILE = 512;
    private static final int SMALLEST_TILE = 64;

    private final PassGraph graph;
    private final Plan plan;
    private final int classes;
    private final Map<Node, Boolean> demanded = new IdentityHashMap<>();
    private final Map<Node, Integer> rows = new IdentityHashMap<>();
    private final RowAllocator allocator = new RowAllocator();

    private DoublePassCompiler(GridKernel kernel, Plan plan) {
        this.graph = PassGraph.of(kernel, plan, new Ranges(plan.classes(), Set.of()));
        this.plan = plan;
        this.classes = plan.classes();
    }

    static DoubleSteps compile(GridKernel kernel, Plan plan) {
        return new DoublePassCompiler(kernel, plan).compile();
    }

    private DoubleSteps compile() {
        graph.sums().forEach(sum -> demand(sum.argument()));
        graph.stores().forEach(write -> demand(write.value()));
        for (Node node : graph.body().reversed()) {
            if (demanded.containsKey(node)) {
                reads(node).forEach(this::demand);
            }
        }
        List<Object> order = order();
        allocate(order);
        int tile = tileFor(allocator.size() + DoubleSteps.SPARE_ROWS);
        DoubleSteps steps = new DoubleSteps(graph, plan, rows, allocator.size(), tile);
        order.forEach(steps::emit);
        return steps;
    }

    private static int tileFor(int rowCount) {
        int tile = LARGEST_TILE;
        while (tile > SMALLEST_TILE && (long) rowCount * tile * Double.BYTES > TILE_BYTES) {
            tile /= 2;
        }
        return tile;
    }

    private void demand(Node node) {
        if (node.extent().isGrid()) {
            demanded.put(node, true);
        }
    }

    // ---- order

    /** Nodes, sums and writes in the order in which they run: sums and writes as soon as what they read is there. */
    private List<Object> order() {
        List<Object> order = new ArrayList<>();
        addUsers(order, null);
        for (Node node : graph.body()) {
            if (demanded.containsKey(node)) {
                order.add(node);
                addUsers(order, node);
            }
        }
        return order;
    }

    /** Adds the sums and writes of a value on the pixels, or with null those of tables. */
    private void addUsers(List<Object> order, @Nullable Node node) {
        graph.sums().stream().filter(sum -> node == onPixels(sum.argument())).forEach(order::add);
        graph.stores().stream()
                .filter(write -> node == onPixels(write.value()))
                .forEach(order::add);
    }

    private static @Nullable Node onPixels(Node node) {
        return node.extent().isGrid() ? node : null;
    }

    private static List<Node> reads(Object item) {
        return switch (item) {
            case Node node -> GridKernel.isLoad(node) ? List.of() : DoubleSteps.operands(node);
            case PassGraph.Sum sum -> List.of(sum.argument());
            case PassGraph.Write write -> List.of(write.value());
            default -> throw new IllegalStateException("not part of a pass: " + item);
        };
    }

    // ---- rows

    private void allocate(List<Object> order) {
        Map<Node, Integer> lastUse = new IdentityHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            for (Node node : reads(order.get(i))) {
                lastUse.put(TileSteps.root(node), i);
            }
        }
        for (int i = 0; i < order.size(); i++) {
            Object item = order.get(i);
            boolean isInPlace = item instanceof Node node && mayLieOverOperand(node);
            if (isInPlace) {
                release(item, i, lastUse);
            }
            if (item instanceof Node node && !TileSteps.isAlias(node)) {
                rows.put(node, allocator.take(TileSteps.classesOf(node, classes)));
                if (!lastUse.containsKey(node)) {
                    throw new IllegalStateException("a value that nobody reads: " + node);
                }
            }
            if (!isInPlace) {
                release(item, i, lastUse);
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
            case Op.Unary(UnaryFunction f) ->
                    switch (f) {
                        case LOG, LOG1P, TANH -> false;
                        case NEG, ABS, SIGN, SQRT, EXP, EXPM1, FLOOR, NOT, DETACH, CAST -> true;
                    };
            case Op.Binary(BinaryFunction f) -> f != BinaryFunction.POW;
            case Op.Select _ -> true;
            default -> false;
        };
    }
}
