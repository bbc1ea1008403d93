package io.github.segloss.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a factor that is the same for all classes out of a sum over CLASS where the sum of the rest is there anyway: the gradient of a softmax sums probabilities
 * {@code exp(x) r} whose exponentials have been summed up before. Only there: a sum that nobody asked for could overflow where that of the products does not.
 */
public final class SharedClassSums {
    private final Interner interner;
    private final Map<Node, Node> sums = new HashMap<>();
    private final Map<Node, Node> rewritten = new IdentityHashMap<>();

    private SharedClassSums(Interner interner) {
        this.interner = interner;
    }

    /**
     * {@return equal nodes with fewer sums over CLASS}
     *
     * @param outputs nodes by name
     */
    public static SequencedMap<String, Node> share(SequencedMap<String, Node> outputs) {
        Interner interner = new Interner();
        SharedClassSums sharing = new SharedClassSums(interner);
        SequencedMap<String, Node> interned = new LinkedHashMap<>();
        outputs.forEach((name, node) -> interned.put(name, interner.intern(node)));
        Map<Node, Boolean> seen = new IdentityHashMap<>();
        interned.values().forEach(node -> sharing.collect(node, seen));
        SequencedMap<String, Node> results = new LinkedHashMap<>();
        interned.forEach((name, node) -> results.put(name, sharing.rewrite(node)));
        return results;
    }

    private static boolean isClassSum(Node node) {
        return node.op() instanceof Op.Reduce(ReduceFunction f, Axes axes)
                && f == ReduceFunction.SUM
                && axes.equals(Axes.CLASS);
    }

    private void collect(Node node, Map<Node, Boolean> seen) {
        if (seen.put(node, true) == null) {
            if (isClassSum(node)) {
                sums.put(node.arg(0), node);
            }
            node.args().forEach(arg -> collect(arg, seen));
        }
    }

    private Node rewrite(Node node) {
        Node done = rewritten.get(node);
        if (done == null) {
            Node shared = isClassSum(node) ? shared(node.arg(0)) : null;
            if (shared != null) {
                done = shared;
            } else {
                List<Node> args = new ArrayList<>();
                node.args().forEach(arg -> args.add(rewrite(arg)));
                done = args.equals(node.args()) ? node : Nodes.rebuild(node, args);
            }
            rewritten.put(node, done);
        }
        return done;
    }

    /** The sum of a product as a product with a sum that is there; null if there is none. */
    private @Nullable Node shared(Node terms) {
        Node product = isChoiceOrNothing(terms) ? terms.arg(2) : terms;
        if (!(product.op() instanceof Op.Binary(BinaryFunction f)) || f != BinaryFunction.MUL) {
            return null;
        }
        for (int k = 0; k < 2; k++) {
            Node factor = product.arg(k);
            if (factor.extent().isGrid() && !factor.extent().has(Axis.CLASS)) {
                Node rest = product.arg(1 - k);
                Node without =
                        product == terms ? rest : Nodes.select(terms.arg(0), terms.arg(1), rest);
                Node sum = sums.get(interner.intern(without));
                if (sum != null) {
                    return Nodes.binary(BinaryFunction.MUL, rewrite(factor), rewrite(sum));
                }
            }
        }
        return null;
    }

    private static boolean isChoiceOrNothing(Node node) {
        return node.op() instanceof Op.Select && node.arg(1).isConstant(0);
    }
}
