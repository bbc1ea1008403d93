package io.github.segloss.cuda;

import io.github.segloss.backend.Geometry;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.graph.Window;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** Trials of graphs written for one purpose each: every op, every kind of reduction, every structured op. */
final class GraphTrials {
    private GraphTrials() {}

    static Node input(Role role, String name, Axes extent, ValueType type) {
        return Nodes.input(new Op.Input(role, name, extent, type, false));
    }

    static Node logits(Axes extent) {
        return input(Role.PREDICTION, "x", extent, ValueType.FLOAT);
    }

    private static Node other(Axes extent) {
        return input(Role.OTHER, "y", extent, ValueType.FLOAT);
    }

    private static Node sum(Node a, Node b) {
        return Nodes.binary(BinaryFunction.ADD, a, b);
    }

    private static Node product(Node a, Node b) {
        return Nodes.binary(BinaryFunction.MUL, a, b);
    }

    /** Every pointwise function on the pixels, each an output of its own, and each again between the passes on numbers. */
    static Trial pointwise(DType type) {
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        Node x = logits(Axes.ALL);
        Node y = other(Axes.BATCH_SPACE);
        Node positive = sum(Nodes.unary(UnaryFunction.ABS, x), Nodes.constant(0.1));
        Node total = Nodes.sum(positive, Axes.SPACE); // BATCH_CLASS
        for (UnaryFunction f : UnaryFunction.values()) {
            if (f == UnaryFunction.NOT || f == UnaryFunction.CAST) {
                continue;
            }
            boolean needsPositive =
                    f == UnaryFunction.SQRT || f == UnaryFunction.LOG || f == UnaryFunction.LOG1P;
            outputs.put("pixels_" + f, Nodes.unary(f, needsPositive ? positive : x));
            outputs.put("numbers_" + f, Nodes.unary(f, Nodes.unary(UnaryFunction.LOG, total)));
        }
        for (BinaryFunction f : BinaryFunction.values()) {
            if (f == BinaryFunction.AND || f == BinaryFunction.OR) {
                continue;
            }
            Node a = f == BinaryFunction.POW ? positive : x;
            outputs.put("pixels_" + f, number(Nodes.binary(f, a, y)));
            outputs.put(
                    "numbers_" + f, number(Nodes.binary(f, total, Nodes.sum(total, Axes.CLASS))));
        }
        for (double exponent : new double[] {0.5, 3, 2.5, -1, -1.5, 0.3, 7}) {
            outputs.put(
                    "power_" + exponent,
                    Nodes.binary(BinaryFunction.POW, positive, Nodes.constant(exponent)));
        }
        Node less = Nodes.binary(BinaryFunction.LT, x, y);
        Node small = Nodes.binary(BinaryFunction.LE, y, Nodes.constant(0.5));
        Node both = Nodes.binary(BinaryFunction.AND, less, small);
        outputs.put("and", number(both));
        outputs.put(
                "or",
                number(
                        Nodes.binary(
                                BinaryFunction.OR, less, Nodes.unary(UnaryFunction.NOT, small))));
        outputs.put("select", Nodes.select(both, x, Nodes.unary(UnaryFunction.NEG, y)));
        return Trial.of(
                "pointwise " + type,
                Graph.of(3, outputs),
                Trial.Data.of(Geometry.of(2, 7, 5)).floating(type));
    }

    private static Node number(Node node) {
        return Nodes.unary(UnaryFunction.CAST, node);
    }

    /** Sums, maxima and minima over every allowed set of axes, of values of every extent, with tables beside them. */
    static Trial reductions(int classes, DType type) {
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        Node x = logits(Axes.ALL);
        Node y = other(Axes.BATCH_SPACE);
        Node shared = input(Role.OTHER, "z", Axes.CLASS.plus(Axes.SPACE), ValueType.FLOAT);
        Node weights = input(Role.PARAMETER, "w", Axes.CLASS, ValueType.FLOAT);
        Node perSample = input(Role.PARAMETER, "s", Axes.BATCH, ValueType.FLOAT);
        Node table = Nodes.classTable(IntStream.range(0, classes).mapToObj(c -> 1.0 + c).toList());
        List<Node> values =
                List.of(
                        product(x, weights),
                        y,
                        sum(product(product(x, y), table), shared),
                        product(x, perSample));
        List<Axes> sets =
                List.of(
                        Axes.SPACE,
                        Axes.BATCH.plus(Axes.SPACE),
                        Axes.CLASS.plus(Axes.SPACE),
                        Axes.ALL,
                        Axes.CLASS);
        for (int v = 0; v < values.size(); v++) {
            for (Axes axes : sets) {
                Node value = values.get(v);
                String name = "_" + v + "_" + axes;
                outputs.put("sum" + name, Nodes.sum(value, axes));
                outputs.put("max" + name, Nodes.max(value, axes));
                outputs.put("min" + name, Nodes.min(value, axes));
            }
        }
        outputs.put("size", sum(Nodes.size(Axes.ALL), Nodes.sum(Nodes.constant(2), Axes.SPACE)));
        outputs.put("argmax", number(Nodes.argmax(x)));
        Node perClass = Nodes.sum(x, Axes.SPACE);
        outputs.put("argmaxOfNumbers", number(Nodes.argmax(perClass)));
        outputs.put("centred", Nodes.binary(BinaryFunction.SUB, x, Nodes.max(perClass, Axes.of())));
        outputs.put("constant", Nodes.constant(3));
        outputs.put("table", table);
        outputs.put("parameter", weights);
        return Trial.of(
                "reductions of " + classes + " classes " + type,
                Graph.of(classes, outputs),
                Trial.Data.of(Geometry.of(3, 601)).floating(type));
    }

    static Trial mixing(int classes) {
        Node matrix =
                Nodes.input(new Op.Input(Role.PARAMETER, "m", Axes.NONE, ValueType.FLOAT, true));
        Node x = logits(Axes.ALL);
        Node label = input(Role.TARGET, "label", Axes.BATCH_SPACE, ValueType.INDEX);
        Node oneHot = number(Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), label));
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        for (boolean transposed : new boolean[] {false, true}) {
            outputs.put(
                    "mixed" + transposed,
                    Nodes.classMix(matrix, Nodes.unary(UnaryFunction.TANH, x), transposed));
            outputs.put("looked_up" + transposed, Nodes.classMix(matrix, oneHot, transposed));
            Node totals = Nodes.sum(x, Axes.SPACE);
            outputs.put("numbers" + transposed, Nodes.classMix(matrix, totals, transposed));
            Node twice = Nodes.classMix(matrix, Nodes.classMix(matrix, x, transposed), !transposed);
            outputs.put("twice" + transposed, Nodes.sum(product(twice, x), Axes.ALL));
        }
        return Trial.of(
                "class mix of " + classes,
                Graph.of(classes, outputs),
                Trial.Data.of(Geometry.of(2, 9, 5)));
    }

    /** Several ties, keys that are left out, results that vary along axes that the keys lack, more than one tile. */
    static Trial ranked(DType type, Geometry geometry) {
        Node x = logits(Axes.ALL);
        Node y = other(Axes.BATCH_SPACE);
        Node coarse = Nodes.unary(UnaryFunction.FLOOR, product(x, Nodes.constant(4)));
        Node keys =
                Nodes.select(
                        Nodes.binary(BinaryFunction.LT, coarse, Nodes.constant(-7)),
                        Nodes.constant(Double.NEGATIVE_INFINITY),
                        coarse);
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        for (Axes axes : List.of(Axes.SPACE, Axes.BATCH.plus(Axes.SPACE))) {
            outputs.put("count" + axes, Nodes.rankedSum(keys, Nodes.constant(1), axes));
            outputs.put("values" + axes, Nodes.rankedSum(keys, y, axes));
            outputs.put("by_pixel" + axes, Nodes.rankedSum(y, x, axes));
        }
        outputs.put("total", Nodes.sum(Nodes.rankedSum(keys, x, Axes.SPACE), Axes.ALL));
        return Trial.of(
                "ranked sums " + type + " " + geometry,
                Graph.of(2, outputs),
                Trial.Data.of(geometry).floating(type));
    }

    static Trial distances(DType type, Geometry geometry) {
        Node x = logits(Axes.ALL);
        Node y = other(Axes.BATCH_SPACE);
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put(
                "often",
                Nodes.distanceTransform(Nodes.binary(BinaryFunction.LT, Nodes.constant(0), x)));
        outputs.put(
                "seldom",
                Nodes.distanceTransform(Nodes.binary(BinaryFunction.LT, x, Nodes.constant(4))));
        outputs.put(
                "pixels",
                Nodes.distanceTransform(Nodes.binary(BinaryFunction.LT, Nodes.constant(-1.5), y)));
        outputs.put(
                "everywhere",
                Nodes.distanceTransform(Nodes.binary(BinaryFunction.LT, y, Nodes.constant(100))));
        outputs.put(
                "mask",
                Nodes.distanceTransform(
                        input(Role.MASK, "mask", Axes.BATCH_SPACE, ValueType.BOOL)));
        return Trial.of(
                "distances " + type + " " + geometry,
                Graph.of(2, outputs),
                Trial.Data.of(geometry).floating(type));
    }

    static Trial windows(DType type, Geometry geometry) {
        Node x = Nodes.unary(UnaryFunction.FLOOR, product(logits(Axes.ALL), Nodes.constant(2)));
        Node u = other(Axes.BATCH_SPACE);
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        for (Window.Extreme extreme : Window.Extreme.values()) {
            for (Window.Footprint footprint : Window.Footprint.values()) {
                for (Window.Border border : Window.Border.values()) {
                    Window w = new Window(extreme, footprint, border);
                    String name = extreme + "_" + footprint + "_" + border;
                    outputs.put("extreme_" + name, Nodes.windowExtreme(w, x));
                    outputs.put("scatter_" + name, Nodes.windowScatter(w, x, u));
                    outputs.put("gather_" + name, Nodes.windowGather(w, x, u));
                }
            }
        }
        return Trial.of(
                "windows " + type + " " + geometry,
                Graph.of(2, outputs),
                Trial.Data.of(geometry).floating(type));
    }

    static List<Trial> all() {
        List<Trial> trials = new ArrayList<>();
        for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
            trials.add(pointwise(type));
            trials.add(ranked(type, Geometry.of(2, 3001)));
            trials.add(distances(type, new Geometry(2, Shape.of(5, 9, 7), List.of(1.5, 1.0, 0.7))));
            trials.add(windows(type, Geometry.of(2, 4, 5, 6)));
        }
        for (int classes : new int[] {1, 2, 4, 21}) {
            trials.add(reductions(classes, DType.FLOAT32));
        }
        trials.add(reductions(40, DType.FLOAT32));
        trials.add(reductions(2, DType.FLOAT64));
        trials.add(mixing(3));
        trials.add(mixing(30));
        trials.add(distances(DType.FLOAT32, Geometry.of(1, 40, 33)));
        trials.add(distances(DType.FLOAT32, Geometry.of(2, 300)));
        trials.add(windows(DType.FLOAT32, Geometry.of(1, 300)));
        trials.add(windows(DType.FLOAT32, Geometry.of(1, 20, 17)));
        trials.add(ranked(DType.FLOAT32, Geometry.of(1, 1)));
        return trials;
    }
}
