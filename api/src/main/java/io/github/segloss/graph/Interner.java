package io.github.segloss.graph;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Makes equal nodes one (hash-consing), simplifying again on the way because equal arguments allow more rules to apply. Not thread-safe. */
public final class Interner {
    /** Nodes compare by identity, and interned arguments are unique, so this key is compared in constant time. */
    private record Key(Op op, List<Node> args, ValueType type) {}

    private final Map<Key, Node> unique = new HashMap<>();
    private final Map<Node, Node> known = new IdentityHashMap<>();

    /** Creates an empty interner. */
    public Interner() {}

    /**
     * {@return the one node that stands for all nodes equal to the given one}
     *
     * @param node any node
     */
    public Node intern(Node node) {
        Node done = known.get(node);
        if (done != null) {
            return done;
        }
        List<Node> args = node.args().stream().map(this::intern).toList();
        Node rebuilt = Nodes.rebuild(node, args);
        // A simplification may have made new nodes on the way, which have to be interned in their
        // turn.
        List<Node> rebuiltArgs = rebuilt.args();
        boolean settled = rebuiltArgs.stream().allMatch(arg -> known.get(arg) == arg);
        Node result;
        if (settled) {
            Node first =
                    unique.putIfAbsent(new Key(rebuilt.op(), rebuiltArgs, rebuilt.type()), rebuilt);
            result = first == null ? rebuilt : first;
        } else {
            result = intern(rebuilt);
        }
        known.put(result, result);
        known.put(rebuilt, result);
        known.put(node, result);
        return result;
    }
}
