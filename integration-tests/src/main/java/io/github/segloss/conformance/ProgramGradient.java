package io.github.segloss.conformance;

import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Executable;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The gradient of a generated program against differences of its value along a random direction, in float64.
 *
 * <p>Random graphs have steps and corners. Differences over two distances tell: where the value is smooth they agree, since the error of each is of fourth
 * order, and across a corner they do not. Only smooth places are compared, and only graphs in which every op passes what gradient it has.
 */
final class ProgramGradient {
    private static final double AWAY = 0.3;
    private static final double STEP = 1e-4;
    private static final double SMOOTH = 1e-6;
    private static final double ALLOWED = 1e-5;

    private final GeneratedProgram program;
    private final Backend backend;
    private boolean isChecked;

    /**
     * Prepares a check.
     *
     * @param program a program of FLOAT64
     * @param backend a backend that has FLOAT64
     */
    ProgramGradient(GeneratedProgram program, Backend backend) {
        this.program = program;
        this.backend = backend;
    }

    /** Whether the program has a gradient that could be compared. */
    boolean isChecked() {
        return isChecked;
    }

    Optional<String> mismatch() {
        if (!program.outputs().containsKey(GeneratedProgram.GRADIENT) || stopsGradients()) {
            return Optional.empty();
        }
        // Many elements are multiples of 1/2, where clamps and comparisons have their edges: away
        // from them.
        double[] plain = program.inputs().get(GeneratedInputs.PREDICTION.name());
        double[] away = direction(plain.length, ~program.seed());
        Map<String, double[]> inputs = moved(program.inputs(), away, AWAY);
        double[] direction = direction(plain.length, program.seed());
        try (Executable executable = backend.compile(program.program(), program.types())) {
            double[] gradient =
                    program.run(executable, DType.FLOAT64, inputs).get(GeneratedProgram.GRADIENT);
            double found = 0;
            double size = 0;
            for (int i = 0; i < direction.length; i++) {
                found += gradient[i] * direction[i];
                size += Math.abs(gradient[i] * direction[i]);
            }
            double expected = slope(executable, inputs, direction, STEP);
            double near = slope(executable, inputs, direction, STEP / 2);
            if (Math.abs(expected - near) > SMOOTH * (size + Math.abs(near)) + 1e-9) {
                return Optional.empty();
            }
            isChecked = true;
            double allowed = ALLOWED * (size + Math.abs(near)) + 1e-8;
            return Math.abs(found - near) <= allowed
                    ? Optional.empty()
                    : Optional.of(
                            "the gradient along a direction is "
                                    + found
                                    + ", but differences of the value give "
                                    + near
                                    + ", allowed "
                                    + allowed);
        }
    }

    /** Whether an op gives no gradient although its value changes smoothly: a detached value, or the values of a ranked sum. */
    private boolean stopsGradients() {
        return program.program().graph().nodes().stream()
                .map(Node::op)
                .anyMatch(op ->
                        op instanceof Op.RankedSum
                                || (op instanceof Op.Unary(UnaryFunction f)
                                        && f == UnaryFunction.DETACH));
    }

    private static double[] direction(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] d = random.doubles(count, -1, 1).toArray();
        double norm = Math.sqrt(Arrays.stream(d).map(v -> v * v).sum());
        return Arrays.stream(d).map(v -> v / norm).toArray();
    }

    private double slope(
            Executable executable, Map<String, double[]> inputs, double[] d, double step) {
        double[] values = new double[4];
        List<Integer> steps = List.of(1, -1, 2, -2);
        for (int k = 0; k < values.length; k++) {
            Map<String, double[]> moved = moved(inputs, d, steps.get(k) * step);
            values[k] =
                    program.run(executable, DType.FLOAT64, moved).get(GeneratedProgram.VALUE)[0];
        }
        return (8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * step);
    }

    private static Map<String, double[]> moved(
            Map<String, double[]> inputs, double[] direction, double step) {
        Map<String, double[]> moved = new HashMap<>(inputs);
        double[] x = inputs.get(GeneratedInputs.PREDICTION.name()).clone();
        Arrays.setAll(x, i -> x[i] + step * direction[i]);
        moved.put(GeneratedInputs.PREDICTION.name(), x);
        return moved;
    }
}
