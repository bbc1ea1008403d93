package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.Store;
import io.github.segloss.tensor.DType;
import io.github.segloss.vector.LoopBody.Value;
import io.github.segloss.vector.Schedule.Group;
import io.github.segloss.vector.Step.Operand;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A pass as a few loops, each of which does the work of many nodes on the tile with the values in registers; loads, stores and what loops cannot do stay
 * steps. Computes the same bits as the steps of the interpreter.
 */
final class FusedPass {
    /** A step that is there, or a loop for which a class is still to be made. */
    sealed interface Part {}

    /**
     * A step of the interpreter.
     *
     * @param step the step
     */
    record Done(Step step) implements Part {}

    /**
     * A loop.
     *
     * @param body what it does
     * @param classes how many times, once for each class
     */
    record Loop(LoopBody body, int classes) implements Part {}

    private final PassGraph graph;
    private final Plan plan;
    private final Ranges ranges;
    private final Schedule schedule;
    private final FloatTables tables;
    private final int classes;
    private final int tile;
    private final int distance;
    private final TileSteps steps;
    private final RowAllocator allocator = new RowAllocator();
    private final Map<Node, Integer> rows = new IdentityHashMap<>();

    /** The value of the best class so far, of each reduction to the index of the best. */
    private final Map<Node, Integer> bestRows = new IdentityHashMap<>();

    /** Those of them that no maximum has. */
    private final List<Integer> ownBestRows = new ArrayList<>();

    private final List<Part> parts = new ArrayList<>();

    /** The tensors that loops read in place. */
    private final List<Integer> read = new ArrayList<>();

    /** The tensors of bytes that loops read in place. */
    private final List<Integer> readAsBytes = new ArrayList<>();

    /** The tensors that loops write in place. */
    private final List<Integer> written = new ArrayList<>();

    private boolean isStashReadInTime;

    private FusedPass(
            PassGraph graph, Plan plan, FloatTables tables, Ranges ranges, int tile, int longest) {
        this.graph = graph;
        this.plan = plan;
        this.ranges = ranges;
        this.schedule =
                new Schedule(
                        graph, plan.classes(), longest, this::isInPlace, this::isWrittenInPlace);
        this.tables = tables;
        this.classes = plan.classes();
        this.tile = tile;
        this.distance = Step.distance(tile);
        this.steps = new TileSteps(plan, tables, ranges, distance);
    }

    /**
     * Plans the loops of a pass.
     *
     * @param graph what it computes
     * @param plan the plan
     * @param tables the tables that it reads
     * @param ranges the ranges of values
     * @param tile the pixels of a tile
     * @param longest about how many instructions a loop may have
     * @return the plan
     */
    static FusedPass of(
            PassGraph graph, Plan plan, FloatTables tables, Ranges ranges, int tile, int longest) {
        FusedPass pass = new FusedPass(graph, plan, tables, ranges, tile, longest);
        for (int number = 0; number < pass.schedule.groups().size(); number++) {
            pass.addLoopAndSteps(number);
        }
        pass.isStashReadInTime = pass.isStashReadInTime();
        return pass;
    }

    /** {@return loops and steps in the order in which they run} */
    List<Part> parts() {
        return parts;
    }

    /** {@return how many rows they need} */
    int rows() {
        return allocator.size();
    }

    // ---- tensors

    /** {@return whether the loops can run on the tensors of a workspace: they do not write where they still have to read} */
    boolean canRun(Workspace w) {
        if (!isStashReadInTime) {
            return false;
        }
        for (int out = 0; out < written.size(); out++) {
            if (overlaps(w, written.get(out), read) || overlaps(w, written.get(out), readAsBytes)) {
                return false;
            }
        }
        return true;
    }

    private boolean overlaps(Workspace w, int slot, List<Integer> others) {
        for (int k = 0; k < others.size(); k++) {
            if (!isStashed(others.get(k)) && w.overlap(slot, others.get(k))) {
                return true;
            }
        }
        return false;
    }

    private boolean isStashed(int slot) {
        Stash stash = plan.stash();
        return stash != null && slot == plan.slot(stash.exponentials());
    }

    /** Whether nothing is read from the stash after loops have begun to write the gradient there; a single loop reads each place before it writes it. */
    private boolean isStashReadInTime() {
        Stash stash = plan.stash();
        boolean isOverwritten = false;
        for (Part part : stash == null ? List.<Part>of() : parts) {
            if (part instanceof Loop(LoopBody body, _)) {
                if (isOverwritten && body.reads(plan.slot(stash.exponentials()))) {
                    return false;
                }
                isOverwritten |= body.writes(plan.slot(stash.gradient()));
            }
        }
        return true;
    }

    /** {@return how the loops have to reach the tensors of a workspace, by its number} */
    int access(Workspace w) {
        boolean isArrays = areArrays(read, w) && areArrays(written, w);
        return MemoryAccess.number(isArrays, w.accumulates && !written.isEmpty());
    }

    private static boolean areArrays(List<Integer> slots, Workspace w) {
        for (int k = 0; k < slots.size(); k++) {
            if (w.arrays[slots.get(k)].length == 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether a loop reads a load from the tensor itself. A loop over classes does not convert the same bytes for each of them. */
    private boolean isInPlace(Node node, Schedule.Group group) {
        return isReadable(node) && !(isOfBytes(node) && group.isClassLoop());
    }

    private boolean isReadable(Node node) {
        return node.op().isStructured()
                || (node.op() instanceof Op.Input input
                        && input.isPixelInput()
                        && (plan.type(input.name()) == DType.FLOAT32 || isOfBytes(node)));
    }

    /** Whether a load is of unsigned bytes, as many of which as there are lanes fit a vector. */
    private boolean isOfBytes(Node node) {
        return plan.isOfUnsignedBytes(node)
                && !node.extent().has(Axis.CLASS)
                && Lanes.BYTES.length() == Lanes.COUNT;
    }

    /** Whether a loop that computes a value can store it in the tensor: the tensor has the same axes. */
    private boolean isWrittenInPlace(PassGraph.Write write) {
        Node value = TileSteps.root(write.value());
        boolean isPossible =
                switch (write.target()) {
                    case Store.ToTemporary(Node node) -> node.extent().equals(value.extent());
                    case Store.ToOutput(String name, _) ->
                            plan.type(name) == DType.FLOAT32
                                    && plan.outputExtent(name).equals(value.extent());
                };
        return isPossible
                && switch (Schedule.kind(value)) {
                    case PIXEL, CLASS, REDUCTION -> true;
                    case TABLE, LOAD, STEP -> false;
                };
    }

    private LoopBody.Memory memory(
            int slot, boolean isTemporary, Axes extent, List<Integer> users) {
        int count = extent.has(Axis.CLASS) ? classes : 1;
        if (!users.contains(slot)) {
            users.add(slot);
        }
        LoopBody.Memory memory =
                new LoopBody.Memory(
                        slot,
                        count > 1 ? 1 : 0,
                        extent.has(Axis.BATCH) ? count : 0,
                        isTemporary ? LoopBody.Kind.TEMPORARY : LoopBody.Kind.FLOATS);
        return memory;
    }

    private LoopBody.Memory memory(PassGraph.Write write) {
        Axes extent = TileSteps.root(write.value()).extent();
        return switch (write.target()) {
            case Store.ToTemporary(Node node) -> memory(plan.slot(node), true, extent, written);
            case Store.ToOutput(String name, _) -> memory(plan.slot(name), false, extent, written);
        };
    }

    private LoopBody.Memory bytes(String tensor, Axes extent) {
        int slot = plan.slot(tensor);
        int sampleStep = extent.has(Axis.BATCH) ? 1 : 0;
        if (!readAsBytes.contains(slot)) {
            readAsBytes.add(slot);
            parts.add(new Done(new MemorySteps.CopyBytes(slot, sampleStep)));
        }
        return new LoopBody.Memory(slot, 0, sampleStep, LoopBody.Kind.BYTES);
    }

    // ---- rows

    private LoopBody.Source source(Node node) {
        Node root = TileSteps.root(node);
        if (!rows.containsKey(root)) {
            if (root.op().isStructured()) {
                return memory(plan.slot(root), true, root.extent(), read);
            }
            if (root.op() instanceof Op.Input input && isReadable(root)) {
                return isOfBytes(root)
                        ? bytes(input.name(), root.extent())
                        : memory(plan.slot(input.name()), false, root.extent(), read);
            }
        }
        return operand(root);
    }

    private Operand operand(Node node) {
        Node root = TileSteps.root(node);
        if (!root.extent().isGrid()) {
            return tables.operand(root);
        }
        Integer row = rows.get(root);
        if (row == null) {
            throw new IllegalStateException("not in a row: " + root);
        }
        return new Operand(true, row * distance, root.extent().has(Axis.CLASS) ? distance : 0, 0);
    }

    private void take(Node node) {
        int row = allocator.take(TileSteps.classesOf(node, classes));
        rows.put(node, row);
        steps.place(node, row);
    }

    private void release(int group) {
        rows.entrySet()
                .removeIf(entry -> {
                    Node node = entry.getKey();
                    boolean isOver = schedule.lastRead(node) <= group;
                    if (isOver) {
                        allocator.giveBack(entry.getValue(), TileSteps.classesOf(node, classes));
                    }
                    return isOver;
                });
    }

    private void step(Object item) {
        int scratch = TileSteps.scratchOf(item, classes);
        int row = scratch > 0 ? allocator.take(scratch) : 0;
        if (scratch > 0) {
            steps.placeScratch(item, row);
        }
        int from = steps.steps().size();
        steps.emit(item);
        steps.steps().subList(from, steps.steps().size()).forEach(s -> parts.add(new Done(s)));
        if (scratch > 0) {
            allocator.giveBack(row, scratch);
        }
    }

    private void fill(int row, float value) {
        Operand constant = tables.constant(value);
        parts.add(
                new Done(
                        new Step.Pointwise(
                                Loops.FILL,
                                1,
                                distance,
                                row * distance,
                                List.of(),
                                List.of(constant))));
    }

    // ---- loops

    private void addLoopAndSteps(int number) {
        Group group = schedule.groups().get(number);
        for (Node load : schedule.loads(number)) {
            take(load);
            step(load);
        }
        List<Node> kept = schedule.kept(group);
        kept.forEach(this::take);
        if (group.isClassLoop()) {
            startReductions(kept);
        }
        addLoop(group, kept);
        bestRows.clear();
        ownBestRows.forEach(row -> allocator.giveBack(row, 1));
        ownBestRows.clear();
        for (Node node : schedule.steps(group)) {
            take(node);
            step(node);
        }
        for (PassGraph.Sum sum : graph.sums()) {
            if (Schedule.isStep(sum) && group.has(schedule.slotOf(sum))) {
                step(PixelSum.of(sum, first(sum), false, Addition.FLOAT));
            }
        }
        for (PassGraph.Write write : graph.stores()) {
            if (!isWrittenInPlace(write) && group.has(schedule.slotOf(write))) {
                step(write);
            }
        }
        release(number);
    }

    private void startReductions(List<Node> kept) {
        for (Node node : kept) {
            if (Schedule.kind(node) == Schedule.Kind.REDUCTION) {
                fill(rows.get(node), LoopOps.start(node));
            }
        }
        for (Node node : kept) {
            if (isArgmax(node)) {
                Integer maximum =
                        kept.stream()
                                .filter(other -> isMaximumOf(other, node.arg(0)))
                                .map(rows::get)
                                .findFirst()
                                .orElse(null);
                int best = maximum == null ? allocator.take(1) : maximum;
                bestRows.put(node, best);
                if (maximum == null) {
                    fill(best, Float.NEGATIVE_INFINITY);
                    ownBestRows.add(best);
                }
            }
        }
    }

    private static boolean isArgmax(Node node) {
        return node.op() instanceof Op.Reduce(ReduceFunction f, _) && f == ReduceFunction.ARGMAX;
    }

    private static boolean isMaximumOf(Node node, Node arg) {
        return node.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.MAX
                && node.arg(0) == arg;
    }

    private int first(PassGraph.Sum sum) {
        int first = 0;
        for (PassGraph.Sum other : graph.sums()) {
            if (other == sum) {
                return first;
            }
            first += other.rows(classes);
        }
        throw new IllegalStateException("not a sum of the pass: " + sum);
    }

    /** Something that a loop is there for, and where it comes in the graph. */
    private record Root(int position, Runnable action) {}

    private void addLoop(Group group, List<Node> kept) {
        LoopBody body = new LoopBody();
        LoopOps ops =
                new LoopOps(
                        body,
                        this::source,
                        node -> schedule.isComputedIn(node, group),
                        ranges,
                        classes);
        boolean isClassLoop = group.isClassLoop();
        List<Root> roots = new ArrayList<>();
        for (Node node : kept) {
            Runnable keep =
                    isClassLoop && Schedule.kind(node) == Schedule.Kind.REDUCTION
                            ? () -> reduce(ops, node)
                            : () -> keep(body, ops, node, operand(node), isClassLoop);
            roots.add(new Root(schedule.position(node), keep));
        }
        for (PassGraph.Sum sum : graph.sums()) {
            if (!Schedule.isStep(sum) && group.has(schedule.slotOf(sum))) {
                roots.add(
                        new Root(
                                schedule.position(sum.argument()),
                                () -> sum(body, ops, sum, isClassLoop)));
            }
        }
        for (PassGraph.Write write : graph.stores()) {
            if (isWrittenInPlace(write) && group.has(schedule.slotOf(write))) {
                LoopBody.Memory to = memory(write);
                roots.add(
                        new Root(
                                schedule.position(write.value()),
                                () -> keep(body, ops, write.value(), to, isClassLoop)));
            }
        }
        if (roots.isEmpty()) {
            return;
        }
        roots.sort(Comparator.comparingInt(Root::position));
        roots.forEach(root -> root.action().run());
        parts.add(new Loop(body, isClassLoop ? classes : 1));
    }

    /** The classes that one round of a loop has to see to. */
    private int[] classesOf(Node node, boolean isClassLoop) {
        return isClassLoop || !node.extent().has(Axis.CLASS)
                ? new int[] {LoopBody.LOOP}
                : IntStream.range(0, classes).toArray();
    }

    private void keep(
            LoopBody body, LoopOps ops, Node node, LoopBody.Source to, boolean isClassLoop) {
        for (int c : classesOf(node, isClassLoop)) {
            body.keep(ops.number(node, c), new LoopBody.Place(to, c));
        }
    }

    private void reduce(LoopOps ops, Node node) {
        if (isArgmax(node)) {
            Operand best = new Operand(true, bestRows.get(node) * distance, 0, 0);
            ops.argmax(node, tables.operand(Nodes.classIndex()), operand(node), best);
        } else {
            ops.reduce(node, operand(node));
        }
    }

    private void sum(LoopBody body, LoopOps ops, PassGraph.Sum sum, boolean isClassLoop) {
        boolean isPerClass = sum.rows(classes) > 1;
        for (int c : classesOf(sum.argument(), isClassLoop)) {
            Value value = ops.number(sum.argument(), c);
            boolean isFixed = c != LoopBody.LOOP;
            int first = first(sum) + (isPerClass && isFixed ? c : 0);
            body.sum(value, first, isPerClass && !isFixed, sum.addition());
        }
    }
}
