package io.github.segloss.vector;

import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.program.GridKernel;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Applies a rule to values and to all on the pixels that they are computed from, arguments first and each once. What is loaded is not looked behind. */
final class BottomUp {
    private final UnaryOperator<Node> rule;
    private final Map<Node, Node> rewritten = new IdentityHashMap<>();

    /**
     * Has rewritten nothing yet.
     *
     * @param rule gives a node that computes the same, or the node itself
     */
    BottomUp(UnaryOperator<Node> rule) {
        this.rule = rule;
    }

    /** {@return a node that computes the same} */
    Node rewrite(Node node) {
        if (!node.extent().isGrid() || GridKernel.isLoad(node)) {
            return node;
        }
        Node done = rewritten.get(node);
        if (done == null) {
            List<Node> args = node.args().stream().map(this::rewrite).toList();
            done = rule.apply(args.equals(node.args()) ? node : Nodes.rebuild(node, args));
            rewritten.put(node, done);
        }
        return done;
    }
}
