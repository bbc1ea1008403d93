package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import io.github.segloss.vector.MemorySteps.Layout;
import io.github.segloss.vector.Step.Operand;
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
    private final Map<Node, Integer> uses = new IdentityHashMap<>();
    private final Map<Node, Boolean> demanded = new IdentityHashMap<>();
    private final Map<Node, Integer> rows = new IdentityHashMap<>();
    private final Map<Object, Integer> scratchRows = new IdentityHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final FloatTables tables;
    private final RowAllocator allocator = new RowAllocator();
    private int tile;

    private FloatPassCompiler(GridKernel kernel, Plan plan) {
        this.kernel = kernel;
        this.graph = PassGraph.of(kernel, plan.classes());
        this.plan = plan;
        this.classes = plan.classes();
        this.tables = new FloatTables(plan);
    }

    static FloatPass compile(GridKernel kernel, Plan plan) {
        return new FloatPassCompiler(kernel, plan).compile();
    }

    private FloatPass compile() {
        countUses();
        List<Sums> sums = sums();
        sums.forEach(sum -> sum.operands().forEach(this::demand));
        graph.stores().forEach(write -> demand(write.value()));
        for (Node node : graph.body().reversed()) {
            if (demanded.containsKey(node) && !GridKernel.isLoad(node)) {
                operands(node).forEach(this::demand);
            }
        }
        List<Object> order = order(sums);
        allocate(order);
        tile = tileFor(allocator.size());
        order.forEach(this::emit);
        return new FloatPass(steps, tables, tile, allocator.size() * tile, plan, kernel);
    }

    private static int tileFor(int rowCount) {
        for (int size = 512; size > 128; size /= 2) {
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

    private boolean isUsedOnce(Node node) {
        return uses.getOrDefault(node, 0) == 1;
    }

    private void demand(Node node) {
        if (node.extent().isGrid()) {
            demanded.put(node, true);
        }
    }

    int classesOf(Node node) {
        return node.extent().has(Axis.CLASS) ? classes : 1;
    }

    private static boolean isAlias(Node node) {
        return node.op() instanceof Op.Unary(UnaryFunction f)
                && (f == UnaryFunction.CAST || f == UnaryFunction.DETACH);
    }

    // ---- which operands a node reads

    /** The nodes whose tiles a step reads. */
    private List<Node> operands(Node node) {
        if (node.op() instanceof Op.Select && node.arg(0).extent().isGrid()) {
            List<Node> all = new ArrayList<>(Conditions.of(node.arg(0)).operands());
            all.addAll(node.args().subList(1, 3));
            return all;
        }
        if (node.op() instanceof Op.Reduce) {
            Node arg = node.arg(0);
            if (isChoice(node)) {
                return List.of(labels(arg), arg.arg(1));
            }
            return List.of(arg);
        }
        return node.args();
    }

    private static Node labels(Node choice) {
        Node labels = OneHotRewriting.labelsOf(choice.arg(0));
        if (labels == null) {
            throw new IllegalStateException("not a choice of a class: " + choice);
        }
        return labels;
    }

    /** Whether a reduction over CLASS is the sum of a choice of one class. */
    private static boolean isChoice(Node reduction) {
        return reduction.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.SUM
                && OneHotRewriting.isChosenAndZero(reduction.arg(0));
    }

    // ---- sums

    /** How a sum is computed and what it reads. */
    private record Sums(
            PassGraph.Sum sum,
            SumSteps.Fold fold,
            float tail,
            List<Node> operands,
            Node scalar,
            int first) {}

    private List<Sums> sums() {
        List<Sums> all = new ArrayList<>();
        int first = 0;
        for (PassGraph.Sum sum : graph.sums()) {
            all.add(fused(sum, first));
            first += sum.rows(classes);
        }
        return all;
    }

    private Sums fused(PassGraph.Sum sum, int first) {
        Node arg = sum.argument();
        Node none = arg;
        if (sum.function() == ReduceFunction.SUM && isUsedOnce(arg)) {
            if (arg.op() instanceof Op.Select) {
                Conditions.Test test = Conditions.of(arg.arg(0));
                if (test.compares() == Conditions.Compares.EQUAL) {
                    if (arg.arg(2).isConstant(0)) {
                        return new Sums(
                                sum,
                                SumSteps.WHERE_EQUAL,
                                Float.NaN,
                                List.of(test.row(), arg.arg(1)),
                                test.scalar(),
                                first);
                    }
                    if (arg.arg(1).isConstant(0)) {
                        return new Sums(
                                sum,
                                SumSteps.WHERE_UNEQUAL,
                                0f,
                                List.of(test.row(), arg.arg(2)),
                                test.scalar(),
                                first);
                    }
                }
            }
            if (isAlias(arg) && arg.arg(0).type() == ValueType.BOOL) {
                Conditions.Test test = Conditions.of(arg.arg(0));
                if (test.compares() == Conditions.Compares.EQUAL) {
                    return new Sums(
                            sum,
                            SumSteps.COUNT_EQUAL,
                            Float.NaN,
                            List.of(test.row()),
                            test.scalar(),
                            first);
                }
            }
            if (arg.op() instanceof Op.Binary(BinaryFunction f)
                    && f == BinaryFunction.MUL
                    && arg.arg(0).extent().isGrid()
                    && arg.arg(1).extent().isGrid()) {
                return new Sums(
                        sum, SumSteps.PRODUCT, 0f, List.of(arg.arg(0), arg.arg(1)), none, first);
            }
        }
        return new Sums(sum, SumSteps.PLAIN, 0f, List.of(arg), none, first);
    }

    // ---- order and places

    /** Nodes, sums and writes in the order in which they run: sums and writes as soon as what they read is there. */
    private List<Object> order(List<Sums> sums) {
        Map<Node, Integer> position = new IdentityHashMap<>();
        for (int i = 0; i < graph.body().size(); i++) {
            position.put(graph.body().get(i), i);
        }
        List<List<Object>> after = new ArrayList<>();
        for (int i = 0; i <= graph.body().size(); i++) {
            after.add(new ArrayList<>());
        }
        for (Sums sum : sums) {
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
            case Node node -> GridKernel.isLoad(node) ? List.of() : operands(node);
            case Sums sum -> sum.operands();
            case PassGraph.Write write -> List.of(write.value());
            default -> throw new IllegalStateException("not part of a pass: " + item);
        };
    }

    private void allocate(List<Object> order) {
        Map<Node, Integer> lastUse = new IdentityHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            for (Node node : reads(order.get(i))) {
                lastUse.put(root(node), i);
            }
        }
        for (int i = 0; i < order.size(); i++) {
            Object item = order.get(i);
            int scratch = scratchOf(item);
            if (scratch > 0) {
                scratchRows.put(item, allocator.take(scratch));
            }
            boolean inPlace = item instanceof Node node && mayLieOverOperand(node);
            if (inPlace) {
                release(item, i, lastUse);
            }
            if (item instanceof Node node && !isAlias(node)) {
                rows.put(node, allocator.take(classesOf(node)));
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
            Node root = root(node);
            if (root.extent().isGrid() && lastUse.getOrDefault(root, -1) == position) {
                allocator.giveBack(rows.get(root), classesOf(root));
                lastUse.remove(root);
            }
        }
    }

    /** The node in whose tile a value lies: itself, or what it is a mere view of. */
    private static Node root(Node node) {
        Node root = node;
        while (isAlias(root)) {
            root = root.arg(0);
        }
        return root;
    }

    private static boolean mayLieOverOperand(Node node) {
        return switch (node.op()) {
            case Op.Unary _, Op.Select _ -> true;
            case Op.Binary(BinaryFunction f) -> f != BinaryFunction.POW;
            default -> false;
        };
    }

    /** How many rows a step needs for scalars that its loop wants as rows. */
    private int scratchOf(Object item) {
        return switch (item) {
            case Node node when node.op() instanceof Op.Binary(BinaryFunction f) -> {
                Node a = node.arg(0);
                Node b = node.arg(1);
                if (f == BinaryFunction.POW && !b.extent().isGrid()) {
                    yield classesOf(node);
                }
                if (!a.extent().isGrid() && Loops.scalarAndRow(f) == null) {
                    yield classesOf(a);
                }
                yield !b.extent().isGrid() && Loops.rowAndScalar(f) == null ? classesOf(b) : 0;
            }
            case Sums sum ->
                    sum.operands().stream()
                            .filter(node -> !node.extent().isGrid())
                            .mapToInt(this::classesOf)
                            .sum();
            case PassGraph.Write write ->
                    write.value().extent().isGrid() ? 0 : classesOf(write.value());
            default -> 0;
        };
    }

    // ---- steps

    Operand operand(Node node) {
        if (!node.extent().isGrid()) {
            return tables.operand(node);
        }
        int row = rows.get(root(node));
        return new Operand(true, row * tile, node.extent().has(Axis.CLASS) ? tile : 0, 0);
    }

    private void emit(Object item) {
        switch (item) {
            case Node node -> emitNode(node);
            case Sums sum -> emitSum(sum);
            case PassGraph.Write write -> emitStore(write);
            default -> throw new IllegalStateException("not part of a pass: " + item);
        }
    }

    /** A row operand for a node; a table is written into the scratch rows of the item first. */
    private Operand row(Object item, Node node, int scratchUsed) {
        if (node.extent().isGrid()) {
            return operand(node);
        }
        int to = (scratchRows.get(item) + scratchUsed) * tile;
        int count = classesOf(node);
        steps.add(
                new Step.Pointwise(
                        Loops.FILL, count, tile, to, List.of(), List.of(tables.operand(node))));
        return new Operand(true, to, count > 1 ? tile : 0, 0);
    }

    private void emitNode(Node node) {
        if (isAlias(node)) {
            return;
        }
        int to = rows.get(node) * tile;
        switch (node.op()) {
            case Op.Input input ->
                    steps.add(
                            new MemorySteps.Load(
                                    plan.slot(input.name()),
                                    plan.type(input.name()),
                                    layout(node.extent()),
                                    to,
                                    tile));
            case Op.Unary(UnaryFunction f) -> pointwise(node, Loops.unary(f), node.arg(0));
            case Op.Binary(BinaryFunction f) -> emitBinary(f, node);
            case Op.Select _ when !node.arg(0).extent().isGrid() ->
                    steps.add(
                            new Step.Choice(
                                    classesOf(node),
                                    tile,
                                    to,
                                    operand(node.arg(0)),
                                    operand(node.arg(1)),
                                    operand(node.arg(2))));
            case Op.Select _ -> {
                Conditions.Selection s = Conditions.selection(node);
                pointwise(node, s.loop(), s.operands());
            }
            case Op.Reduce(ReduceFunction f, _) -> emitReduction(f, node, to);
            case Op.ClassMix(boolean transposed) ->
                    steps.add(
                            new ClassSteps.Mix(
                                    to,
                                    tables.operand(node.arg(0)).at(),
                                    transposed,
                                    row(node, node.arg(1), 0),
                                    tile,
                                    classes));
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    steps.add(
                            new MemorySteps.LoadPlane(
                                    plan.planes(node), layout(node.extent()), to, tile));
            case Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ ->
                    throw new IllegalStateException("not on the pixels: " + node);
        }
    }

    private void pointwise(Node node, Loops.Loop loop, Node... operands) {
        pointwise(node, loop, List.of(operands));
    }

    private void pointwise(Node node, Loops.Loop loop, List<Node> operands) {
        List<Operand> tiles = new ArrayList<>();
        List<Operand> scalars = new ArrayList<>();
        for (Node arg : operands) {
            (arg.extent().isGrid() ? tiles : scalars).add(operand(arg));
        }
        int to = rows.get(node) * tile;
        steps.add(new Step.Pointwise(loop, classesOf(node), tile, to, tiles, scalars));
    }

    private void emitBinary(BinaryFunction f, Node node) {
        Node a = node.arg(0);
        Node b = node.arg(1);
        boolean aIsRow = a.extent().isGrid();
        boolean bIsRow = b.extent().isGrid();
        Loops.Loop loop =
                aIsRow && bIsRow
                        ? Loops.rows(f)
                        : aIsRow ? Loops.rowAndScalar(f) : Loops.scalarAndRow(f);
        if (f == BinaryFunction.POW && aIsRow && !bIsRow) {
            emitPower(node, loop);
            return;
        }
        if (loop != null) {
            pointwise(node, loop, a, b);
            return;
        }
        List<Operand> tiles = List.of(row(node, a, 0), row(node, b, 0));
        int to = rows.get(node) * tile;
        steps.add(new Step.Pointwise(Loops.rows(f), classesOf(node), tile, to, tiles, List.of()));
    }

    private void emitPower(Node node, Loops.Loop loop) {
        int to = rows.get(node) * tile;
        int count = classesOf(node);
        Operand scratch = new Operand(true, scratchRows.get(node) * tile, count > 1 ? tile : 0, 0);
        steps.add(
                new Step.Pointwise(
                        loop,
                        count,
                        tile,
                        to,
                        List.of(operand(node.arg(0)), scratch),
                        List.of(tables.operand(node.arg(1)))));
    }

    private void emitReduction(ReduceFunction f, Node node, int to) {
        Node arg = node.arg(0);
        if (isChoice(node)) {
            Operand labels = operand(labels(arg));
            Node value = arg.arg(1);
            if (value.extent().isGrid() && !value.extent().has(Axis.CLASS)) {
                Operand count = tables.constant(classes);
                steps.add(
                        new Step.Pointwise(
                                Loops.WHERE_CLASS,
                                1,
                                tile,
                                to,
                                List.of(labels, operand(value)),
                                List.of(count)));
            } else {
                steps.add(new ClassSteps.Pick(to, labels.at(), operand(value), classes));
            }
            return;
        }
        ClassSteps.Fold fold =
                switch (f) {
                    case SUM -> ClassSteps.SUM;
                    case MAX -> ClassSteps.MAX;
                    case MIN -> ClassSteps.MIN;
                    case ARGMAX -> ClassSteps.ARGMAX;
                };
        steps.add(new ClassSteps.Reduction(fold, to, operand(arg).at(), tile, classes));
    }

    private void emitSum(Sums s) {
        int scratch = 0;
        List<Operand> tiles = new ArrayList<>();
        for (Node node : s.operands()) {
            tiles.add(row(s, node, scratch));
            scratch += node.extent().isGrid() ? 0 : classesOf(node);
        }
        Node arg = s.sum().argument();
        int count = classesOf(arg);
        boolean isPerClass = s.sum().rows(classes) > 1;
        ReduceFunction f = s.sum().function();
        if (f != ReduceFunction.SUM) {
            boolean isMax = f == ReduceFunction.MAX;
            steps.add(new SumSteps.Extreme(isMax, tiles.get(0), s.first(), count, isPerClass));
            return;
        }
        Operand second = tiles.size() > 1 ? tiles.get(1) : Operand.NONE;
        Operand scalar = s.scalar() == arg ? Operand.NONE : tables.operand(s.scalar());
        steps.add(
                new SumSteps.Sum(
                        s.fold(),
                        s.tail(),
                        tiles.get(0),
                        second,
                        scalar,
                        s.first(),
                        count,
                        isPerClass));
    }

    private void emitStore(PassGraph.Write write) {
        Operand value = row(write, write.value(), 0);
        switch (write.target()) {
            case Store.ToTemporary(Node node) ->
                    steps.add(
                            new MemorySteps.StorePlane(
                                    plan.planes(node), layout(node.extent()), value));
            case Store.ToOutput(String name, _) ->
                    steps.add(
                            new MemorySteps.Store(
                                    plan.slot(name),
                                    plan.type(name),
                                    layout(plan.outputExtent(name)),
                                    value));
        }
    }

    private Layout layout(Axes extent) {
        int count = extent.has(Axis.CLASS) ? classes : 1;
        return new Layout(count, 1, extent.has(Axis.BATCH) ? count : 0);
    }
}
