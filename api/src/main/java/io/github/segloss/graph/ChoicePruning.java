package io.github.segloss.graph;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Removes choices that have been made already where their results are used: in {@code select(m, 0, f(select(m, a, b)))} the inner choice is always b. Formulas and
 * their gradients guard each step by itself; seen together, many of the guards stand behind another one.
 *
 * <p>A choice goes only if its condition is decided at every use, so no value is computed twice, and what is left computes the same wherever it is looked at.
 */
public final class ChoicePruning {
    /** For each node, the conditions that are decided wherever it is used. */
    private final Map<Node, Map<Node, Boolean>> decided = new IdentityHashMap<>();

    private final Map<Node, Node> pruned = new IdentityHashMap<>();

    private ChoicePruning() {}

    /**
     * {@return equal nodes with fewer choices}
     *
     * @param outputs nodes by name
     */
    public static SequencedMap<String, Node> prune(SequencedMap<String, Node> outputs) {
        Interner interner = new Interner();
        SequencedMap<String, Node> interned = new LinkedHashMap<>();
        outputs.forEach((name, node) -> interned.put(name, interner.intern(node)));
        ChoicePruning pruning = new ChoicePruning();
        List<Node> order = Graph.topologicalOrder(interned.values());
        interned.values().forEach(node -> pruning.meet(node, Map.of()));
        order.reversed().forEach(pruning::decideArguments);
        order.forEach(pruning::rebuild);
        SequencedMap<String, Node> results = new LinkedHashMap<>();
        interned.forEach((name, node) -> results.put(name, pruning.pruned.get(node)));
        return results;
    }

    /** One more use of a node, at which some conditions are decided. */
    private void meet(Node node, Map<Node, Boolean> here) {
        Map<Node, Boolean> before = decided.get(node);
        if (before == null) {
            decided.put(node, new HashMap<>(here));
        } else {
            before.entrySet().removeIf(entry -> entry.getValue() != here.get(entry.getKey()));
        }
    }

    private void decideArguments(Node node) {
        Map<Node, Boolean> here = decided.get(node);
        switch (node.op()) {
            case Op.Unary _, Op.Binary _ -> node.args().forEach(arg -> meet(arg, here));
            case Op.Select _ -> {
                meet(node.arg(0), here);
                meet(node.arg(1), with(here, node.arg(0), true));
                meet(node.arg(2), with(here, node.arg(0), false));
            }
            // Their arguments count at other pixels and classes too, where the condition may be
            // another.
            case Op.Reduce _, Op.ClassMix _, Op.RankedSum _, Op.DistanceTransform _ ->
                    node.args().forEach(arg -> meet(arg, Map.of()));
            case Op.WindowExtreme _, Op.WindowScatter _, Op.WindowGather _ ->
                    node.args().forEach(arg -> meet(arg, Map.of()));
            case Op.Input _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ -> {}
        }
    }

    private static Map<Node, Boolean> with(Map<Node, Boolean> here, Node condition, boolean value) {
        Map<Node, Boolean> more = new HashMap<>(here);
        more.put(condition, value);
        return more;
    }

    private void rebuild(Node node) {
        Boolean value = isSelect(node) ? decided.get(node).get(node.arg(0)) : null;
        Node result;
        if (isZeroAtTop(node)) {
            result = pruned.get(node.arg(2));
        } else if (value != null) {
            result = pruned.get(node.arg(value ? 1 : 2));
        } else {
            List<Node> args = node.args().stream().map(pruned::get).toList();
            result = args.equals(node.args()) ? node : Nodes.rebuild(node, args);
        }
        pruned.put(node, result);
    }

    /**
     * Whether a node is {@code select(classIndex == argmax x, 0, x - max x)} for an input x: x - max x is 0 there anyway, but for infinite logits, which every
     * program reports. The choice was for the gradient, which has been taken.
     */
    private static boolean isZeroAtTop(Node node) {
        return isSelect(node)
                && node.arg(1).isConstant(0)
                && node.arg(2).op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.SUB
                && node.arg(2).arg(0).op() instanceof Op.Input
                && isReduction(node.arg(2).arg(1), ReduceFunction.MAX, node.arg(2).arg(0))
                && node.arg(0).op() instanceof Op.Binary(BinaryFunction g)
                && g == BinaryFunction.EQ
                && node.arg(0).arg(0).op() instanceof Op.ClassIndex
                && isReduction(node.arg(0).arg(1), ReduceFunction.ARGMAX, node.arg(2).arg(0));
    }

    private static boolean isReduction(Node node, ReduceFunction function, Node arg) {
        return node.op() instanceof Op.Reduce(ReduceFunction f, Axes axes)
                && f == function
                && axes.equals(Axes.CLASS)
                && node.arg(0) == arg;
    }

    private static boolean isSelect(Node node) {
        return node.op() instanceof Op.Select;
    }
}
