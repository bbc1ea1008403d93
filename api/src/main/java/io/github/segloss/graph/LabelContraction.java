package io.github.segloss.graph;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns sums over CLASS in which only the class of the label counts into the term of that class: with a target of class indices, {@code sum over CLASS of
 * select(classIndex == label, f(x_c), 0)} is {@code f(x_label)}, computed once for a pixel and not once for each class.
 *
 * <p>The term is followed down to what is not pointwise; there, one value is picked for each pixel by {@code sum over CLASS of select(classIndex == label, x,
 * 0)}, which for most losses is the prediction alone. A label out of range picks 0, a value like any other; such pixels are either masked or reported.
 * Applied before differentiation, so that the gradient has the same economy.
 */
public final class LabelContraction {
    private final Interner interner = Interner.beforeDifferentiation();
    private final Map<Node, Node> rewritten = new IdentityHashMap<>();

    /** What each node is at the class of a label, by the condition that compares with that label. */
    private final Map<Node, Map<Node, Node>> picked = new HashMap<>();

    /** The support of each node: a graph shares its nodes, and without this a walk would visit each as often as there are paths to it. */
    private final Map<Node, Optional<Node>> supports = new IdentityHashMap<>();

    private LabelContraction() {}

    /**
     * {@return an equal node with sums over CLASS contracted}
     *
     * @param node any node
     */
    public static Node contract(Node node) {
        LabelContraction contraction = new LabelContraction();
        return contraction.rewrite(contraction.interner.intern(node));
    }

    private Node rewrite(Node node) {
        Node done = rewritten.get(node);
        if (done != null) {
            return done;
        }
        Node result = interner.intern(Nodes.rebuildWithDerivative(node, this::rewrite));
        if (result.op() instanceof Op.Reduce(ReduceFunction f, Axes axes)
                && f == ReduceFunction.SUM
                && axes.has(Axis.CLASS)) {
            Node hit = support(result.arg(0));
            if (hit != null) {
                result =
                        interner.intern(
                                Nodes.sum(pick(result.arg(0), hit), axes.minus(Axes.CLASS)));
            }
        }
        rewritten.put(node, result);
        return result;
    }

    /** The condition {@code classIndex == label} outside of which a node is 0, if there is one. */
    private @Nullable Node support(Node node) {
        // Not computeIfAbsent: it would run into itself.
        Optional<Node> known = supports.get(node);
        if (known == null) {
            known = Optional.ofNullable(supportAnew(node));
            supports.put(node, known);
        }
        return known.orElse(null);
    }

    private @Nullable Node supportAnew(Node node) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) ->
                    switch (f) {
                        case NEG -> support(node.arg(0));
                        case CAST -> isHit(node.arg(0)) ? node.arg(0) : null;
                        case ABS, SIGN, SQRT, EXP, LOG, LOG1P, EXPM1, TANH, FLOOR, NOT, DETACH ->
                                null;
                    };
            case Op.Binary(BinaryFunction f) ->
                    switch (f) {
                        case MUL -> {
                            Node left = support(node.arg(0));
                            yield left != null ? left : support(node.arg(1));
                        }
                        case DIV -> support(node.arg(0));
                        case ADD, SUB -> common(node.arg(0), node.arg(1));
                        case POW, MIN, MAX, LT, LE, EQ, AND, OR -> null;
                    };
            case Op.Select _ ->
                    isHit(node.arg(0)) && node.arg(2).isConstant(0)
                            ? node.arg(0)
                            : common(node.arg(1), node.arg(2));
            case Op.Input _,
                    Op.Constant _,
                    Op.ClassTable _,
                    Op.ClassIndex _,
                    Op.Size _,
                    Op.Reduce _,
                    Op.ClassMix _ ->
                    null;
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    null;
        };
    }

    /** The support that two nodes share; a constant 0 shares any. */
    private @Nullable Node common(Node a, Node b) {
        if (a.isConstant(0)) {
            return support(b);
        }
        Node left = support(a);
        return b.isConstant(0) || left == support(b) ? left : null;
    }

    private static boolean isHit(Node condition) {
        return condition.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.EQ
                && condition.arg(0).op() instanceof Op.ClassIndex
                && condition.arg(1).op() instanceof Op.Input;
    }

    /** The node at the class of the label. */
    private Node pick(Node node, Node hit) {
        if (!node.extent().has(Axis.CLASS)) {
            return node;
        }
        Map<Node, Node> known = picked.computeIfAbsent(hit, _ -> new IdentityHashMap<>());
        Node done = known.get(node);
        if (done == null) {
            done = interner.intern(pickAnew(node, hit));
            known.put(node, done);
        }
        return done;
    }

    private Node pickAnew(Node node, Node hit) {
        return switch (node.op()) {
            case Op.ClassIndex _ -> hit.arg(1);
            case Op.Select _ when node.arg(0) == hit -> pick(node.arg(1), hit);
            case Op.Unary(UnaryFunction f) when f == UnaryFunction.CAST && node.arg(0) == hit ->
                    Nodes.constant(1);
            case Op.Unary _, Op.Binary _, Op.Select _ ->
                    Nodes.rebuildWithDerivative(node, arg -> pick(arg, hit));
            case Op.Input _, Op.ClassTable _, Op.ClassMix _, Op.Reduce _ -> leaf(node, hit);
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    leaf(node, hit);
            case Op.Constant _, Op.Size _ ->
                    throw new IllegalStateException("does not vary along CLASS: " + node);
        };
    }

    private static Node leaf(Node node, Node hit) {
        return Nodes.sum(Nodes.select(hit, node, Nodes.constant(0)), Axes.CLASS);
    }
}
