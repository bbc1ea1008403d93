package io.github.segloss.cpu;

import io.github.segloss.backend.TensorTypes;
import io.github.segloss.cpu.BlasSource.OfArray;
import io.github.segloss.cpu.BlasSource.OfTable;
import io.github.segloss.cpu.BlasSource.OfTensor;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.Program;
import io.github.segloss.program.StructuredKernel;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns a program into a {@link BlasPlan}: each node of its graph is computed once, as a whole array that lives until it is read last. Three kinds of nodes
 * need no array: pixel inputs are read from the caller's tensors, casts are another reading of their argument, and a product that is only summed is an inner
 * product of its factors.
 */
final class BlasPlanner {
    private final Program program;
    private final Graph graph;
    private final BlasElement work;

    /** How often an array is read, and how often by a sum over SPACE. */
    private final Map<Node, Integer> uses = new IdentityHashMap<>();

    private final Map<Node, Integer> sums = new IdentityHashMap<>();
    private final Map<Node, List<Node>> sharedSorts = new IdentityHashMap<>();
    private final Map<Node, Boolean> planned = new IdentityHashMap<>();
    private final Map<Node, BlasSource> sources = new IdentityHashMap<>();
    private final List<BlasStep> steps = new ArrayList<>();
    private int values;

    private BlasPlanner(Program program, BlasElement work) {
        this.program = program;
        this.graph = program.graph();
        this.work = work;
    }

    static BlasPlan plan(Program program, TensorTypes types) {
        return new BlasPlanner(program, workElement(program, types)).run();
    }

    /** Float64 where the prediction is float64; in a graph without a prediction, where any tensor is. */
    private static BlasElement workElement(Program program, TensorTypes types) {
        List<Op.Input> inputs =
                program.graph().inputs().stream().filter(Op.Input::isPixelInput).toList();
        List<String> deciding =
                new ArrayList<>(
                        inputs.stream()
                                .filter(input -> input.role() == Role.PREDICTION)
                                .map(Op.Input::name)
                                .toList());
        if (deciding.isEmpty()) {
            inputs.forEach(input -> deciding.add(input.name()));
            program.outputs()
                    .forEach((name, extent) -> {
                        if (extent.isGrid()) {
                            deciding.add(name);
                        }
                    });
        }
        return deciding.stream().anyMatch(name -> types.of(name) == DType.FLOAT64)
                ? BlasElement.DOUBLE
                : BlasElement.SINGLE;
    }

    private BlasPlan run() {
        countUses();
        program.kernels().stream()
                .filter(StructuredKernel.class::isInstance)
                .map(kernel -> ((StructuredKernel) kernel).nodes())
                .filter(nodes -> nodes.getFirst().op() instanceof Op.RankedSum)
                .forEach(nodes -> nodes.forEach(node -> sharedSorts.put(node, nodes)));
        graph.outputs()
                .forEach((name, node) -> {
                    plan(node);
                    store(name, node);
                });
        return new BlasPlan(program, work, steps, new BlasBuffers(steps, values));
    }

    // ---- what needs an array

    /** The node whose array a node is another reading of: itself, unless it is a cast or detached. */
    private static Node root(Node node) {
        Node root = node;
        while (isAlias(root)) {
            root = root.arg(0);
        }
        return root;
    }

    private static boolean isAlias(Node node) {
        return node.extent().isGrid()
                && node.op() instanceof Op.Unary(UnaryFunction f)
                && (f == UnaryFunction.CAST || f == UnaryFunction.DETACH);
    }

    private void countUses() {
        for (Node node : graph.nodes()) {
            if (isAlias(node)) {
                continue;
            }
            for (Node arg : node.args()) {
                uses.merge(root(arg), 1, Integer::sum);
                if (isGridSum(node)) {
                    sums.merge(root(arg), 1, Integer::sum);
                }
            }
        }
        graph.outputs().values().forEach(node -> uses.merge(root(node), 1, Integer::sum));
    }

    private static boolean isGridSum(Node node) {
        return node.isGridReduction()
                && node.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.SUM;
    }

    private boolean isSummedProduct(Node node) {
        return node.extent().isGrid()
                && node.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.MUL
                && Objects.equals(uses.get(node), sums.get(node));
    }

    /** The output that a node is computed for and nothing else, so that it can be written there at once; null if there is none. */
    private @Nullable String onlyOutput(Node node) {
        if (uses.get(node) != 1) {
            return null;
        }
        return graph.outputs().entrySet().stream()
                .filter(entry ->
                        entry.getValue() == node
                                && program.outputs().get(entry.getKey()).equals(node.extent()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    // ---- steps

    private void plan(Node node) {
        if (planned.containsKey(node)) {
            return;
        }
        List<Node> together = sharedSorts.getOrDefault(node, List.of(node));
        together.forEach(one -> planned.put(one, true));
        together.forEach(one -> one.args().forEach(this::plan));
        if (node.op() instanceof Op.RankedSum(Axes axes)) {
            rankedSums(together, axes);
        } else if (node.extent().isGrid()) {
            sources.put(node, grid(node));
        } else {
            sources.put(node, new OfTable(node));
            if (node.isGridReduction()) {
                reduction(node);
            } else if (!node.args().isEmpty()) {
                steps.add(new BlasStep.Table(node));
            }
        }
    }

    private BlasSource source(Node node) {
        return Objects.requireNonNull(sources.get(node));
    }

    private List<BlasSource> arguments(Node node) {
        return node.args().stream().map(this::source).toList();
    }

    private OfArray newArray(BlasElement element, Axes extent) {
        return new OfArray(values++, element, extent);
    }

    private OfArray newArray(Node node) {
        BlasElement element =
                switch (node.type()) {
                    case BOOL -> BlasElement.FLAG;
                    // Labels of 32 and 64 bits do not fit in a float32; the index of a class does.
                    case INDEX -> node.op() instanceof Op.Reduce ? work : BlasElement.DOUBLE;
                    case FLOAT -> work;
                };
        return newArray(element, node.extent());
    }

    private BlasSource target(Node node) {
        String output = onlyOutput(node);
        return output == null ? newArray(node) : new OfTensor(output, node.extent());
    }

    private BlasSource grid(Node node) {
        if (isAlias(node)) {
            return source(node.arg(0));
        }
        return switch (node.op()) {
            case Op.Input input -> {
                BlasSource from = new OfTensor(input.name(), input.extent());
                if (node.type() != ValueType.BOOL) {
                    yield from;
                }
                OfArray to = newArray(node); // whatever stands for true in the tensor is 1 in there
                steps.add(new BlasStep.Copy(node, from, to));
                yield to;
            }
            case Op.Unary _, Op.Binary _, Op.Select _ -> {
                if (isSummedProduct(node)) {
                    yield new OfTable(node); // never read: the sum reads the factors
                }
                BlasSource to = target(node);
                steps.add(new BlasStep.Pointwise(node, arguments(node), to));
                yield to;
            }
            case Op.Reduce(ReduceFunction f, _) -> {
                BlasSource to = target(node);
                steps.add(new BlasStep.ClassReduction(node, f, source(node.arg(0)), to));
                yield to;
            }
            case Op.ClassMix(boolean transposed) -> classMix(node, transposed);
            case Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ -> {
                OfArray to = newArray(node);
                steps.add(new BlasStep.Plane(node, arguments(node), to));
                yield to;
            }
            case Op.RankedSum _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ ->
                    throw new IllegalStateException("not on the pixels by itself: " + node);
        };
    }

    private OfArray classMix(Node node, boolean transposed) {
        Node x = node.arg(1);
        boolean fits =
                source(x) instanceof OfArray(_, BlasElement element, Axes extent)
                        && element == work
                        && extent.equals(node.extent());
        if (!fits) {
            OfArray copy = newArray(work, node.extent());
            steps.add(new BlasStep.Copy(x, source(x), copy));
            return classMix(node, transposed, copy);
        }
        return classMix(node, transposed, (OfArray) source(x));
    }

    private OfArray classMix(Node node, boolean transposed, OfArray from) {
        OfArray to = newArray(node);
        steps.add(new BlasStep.ClassMix(node, node.arg(0), transposed, from, to));
        return to;
    }

    private void rankedSums(List<Node> nodes, Axes axes) {
        List<OfArray> to = new ArrayList<>();
        for (Node node : nodes) {
            OfArray array = newArray(BlasElement.DOUBLE, node.extent());
            sources.put(node, array);
            to.add(array);
        }
        List<BlasSource> summed = nodes.stream().map(node -> source(node.arg(1))).toList();
        steps.add(
                new BlasStep.RankedSums(nodes, axes, source(nodes.getFirst().arg(0)), summed, to));
    }

    private void reduction(Node node) {
        ReduceFunction f = ((Op.Reduce) node.op()).function();
        Node arg = root(node.arg(0));
        if (f != ReduceFunction.SUM) {
            steps.add(new BlasStep.Extreme(node, f, source(arg)));
        } else if (isSummedProduct(arg)) {
            BlasSource times = source(arg.arg(1));
            steps.add(new BlasStep.Sum(node, arg.extent(), source(arg.arg(0)), times));
        } else {
            steps.add(new BlasStep.Sum(node, arg.extent(), source(arg), null));
        }
    }

    private void store(String name, Node node) {
        Axes extent = program.outputs().get(name);
        BlasSource from = source(node);
        if (extent.isGrid() && !from.equals(new OfTensor(name, extent))) {
            steps.add(new BlasStep.Copy(node, from, new OfTensor(name, extent)));
        }
    }
}
