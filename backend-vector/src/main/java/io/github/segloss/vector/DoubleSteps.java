package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.Store;
import io.github.segloss.vector.DoubleLoops.Loop;
import io.github.segloss.vector.DoubleMemory.Place;
import io.github.segloss.vector.DoubleStep.Operand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Chooses a step for each node, sum and store of a pass in float64, given the rows in which values lie. */
final class DoubleSteps {
    /** Rows for steps that need some for themselves. */
    static final int SPARE_ROWS = 2;

    private final PassGraph graph;
    private final Plan plan;
    private final int classes;
    private final Map<Node, Integer> rows;
    private final int spareRow;
    private final int tile;
    private final List<DoubleStep> steps = new ArrayList<>();
    private final List<DoubleStep> broadcasts = new ArrayList<>();

    /** Where the numbers for whole rows lie, by the table that they are from. */
    private final Map<Integer, Operand> numbers = new HashMap<>();

    /** Where the next of them will lie. */
    private int end;

    /**
     * Starts a list of steps.
     *
     * @param graph what the pass computes
     * @param plan the plan
     * @param rows the first row of each value that has rows
     * @param spareRow the first of the rows that no value has
     * @param tile the pixels of a tile, which is also the distance between rows
     */
    DoubleSteps(PassGraph graph, Plan plan, Map<Node, Integer> rows, int spareRow, int tile) {
        this.graph = graph;
        this.plan = plan;
        this.classes = plan.classes();
        this.rows = rows;
        this.spareRow = spareRow;
        this.tile = tile;
        this.end = start(spareRow + SPARE_ROWS);
    }

    /** {@return what is done on each tile} */
    List<DoubleStep> steps() {
        return steps;
    }

    /** {@return what is done before the first tile of a unit} */
    List<DoubleStep> broadcasts() {
        return broadcasts;
    }

    /** {@return the pixels of a tile} */
    int tile() {
        return tile;
    }

    /** {@return where a row begins that no value has} */
    int spare() {
        return start(spareRow);
    }

    /** {@return the scratch memory of a thread} */
    int doubles() {
        return end;
    }

    private int start(int row) {
        return row * tile;
    }

    // ---- operands

    /** {@return what the step of a node that is not a load reads} */
    static List<Node> operands(Node node) {
        return switch (node.op()) {
            case Op.Select _ -> {
                Node condition = node.arg(0);
                boolean isCompared = comparison(condition) != DoubleConditions.SELECT;
                yield List.of(
                        isCompared ? condition.arg(0) : condition,
                        isCompared ? condition.arg(1) : condition,
                        node.arg(1),
                        node.arg(2));
            }
            case Op.Reduce _ when TileSteps.isChoice(node) ->
                    List.of(TileSteps.labels(node.arg(0)), node.arg(0).arg(1));
            default -> node.args();
        };
    }

    /** The selection by a condition: a comparison on the pixels is made where it is used, and not stored. */
    private static TwoForms<Loop> comparison(Node condition) {
        if (condition.extent().isGrid() && condition.op() instanceof Op.Binary(BinaryFunction f)) {
            return switch (f) {
                case EQ -> DoubleConditions.SELECT_EQ;
                case LT -> DoubleConditions.SELECT_LT;
                case LE -> DoubleConditions.SELECT_LE;
                case ADD, SUB, MUL, DIV, POW, MIN, MAX, AND, OR -> DoubleConditions.SELECT;
            };
        }
        return DoubleConditions.SELECT;
    }

    private int classesOf(Node node) {
        return TileSteps.classesOf(node, classes);
    }

    private int to(Node node) {
        return start(rows.get(TileSteps.root(node)));
    }

    private Operand operand(Node node) {
        if (node.extent().isGrid()) {
            return new Operand(to(node), node.extent().has(Axis.CLASS) ? tile : 0);
        }
        return numbers.computeIfAbsent(plan.table(node), table -> broadcast(node, table));
    }

    private Operand broadcast(Node node, int table) {
        int step = Lanes.DOUBLES.length();
        int at = end;
        end += classesOf(node) * step;
        broadcasts.add(new DoubleStep.Broadcast(plan, table, node.extent(), at));
        return new Operand(~at, node.extent().has(Axis.CLASS) ? step : 0);
    }

    // ---- steps

    /** Adds the step of a node, a sum or a store. */
    void emit(Object item) {
        switch (item) {
            case Node node -> emitNode(node);
            case PassGraph.Sum sum -> emitSum(sum);
            case PassGraph.Write write -> emitStore(write);
            default -> throw new IllegalStateException("not part of a pass: " + item);
        }
    }

    private void emitNode(Node node) {
        if (TileSteps.isAlias(node)) {
            return;
        }
        switch (node.op()) {
            case Op.Input(_, String name, Axes extent, _, _) -> {
                Place place = new Place(plan, plan.slot(name), extent, operand(node));
                steps.add(new DoubleMemory.Load(place, plan.type(name)));
            }
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ -> {
                Place place = new Place(plan, plan.slot(node), node.extent(), operand(node));
                steps.add(new DoubleMemory.Load(place, plan.temporaryType()));
            }
            case Op.Unary(UnaryFunction f) -> pointwise(node, DoubleLoops.unary(f));
            case Op.Binary(BinaryFunction f) -> pointwise(node, DoubleLoops.binary(f));
            case Op.Select _ -> pointwise(node, comparison(node.arg(0)));
            case Op.Reduce(ReduceFunction f, _) -> emitReduction(f, node);
            case Op.ClassMix(boolean isTransposed) ->
                    steps.add(
                            new DoubleFolds.Mix(
                                    to(node),
                                    plan.table(node.arg(0)),
                                    isTransposed,
                                    operand(node.arg(1)),
                                    tile,
                                    classes));
            case Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ ->
                    throw new IllegalStateException("not on the pixels: " + node);
        }
    }

    private void pointwise(Node node, TwoForms<Loop> loop) {
        List<Operand> all = new ArrayList<>();
        operands(node).forEach(operand -> all.add(operand(operand)));
        if (loop == DoublePower.POWER) {
            for (int k = 0; k < SPARE_ROWS; k++) {
                all.add(new Operand(start(spareRow + k), 0));
            }
        }
        pointwise(to(node), classesOf(node), loop, all);
    }

    private void pointwise(int to, int count, TwoForms<Loop> loop, List<Operand> operands) {
        steps.add(new DoubleStep.Pointwise(loop, count, tile, to, operands));
    }

    private void emitReduction(ReduceFunction f, Node node) {
        Node from = node.arg(0);
        TwoForms<DoubleFolds.Fold> fold = DoubleFolds.of(f);
        int labels = 0;
        if (TileSteps.isChoice(node)) {
            labels = to(TileSteps.labels(from));
            from = from.arg(1);
            boolean isOfClass = from.extent().has(Axis.CLASS);
            fold = isOfClass ? DoubleFolds.PICK : DoubleFolds.WHERE_CLASS;
        }
        steps.add(new DoubleFolds.Reduction(fold, to(node), operand(from), labels, classes));
    }

    private void emitSum(PassGraph.Sum sum) {
        Node from = sum.argument();
        boolean isPerClass = sum.rows(classes) > 1;
        steps.add(
                new DoubleSums.Reduction(
                        sum.function(), operand(from), first(sum), classesOf(from), isPerClass));
    }

    /** The number of the first result of a sum among those of the pass. */
    private int first(PassGraph.Sum sum) {
        return graph.sums().stream()
                .takeWhile(other -> other != sum)
                .mapToInt(other -> other.rows(classes))
                .sum();
    }

    private void emitStore(PassGraph.Write write) {
        Operand value = operand(write.value());
        switch (write.target()) {
            case Store.ToTemporary(Node node) -> {
                Place place = new Place(plan, plan.slot(node), node.extent(), value);
                steps.add(new DoubleMemory.Store(place, plan.temporaryType(), true));
            }
            case Store.ToOutput(String name, _) -> {
                Place place = new Place(plan, plan.slot(name), plan.outputExtent(name), value);
                steps.add(new DoubleMemory.Store(place, plan.type(name), false));
            }
        }
    }
}
