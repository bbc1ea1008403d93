package io.github.segloss.conformance;

import io.github.segloss.SegLossException;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.ValueType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a failing program down: to one output, to fewer samples, classes and pixels, and node by node to an argument or a constant, as long as it still
 * fails. What is left can be cut no further in one step.
 */
final class GraphShrinker {
    private static final int MOST_TRIES = 3000;

    private final Predicate<GeneratedProgram> fails;
    private int tries;

    private GraphShrinker(Predicate<GeneratedProgram> fails) {
        this.fails = fails;
    }

    /**
     * A program that fails and is as small as single cuts make it.
     *
     * @param program a program that fails
     * @param fails whether a program fails
     */
    static GeneratedProgram shrink(GeneratedProgram program, Predicate<GeneratedProgram> fails) {
        GraphShrinker shrinker = new GraphShrinker(fails);
        GeneratedProgram smallest = program;
        GeneratedProgram smaller = program;
        while (smaller != null) {
            smallest = smaller;
            smaller = shrinker.cut(smallest);
        }
        return smallest;
    }

    /** The first smaller program that still fails; null if there is none. */
    private @Nullable GeneratedProgram cut(GeneratedProgram program) {
        for (Cut cut : cuts(program)) {
            if (tries++ >= MOST_TRIES) {
                return null;
            }
            try {
                GeneratedProgram candidate = cut.apply();
                if (isSmaller(candidate, program) && fails.test(candidate)) {
                    return candidate;
                }
            } catch (SegLossException e) {
                // The cut leaves a graph that is none, such as an argmax without classes: not this
                // one.
                continue;
            }
        }
        return null;
    }

    private interface Cut {
        GeneratedProgram apply();
    }

    private static boolean isSmaller(GeneratedProgram a, GeneratedProgram b) {
        int nodes = a.program().graph().nodes().size() - b.program().graph().nodes().size();
        int elements = a.sizes().elements(Axes.ALL) - b.sizes().elements(Axes.ALL);
        return nodes < 0 || (nodes == 0 && elements < 0);
    }

    private static List<Cut> cuts(GeneratedProgram program) {
        List<Cut> cuts = new ArrayList<>();
        SequencedMap<String, Node> outputs = program.program().graph().outputs();
        if (outputs.size() > 1) {
            outputs.forEach((name, node) -> {
                SequencedMap<String, Node> one = new LinkedHashMap<>();
                one.put(name, node);
                cuts.add(() -> program.with(one, program.sizes()));
            });
        }
        for (Sizes sizes : smaller(program.sizes())) {
            cuts.add(() -> program.with(outputs, sizes));
        }
        for (Node node : program.program().graph().nodes().reversed()) {
            for (Node other : replacements(node)) {
                cuts.add(() -> program.with(replaced(outputs, node, other), program.sizes()));
            }
        }
        return cuts;
    }

    private static List<Sizes> smaller(Sizes sizes) {
        int batch = sizes.batch();
        int classes = sizes.classes();
        long[] space = sizes.space().toArray();
        List<Sizes> smaller = new ArrayList<>();
        smaller.add(Sizes.of(1, classes, space));
        smaller.add(Sizes.of(batch, 1, space));
        smaller.add(Sizes.of(batch, Math.max(1, classes - 1), space));
        for (int axis = 0; axis < space.length; axis++) {
            for (long size : new long[] {1, space[axis] / 2, space[axis] - 1}) {
                long[] cut = space.clone();
                cut[axis] = Math.max(1, size);
                smaller.add(Sizes.of(batch, classes, cut));
            }
        }
        return smaller;
    }

    private static List<Node> replacements(Node node) {
        List<Node> others = new ArrayList<>();
        if (node.args().isEmpty()) {
            return others;
        }
        if (node.type() == ValueType.FLOAT) {
            others.add(Nodes.constant(1));
        }
        others.addAll(node.args().stream().filter(arg -> arg.type() == node.type()).toList());
        return others;
    }

    private static SequencedMap<String, Node> replaced(
            SequencedMap<String, Node> outputs, Node node, Node other) {
        Map<Node, Node> done = new IdentityHashMap<>();
        done.put(node, other);
        SequencedMap<String, Node> result = new LinkedHashMap<>();
        outputs.forEach((name, output) -> result.put(name, rebuilt(output, done)));
        return result;
    }

    private static Node rebuilt(Node node, Map<Node, Node> done) {
        Node known = done.get(node);
        if (known == null) {
            known =
                    Nodes.rebuild(
                            node, node.args().stream().map(arg -> rebuilt(arg, done)).toList());
            done.put(node, known);
        }
        return known;
    }
}
