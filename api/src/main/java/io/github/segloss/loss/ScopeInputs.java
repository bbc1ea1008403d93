package io.github.segloss.loss;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one loss graph and the record of what the loss asked for: parameters with their values, and the rules that inputs must keep. Every pixel
 * input is loaded as {@code select(valid, v, 0)}, so that a NaN under a mask cannot leak into the gradient.
 */
final class ScopeInputs {
    static final String PREDICTION = "prediction";
    static final String TARGET = "target";
    static final String WEIGHT_MAP = "weight_map";
    static final String MASK = "mask";
    static final String DISTANCE_MAP = "distance_map";
    static final String UPSTREAM = "upstream";
    static final String CLASS_WEIGHTS = "class_weights";

    /** A rule that an input must keep, everywhere or only where pixels count. */
    record Check(Op.Input input, InputRule rule, boolean everywhere) {}

    private final String lossId;
    private final WeightNormalization defaultNormalization;
    private final LossOptions options;
    private final InputLayout layout;
    private final Op.Input prediction;
    private final Op.Input target;
    private final @Nullable Condition valid;
    private final SequencedMap<String, double[]> parameters = new LinkedHashMap<>();
    private final List<Check> checks = new ArrayList<>();
    private boolean expectsProbabilities;
    private boolean usesDistanceMap;
    private boolean usesTwoClasses;

    ScopeInputs(Loss loss, LossOptions options, InputLayout layout) {
        this.lossId = loss.id();
        this.defaultNormalization = loss.defaultWeightNormalization();
        this.options = options;
        this.layout = layout;
        this.prediction =
                new Op.Input(Role.PREDICTION, PREDICTION, elementAxes(), ValueType.FLOAT, false);
        this.target =
                options.target().isDense()
                        ? new Op.Input(Role.TARGET, TARGET, elementAxes(), ValueType.FLOAT, false)
                        : new Op.Input(
                                Role.TARGET, TARGET, Axes.BATCH_SPACE, ValueType.INDEX, false);
        this.valid = validity();
    }

    private Axes elementAxes() {
        return layout.channels() > 1 ? Axes.ALL : Axes.BATCH_SPACE;
    }

    private @Nullable Condition validity() {
        Condition counted = null;
        if (options.ignoreIndex() != null) {
            long ignored = options.ignoreIndex();
            Node raw = Nodes.input(target);
            if (!options.target().isDense()) {
                counted =
                        Condition.of(Nodes.binary(BinaryFunction.EQ, raw, Nodes.index(ignored)))
                                .not();
            } else {
                Condition hit = Expr.of(raw).eq(ignored);
                // Exclusive classes: a voxel is out as a whole. Independent channels: each element
                // by itself.
                counted =
                        options.activation() == Activation.SOFTMAX
                                        || options.target() == TargetKind.ONE_HOT
                                ? hit.toExpr().max(Axes.CLASS).lt(0.5)
                                : hit.not();
            }
        }
        if (layout.mask()) {
            Op.Input mask = new Op.Input(Role.MASK, MASK, Axes.BATCH_SPACE, ValueType.FLOAT, false);
            checks.add(new Check(mask, InputRule.ZERO_OR_ONE, true));
            Condition inside = Expr.of(Nodes.input(mask)).gt(0.5);
            counted = counted == null ? inside : counted.and(inside);
        }
        return counted;
    }

    String lossId() {
        return lossId;
    }

    int channels() {
        return layout.channels();
    }

    LossOptions options() {
        return options;
    }

    /** Notes that the loss takes the two-class form of a single channel: CLASS then has size 2. */
    void useTwoClasses() {
        usesTwoClasses = true;
    }

    /** The size of CLASS; call after the loss was defined. */
    int classes() {
        return usesTwoClasses ? 2 : layout.channels();
    }

    InputLayout layout() {
        return layout;
    }

    WeightNormalization defaultWeightNormalization() {
        return defaultNormalization;
    }

    Op.Input predictionInput() {
        return prediction;
    }

    Op.Input targetInput() {
        return target;
    }

    @Nullable Condition valid() {
        return valid;
    }

    private Expr load(Op.Input input) {
        Expr value = Expr.of(Nodes.input(input));
        return valid == null ? value : valid.select(value, 0);
    }

    Expr prediction() {
        return load(prediction);
    }

    void expectProbabilities() {
        expectsProbabilities = true;
    }

    Expr target(int classes, boolean twoClasses) {
        if (options.target().isDense()) {
            Expr given = load(target);
            // A choice, not a factor: half the work of y a + (1 - y) b.
            Expr dense = options.target().isHard() ? given.eq(1).toExpr() : given;
            if (!twoClasses) {
                return dense;
            }
            Condition background =
                    Condition.of(
                            Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), Nodes.index(0)));
            return background.select(Expr.one().sub(dense), dense);
        }
        Node klass = classes == 1 ? Nodes.index(1) : Nodes.classIndex();
        Condition hit = Condition.of(Nodes.binary(BinaryFunction.EQ, klass, Nodes.input(target)));
        return hit.toExpr();
    }

    @Nullable Expr weightMap() {
        Axes extent = layout.weightMap();
        return extent == null ? null : load(weightMapInput(extent));
    }

    private static Op.Input weightMapInput(Axes extent) {
        return new Op.Input(Role.WEIGHT_MAP, WEIGHT_MAP, extent, ValueType.FLOAT, false);
    }

    Expr distanceMap() {
        if (!layout.distanceMap()) {
            throw new InvalidParameterException(
                    lossId
                            + ": it needs a distance map of the prediction's shape, and none is given");
        }
        usesDistanceMap = true;
        return load(distanceInput());
    }

    private Op.Input distanceInput() {
        return new Op.Input(Role.DISTANCE_MAP, DISTANCE_MAP, elementAxes(), ValueType.FLOAT, false);
    }

    /** A run-time parameter. A second one of the same name gets a number, in the order of definition, so that equal losses give equal graphs. */
    Expr parameter(String name, Axes extent, boolean matrix, double... values) {
        String unique = name;
        for (int n = 2; parameters.containsKey(unique); n++) {
            unique = name + "#" + n;
        }
        parameters.put(unique, values);
        return Expr.of(
                Nodes.input(new Op.Input(Role.PARAMETER, unique, extent, ValueType.FLOAT, matrix)));
    }

    Expr classWeights(Axes extent, double[] values) {
        parameters.put(CLASS_WEIGHTS, values);
        return Expr.of(
                Nodes.input(
                        new Op.Input(
                                Role.PARAMETER, CLASS_WEIGHTS, extent, ValueType.FLOAT, false)));
    }

    SequencedMap<String, double[]> parameters() {
        return Collections.unmodifiableSequencedMap(parameters);
    }

    /** The rules for all inputs that were used; call after the loss was defined. */
    List<Check> checks() {
        List<Check> all = new ArrayList<>(checks);
        all.add(
                new Check(
                        prediction,
                        expectsProbabilities ? InputRule.PROBABILITY : InputRule.FINITE,
                        false));
        if (options.target().isDense()) {
            all.add(
                    new Check(
                            target,
                            options.target().isHard()
                                    ? InputRule.ZERO_OR_ONE
                                    : InputRule.SOFT_TARGET,
                            false));
        }
        if (layout.weightMap() != null) {
            all.add(new Check(weightMapInput(layout.weightMap()), InputRule.NOT_NEGATIVE, false));
        }
        if (usesDistanceMap) {
            all.add(new Check(distanceInput(), InputRule.FINITE, false));
        }
        return all;
    }

    /** The number of classes that a label may name: 0 to one less. */
    int labelClasses() {
        return Math.max(2, layout.channels());
    }

    /** A sum that is 0 if and only if all inputs keep their rules; NaN is as good as any other number for "not". */
    Expr violations() {
        Expr perPixel = Expr.zero();
        Expr perElement = Expr.zero();
        for (Check check : checks()) {
            // A value under a mask is loaded as 0, which keeps every rule.
            Expr value =
                    check.everywhere() ? Expr.of(Nodes.input(check.input())) : load(check.input());
            Expr penalty = check.rule().penalty(value);
            if (penalty.extent().has(Axis.CLASS)) {
                perElement = perElement.add(penalty);
            } else {
                perPixel = perPixel.add(penalty);
            }
        }
        if (!options.target().isDense()) {
            perPixel = perPixel.add(labelOutside().toExpr());
        }
        return perPixel.sum(perPixel.extent()).add(perElement.sum(perElement.extent()));
    }

    private Condition labelOutside() {
        Node label = Nodes.input(target);
        Condition low = Condition.of(Nodes.binary(BinaryFunction.LT, label, Nodes.index(0)));
        Condition high =
                Condition.of(Nodes.binary(BinaryFunction.LE, Nodes.index(labelClasses()), label));
        Condition outside = low.or(high);
        return valid == null ? outside : outside.and(valid);
    }
}
