package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.Store;
import io.github.segloss.tensor.DType;
import io.github.segloss.vector.Composites.Composite;
import io.github.segloss.vector.MemorySteps.Layout;
import io.github.segloss.vector.Step.Operand;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Chooses a step of the interpreter for each node of a pass, given the rows in which values lie. */
final class TileSteps {
    private final Plan plan;
    private final FloatTables tables;
    private final Ranges ranges;
    private final Composites composites;
    private final int classes;
    private final int distance;
    private final Map<Node, Integer> rows = new IdentityHashMap<>();
    private final Map<Object, Integer> scratchRows = new IdentityHashMap<>();
    private final Ahead ahead;
    private final List<Step> steps = new ArrayList<>();

    /**
     * Starts a list of steps.
     *
     * @param plan the plan
     * @param tables the tables that the steps read
     * @param ranges the ranges of values
     * @param composites what to do together
     * @param distance how far rows are apart, in bytes
     */
    TileSteps(Plan plan, FloatTables tables, Ranges ranges, Composites composites, int distance) {
        this.plan = plan;
        this.tables = tables;
        this.ranges = ranges;
        this.composites = composites;
        this.classes = plan.classes();
        this.distance = distance;
        this.ahead = new Ahead(Step.tile(distance));
    }

    /**
     * Starts a list of steps for single ops.
     *
     * @param plan the plan
     * @param tables the tables that the steps read
     * @param ranges the ranges of values
     * @param distance how far rows are apart, in bytes
     */
    TileSteps(Plan plan, FloatTables tables, Ranges ranges, int distance) {
        this(plan, tables, ranges, new Composites(Map.of()), distance);
    }

    List<Step> steps() {
        return steps;
    }

    /** Says in which row a value lies. */
    void place(Node node, int row) {
        rows.put(node, row);
    }

    /** Says which rows a step may use for itself. */
    void placeScratch(Object item, int row) {
        scratchRows.put(item, row);
    }

    /** Lets a step that has the time touch the predictions one tile ahead, and where results go that are as large. */
    void touchAhead(PassGraph graph) {
        for (Node node : graph.body()) {
            if (node.op() instanceof Op.Input(Role role, String name, _, _, _)
                    && role == Role.PREDICTION) {
                touchAhead(name, node.extent());
            }
        }
        for (PassGraph.Write write : graph.stores()) {
            switch (write.target()) {
                case Store.ToOutput(String name, _) -> touchAhead(name, plan.outputExtent(name));
                case Store.ToTemporary(Node node) -> {
                    if (plan.stash() != null && plan.stash().exponentials() == node) {
                        ahead.add(plan.slot(node), layout(node.extent()));
                    }
                }
            }
        }
    }

    private void touchAhead(String tensor, Axes extent) {
        if (plan.type(tensor) == DType.FLOAT32) {
            ahead.add(plan.slot(tensor), layout(extent));
        }
    }

    void add(Step step) {
        steps.add(step);
    }

    private int classesOf(Node node) {
        return classesOf(node, classes);
    }

    static int classesOf(Node node, int classes) {
        return node.extent().has(Axis.CLASS) ? classes : 1;
    }

    /** {@return whether a node is another one with a mere change of type} */
    static boolean isAlias(Node node) {
        return node.op() instanceof Op.Unary(UnaryFunction f)
                && (f == UnaryFunction.CAST || f == UnaryFunction.DETACH);
    }

    /** The node in whose tile a value lies: itself, or what it is a mere view of. */
    static Node root(Node node) {
        Node root = node;
        while (isAlias(root)) {
            root = root.arg(0);
        }
        return root;
    }

    // ---- which operands a node reads

    /** The nodes whose tiles a step reads. */
    static List<Node> operands(Node node) {
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
            if (ClassSteps.isSumOfOthers(node)) {
                return List.of(arg.arg(2), Objects.requireNonNull(ClassSteps.excluded(node)));
            }
            if (ClassSteps.isSumUnlessNegative(node)) {
                return List.of(arg.arg(2), arg.arg(0).arg(0));
            }
            return ClassSteps.isSumOfProducts(node) ? arg.args() : List.of(arg);
        }
        return node.args();
    }

    static Node labels(Node choice) {
        Node labels = OneHotRewriting.labelsOf(choice.arg(0));
        if (labels == null) {
            throw new IllegalStateException("not a choice of a class: " + choice);
        }
        return labels;
    }

    /** Whether a reduction over CLASS is the sum of a choice of one class. */
    static boolean isChoice(Node reduction) {
        return reduction.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.SUM
                && OneHotRewriting.isChosenAndZero(reduction.arg(0));
    }

    /** How many rows a step needs for scalars that its loop wants as rows. */
    static int scratchOf(Object item, int classes) {
        return switch (item) {
            case Node node when node.op() instanceof Op.Binary(BinaryFunction f) -> {
                Node a = node.arg(0);
                Node b = node.arg(1);
                if (f == BinaryFunction.POW && !b.extent().isGrid()) {
                    yield classesOf(node, classes);
                }
                if (!a.extent().isGrid() && Loops.scalarAndRow(f) == null) {
                    yield classesOf(a, classes);
                }
                yield !b.extent().isGrid() && Loops.rowAndScalar(f) == null
                        ? classesOf(b, classes)
                        : 0;
            }
            case PixelSum sum ->
                    sum.operands().stream()
                            .filter(node -> !node.extent().isGrid())
                            .mapToInt(node -> classesOf(node, classes))
                            .sum();
            case PassGraph.Write write ->
                    write.value().extent().isGrid() ? 0 : classesOf(write.value(), classes);
            default -> 0;
        };
    }

    // ---- steps

    Operand operand(Node node) {
        if (!node.extent().isGrid()) {
            return tables.operand(node);
        }
        int row = rows.get(root(node));
        return new Operand(true, row * distance, node.extent().has(Axis.CLASS) ? distance : 0, 0);
    }

    /** Adds the steps of a node, a sum or a store. */
    void emit(Object item) {
        switch (item) {
            case Node node -> emitNode(node);
            case Joint joint -> emitJoint(joint);
            case PixelSum sum -> emitSum(sum);
            case PassGraph.Write write -> emitStore(write);
            default -> throw new IllegalStateException("not part of a pass: " + item);
        }
    }

    /** A row operand for a node; a table is written into the scratch rows of the item first. */
    private Operand row(Object item, Node node, int scratchUsed) {
        if (node.extent().isGrid()) {
            return operand(node);
        }
        int to = (scratchRows.get(item) + scratchUsed) * distance;
        int count = classesOf(node);
        steps.add(
                new Step.Pointwise(
                        Loops.FILL, count, distance, to, List.of(), List.of(tables.operand(node))));
        return new Operand(true, to, count > 1 ? distance : 0, 0);
    }

    private void emitNode(Node node) {
        if (isAlias(node)) {
            return;
        }
        Composite composite = composites.of(node);
        if (composite != null) {
            pointwise(node, composite.loop(), composite.operands());
            return;
        }
        int to = rows.get(node) * distance;
        switch (node.op()) {
            case Op.Input input ->
                    steps.add(
                            new MemorySteps.Load(
                                    plan.slot(input.name()),
                                    plan.type(input.name()),
                                    layout(node.extent()),
                                    to,
                                    distance));
            case Op.Unary(UnaryFunction f) ->
                    pointwise(node, Loops.unary(f, ranges.of(node.arg(0))), node.arg(0));
            case Op.Binary(BinaryFunction f) -> emitBinary(f, node);
            case Op.Select _ when !node.arg(0).extent().isGrid() ->
                    steps.add(
                            new Step.Choice(
                                    classesOf(node),
                                    distance,
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
                                    distance,
                                    classes));
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    steps.add(
                            new MemorySteps.Load(
                                    plan.slot(node),
                                    plan.temporaryType(),
                                    layout(node.extent()),
                                    to,
                                    distance));
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
        int to = rows.get(node) * distance;
        steps.add(new Step.Pointwise(loop, classesOf(node), distance, to, tiles, scalars));
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
        int to = rows.get(node) * distance;
        steps.add(
                new Step.Pointwise(Loops.rows(f), classesOf(node), distance, to, tiles, List.of()));
    }

    private void emitPower(Node node, Loops.Loop loop) {
        int to = rows.get(node) * distance;
        int count = classesOf(node);
        Operand scratch =
                new Operand(true, scratchRows.get(node) * distance, count > 1 ? distance : 0, 0);
        steps.add(
                new Step.Pointwise(
                        loop,
                        count,
                        distance,
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
                                ChoiceLoops.WHERE_CLASS,
                                1,
                                distance,
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
                    case SUM -> sum(node);
                    case MAX -> ClassSteps.MAX;
                    case MIN -> ClassSteps.MIN;
                    case ARGMAX -> ClassSteps.ARGMAX;
                };
        int[] rowsRead = operands(node).stream().mapToInt(from -> operand(from).at()).toArray();
        steps.add(new ClassSteps.Reduction(fold, to, rowsRead, distance, classes));
    }

    private static ClassSteps.Fold sum(Node node) {
        if (ClassSteps.isSumOfOthers(node)) {
            return ClassSteps.SUM_OF_OTHERS;
        }
        if (ClassSteps.isSumUnlessNegative(node)) {
            return ClassSteps.SUM_UNLESS_NEGATIVE;
        }
        return ClassSteps.isSumOfProducts(node) ? ClassSteps.SUM_OF_PRODUCTS : ClassSteps.SUM;
    }

    private void emitJoint(Joint joint) {
        Operand x = operand(joint.logits());
        List<Operand> to = joint.results().stream().map(this::operand).toList();
        steps.add(
                switch (joint.kind()) {
                    case SOFTMAX ->
                            new Probabilities.Softmax(
                                    new Probabilities.SoftmaxRows(
                                            x.at(),
                                            to.get(0).at(),
                                            to.get(1).at(),
                                            to.get(2).at(),
                                            to.get(3).at(),
                                            to.getLast().at()),
                                    ahead,
                                    distance,
                                    classes);
                    case STASHED_SOFTMAX ->
                            new Probabilities.StashedSoftmax(
                                    x.at(),
                                    to.get(0).at(),
                                    to.get(1).at(),
                                    to.getLast().at(),
                                    ahead,
                                    distance,
                                    classes);
                    case SIGMOID ->
                            new Probabilities.Sigmoid(
                                    x, to.get(0), to.get(1), ahead, classesOf(joint.logits()));
                });
    }

    private void emitSum(PixelSum s) {
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
        List<Operand> scalars = s.scalars().stream().map(tables::operand).toList();
        steps.add(new SumSteps.Sum(s.fold(), s.tail(), tiles, scalars, s.scale(), count));
        boolean isDouble = s.fold() == SumSteps.EXACT;
        steps.add(new SumSteps.AddLanes(isDouble, s.scale(), s.first(), count, isPerClass));
    }

    private void emitStore(PassGraph.Write write) {
        Operand value = row(write, write.value(), 0);
        switch (write.target()) {
            case Store.ToTemporary(Node node) ->
                    steps.add(
                            new MemorySteps.Store(
                                    plan.slot(node),
                                    plan.temporaryType(),
                                    layout(node.extent()),
                                    value,
                                    true));
            case Store.ToOutput(String name, _) ->
                    steps.add(
                            new MemorySteps.Store(
                                    plan.slot(name),
                                    plan.type(name),
                                    layout(plan.outputExtent(name)),
                                    value,
                                    false));
        }
    }

    private Layout layout(Axes extent) {
        int count = extent.has(Axis.CLASS) ? classes : 1;
        return new Layout(count, 1, extent.has(Axis.BATCH) ? count : 0);
    }
}
