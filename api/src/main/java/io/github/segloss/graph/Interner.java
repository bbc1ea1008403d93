package io.github.segloss.graph;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes equal nodes one (hash-consing), simplifying again on the way because equal arguments allow more rules to apply. Two nodes of which different
 * derivatives are known are different, unless the interner forgets derivatives, as is right once everything has been differentiated. Not thread-safe.
 */
public final class Interner {
    /** Nodes compare by identity, and interned arguments are unique, so this key is compared in constant time. */
    private record Key(Op op, List<Node> args, ValueType type, @Nullable Derivative derivative) {}

    private final Map<Key, Node> unique = new HashMap<>();
    private final Map<Node, Node> known = new IdentityHashMap<>();

    private final boolean keepsDerivatives;

    private Interner(boolean keepsDerivatives) {
        this.keepsDerivatives = keepsDerivatives;
    }

    /** Creates an empty interner that forgets derivatives. */
    public Interner() {
        this(false);
    }

    /** {@return an empty interner for what is yet to be differentiated} */
    public static Interner beforeDifferentiation() {
        return new Interner(true);
    }

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
        Node rebuilt =
                keepsDerivatives
                        ? Nodes.rebuildWithDerivative(node, this::intern)
                        : Nodes.rebuild(node, node.args().stream().map(this::intern).toList());
        // A simplification may have made new nodes on the way, which have to be interned in their
        // turn.
        List<Node> rebuiltArgs = rebuilt.args();
        boolean settled = rebuiltArgs.stream().allMatch(arg -> known.get(arg) == arg);
        Node result;
        if (settled) {
            Node first = unique.putIfAbsent(key(rebuilt), rebuilt);
            result = first == null ? rebuilt : first;
        } else {
            result = intern(rebuilt);
        }
        known.put(result, result);
        known.put(rebuilt, result);
        known.put(node, result);
        return result;
    }

    private static Key key(Node node) {
        return new Key(node.op(), node.args(), node.type(), node.derivative());
    }
}
