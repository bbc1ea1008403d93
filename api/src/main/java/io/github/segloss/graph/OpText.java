package io.github.segloss.graph;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The names of ops in the text of graphs and programs. */
final class OpText {
    private OpText() {}

    static String name(Op op) {
        return switch (op) {
            case Op.Input input -> (input.matrix() ? "matrix '" : "input '") + input.name() + "'";
            case Op.Constant(double value) -> Double.toString(value);
            case Op.ClassTable(List<Double> values) ->
                    values.stream()
                            .map(v -> Double.toString(v))
                            .collect(Collectors.joining(", ", "table [", "]"));
            case Op.ClassIndex _ -> "classIndex";
            case Op.Size(Axes axes) -> "size " + axes;
            case Op.Unary(UnaryFunction f) -> lower(f);
            case Op.Binary(BinaryFunction f) -> lower(f);
            case Op.Select _ -> "select";
            case Op.Reduce(ReduceFunction f, Axes axes) -> lower(f) + " over " + axes + " ";
            case Op.ClassMix(boolean transposed) -> transposed ? "classMixTransposed" : "classMix";
            case Op.RankedSum(Axes axes) -> "rankedSum over " + axes + " ";
            case Op.DistanceTransform _ -> "distanceTransform";
            case Op.WindowExtreme(Window w) -> "window" + window(w);
            case Op.WindowScatter(Window w) -> "windowScatter" + window(w);
            case Op.WindowGather(Window w) -> "windowGather" + window(w);
        };
    }

    private static String window(Window window) {
        return " "
                + lower(window.extreme())
                + " "
                + lower(window.footprint())
                + " "
                + lower(window.border())
                + " ";
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
