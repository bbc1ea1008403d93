package io.github.segloss.loss;

import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.ChoicePruning;
import io.github.segloss.graph.CommonFactors;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.LabelContraction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.SharedClassSums;
import io.github.segloss.graph.SharedReciprocals;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** A loss under given options as a graph with the outputs value, gradient and violations, and as the program of that graph. */
public final class LossGraph {
    /** The name of the output that holds the value. */
    public static final String VALUE = "value";

    /** The name of the output that holds the gradient with respect to the prediction. */
    public static final String GRADIENT = "gradient";

    /** The name of the output that is 0 if and only if all elements of the inputs are allowed; it may be NaN. */
    public static final String VIOLATIONS = "violations";

    private final Loss loss;
    private final ScopeInputs inputs;
    private final int classes;
    private final Graph graph;
    private final Program program;
    private final Axes valueExtent;

    private LossGraph(
            Loss loss,
            ScopeInputs inputs,
            int classes,
            Graph graph,
            Program program,
            Axes valueExtent) {
        this.loss = loss;
        this.inputs = inputs;
        this.classes = classes;
        this.graph = graph;
        this.program = program;
        this.valueExtent = valueExtent;
    }

    /**
     * {@return the graph of a loss}
     *
     * @param loss the loss
     * @param options the options
     * @param layout which inputs are given
     * @param outputs what is to be computed
     * @throws io.github.segloss.SegLossException if the loss is not defined under the options
     */
    public static LossGraph of(
            Loss loss, LossOptions options, InputLayout layout, Outputs outputs) {
        ScopeInputs inputs = new ScopeInputs(loss, options, layout);
        Expr value = loss.define(LossScope.of(inputs, options));
        Condition valid = inputs.valid();
        if (valid != null && options.reduction() != Reduction.NONE) {
            // Nothing to average: the value is 0. The gradient is 0 already, since no pixel counts.
            value = valid.toExpr().sum(valid.node().extent()).gt(0).select(value, 0);
        }
        Node valueNode = LabelContraction.contract(value.node());
        int classes = inputs.classes();
        SequencedMap<String, Node> results = new LinkedHashMap<>();
        if (outputs != Outputs.GRADIENT) {
            results.put(VALUE, valueNode);
        }
        if (outputs != Outputs.VALUE) {
            results.put(
                    GRADIENT,
                    Autodiff.vjp(valueNode, inputs.predictionInput(), upstream(value, layout)));
        }
        results.put(VIOLATIONS, inputs.violations().node());
        SequencedMap<String, Node> pruned = ChoicePruning.prune(SharedReciprocals.share(results));
        Graph graph = Graph.of(classes, CommonFactors.takeOut(SharedClassSums.share(pruned)));
        Map<String, Axes> wider =
                outputs == Outputs.VALUE
                        ? Map.of()
                        : Map.of(GRADIENT, inputs.predictionInput().extent());
        Program program = Partitioner.partition(graph, wider, Set.of(VIOLATIONS));
        return new LossGraph(loss, inputs, classes, graph, program, value.extent());
    }

    private static Node upstream(Expr value, InputLayout layout) {
        return layout.upstream()
                ? Nodes.input(
                        new Op.Input(
                                Role.UPSTREAM,
                                ScopeInputs.UPSTREAM,
                                value.extent(),
                                ValueType.FLOAT,
                                false))
                : Nodes.constant(1);
    }

    /** {@return the loss} */
    public Loss loss() {
        return loss;
    }

    /** {@return the options} */
    public LossOptions options() {
        return inputs.options();
    }

    /** {@return which inputs are given} */
    public InputLayout layout() {
        return inputs.layout();
    }

    /** {@return the graph} */
    public Graph graph() {
        return graph;
    }

    /** {@return the program} */
    public Program program() {
        return program;
    }

    /** {@return the size of CLASS: the channels, or 2 for the two-class form of a single channel} */
    public int classes() {
        return classes;
    }

    /** {@return the axes along which the value varies: none for a mean or sum} */
    public Axes valueExtent() {
        return valueExtent;
    }

    /** {@return the values of the run-time parameters by name, as this loss has them} */
    public SequencedMap<String, double[]> parameters() {
        return inputs.parameters();
    }

    /** {@return the inputs, and what their values must be} */
    ScopeInputs inputs() {
        return inputs;
    }
}
