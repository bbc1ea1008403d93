package io.github.segloss.graph;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Replaces several divisions by the same {@code 1 + x} on the pixels by one reciprocal and products: probabilities and their gradients divide by the sum of
 * exponentials again and again, and a division takes as long as a dozen products. Only such divisors: of a tiny one the reciprocal could overflow.
 */
public final class SharedReciprocals {
    private final Map<Node, Integer> divisions = new IdentityHashMap<>();
    private final Map<Node, Node> rewritten = new IdentityHashMap<>();

    private SharedReciprocals() {}

    /**
     * {@return equal nodes with fewer divisions}
     *
     * @param outputs nodes by name
     */
    public static SequencedMap<String, Node> share(SequencedMap<String, Node> outputs) {
        Interner interner = new Interner();
        List<Node> roots = outputs.values().stream().map(interner::intern).toList();
        SharedReciprocals sharing = new SharedReciprocals();
        Map<Node, Boolean> seen = new IdentityHashMap<>();
        roots.forEach(root -> sharing.count(root, seen));
        SequencedMap<String, Node> results = new LinkedHashMap<>();
        outputs.forEach((name, node) -> results.put(name, sharing.rewrite(interner.intern(node))));
        return results;
    }

    private void count(Node node, Map<Node, Boolean> seen) {
        if (seen.put(node, true) == null) {
            if (isDivisionByOnePlus(node)) {
                divisions.merge(node.arg(1), 1, Integer::sum);
            }
            node.args().forEach(arg -> count(arg, seen));
        }
    }

    private static boolean isDivisionByOnePlus(Node node) {
        return isBinary(node, BinaryFunction.DIV)
                && node.arg(1).extent().isGrid()
                && isBinary(node.arg(1), BinaryFunction.ADD)
                && node.arg(1).arg(0).isConstant(1);
    }

    private static boolean isBinary(Node node, BinaryFunction function) {
        return node.op() instanceof Op.Binary(BinaryFunction f) && f == function;
    }

    private Node rewrite(Node node) {
        Node done = rewritten.get(node);
        if (done == null) {
            List<Node> args = new ArrayList<>();
            node.args().forEach(arg -> args.add(rewrite(arg)));
            boolean isShared = isDivisionByOnePlus(node) && divisions.get(node.arg(1)) > 1;
            if (isShared) {
                Node reciprocal = Nodes.binary(BinaryFunction.DIV, Nodes.constant(1), args.get(1));
                done = Nodes.binary(BinaryFunction.MUL, args.get(0), reciprocal);
            } else {
                done = args.equals(node.args()) ? node : Nodes.rebuild(node, args);
            }
            rewritten.put(node, done);
        }
        return done;
    }
}
