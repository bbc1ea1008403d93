package io.github.segloss.program;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Cuts a graph into kernels. The rules:
 *
 * <ul>
 *   <li>A pass ends where a value needs the result of a reduction over SPACE, or where a structured op needs an array that has to be computed first.
 *   <li>Everything on the pixels fuses; what two passes need is computed in both, never stored.
 *   <li>A reduction is placed as late as its users allow, but before that in the pass in which it adds the fewest inputs, then the fewest nodes. So
 *       the logarithms of a compound loss are computed once, in the pass that writes the gradient.
 *   <li>Reductions of one pass share it. A <em>check</em> of the inputs is placed as early as possible instead.
 *   <li>What has no SPACE is computed between passes, as soon as its arguments are there.
 * </ul>
 */
public final class Partitioner {
    private final Graph graph;
    private final SequencedMap<String, Axes> extents;
    private final SequencedSet<String> checks;

    /** How many passes must end before a node can be evaluated, if every reduction comes as early as possible. */
    private final Map<Node, Integer> level = new IdentityHashMap<>();

    /** The last pass in which a node may be evaluated; for a table, before which it must be there. */
    private final Map<Node, Integer> deadline = new IdentityHashMap<>();

    /** How many passes must end before a node can be evaluated, with the placement that was chosen. */
    private final Map<Node, Integer> ready = new IdentityHashMap<>();

    /** What each pass must have evaluated: arguments of reductions, values of stores. */
    private final Map<Integer, List<Node>> roots = new TreeMap<>();

    private int lastPass = -1;

    private Partitioner(
            Graph graph, SequencedMap<String, Axes> extents, SequencedSet<String> checks) {
        this.graph = graph;
        this.extents = extents;
        this.checks = checks;
    }

    /**
     * {@return the program of a graph whose outputs have the extents of their nodes}
     *
     * @param graph the graph
     */
    public static Program partition(Graph graph) {
        return partition(graph, Map.of(), Set.of());
    }

    /**
     * {@return the program of a graph}
     *
     * @param graph the graph
     * @param wider the extent of an output by name where it is wider than its node's, such as a gradient that does not depend on the prediction
     * @param checks the outputs, without SPACE, that are 0 if and only if the inputs are as they must be: see {@link Program#checks()}
     */
    public static Program partition(Graph graph, Map<String, Axes> wider, Set<String> checks) {
        SequencedMap<String, Axes> extents = new LinkedHashMap<>();
        graph.outputs()
                .forEach(
                        (name, node) -> extents.put(name, wider.getOrDefault(name, node.extent())));
        SequencedSet<String> inOrder = new LinkedHashSet<>(extents.keySet());
        inOrder.retainAll(checks);
        return new Partitioner(graph, extents, inOrder).run();
    }

    private Program run() {
        findLevels();
        findDeadlines();
        place();
        return new Program(graph, extents, checks, kernels());
    }

    /** Whether an argument of a structured op has to be computed and stored by a pass. */
    private static boolean needsStore(Node arg) {
        return arg.extent().isGrid() && !GridKernel.isLoad(arg);
    }

    private static int passesBefore(Node node) {
        boolean waits =
                node.isGridReduction()
                        || (node.op().isStructured()
                                && node.args().stream().anyMatch(Partitioner::needsStore));
        return waits ? 1 : 0;
    }

    private static int latest(Node node, Map<Node, Integer> of) {
        return node.args().stream().mapToInt(of::get).max().orElse(0);
    }

    private void findLevels() {
        for (Node node : graph.nodes()) {
            level.put(node, latest(node, level) + passesBefore(node));
            if (node.isGridReduction()) {
                lastPass = Math.max(lastPass, level.get(node) - 1);
            }
        }
        graph.outputs()
                .forEach((name, node) -> {
                    if (extents.get(name).isGrid()) {
                        lastPass = Math.max(lastPass, level.get(node));
                    }
                });
    }

    private void findDeadlines() {
        graph.nodes().forEach(node -> deadline.put(node, lastPass + 1));
        graph.outputs()
                .forEach((name, node) -> {
                    if (extents.get(name).isGrid()) {
                        deadline.put(node, lastPass);
                    } else if (checks.contains(name)) {
                        deadline.put(node, level.get(node));
                    }
                });
        for (Node node : graph.nodes().reversed()) {
            if (node.op().isStructured()) {
                deadline.put(node, level.get(node)); // a barrier runs as early as it can
            }
            int latest = deadline.get(node) - passesBefore(node);
            node.args().forEach(arg -> deadline.merge(arg, latest, Math::min));
        }
    }

    private void place() {
        List<Node> reductions = graph.nodes().stream().filter(Node::isGridReduction).toList();
        for (Node node : graph.nodes()) {
            if (node.op().isStructured()) {
                node.args().stream()
                        .filter(Partitioner::needsStore)
                        .forEach(arg -> addRoot(level.get(node) - 1, arg));
            }
        }
        Map<Node, Integer> forced = new IdentityHashMap<>();
        for (Node node : reductions) {
            if (deadline.get(node) <= level.get(node)) {
                forced.put(node, level.get(node) - 1);
                addRoot(level.get(node) - 1, node.arg(0));
            }
        }
        graph.outputs()
                .forEach((name, node) -> {
                    if (extents.get(name).isGrid() && level.get(node) == lastPass) {
                        addRoot(lastPass, node);
                    }
                });
        for (Node node : graph.nodes()) {
            int earliest = latest(node, ready);
            if (node.isGridReduction()) {
                Integer pass = forced.get(node);
                if (pass == null) {
                    pass = cheapestPass(node.arg(0), earliest, deadline.get(node) - 1);
                    addRoot(pass, node.arg(0));
                }
                ready.put(node, pass + 1);
            } else {
                ready.put(node, earliest + passesBefore(node));
            }
        }
        graph.outputs()
                .forEach((name, node) -> {
                    if (extents.get(name).isGrid()) {
                        addRoot(ready.get(node), node);
                    }
                });
    }

    private void addRoot(int pass, Node root) {
        List<Node> list = roots.computeIfAbsent(pass, _ -> new ArrayList<>());
        if (!list.contains(root)) {
            list.add(root);
        }
    }

    private int cheapestPass(Node root, int earliest, int latest) {
        int best = earliest;
        int[] bestCost = null;
        for (int pass = earliest; pass <= latest; pass++) {
            List<Node> before = roots.getOrDefault(pass, List.of());
            List<Node> after = new ArrayList<>(before);
            after.add(root);
            List<Node> bodyBefore = body(before);
            List<Node> bodyAfter = body(after);
            int[] cost = {
                loads(bodyAfter) - loads(bodyBefore), bodyAfter.size() - bodyBefore.size()
            };
            if (bestCost == null || COST.compare(cost, bestCost) <= 0) { // on a tie the later pass
                best = pass;
                bestCost = cost;
            }
        }
        return best;
    }

    private static final Comparator<int[]> COST =
            Comparator.<int[]>comparingInt(c -> c[0]).thenComparingInt(c -> c[1]);

    private static int loads(List<Node> body) {
        return (int) body.stream().filter(GridKernel::isLoad).count();
    }

    /** The nodes on the pixels that a pass evaluates or loads to have the given roots, arguments before their users. */
    private List<Node> body(List<Node> passRoots) {
        Map<Node, Boolean> needed = new IdentityHashMap<>();
        passRoots.forEach(root -> need(root, needed));
        return needed.keySet().stream().sorted(Comparator.comparingInt(graph::id)).toList();
    }

    private static void need(Node node, Map<Node, Boolean> needed) {
        if (node.extent().isGrid() && needed.put(node, true) == null && !GridKernel.isLoad(node)) {
            node.args().forEach(arg -> need(arg, needed));
        }
    }

    private List<Kernel> kernels() {
        List<Kernel> kernels = new ArrayList<>();
        for (int stage = 0; stage <= lastPass + 1; stage++) {
            List<Node> tables = new ArrayList<>();
            Map<Object, List<Node>> structured = new LinkedHashMap<>();
            for (Node node : graph.nodes()) {
                if (ready.get(node) != stage) {
                    continue;
                }
                if (node.op().isStructured()) {
                    structured.computeIfAbsent(sharedWork(node), _ -> new ArrayList<>()).add(node);
                } else if (!node.extent().isGrid()
                        && !node.args().isEmpty()
                        && !node.isGridReduction()) {
                    tables.add(node);
                }
            }
            if (!tables.isEmpty()) {
                kernels.add(new ScalarKernel(stage, tables));
            }
            for (List<Node> nodes : structured.values()) {
                kernels.add(new StructuredKernel(stage, nodes));
            }
            if (stage <= lastPass) {
                GridKernel pass = gridKernel(stage);
                if (!pass.accumulators().isEmpty() || !pass.stores().isEmpty()) {
                    kernels.add(pass);
                }
            }
        }
        return kernels;
    }

    /** What structured ops share work by: ranked sums their keys, distance transforms the mask that they are of, or of whose negation; any other op nothing. */
    private Object sharedWork(Node node) {
        return switch (node.op()) {
            case Op.RankedSum _ when !node.arg(1).op().isStructured() ->
                    Map.entry(node.op(), graph.id(node.arg(0)));
            case Op.DistanceTransform _ -> Map.entry(node.op(), graph.id(mask(node.arg(0))));
            default -> node;
        };
    }

    private static Node mask(Node condition) {
        boolean isNegation =
                condition.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.NOT;
        return isNegation ? condition.arg(0) : condition;
    }

    private GridKernel gridKernel(int pass) {
        List<Node> accumulators =
                graph.nodes().stream()
                        .filter(node -> node.isGridReduction() && ready.get(node) == pass + 1)
                        .toList();
        Map<Node, Store> temporaries = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op().isStructured() && ready.get(node) == pass + 1) {
                node.args().stream()
                        .filter(Partitioner::needsStore)
                        .forEach(arg -> temporaries.putIfAbsent(arg, new Store.ToTemporary(arg)));
            }
        }
        List<Store> stores = new ArrayList<>(temporaries.values());
        graph.outputs()
                .forEach((name, node) -> {
                    if (extents.get(name).isGrid() && ready.get(node) == pass) {
                        stores.add(new Store.ToOutput(name, node));
                    }
                });
        return new GridKernel(
                pass, body(roots.getOrDefault(pass, List.of())), accumulators, stores);
    }
}
