package io.github.segloss.conformance;

import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The nodes that a random graph has so far, from which its next ones take their arguments: the youngest more often than the others. */
final class NodePool {
    private static final int YOUNG = 4;

    private final SplittableRandom random;
    private final List<Node> reals = new ArrayList<>();
    private final List<Node> conditions = new ArrayList<>();
    private final Map<Node, Integer> depths = new IdentityHashMap<>();
    private final Map<Node, Boolean> predicted = new IdentityHashMap<>();
    private int inputs;
    private int structures;

    NodePool(SplittableRandom random) {
        this.random = random;
    }

    void addInput(Node node) {
        reals.add(node);
        inputs++;
    }

    void add(Node node) {
        (node.type() == ValueType.BOOL ? conditions : reals).add(node);
        structures += node.op().isStructured() ? 1 : 0;
    }

    /** How many nodes were made that are not inputs. */
    int made() {
        return reals.size() - inputs + conditions.size();
    }

    /** How many of them are barriers. */
    int structures() {
        return structures;
    }

    /** The number of ops from a node down to its farthest leaf. */
    int depth(Node node) {
        Integer known = depths.get(node);
        if (known == null) {
            known = node.args().stream().mapToInt(arg -> depth(arg) + 1).max().orElse(0);
            depths.put(node, known);
        }
        return known;
    }

    /** Any real value, the prediction more often than other inputs. */
    Node real() {
        return random.nextInt(6) == 0 ? reals.getFirst() : any(reals);
    }

    Node condition() {
        return any(conditions);
    }

    /** A real value on the pixels. */
    Node grid() {
        return any(reals.stream().filter(node -> node.extent().isGrid()).toList());
    }

    /** A condition on the pixels. */
    Node gridCondition() {
        return any(conditions.stream().filter(node -> node.extent().isGrid()).toList());
    }

    private Node any(List<Node> from) {
        int young = Math.min(YOUNG, from.size());
        int back = random.nextBoolean() ? random.nextInt(young) : random.nextInt(from.size());
        return from.get(from.size() - 1 - back);
    }

    /** The deepest of the youngest real values that the prediction has a part in: what most of the graph is made for. */
    Node deepestReal() {
        List<Node> young =
                reals.stream().filter(this::hasPrediction).toList().reversed().stream()
                        .limit(2 * YOUNG)
                        .toList();
        return young.stream().max(Comparator.comparingInt(this::depth)).orElseThrow();
    }

    private boolean hasPrediction(Node node) {
        Boolean known = predicted.get(node);
        if (known == null) {
            known =
                    node.op().equals(GeneratedInputs.PREDICTION)
                            || node.args().stream().anyMatch(this::hasPrediction);
            predicted.put(node, known);
        }
        return known;
    }

    /** Any real value that is not an input, if there is one. */
    Node anyMadeReal() {
        List<Node> made = reals.stream().filter(node -> !(node.op() instanceof Op.Input)).toList();
        return made.isEmpty() ? reals.getLast() : made.get(random.nextInt(made.size()));
    }
}
