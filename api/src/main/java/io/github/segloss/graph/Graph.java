package io.github.segloss.graph;

import io.github.segloss.SegLossException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A set of named outputs and everything that they need, interned: two equal nodes are one. The size of CLASS belongs to the graph; the sizes of BATCH and
 * SPACE, and the values of parameters, come at run time. Immutable; two graphs with the same {@link #text()} compute the same.
 */
public final class Graph {
    private final int classes;
    private final List<Node> nodes;
    private final Map<Node, Integer> ids = new IdentityHashMap<>();
    private final SequencedMap<String, Node> outputs;
    private final String text;

    private Graph(int classes, List<Node> nodes, SequencedMap<String, Node> outputs) {
        this.classes = classes;
        this.nodes = List.copyOf(nodes);
        this.outputs = Collections.unmodifiableSequencedMap(outputs);
        for (int id = 0; id < nodes.size(); id++) {
            ids.put(nodes.get(id), id);
        }
        this.text = describe();
    }

    /**
     * {@return the graph of some outputs}
     *
     * @param classes the size of CLASS, at least 1
     * @param outputs the outputs by name
     * @throws SegLossException if two different inputs have one name, or a class table has another size than CLASS
     */
    public static Graph of(int classes, SequencedMap<String, Node> outputs) {
        Interner interner = new Interner();
        SequencedMap<String, Node> interned = new LinkedHashMap<>();
        outputs.forEach((name, node) -> interned.put(name, interner.intern(node)));
        List<Node> order = topologicalOrder(interned.values());
        Map<String, Op.Input> inputs = new HashMap<>();
        for (Node node : order) {
            if (node.op() instanceof Op.Input input) {
                Op.Input other = inputs.putIfAbsent(input.name(), input);
                if (other != null) {
                    throw new SegLossException(
                            "two inputs are called '"
                                    + input.name()
                                    + "': "
                                    + other
                                    + " and "
                                    + input);
                }
            }
            if (node.op() instanceof Op.ClassTable(List<Double> values)
                    && values.size() != classes) {
                throw new SegLossException(
                        "a class table has "
                                + values.size()
                                + " values, but there are "
                                + classes
                                + " classes");
            }
        }
        return new Graph(classes, order, interned);
    }

    /** Every node that the roots need, each once, arguments before their users. */
    static List<Node> topologicalOrder(Iterable<Node> roots) {
        List<Node> order = new ArrayList<>();
        Map<Node, Boolean> seen = new IdentityHashMap<>();
        for (Node root : roots) {
            visit(root, seen, order);
        }
        return order;
    }

    private static void visit(Node node, Map<Node, Boolean> seen, List<Node> order) {
        if (seen.put(node, true) == null) {
            for (Node arg : node.args()) {
                visit(arg, seen, order);
            }
            order.add(node);
        }
    }

    /** {@return the size of CLASS} */
    public int classes() {
        return classes;
    }

    /** {@return all nodes, arguments before their users} */
    public List<Node> nodes() {
        return nodes;
    }

    /** {@return the outputs by name, in order} */
    public SequencedMap<String, Node> outputs() {
        return outputs;
    }

    /** {@return the inputs, in the order of their first use} */
    public List<Op.Input> inputs() {
        return nodes.stream()
                .map(Node::op)
                .filter(Op.Input.class::isInstance)
                .map(Op.Input.class::cast)
                .toList();
    }

    /**
     * {@return the position of a node in {@link #nodes()}}
     *
     * @param node a node of this graph
     */
    public int id(Node node) {
        Integer id = ids.get(node);
        if (id == null) {
            throw new IllegalArgumentException("not a node of this graph: " + node);
        }
        return id;
    }

    /** {@return the whole graph as text, one node a line; equal for equal graphs} */
    public String text() {
        return text;
    }

    /**
     * {@return one node as text, such as {@code %7 = mul(%3, %5) BCS}}
     *
     * @param node a node of this graph
     */
    public String describe(Node node) {
        String args =
                node.args().stream().map(arg -> "%" + id(arg)).collect(Collectors.joining(", "));
        String kind = node.type() == ValueType.FLOAT ? "" : " " + node.type();
        return "%"
                + id(node)
                + " = "
                + OpText.name(node.op())
                + (args.isEmpty() ? "" : "(" + args + ")")
                + " {"
                + node.extent()
                + "}"
                + kind;
    }

    private String describe() {
        StringBuilder all = new StringBuilder("classes ").append(classes).append('\n');
        for (Node node : nodes) {
            all.append(describe(node)).append('\n');
        }
        outputs.forEach(
                (name, node) -> all.append(name).append(" -> %").append(id(node)).append('\n'));
        return all.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Graph graph && text.equals(graph.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
