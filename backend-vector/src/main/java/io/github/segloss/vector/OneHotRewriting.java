package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes work on all classes of which only one class is used. In {@code select(classIndex == k, f, g)} the value f matters only for class k, so the
 * arguments of f are picked for that class first and f is computed once per pixel instead of once per class: a focal loss then takes one logarithm and
 * one power per pixel, whatever the number of classes.
 */
final class OneHotRewriting {
    private record Key(Op op, List<Node> args, ValueType type) {}

    private static final Node ZERO = Nodes.constant(0);

    private final int classes;
    private final Map<Key, Node> unique = new HashMap<>();
    private final Map<Node, Node> interned = new IdentityHashMap<>();
    private final Map<Node, Node> hoisted = new IdentityHashMap<>();
    private final Map<Node, Node> rewritten = new IdentityHashMap<>();
    private final Map<Node, Map<Node, Node>> picked = new IdentityHashMap<>();

    /** What is needed for every class anyway. */
    private final Map<Node, Boolean> full = new IdentityHashMap<>();

    private final Map<Node, Map<Node, Boolean>> visitedPicks = new IdentityHashMap<>();

    /** What is needed for every class, and yet computed again for the class that labels choose, since that is less work than to pick it. */
    private final Map<Node, Map<Node, Boolean>> again = new IdentityHashMap<>();

    OneHotRewriting(Collection<Node> roots, int classes) {
        this.classes = classes;
        roots.forEach(root -> visitFull(hoist(root)));
    }

    /** {@return a node that computes the same as a node of the program with less work} */
    Node rewrite(Node node) {
        return rebuild(hoist(node));
    }

    /** {@return the argument of a reduction, summed over CLASS already where that is a mere choice of one class} */
    Node contracted(Node reduction, Node argument, Axes axes) {
        boolean isChoice =
                ((Op.Reduce) reduction.op()).function() == ReduceFunction.SUM
                        && axes.has(Axis.CLASS)
                        && isChosenAndZero(argument)
                        && !argument.arg(1).extent().has(Axis.CLASS);
        return isChoice ? intern(Nodes.sum(argument, Axes.CLASS)) : argument;
    }

    // ---- patterns

    /** {@return the labels k if a condition is {@code classIndex == k} for labels on the pixels, else null} */
    static @Nullable Node labelsOf(Node condition) {
        if (condition.op() instanceof Op.Binary(BinaryFunction f) && f == BinaryFunction.EQ) {
            for (int i = 0; i < 2; i++) {
                Node other = condition.arg(1 - i);
                if (condition.arg(i).op() instanceof Op.ClassIndex
                        && other.extent().isGrid()
                        && !other.extent().has(Axis.CLASS)) {
                    return other;
                }
            }
        }
        return null;
    }

    /** {@return whether a node is {@code select(classIndex == k, f, 0)}} */
    static boolean isChosenAndZero(Node node) {
        return node.op() instanceof Op.Select
                && node.arg(2).isConstant(0)
                && labelsOf(node.arg(0)) != null;
    }

    private static boolean isLeaf(Node node) {
        return !node.extent().isGrid() || GridKernel.isLoad(node);
    }

    private Node intern(Node node) {
        if (isLeaf(node)) {
            return node;
        }
        Node done = interned.get(node);
        if (done == null) {
            List<Node> args = node.args().stream().map(this::intern).toList();
            Node first = unique.putIfAbsent(new Key(node.op(), args, node.type()), node);
            done = first == null ? node : first;
            interned.put(node, done);
        }
        return done;
    }

    // ---- first: choices of a class to the outside, where a sum over CLASS finds them

    private Node hoist(Node node) {
        Node done = hoisted.get(node);
        if (done != null) {
            return done;
        }
        Node result = isLeaf(node) ? node : intern(hoistOver(node));
        hoisted.put(node, result);
        return result;
    }

    private Node hoistOver(Node node) {
        List<Node> args = node.args().stream().map(this::hoist).toList();
        Node again = with(node, args);
        if (again.op() instanceof Op.Select
                && again.arg(2).isConstant(0)
                && !again.arg(0).extent().has(Axis.CLASS)
                && isChosenAndZero(again.arg(1))) {
            Node inner = again.arg(1);
            return Nodes.select(
                    inner.arg(0), intern(Nodes.select(again.arg(0), inner.arg(1), ZERO)), ZERO);
        }
        if (again.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.MUL
                && isChosenAndZero(again.arg(0))
                && !again.arg(1).extent().isGrid()) {
            Node inner = again.arg(0);
            Node product = Nodes.binary(BinaryFunction.MUL, inner.arg(1), again.arg(1));
            // A product of two tables would be a table that nobody computes.
            return product.extent().isGrid()
                    ? Nodes.select(inner.arg(0), intern(product), ZERO)
                    : again;
        }
        if (again.op() instanceof Op.Unary(UnaryFunction f)
                && f == UnaryFunction.NEG
                && isChosenAndZero(again.arg(0))
                && again.arg(0).arg(1).extent().isGrid()) {
            Node inner = again.arg(0);
            return Nodes.select(
                    inner.arg(0), intern(Nodes.unary(UnaryFunction.NEG, inner.arg(1))), ZERO);
        }
        return again;
    }

    /** The node with other arguments, of the same types and on the pixels too. */
    private Node with(Node node, List<Node> args) {
        boolean same = true;
        for (int i = 0; i < args.size(); i++) {
            same &= args.get(i) == node.arg(i);
        }
        if (same) {
            return node;
        }
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) -> Nodes.unary(f, args.get(0));
            case Op.Binary(BinaryFunction f) -> Nodes.binary(f, args.get(0), args.get(1));
            case Op.Select _ -> Nodes.select(args.get(0), args.get(1), args.get(2));
            case Op.Reduce(ReduceFunction f, Axes axes) ->
                    switch (f) {
                        case SUM -> Nodes.sum(args.get(0), axes);
                        case MAX -> Nodes.max(args.get(0), axes);
                        case MIN -> Nodes.min(args.get(0), axes);
                        case ARGMAX -> Nodes.argmax(args.get(0));
                    };
            case Op.ClassMix(boolean transposed) ->
                    Nodes.classMix(args.get(0), args.get(1), transposed);
            default -> throw new IllegalStateException("not inside a pass: " + node);
        };
    }

    // ---- second: what is needed for every class

    private void visitFull(Node node) {
        if (!node.extent().isGrid() || full.put(node, true) != null || isLeaf(node)) {
            return;
        }
        for (int i = 0; i < node.args().size(); i++) {
            Node labels = i == 1 ? chosenBy(node) : null;
            if (labels != null) {
                visitPick(node.arg(1), labels);
            } else {
                visitFull(node.arg(i));
            }
        }
    }

    /** {@return the labels if a node is a choice of a class} */
    private static @Nullable Node chosenBy(Node node) {
        return node.op() instanceof Op.Select ? labelsOf(node.arg(0)) : null;
    }

    private void visitPick(Node node, Node labels) {
        if (!canPickInside(node)) {
            visitFull(node);
        } else if (visitedPicks
                        .computeIfAbsent(labels, _ -> new IdentityHashMap<>())
                        .put(node, true)
                == null) {
            node.args().forEach(arg -> visitPick(arg, labels));
        }
    }

    /** Whether the value for one class follows from the arguments for that class. */
    private static boolean canPickInside(Node node) {
        return !isLeaf(node)
                && node.extent().has(Axis.CLASS)
                && (node.op() instanceof Op.Unary
                        || node.op() instanceof Op.Binary
                        || node.op() instanceof Op.Select);
    }

    // ---- third: rebuilding

    private Node rebuild(Node node) {
        Node done = rewritten.get(node);
        if (done != null) {
            return done;
        }
        Node result = node;
        if (!isLeaf(node)) {
            Node labels = chosenBy(node);
            List<Node> args =
                    labels != null && pays(node.arg(1), labels)
                            ? List.of(
                                    rebuild(node.arg(0)),
                                    pick(node.arg(1), labels),
                                    rebuild(node.arg(2)))
                            : node.args().stream().map(this::rebuild).toList();
            result = intern(with(node, args));
        }
        rewritten.put(node, result);
        return result;
    }

    private Node pick(Node node, Node labels) {
        if (!node.extent().has(Axis.CLASS)) {
            return rebuild(node);
        }
        Map<Node, Node> known = picked.computeIfAbsent(labels, _ -> new IdentityHashMap<>());
        Node done = known.get(node);
        if (done == null) {
            done = intern(pickNew(node, labels));
            known.put(node, done);
        }
        return done;
    }

    private Node pickNew(Node node, Node labels) {
        if (node.op() instanceof Op.ClassIndex) {
            return rebuild(labels);
        }
        boolean isAgain = again.getOrDefault(labels, Map.of()).containsKey(node);
        if (canPickInside(node) && (isAgain || !full.containsKey(node))) {
            return with(node, node.args().stream().map(arg -> pick(arg, labels)).toList());
        }
        Node chosen = Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), rebuild(labels));
        Node number =
                node.type() == ValueType.FLOAT
                        ? rebuild(node)
                        : Nodes.unary(UnaryFunction.CAST, rebuild(node));
        Node value =
                Nodes.sum(intern(Nodes.select(intern(chosen), intern(number), ZERO)), Axes.CLASS);
        return node.type() == ValueType.BOOL
                ? Nodes.binary(BinaryFunction.LT, Nodes.constant(0.5), intern(value))
                : value;
    }

    /** What it takes to pick a value, for each class: with many classes it goes through a row of its own, and what is made of it back. */
    private int pickWeight() {
        return classes > Schedule.MOST_CLASSES ? 4 : 1;
    }

    /** Whether picking the arguments and computing once is less work than computing for every class. */
    private boolean pays(Node value, Node labels) {
        if (classes == 1 || !canPickInside(value) || full.containsKey(value)) {
            return false;
        }
        Map<Node, Boolean> inside = new IdentityHashMap<>();
        Map<Node, Boolean> picks = new IdentityHashMap<>();
        if (!gather(value, inside, picks)) {
            return false;
        }
        int work = inside.keySet().stream().mapToInt(OneHotRewriting::weight).sum();
        Map<Node, Boolean> more = computedAgain(inside, picks);
        int picking = picks.size() * pickWeight() * classes;
        boolean pays = work + more.size() + picking < work * classes;
        if (pays) {
            again.computeIfAbsent(labels, _ -> new IdentityHashMap<>()).putAll(more);
        }
        return pays;
    }

    /** Moves out of the picks what a single operation makes of the others. */
    private static Map<Node, Boolean> computedAgain(
            Map<Node, Boolean> inside, Map<Node, Boolean> picks) {
        Map<Node, Boolean> more = new IdentityHashMap<>();
        for (int before = -1; before < more.size(); ) {
            before = more.size();
            for (Node node : List.copyOf(picks.keySet())) {
                boolean isCheap =
                        canPickInside(node)
                                && weight(node) <= 1
                                && node.args().stream()
                                        .allMatch(arg ->
                                                !arg.extent().has(Axis.CLASS)
                                                        || arg.op() instanceof Op.ClassIndex
                                                        || picks.containsKey(arg)
                                                        || more.containsKey(arg)
                                                        || inside.containsKey(arg));
                if (isCheap) {
                    picks.remove(node);
                    more.put(node, true);
                }
            }
        }
        return more;
    }

    /** Collects what would be computed once and what would be picked; false if something cannot be picked. */
    private boolean gather(Node node, Map<Node, Boolean> inside, Map<Node, Boolean> picks) {
        if (!node.extent().has(Axis.CLASS)
                || node.op() instanceof Op.ClassIndex
                || picks.containsKey(node)
                || inside.containsKey(node)) {
            return true;
        }
        if (!canPickInside(node) || full.containsKey(node)) {
            picks.put(node, true);
            return node.type() != ValueType.INDEX;
        }
        inside.put(node, true);
        for (Node arg : node.args()) {
            if (!gather(arg, inside, picks)) {
                return false;
            }
        }
        return true;
    }

    private static int weight(Node node) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) ->
                    switch (f) {
                        case EXP, LOG, LOG1P, EXPM1, TANH -> 6;
                        case SQRT -> 2;
                        case NEG, ABS, SIGN, FLOOR, NOT -> 1;
                        case DETACH, CAST -> 0;
                    };
            case Op.Binary(BinaryFunction f) ->
                    switch (f) {
                        case POW -> 6;
                        case DIV -> 2;
                        default -> 1;
                    };
            default -> 1;
        };
    }
}
