package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Gradients against differences of values, and second derivatives against differences of gradients, in float64.
 *
 * <p>Along a random unit direction d the slope of f is taken as {@code (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h}, whose error is the fifth derivative
 * times the fourth power of h, and the rounding of f over h. With {@code h = 2e-5} both are below 1e-10 where derivatives are of size 1, and the first stays
 * small for the logarithm of a probability of 0.01. Allowed is 1e-6 of the sum of all {@code |gradient d|}, and 1e-8: a wrong gradient is off by a share
 * of itself, not by a millionth.
 */
public final class GradientChecks {
    private static final long SEED = 577_215;
    private static final double STEP = 2e-5;

    private GradientChecks() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return LossCatalog.load().all().stream()
                .flatMap(loss ->
                        Stream.of(
                                dynamicTest(
                                        "required_gradient_" + loss.id(),
                                        () -> gradients(subject, loss)),
                                dynamicTest(
                                        "required_secondDerivative_" + loss.id(),
                                        () -> secondDerivatives(subject, loss))));
    }

    private static void gradients(Subject subject, LossDefinition loss) {
        subject.requireType(DType.FLOAT64);
        List<Sizes> all =
                List.of(Sizes.of(2, 1, 5, 7), Sizes.of(2, 3, 65), Sizes.of(1, 5, 3, 5, 7));
        for (Sizes sizes : all) {
            Optional<Trial> trial = new Trials(loss, sizes, SEED).plain();
            trial.ifPresent(t ->
                    alongOneDirection(subject.session(), t)
                            .ifPresent(wrong -> fail(t + ": " + wrong)));
        }
        for (Sizes sizes : List.of(Sizes.of(2, 1, 3), Sizes.of(1, 3, 2, 2))) {
            Optional<Trial> trial = new Trials(loss, sizes, SEED).plain();
            trial.ifPresent(t ->
                    ofEveryElement(subject.session(), t)
                            .ifPresent(wrong -> fail(t + ": " + wrong)));
        }
    }

    /**
     * {@return what is wrong with a gradient along one random direction, if anything}
     *
     * @param function the loss
     * @param inputs its inputs, the prediction FLOAT64, away from where the loss has steps
     * @param seed what the direction is made from
     */
    public static Optional<String> alongOneDirection(
            LossFunction function, LossInputs inputs, long seed) {
        double[] x = inputs.prediction().toDoubleArray();
        return compare(
                function, inputs, direction(x.length, seed), "along a direction of seed " + seed);
    }

    private static Optional<String> alongOneDirection(Session session, Trial trial) {
        LossFunction function = session.loss(trial.loss(), trial.options());
        return alongOneDirection(function, trial.inputs(DType.FLOAT64), trial.seed());
    }

    private static Optional<String> ofEveryElement(Session session, Trial trial) {
        LossFunction function = session.loss(trial.loss(), trial.options());
        LossInputs inputs = trial.inputs(DType.FLOAT64);
        int count = (int) inputs.prediction().shape().elements();
        for (int i = 0; i < count; i++) {
            double[] axis = new double[count];
            axis[i] = 1;
            Optional<String> wrong = compare(function, inputs, axis, "at element " + i);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static double[] direction(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] d = random.doubles(count).map(v -> v - 0.5).toArray();
        double norm = Math.sqrt(Arrays.stream(d).map(v -> v * v).sum());
        return Arrays.stream(d).map(v -> v / norm).toArray();
    }

    private static Optional<String> compare(
            LossFunction function, LossInputs inputs, double[] d, String where) {
        double[] gradient = function.evaluate(inputs).gradient().toDoubleArray();
        double expected =
                slope(
                        value(function, inputs, d, STEP),
                        value(function, inputs, d, -STEP),
                        value(function, inputs, d, 2 * STEP),
                        value(function, inputs, d, -2 * STEP));
        double found = 0;
        double size = 0;
        for (int i = 0; i < d.length; i++) {
            found += gradient[i] * d[i];
            size += Math.abs(gradient[i] * d[i]);
        }
        double allowed = 1e-6 * size + 1e-8;
        return Math.abs(found - expected) <= allowed
                ? Optional.empty()
                : Optional.of(
                        "the gradient "
                                + where
                                + " is "
                                + found
                                + ", but differences of the value give "
                                + expected
                                + ", allowed "
                                + allowed);
    }

    private static double slope(double ahead, double back, double farAhead, double farBack) {
        return (8 * (ahead - back) - (farAhead - farBack)) / (12 * STEP);
    }

    private static double value(LossFunction function, LossInputs inputs, double[] d, double step) {
        return function.value(inputs.withPrediction(moved(inputs.prediction(), d, step))).value();
    }

    private static Tensor moved(Tensor x, double[] d, double step) {
        double[] values = x.toDoubleArray();
        Arrays.setAll(values, i -> values[i] + step * d[i]);
        return Tensor.wrap(values, x.shape().toArray());
    }

    // ---- second derivatives

    /** At random logits, and at logits of 0, where all classes are tied and every sigmoid is at its branch: the state of a fresh network. */
    private static void secondDerivatives(Subject subject, LossDefinition loss) {
        subject.requireType(DType.FLOAT64);
        for (int classes : List.of(1, 3)) {
            Optional<Trial> found = new Trials(loss, Sizes.of(2, classes, 3, 5), SEED).plain();
            if (found.isEmpty() || found.get().isStepwise()) {
                continue; // ranks and neighbourhoods have steps; their derivatives are checked at
                // single ops
            }
            Trial trial = found.get();
            LossInputs inputs = trial.inputs(DType.FLOAT64);
            check(subject, trial, inputs, "random predictions");
            if (trial.options().activation() != Activation.NONE) {
                Tensor zeros = Tensor.zeros(DType.FLOAT64, inputs.prediction().shape());
                check(subject, trial, inputs.withPrediction(zeros), "logits of 0");
            }
        }
    }

    private static void check(Subject subject, Trial trial, LossInputs inputs, String where) {
        int count = (int) inputs.prediction().shape().elements();
        double[] d = direction(count, trial.seed());
        double[] expected = differences(subject.session(), trial, inputs, d);
        double[] found = hessianProduct(subject.session(), trial, inputs, d);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < count; i++) {
            double allowed = 1e-6 * largest + 1e-9;
            if (!(Math.abs(expected[i] - found[i]) <= allowed)) {
                fail(
                        trial
                                + ", at "
                                + where
                                + ": element "
                                + i
                                + " of the Hessian times a direction is "
                                + found[i]
                                + ", but differences of the gradient give "
                                + expected[i]
                                + ", allowed "
                                + allowed);
            }
        }
    }

    private static double[] differences(
            Session session, Trial trial, LossInputs inputs, double[] d) {
        double[] ahead = gradient(session, trial, inputs, d, STEP);
        double[] back = gradient(session, trial, inputs, d, -STEP);
        double[] farAhead = gradient(session, trial, inputs, d, 2 * STEP);
        double[] farBack = gradient(session, trial, inputs, d, -2 * STEP);
        double[] slopes = new double[d.length];
        Arrays.setAll(slopes, i -> slope(ahead[i], back[i], farAhead[i], farBack[i]));
        return slopes;
    }

    private static double[] gradient(
            Session session, Trial trial, LossInputs inputs, double[] d, double step) {
        Tensor x = moved(inputs.prediction(), d, step);
        return trial.evaluate(session, inputs.withPrediction(x)).gradient().toDoubleArray();
    }

    /** The gradient of {@code gradient . d}: the loss differentiated twice, run as one program. */
    private static double[] hessianProduct(
            Session session, Trial trial, LossInputs inputs, double[] d) {
        LossGraph loss = trial.graph();
        Op.Input prediction =
                loss.graph().inputs().stream()
                        .filter(input -> input.role() == Role.PREDICTION)
                        .findFirst()
                        .orElseThrow();
        Node gradient = loss.graph().outputs().get(LossGraph.GRADIENT);
        Axes extent = prediction.extent();
        Node along =
                Nodes.input(new Op.Input(Role.OTHER, "direction", extent, ValueType.FLOAT, false));
        Node slope = Nodes.sum(Nodes.binary(BinaryFunction.MUL, gradient, along), extent);
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("hessian", Autodiff.vjp(slope, prediction, Nodes.constant(1)));
        Program program =
                Partitioner.partition(
                        Graph.of(loss.classes(), outputs), Map.of("hessian", extent), Set.of());
        Map<String, DType> types = new HashMap<>();
        Arguments arguments = new Arguments(trial.sizes().geometry());
        for (Op.Input input : program.graph().inputs()) {
            if (input.role() == Role.PARAMETER) {
                arguments.table(input.name(), loss.parameters().get(input.name()));
            } else {
                Tensor tensor = tensor(inputs, input.role(), d);
                arguments.tensor(input.name(), tensor);
                types.put(input.name(), tensor.dtype());
            }
        }
        Tensor product = Tensor.zeros(DType.FLOAT64, inputs.prediction().shape());
        types.put("hessian", DType.FLOAT64);
        try (Executable executable = session.backend().compile(program, new TensorTypes(types))) {
            executable.run(arguments.tensor("hessian", product)).await();
        }
        return product.toDoubleArray();
    }

    private static Tensor tensor(LossInputs inputs, Role role, double[] direction) {
        return switch (role) {
            case PREDICTION -> inputs.prediction();
            case TARGET -> inputs.target();
            case DISTANCE_MAP -> Objects.requireNonNull(inputs.distanceMap());
            case OTHER -> Tensor.wrap(direction, direction.length);
            case WEIGHT_MAP, MASK, UPSTREAM, PARAMETER ->
                    throw new IllegalStateException("not an input of a plain trial: " + role);
        };
    }
}
