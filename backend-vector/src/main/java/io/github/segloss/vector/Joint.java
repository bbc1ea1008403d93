package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Several values that the interpreter computes in one loop, because nearly every program with a softmax or a sigmoid needs all of them.
 *
 * @param kind what
 * @param logits what it reads
 * @param results what it computes
 */
record Joint(Kind kind, Node logits, List<Node> results) {
    /** What is computed. */
    enum Kind {
        /** The largest logit, its class, the exponentials of the logits less the largest, their sum without that of the best class, {@code 1 / (1 + sum)}. */
        SOFTMAX,
        /** {@code e^-|x|} and {@code 1 / (1 + e^-|x|)}. */
        SIGMOID,
        /** What a {@link Stash} holds of a softmax: the exponentials, their sum without that of the best class, {@code 1 / (1 + sum)}. */
        STASHED_SOFTMAX
    }

    /** {@return the joint computations of a pass, by what they compute} */
    static Map<Node, Joint> of(PassGraph graph) {
        Map<Node, Joint> all = new IdentityHashMap<>();
        for (Node node : graph.body()) {
            if (node.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.EXP) {
                softmax(graph, node)
                        .or(() -> sigmoid(graph, node))
                        .ifPresent(joint -> joint.results().forEach(r -> all.put(r, joint)));
            } else if (node.op() instanceof Op.Select) {
                stashed(graph, node)
                        .ifPresent(joint -> joint.results().forEach(r -> all.put(r, joint)));
            }
        }
        return all;
    }

    private static Optional<Node> find(PassGraph graph, Predicate<Node> wanted) {
        return graph.body().stream().filter(wanted).findFirst();
    }

    private static Optional<Joint> softmax(PassGraph graph, Node exponential) {
        Node difference = exponential.arg(0);
        if (!is(difference, BinaryFunction.SUB)) {
            return Optional.empty();
        }
        Node x = difference.arg(0);
        Node largest = difference.arg(1);
        Optional<Node> best = find(graph, node -> is(node, ReduceFunction.ARGMAX, x));
        Optional<Node> rest =
                best.flatMap(top -> find(graph, node -> isSumOfOthers(node, exponential, top)));
        if (rest.isEmpty() || !is(largest, ReduceFunction.MAX, x)) {
            return Optional.empty();
        }
        List<Node> results = new ArrayList<>(List.of(largest, best.get(), exponential, rest.get()));
        find(graph, node -> isReciprocal(node, rest.get())).ifPresent(results::add);
        return Optional.of(new Joint(Kind.SOFTMAX, x, results));
    }

    private static Optional<Joint> sigmoid(PassGraph graph, Node exponential) {
        Node exponent = exponential.arg(0);
        if (!is(exponent, UnaryFunction.NEG) || !is(exponent.arg(0), UnaryFunction.ABS)) {
            return Optional.empty();
        }
        Node x = exponent.arg(0).arg(0);
        return find(graph, node -> isReciprocal(node, exponential))
                .map(r -> new Joint(Kind.SIGMOID, x, List.of(exponential, r)));
    }

    /** The values that {@link Stash} puts in place of those of a softmax. */
    private static Optional<Joint> stashed(PassGraph graph, Node exponentials) {
        Node x = exponentials.arg(2);
        if (!Stash.isBest(exponentials.arg(0)) || !isChoiceOfNegative(exponentials, x)) {
            return Optional.empty();
        }
        boolean areExponentials = exponentials.arg(1).isConstant(1);
        Optional<Node> sum = find(graph, node -> areExponentials && isRestOf(node, x));
        return sum.map(rest -> {
            List<Node> results = new ArrayList<>(List.of(exponentials, rest));
            find(graph, node -> isReciprocal(node, rest)).ifPresent(results::add);
            return new Joint(Kind.STASHED_SOFTMAX, x, results);
        });
    }

    /** Whether a node is a choice by whether x is negative. */
    private static boolean isChoiceOfNegative(Node node, Node x) {
        return node.op() instanceof Op.Select
                && is(node.arg(0), BinaryFunction.LT)
                && node.arg(0).arg(0) == x
                && node.arg(0).arg(1).isConstant(0);
    }

    /** Whether a node is what the negative one of x stands for: it, positive, or 0 if it is {@link Stash#NO_SUM}. */
    private static boolean isRestOf(Node node, Node x) {
        if (!(node.op() instanceof Op.Select)
                || !is(node.arg(0), BinaryFunction.EQ)
                || !node.arg(0).arg(1).isConstant(-Stash.NO_SUM)) {
            return false;
        }
        Node negative = node.arg(0).arg(0);
        return node.arg(1).isConstant(0)
                && is(node.arg(2), UnaryFunction.NEG)
                && node.arg(2).arg(0) == negative
                && negative.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.SUM
                && isChoiceOfNegative(negative.arg(0), x)
                && negative.arg(0).arg(1) == x
                && negative.arg(0).arg(2).isConstant(0);
    }

    private static boolean is(Node node, UnaryFunction function) {
        return node.op() instanceof Op.Unary(UnaryFunction f) && f == function;
    }

    private static boolean is(Node node, BinaryFunction function) {
        return node.op() instanceof Op.Binary(BinaryFunction f) && f == function;
    }

    /** Whether a node is a reduction of another over CLASS. */
    private static boolean is(Node node, ReduceFunction function, Node of) {
        return node.extent().isGrid()
                && node.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == function
                && node.arg(0) == of;
    }

    /** Whether a node is the sum of a value over all classes but one. */
    private static boolean isSumOfOthers(Node node, Node value, Node one) {
        return ClassSteps.isSumOfOthers(node)
                && node.arg(0).arg(2) == value
                && ClassSteps.excluded(node) == one;
    }

    private static boolean isReciprocal(Node node, Node of) {
        return is(node, BinaryFunction.DIV)
                && node.arg(0).isConstant(1)
                && is(node.arg(1), BinaryFunction.ADD)
                && node.arg(1).args().contains(of)
                && node.arg(1).args().stream().anyMatch(arg -> arg.isConstant(1));
    }
}
