package io.github.segloss.vector;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Assigns the nodes of a pass to loops. Work on pixels and work on their classes take turns: slot 0 is work on pixels, slot 1 on classes, and so on; what a
 * slot sums up over the classes is there for the slots after it. Everything is done as late as possible, so that as little as possible has to be kept in rows
 * from one loop to the next; cheap comparisons are made again where they are needed again.
 *
 * <p>With few classes, several slots become one loop over pixels that has the values of all classes in registers. Else each slot is a loop of its own, over
 * pixels or over classes and pixels, whose length does not depend on the number of classes.
 */
final class Schedule {
    /** Says about how many instructions a loop may have: for tests, and for whoever wants to try another number. */
    static final String LENGTH_PROPERTY = "segloss.vector.loop";

    /** Longer loops the JVM may leave alone, or compile with vectors in boxes. */
    private static final int LONGEST_LOOP = 240;

    /** Where a pass does not fit one loop, shorter ones are faster: they leave less of what another needs in rows. */
    private static final int LONGEST_PART = 214;

    /** For passes of which the JVM, today, compiles even such loops with vectors in boxes. */
    private static final int SHORTER_LOOP = 110;

    /**
     * A loop may have the values of so many classes in registers. With more the JVM takes ever longer to compile the maximum over them, seconds for 10 and minutes
     * for 12, and compiles nothing else meanwhile.
     */
    static final int MOST_CLASSES = 8;

    private final PassGraph graph;

    /** The first slot in which a value can be used. */
    private final Map<Node, Integer> ready = new IdentityHashMap<>();

    /** The slot in which a value is computed. */
    private final Map<Node, Integer> home = new IdentityHashMap<>();

    /** The last loop that reads a value from its row; values without a row are absent. */
    private final Map<Node, Integer> lastRead = new IdentityHashMap<>();

    /** The first loop that reads a value from its row. */
    private final Map<Node, Integer> firstRead = new IdentityHashMap<>();

    private final Map<Node, Integer> position = new IdentityHashMap<>();
    private final BiPredicate<Node, Group> isInPlace;
    private final Predicate<PassGraph.Write> isWrittenInPlace;
    private final List<Group> groups = new ArrayList<>();
    private final int classes;
    private final int longest;
    private int slots;

    /**
     * Assigns the nodes of a pass.
     *
     * @param graph the pass
     * @param classes the number of classes
     * @param longest about how many instructions a loop may have
     * @param isInPlace which loads a loop reads from the tensor itself
     * @param isWrittenInPlace which stores loops make to the tensor itself
     */
    Schedule(
            PassGraph graph,
            int classes,
            int longest,
            BiPredicate<Node, Group> isInPlace,
            Predicate<PassGraph.Write> isWrittenInPlace) {
        this.graph = graph;
        this.classes = classes;
        this.longest = longest;
        this.isInPlace = isInPlace;
        this.isWrittenInPlace = isWrittenInPlace;
        graph.body().forEach(node -> position.put(node, position.size()));
        graph.body().forEach(this::computeReady);
        placeRoots();
        for (Node node : graph.body().reversed()) {
            boundOperands(node);
        }
        group();
        groups.reversed().forEach(this::demand);
    }

    /** {@return about how many instructions loops may have, what to try first at the front} */
    static List<Integer> lengths() {
        int longest = Integer.getInteger(LENGTH_PROPERTY, LONGEST_LOOP);
        return longest > SHORTER_LOOP ? List.of(longest, SHORTER_LOOP) : List.of(longest);
    }

    // ---- kinds of nodes

    /** What happens to a node. */
    enum Kind {
        /** Without SPACE: a table. */
        TABLE,
        /** Read from memory. */
        LOAD,
        /** Computed inside a loop over pixels. */
        PIXEL,
        /** Computed inside a loop over classes. */
        CLASS,
        /** A reduction over CLASS, folded inside a loop over classes. */
        REDUCTION,
        /** Computed by a step of its own. */
        STEP
    }

    static Kind kind(Node node) {
        if (!node.extent().isGrid()) {
            return Kind.TABLE;
        }
        if (GridKernel.isLoad(node)) {
            return Kind.LOAD;
        }
        if (!LoopOps.isFusible(node)) {
            return Kind.STEP;
        }
        if (node.op() instanceof Op.Reduce) {
            return LoopOps.isOfNamedClass(node) ? Kind.PIXEL : Kind.REDUCTION;
        }
        return node.extent().has(Axis.CLASS) ? Kind.CLASS : Kind.PIXEL;
    }

    /** {@return the nodes that a node is computed from, without those that are a mere view of them} */
    static List<Node> operands(Node node) {
        List<Node> operands;
        if (TileSteps.isChoice(node)) {
            Node choice = node.arg(0);
            Node first = LoopOps.isOfNamedClass(node) ? TileSteps.labels(choice) : choice.arg(0);
            operands = List.of(first, choice.arg(1));
        } else {
            operands = kind(node) == Kind.STEP ? TileSteps.operands(node) : node.args();
        }
        return operands.stream().map(TileSteps::root).toList();
    }

    private static int even(int slot) {
        return slot + (slot & 1);
    }

    private static int odd(int slot) {
        return slot | 1;
    }

    // ---- first: as early as possible

    private void computeReady(Node node) {
        Kind kind = kind(node);
        if (TileSteps.isAlias(node)) {
            return;
        }
        int after = 0;
        if (kind != Kind.LOAD) {
            for (Node operand : operands(node)) {
                after = Math.max(after, readyAt(operand));
            }
        }
        ready.put(
                node,
                switch (kind) {
                    case TABLE, LOAD -> 0;
                    case PIXEL -> even(after);
                    case CLASS -> odd(after);
                    case REDUCTION -> odd(after) + 1;
                    case STEP -> after + 1;
                });
    }

    private int readyAt(Node node) {
        return ready.getOrDefault(TileSteps.root(node), 0);
    }

    /** {@return the slot of a sum over the pixels} */
    int slotOf(PassGraph.Sum sum) {
        int after = readyAt(sum.argument());
        if (sum.function() != ReduceFunction.SUM) {
            return after;
        }
        return sum.argument().extent().has(Axis.CLASS) ? odd(after) : even(after);
    }

    /** {@return the slot after whose loop a value is stored} */
    int slotOf(PassGraph.Write write) {
        return readyAt(write.value());
    }

    /** {@return whether a sum is a step of its own} */
    static boolean isStep(PassGraph.Sum sum) {
        return sum.function() != ReduceFunction.SUM;
    }

    // ---- second: as late as possible

    private void placeRoots() {
        for (PassGraph.Sum sum : graph.sums()) {
            bound(sum.argument(), slotOf(sum));
        }
        for (PassGraph.Write write : graph.stores()) {
            bound(write.value(), slotOf(write));
        }
    }

    private void boundOperands(Node node) {
        Kind kind = kind(node);
        Integer slot = home.get(node);
        if (slot == null || kind == Kind.LOAD || kind == Kind.TABLE) {
            return;
        }
        operands(node).forEach(operand -> bound(operand, slot));
    }

    /** Sees to it that a value is there for whoever uses it in a slot. */
    private void bound(Node user, int slot) {
        Node node = TileSteps.root(user);
        int latest =
                switch (kind(node)) {
                    case TABLE, LOAD -> slot;
                    case PIXEL -> slot & ~1;
                    case CLASS -> (slot & 1) == 1 ? slot : slot - 1;
                    case REDUCTION -> (slot & 1) == 1 ? slot - 2 : slot - 1;
                    case STEP -> slot - 1;
                };
        home.merge(node, latest, Math::min);
        slots = Math.max(slots, slot + 1);
    }

    // ---- third: loops over pixels that hold the values of all classes

    /**
     * Some slots that are one loop.
     *
     * @param first the first slot
     * @param last the last slot
     */
    record Group(int first, int last) {
        boolean has(int slot) {
            return first <= slot && slot <= last;
        }

        /** {@return whether it is a loop over classes} */
        boolean isClassLoop() {
            return first == last && first % 2 == 1;
        }
    }

    /** Slots come together as long as the loop is not too long for the JVM; steps come after a loop. */
    private void group() {
        int all = IntStream.range(0, slots).map(this::length).sum();
        int most = all > longest ? Math.min(longest, LONGEST_PART) : longest;
        int first = 0;
        int length = 0;
        for (int slot = 0; slot < slots; slot++) {
            int more = length(slot);
            boolean isTooLong = length + more > most || classes > MOST_CLASSES;
            if (slot > first && (isTooLong || hasStep(slot - 1))) {
                groups.add(new Group(first, slot - 1));
                first = slot;
                length = 0;
            }
            length += more;
        }
        if (slots > 0) {
            groups.add(new Group(first, slots - 1));
        }
    }

    private boolean hasStep(int slot) {
        return home.entrySet().stream()
                .anyMatch(e -> e.getValue() == slot && kind(e.getKey()) == Kind.STEP);
    }

    /** About how many instructions a slot has with all classes in one loop. */
    private int length(int slot) {
        int length = 0;
        for (Map.Entry<Node, Integer> entry : home.entrySet()) {
            Node node = entry.getKey();
            if (entry.getValue() == slot) {
                length +=
                        switch (kind(node)) {
                            case PIXEL -> length(node);
                            case CLASS, REDUCTION -> length(node) * classes;
                            case TABLE, LOAD, STEP -> 0;
                        };
            }
        }
        return length;
    }

    /** About how many instructions an op has. */
    private static int length(Node node) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) ->
                    switch (f) {
                        case EXP, LOG1P -> 20;
                        case LOG, EXPM1 -> 25;
                        case TANH -> 30;
                        case FLOOR -> 8;
                        case SIGN -> 4;
                        case NEG, ABS, SQRT, NOT -> 1;
                        case CAST, DETACH -> 0;
                    };
            case Op.Binary(BinaryFunction f) ->
                    switch (f) {
                        case POW -> 10;
                        case MIN, MAX -> 4;
                        default -> 1;
                    };
            case Op.Reduce _ -> 3;
            default -> 1;
        };
    }

    /** {@return the loops, in the order in which they run} */
    List<Group> groups() {
        return groups;
    }

    // ---- fourth: what has to be kept in rows

    private void demand(Group group) {
        for (Node node : graph.body().reversed()) {
            if (isAtHome(node, group) && kind(node) == Kind.STEP) {
                operands(node).forEach(operand -> read(operand, group));
            }
        }
        Map<Node, Boolean> seen = new IdentityHashMap<>();
        for (PassGraph.Write write : graph.stores()) {
            if (group.has(slotOf(write)) && isWrittenInPlace.test(write)) {
                visit(TileSteps.root(write.value()), group, seen);
            } else if (group.has(slotOf(write))) {
                read(TileSteps.root(write.value()), group);
            }
        }
        for (PassGraph.Sum sum : graph.sums()) {
            if (group.has(slotOf(sum))) {
                Node argument = TileSteps.root(sum.argument());
                if (isStep(sum)) {
                    read(argument, group);
                } else {
                    visit(argument, group, seen);
                }
            }
        }
        for (Node node : kept(group)) {
            if (kind(node) == Kind.REDUCTION && group.isClassLoop()) {
                operands(node).forEach(operand -> visit(operand, group, seen));
            } else {
                visit(node, group, seen);
            }
        }
    }

    private void visit(Node node, Group group, Map<Node, Boolean> seen) {
        if (seen.put(node, true) != null || kind(node) == Kind.TABLE) {
            return;
        }
        if (isComputedIn(node, group)) {
            operands(node).forEach(operand -> visit(operand, group, seen));
        } else if (!isInPlace.test(node, group)) {
            read(node, group);
        }
    }

    private void read(Node node, Group group) {
        if (kind(node) != Kind.TABLE) {
            int number = groups.indexOf(group);
            lastRead.merge(node, number, Math::max);
            firstRead.merge(node, number, Math::min);
        }
    }

    private boolean isAtHome(Node node, Group group) {
        return group.has(home.getOrDefault(node, -1));
    }

    /** {@return whether a loop computes a value, and does not find it in a row} */
    boolean isComputedIn(Node node, Group group) {
        return switch (kind(node)) {
            case TABLE, LOAD, STEP -> false;
            case REDUCTION -> isAtHome(node, group) && !group.isClassLoop();
            case PIXEL -> isAtHome(node, group) || isCheap(node);
            case CLASS ->
                    isAtHome(node, group)
                            || isCheap(node)
                                    && (group.isClassLoop() || group.first() < group.last());
        };
    }

    /** Whether computing a value again takes no longer than finding it in a row. */
    private static boolean isCheap(Node node) {
        boolean isOneInstruction =
                node.type() == ValueType.BOOL
                        || switch (node.op()) {
                            case Op.Binary(var f) ->
                                    switch (f) {
                                        case ADD, SUB, MUL -> true;
                                        default -> false;
                                    };
                            case Op.Unary(var f) ->
                                    switch (f) {
                                        case NEG, ABS -> true;
                                        default -> false;
                                    };
                            default -> false;
                        };
        return isOneInstruction && operands(node).stream().allMatch(Schedule::isAtHand);
    }

    private static boolean isAtHand(Node node) {
        return switch (kind(node)) {
            case TABLE, LOAD, REDUCTION -> true;
            case PIXEL, CLASS, STEP -> false;
        };
    }

    // ---- the result

    /** {@return the values that a loop leaves in rows, reductions over CLASS among them, in the order of the graph} */
    List<Node> kept(Group group) {
        return withRows(group, Kind.PIXEL, Kind.CLASS, Kind.REDUCTION);
    }

    /** {@return the values that are computed by steps after a loop} */
    List<Node> steps(Group group) {
        return withRows(group, Kind.STEP);
    }

    private List<Node> withRows(Group group, Kind... kinds) {
        return graph.body().stream()
                .filter(node -> isAtHome(node, group) && lastRead.containsKey(node))
                .filter(node -> List.of(kinds).contains(kind(node)))
                .toList();
    }

    /** {@return what is read from memory into rows, and first read from there by a loop or the steps after it} */
    List<Node> loads(int group) {
        return graph.body().stream()
                .filter(node -> kind(node) == Kind.LOAD)
                .filter(node -> firstRead.getOrDefault(node, -1) == group)
                .toList();
    }

    /** {@return the number of the last loop that reads a row, itself or by the steps after it} */
    int lastRead(Node node) {
        return lastRead.get(node);
    }

    /** {@return where a node comes in the graph} */
    int position(Node node) {
        return position.getOrDefault(TileSteps.root(node), -1);
    }
}
