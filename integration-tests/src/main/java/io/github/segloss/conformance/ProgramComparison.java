package io.github.segloss.conformance;

import io.github.segloss.backend.Backend;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The outputs of a generated program against those of the reference, each element within its bound. */
final class ProgramComparison {
    /** The bounds are of first order and take ops one by one; a backend may fold constants and share factors in another order. */
    private static final double SLACK = 2;

    private final GeneratedProgram program;
    private final Map<String, Bounded> bounds;
    private final Map<String, double[]> reference;

    /**
     * Computes what is expected.
     *
     * @param program the program
     * @param reference the reference backend
     */
    ProgramComparison(GeneratedProgram program, Backend reference) {
        this.program = program;
        this.bounds = program.expected();
        this.reference = program.run(reference, DType.FLOAT64, program.inputs());
    }

    /** How many elements of all outputs have a bound. */
    long known() {
        return bounds.values().stream()
                .flatMapToDouble(b -> Arrays.stream(b.errors()))
                .filter(Double::isFinite)
                .count();
    }

    /** How many elements all outputs have. */
    long all() {
        return bounds.values().stream().mapToLong(Bounded::count).sum();
    }

    /** What is wrong with some results, if anything; or with the reference's own, which have to be those of the definitions. */
    Optional<String> mismatch(Map<String, double[]> found) {
        for (String name : bounds.keySet()) {
            double[] defined = bounds.get(name).values();
            Optional<String> wrong =
                    mismatch(name, defined, reference.get(name))
                            .map(text -> "the reference is not as defined: " + text)
                            .or(() -> mismatch(name, reference.get(name), found.get(name)));
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private Optional<String> mismatch(String name, double[] expected, double[] found) {
        double[] errors = bounds.get(name).errors();
        Shape shape = program.sizes().shape(program.program().outputs().get(name));
        for (int i = 0; i < expected.length; i++) {
            double allowed = SLACK * errors[i];
            boolean isKnown = allowed < Double.POSITIVE_INFINITY;
            if (isKnown && !(Math.abs(expected[i] - found[i]) <= allowed)) {
                return Optional.of(
                        "output '"
                                + name
                                + "' at "
                                + Arrays.toString(shape.coordinates(i))
                                + ": "
                                + Tolerance.difference(program.type(), expected[i], found[i])
                                + ", allowed "
                                + allowed);
            }
        }
        return Optional.empty();
    }
}
