package io.github.segloss.program;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * A graph cut into kernels, in the order in which they run: what a backend compiles. Two programs with the same {@link #key()} are the same.
 */
public final class Program {
    private final Graph graph;
    private final SequencedMap<String, Axes> outputs;
    private final SequencedSet<String> checks;
    private final List<Kernel> kernels;
    private final String key;

    Program(
            Graph graph,
            SequencedMap<String, Axes> outputs,
            SequencedSet<String> checks,
            List<Kernel> kernels) {
        this.graph = graph;
        this.outputs = Collections.unmodifiableSequencedMap(outputs);
        this.checks = Collections.unmodifiableSequencedSet(checks);
        this.kernels = List.copyOf(kernels);
        this.key = graph.text() + outputs + checks;
    }

    /** {@return the graph that the kernels compute} */
    public Graph graph() {
        return graph;
    }

    /** {@return the extent of each output by name: a tensor on the pixels where it has SPACE, else a table of float64} */
    public SequencedMap<String, Axes> outputs() {
        return outputs;
    }

    /**
     * {@return the outputs that say whether the inputs are as they must be} If a check is anything but 0, NaN included, then a backend may leave anything in
     * all other outputs: whoever runs the program throws them away.
     */
    public SequencedSet<String> checks() {
        return checks;
    }

    /** {@return the kernels in the order in which they run} */
    public List<Kernel> kernels() {
        return kernels;
    }

    /** {@return the passes over the pixels, in order} */
    public List<GridKernel> passes() {
        return kernels.stream()
                .filter(GridKernel.class::isInstance)
                .map(GridKernel.class::cast)
                .toList();
    }

    /** {@return the nodes that need an array of their own: what is stored for structured kernels, and the results of those} */
    public SequencedSet<Node> temporaries() {
        SequencedSet<Node> nodes = new LinkedHashSet<>();
        for (Kernel kernel : kernels) {
            switch (kernel) {
                case GridKernel grid ->
                        grid.stores().stream()
                                .filter(Store.ToTemporary.class::isInstance)
                                .forEach(store -> nodes.add(store.value()));
                case StructuredKernel structured -> nodes.addAll(structured.nodes());
                case ScalarKernel _ -> {}
            }
        }
        return nodes;
    }

    /** {@return text that is equal for programs that compute the same: the key under which executables are cached} */
    public String key() {
        return key;
    }

    /** {@return one line for each kernel: what it reads, how many values it accumulates, what it stores} */
    public String summary() {
        return kernels.stream().map(this::summary).collect(Collectors.joining("\n"));
    }

    private String summary(Kernel kernel) {
        return switch (kernel) {
            case ScalarKernel scalar -> "scalar: " + scalar.body().size() + " nodes";
            case StructuredKernel structured ->
                    structured.nodes().stream()
                            .map(this::structuredSummary)
                            .collect(Collectors.joining(", "));
            case GridKernel grid ->
                    "pass "
                            + grid.pass()
                            + ": reads "
                            + names(grid.loads())
                            + "; accumulates "
                            + grid.accumulators().size()
                            + "; stores "
                            + storeNames(grid.stores());
        };
    }

    private String structuredSummary(Node node) {
        return graph.describe(node).replaceFirst("^%\\d+ = ", "");
    }

    /** Inputs in the order of their roles, then temporaries: the same for every order in which a loss asked for them. */
    private String names(List<Node> loads) {
        return loads.isEmpty()
                ? "nothing"
                : loads.stream()
                        .sorted(
                                Comparator.comparingInt(Program::roleOrder)
                                        .thenComparingInt(graph::id))
                        .map(n ->
                                n.op() instanceof Op.Input input
                                        ? input.name()
                                        : "temporary %" + graph.id(n))
                        .collect(Collectors.joining(", "));
    }

    private static int roleOrder(Node load) {
        return load.op() instanceof Op.Input input ? input.role().ordinal() : Integer.MAX_VALUE;
    }

    private String storeNames(List<Store> stores) {
        return stores.isEmpty()
                ? "nothing"
                : stores.stream()
                        .map(s ->
                                switch (s) {
                                    case Store.ToOutput(String name, _) -> name;
                                    case Store.ToTemporary(Node value) ->
                                            "temporary %" + graph.id(value);
                                })
                        .collect(Collectors.joining(", "));
    }

    /** {@return the whole program as text, every node of every kernel on a line of its own} */
    public String text() {
        StringBuilder all = new StringBuilder();
        for (Kernel kernel : kernels) {
            all.append(summary(kernel)).append('\n');
            switch (kernel) {
                case ScalarKernel scalar -> scalar.body().forEach(node -> line(all, node));
                case StructuredKernel _ -> {}
                case GridKernel grid -> {
                    grid.body().forEach(node -> line(all, node));
                    grid.accumulators().forEach(node -> line(all, node));
                }
            }
        }
        return all.toString();
    }

    private void line(StringBuilder all, Node node) {
        all.append("    ").append(graph.describe(node)).append('\n');
    }

    @Override
    public String toString() {
        return summary();
    }
}
