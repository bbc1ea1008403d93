package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The inputs that a generated program may read, one of every kind, and their values. The values of an input depend on the seed, its name, the sizes and
 * the types only, not on what else a program reads, so that a program that is cut down sees the same numbers.
 */
final class GeneratedInputs {
    /** The input that gradients are taken with respect to. */
    static final Op.Input PREDICTION = real(Role.PREDICTION, "x", Axes.ALL);

    static final Op.Input LABELS =
            new Op.Input(Role.TARGET, "labels", Axes.BATCH_SPACE, ValueType.INDEX, false);

    /** Real inputs on the pixels, of every extent. */
    static final List<Op.Input> ON_PIXELS =
            List.of(
                    PREDICTION,
                    real(Role.OTHER, "dense", Axes.ALL),
                    real(Role.WEIGHT_MAP, "weights", Axes.BATCH_SPACE),
                    real(Role.OTHER, "grid", Axes.SPACE),
                    real(Role.OTHER, "classGrid", Axes.of(Axis.CLASS, Axis.SPACE)));

    /** Tables of every extent. */
    static final List<Op.Input> TABLES =
            List.of(
                    real(Role.PARAMETER, "scalar", Axes.NONE),
                    real(Role.PARAMETER, "perClass", Axes.CLASS),
                    real(Role.PARAMETER, "perSample", Axes.BATCH),
                    real(Role.PARAMETER, "perSampleAndClass", Axes.BATCH_CLASS));

    static final Op.Input MATRIX =
            new Op.Input(Role.PARAMETER, "matrix", Axes.NONE, ValueType.FLOAT, true);

    /** What stands in a label map for a pixel that belongs to no class. */
    private static final int NO_CLASS = 100;

    private final long seed;
    private final Sizes sizes;
    private final DType prediction;
    private final DType labels;

    GeneratedInputs(long seed, Sizes sizes, DType prediction, DType labels) {
        this.seed = seed;
        this.sizes = sizes;
        this.prediction = prediction;
        this.labels = labels;
    }

    private static Op.Input real(Role role, String name, Axes extent) {
        return new Op.Input(role, name, extent, ValueType.FLOAT, false);
    }

    /** All inputs as nodes. */
    static List<Node> nodes() {
        return Stream.of(ON_PIXELS, TABLES, List.of(LABELS, MATRIX))
                .flatMap(List::stream)
                .map(Nodes::input)
                .toList();
    }

    /** The element type of an input on the pixels. */
    DType type(Op.Input input) {
        if (input.type() == ValueType.INDEX) {
            return labels;
        }
        DType wide = prediction == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        return input.role() == Role.PREDICTION ? prediction : wide;
    }

    /** The values of all inputs by name, rounded to their types. */
    Map<String, double[]> values() {
        Map<String, double[]> values = new HashMap<>();
        for (Node node : nodes()) {
            Op.Input input = (Op.Input) node.op();
            values.put(input.name(), values(input));
        }
        return values;
    }

    private double[] values(Op.Input input) {
        SplittableRandom random = new SplittableRandom(seed ^ input.name().hashCode());
        int count =
                input.matrix() ? sizes.classes() * sizes.classes() : sizes.elements(input.extent());
        double[] values = new double[count];
        if (input.type() == ValueType.INDEX) {
            Arrays.setAll(
                    values,
                    _ -> random.nextInt(12) == 0 ? NO_CLASS : random.nextInt(sizes.classes()));
            return values;
        }
        Arrays.setAll(values, _ -> number(random));
        return input.isPixelInput() ? GraphRun.round(type(input), values) : values;
    }

    /** A number near 0; one in four is a multiple of 1/2, so that there are zeros and equals. */
    private static double number(SplittableRandom random) {
        double value = 1.2 * random.nextGaussian();
        return random.nextInt(4) == 0 ? Math.rint(2 * value) / 2 : value;
    }
}
