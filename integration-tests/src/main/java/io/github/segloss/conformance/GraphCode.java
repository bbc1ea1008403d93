package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A graph as Java code that makes it again, one line for each node, to be pasted into a test. */
final class GraphCode {
    private GraphCode() {}

    /** The code of a program, after a comment with its seed, types and sizes. */
    static String of(GeneratedProgram program) {
        Graph graph = program.program().graph();
        StringBuilder code = new StringBuilder("// ").append(program).append('\n');
        for (Node node : graph.nodes()) {
            String args =
                    node.args().stream()
                            .map(arg -> name(graph, arg))
                            .collect(Collectors.joining(", "));
            code.append("Node ")
                    .append(name(graph, node))
                    .append(" = Nodes.")
                    .append(call(node, args))
                    .append(";\n");
        }
        graph.outputs()
                .forEach((name, node) ->
                        code.append("outputs.put(\"")
                                .append(name)
                                .append("\", ")
                                .append(name(graph, node))
                                .append(");\n"));
        return code.toString();
    }

    private static String name(Graph graph, Node node) {
        return "n" + graph.id(node);
    }

    private static String call(Node node, String args) {
        return switch (node.op()) {
            case Op.Input input -> "input(" + input(input) + ")";
            case Op.Constant(double value) ->
                    switch (node.type()) {
                        case INDEX -> "index(" + (long) value + ")";
                        case FLOAT, BOOL -> "constant(" + number(value) + ")";
                    };
            case Op.ClassTable(List<Double> values) ->
                    "classTable(List.of("
                            + values.stream()
                                    .map(GraphCode::number)
                                    .collect(Collectors.joining(", "))
                            + "))";
            case Op.ClassIndex _ -> "classIndex()";
            case Op.Size(Axes axes) -> "size(" + axes(axes) + ")";
            case Op.Unary(UnaryFunction f) -> "unary(UnaryFunction." + f + ", " + args + ")";
            case Op.Binary(BinaryFunction f) -> "binary(BinaryFunction." + f + ", " + args + ")";
            case Op.Select _ -> "select(" + args + ")";
            case Op.Reduce(ReduceFunction f, Axes axes) ->
                    f.name().toLowerCase(Locale.ROOT)
                            + "("
                            + args
                            + (f == ReduceFunction.ARGMAX ? "" : ", " + axes(axes))
                            + ")";
            case Op.ClassMix(boolean transposed) -> "classMix(" + args + ", " + transposed + ")";
            case Op.RankedSum(Axes axes) -> "rankedSum(" + args + ", " + axes(axes) + ")";
            case Op.DistanceTransform _ -> "distanceTransform(" + args + ")";
            case Op.WindowExtreme(Window w) -> "windowExtreme(" + window(w) + ", " + args + ")";
            case Op.WindowScatter(Window w) -> "windowScatter(" + window(w) + ", " + args + ")";
            case Op.WindowGather(Window w) -> "windowGather(" + window(w) + ", " + args + ")";
        };
    }

    private static String input(Op.Input input) {
        return "new Op.Input(Role."
                + input.role()
                + ", \""
                + input.name()
                + "\", "
                + axes(input.extent())
                + ", ValueType."
                + input.type()
                + ", "
                + input.matrix()
                + ")";
    }

    private static String number(double value) {
        return Double.isFinite(value)
                ? Double.toString(value)
                : "Double."
                        + (Double.isNaN(value)
                                ? "NaN"
                                : value > 0 ? "POSITIVE_INFINITY" : "NEGATIVE_INFINITY");
    }

    private static String axes(Axes axes) {
        return Arrays.stream(Axis.values())
                .filter(axes::has)
                .map(axis -> "Axis." + axis)
                .collect(Collectors.joining(", ", "Axes.of(", ")"));
    }

    private static String window(Window window) {
        return "new Window(Extreme."
                + window.extreme()
                + ", Footprint."
                + window.footprint()
                + ", Border."
                + window.border()
                + ")";
    }
}
