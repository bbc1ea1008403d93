package io.github.segloss.graph;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes factors out of sums on the pixels: {@code f x + f y} is {@code f (x + y)}. The chain rule makes a product of all that a gradient comes by, and sums up products
 * that have come by the same; of a focal loss, a third of the products are one of the others again. A change stays only if fewer ops are left.
 *
 * <p>One of the two terms may be a choice of something or nothing: {@code select(m, f x, 0) + f y} is {@code f (select(m, x, 0) + y)}. Not both: a factor that is
 * infinite where both choose nothing would make that NaN.
 */
public final class CommonFactors {
    /** What an op on all classes costs, compared with one on the pixels. */
    private static final int CLASSES = 4;

    private final Interner interner = new Interner();
    private SequencedMap<String, Node> outputs = new LinkedHashMap<>();
    private List<Node> order = List.of();
    private long cost;

    /** The products that are there, by their arguments; the second in the order of the graph, so that equal losses become equal programs. */
    private Map<Node, Map<Node, Node>> products = Map.of();

    private CommonFactors() {}

    /**
     * {@return equal nodes with fewer products}
     *
     * @param outputs nodes by name
     */
    public static SequencedMap<String, Node> takeOut(SequencedMap<String, Node> outputs) {
        CommonFactors factors = new CommonFactors();
        factors.accept(factors.replaced(outputs, Map.of()));
        boolean isBetter = true;
        while (isBetter) {
            isBetter = factors.improve();
        }
        return factors.outputs;
    }

    private boolean improve() {
        for (Node node : order) {
            Node factored = isSum(node) ? factored(node) : null;
            if (factored != null) {
                SequencedMap<String, Node> candidate = replaced(outputs, Map.of(node, factored));
                if (costOf(Graph.topologicalOrder(candidate.values())) < cost) {
                    accept(candidate);
                    return true;
                }
            }
        }
        return false;
    }

    private void accept(SequencedMap<String, Node> better) {
        outputs = better;
        order = Graph.topologicalOrder(better.values());
        cost = costOf(order);
        products = new IdentityHashMap<>();
        for (Node node : order) {
            if (isProduct(node)) {
                products.computeIfAbsent(node.arg(0), _ -> new LinkedHashMap<>())
                        .put(node.arg(1), node);
            }
        }
    }

    private static long costOf(List<Node> order) {
        return order.stream()
                .filter(node -> node.extent().isGrid())
                .mapToLong(node -> node.extent().has(Axis.CLASS) ? CLASSES : 1)
                .sum();
    }

    private SequencedMap<String, Node> replaced(
            SequencedMap<String, Node> all, Map<Node, Node> replacements) {
        Map<Node, Node> done = new IdentityHashMap<>(replacements);
        SequencedMap<String, Node> results = new LinkedHashMap<>();
        all.forEach((name, node) -> results.put(name, replaced(node, done)));
        return results;
    }

    private Node replaced(Node node, Map<Node, Node> done) {
        Node result = done.get(node);
        if (result == null) {
            List<Node> args = new ArrayList<>();
            node.args().forEach(arg -> args.add(replaced(arg, done)));
            result = interner.intern(args.equals(node.args()) ? node : Nodes.rebuild(node, args));
            done.put(node, result);
        }
        return result;
    }

    // ---- sums

    private static boolean isSum(Node node) {
        return node.extent().isGrid()
                && node.op() instanceof Op.Binary(BinaryFunction f)
                && (f == BinaryFunction.ADD || f == BinaryFunction.SUB);
    }

    private static boolean isProduct(Node node) {
        return node.extent().isGrid()
                && node.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.MUL;
    }

    /**
     * A term of a sum.
     *
     * @param choice the choice between the product and nothing, if it is one
     * @param factors the factors of the product
     */
    private record Term(@Nullable Node choice, List<Node> factors) {
        static Term of(Node node) {
            List<Node> factors = new ArrayList<>();
            boolean isChoice =
                    node.op() instanceof Op.Select
                            && (node.arg(1).isConstant(0) || node.arg(2).isConstant(0));
            collect(isChoice ? chosen(node) : node, factors);
            return new Term(isChoice ? node : null, factors);
        }

        private static Node chosen(Node choice) {
            return choice.arg(choice.arg(1).isConstant(0) ? 2 : 1);
        }

        private static void collect(Node node, List<Node> factors) {
            if (isProduct(node)) {
                node.args().forEach(arg -> collect(arg, factors));
            } else {
                factors.add(node);
            }
        }

        /** What is left of the term without some of its factors. */
        Node without(List<Node> taken, CommonFactors all) {
            List<Node> left = new ArrayList<>(factors);
            taken.forEach(left::remove);
            Node rest = all.product(left);
            if (choice == null) {
                return rest;
            }
            return choice.arg(1).isConstant(0)
                    ? Nodes.select(choice.arg(0), choice.arg(1), rest)
                    : Nodes.select(choice.arg(0), rest, choice.arg(2));
        }
    }

    private @Nullable Node factored(Node sum) {
        if (sum.arg(0) == sum.arg(1)) {
            return null; // x - x is NaN where x is infinite, which is what it is for
        }
        Term a = Term.of(sum.arg(0));
        Term b = Term.of(sum.arg(1));
        if (a.choice() != null && b.choice() != null) {
            return null;
        }
        List<Node> left = new ArrayList<>(b.factors());
        List<Node> common = new ArrayList<>();
        for (Node factor : a.factors()) {
            if (factor.extent().isGrid() && left.remove(factor)) {
                common.add(factor);
            }
        }
        if (common.isEmpty()) {
            return null;
        }
        BinaryFunction f = ((Op.Binary) sum.op()).function();
        Node rest = Nodes.binary(f, a.without(common, this), b.without(common, this));
        return interner.intern(Nodes.binary(BinaryFunction.MUL, product(common), rest));
    }

    /** A product, made of products that are there where that is possible. */
    private Node product(List<Node> factors) {
        List<Node> left = new ArrayList<>(factors);
        while (left.size() > 1) {
            Node both = takePair(left);
            left.addFirst(both != null ? both : multiplied(left));
        }
        return left.isEmpty() ? Nodes.constant(1) : left.getFirst();
    }

    private Node multiplied(List<Node> left) {
        Node a = left.removeFirst();
        return interner.intern(Nodes.binary(BinaryFunction.MUL, a, left.removeFirst()));
    }

    private @Nullable Node takePair(List<Node> left) {
        for (Node a : left) {
            for (Map.Entry<Node, Node> product : products.getOrDefault(a, Map.of()).entrySet()) {
                Node b = product.getKey();
                int first = left.indexOf(a);
                int second = a == b ? left.lastIndexOf(b) : left.indexOf(b);
                if (second >= 0 && second != first) {
                    left.remove(Math.max(first, second));
                    left.remove(Math.min(first, second));
                    return product.getValue();
                }
            }
        }
        return null;
    }
}
