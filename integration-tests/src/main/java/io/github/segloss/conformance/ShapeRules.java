package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * One two-pass program, soft Dice plus cross-entropy with its gradient, at all class counts and at spatial sizes around every power of two that a vector,
 * tile or block may have; and the probabilities that it is made of at logits of every size.
 */
final class ShapeRules {
    private static final long SEED = 8_128;
    private static final List<Integer> CLASSES = List.of(1, 2, 3, 5, 17, 104);

    /** Larger arrays would take longer than they tell. */
    private static final int MOST_ELEMENTS = 110_000;

    private static final List<Shape> SPACES =
            List.of(
                    Shape.of(1),
                    Shape.of(7),
                    Shape.of(8),
                    Shape.of(13),
                    Shape.of(63),
                    Shape.of(64),
                    Shape.of(65),
                    Shape.of(1021),
                    Shape.of(4098),
                    Shape.of(9, 11),
                    Shape.of(3, 5, 7));

    private ShapeRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        Stream<DynamicTest> shapes =
                SPACES.stream()
                        .flatMap(space ->
                                subject.forWideTypes(
                                        "required_shape_" + name(space),
                                        type -> shape(subject, type, space)));
        return Stream.of(
                        shapes,
                        subject.forWideTypes(
                                "required_formula_sigmoid", type -> sigmoid(subject, type)),
                        subject.forWideTypes(
                                "required_formula_softmax", type -> softmax(subject, type)))
                .flatMap(s -> s);
    }

    private static String name(Shape space) {
        return Arrays.stream(space.toArray())
                .mapToObj(Long::toString)
                .collect(Collectors.joining("x"));
    }

    private static void shape(Subject subject, DType type, Shape space) {
        for (int classes : CLASSES) {
            for (int batch : List.of(1, 2)) {
                Sizes sizes = new Sizes(batch, classes, space);
                if (sizes.elements(Axes.ALL) <= MOST_ELEMENTS) {
                    GeneratedProgram program =
                            new GeneratedProgram(SEED, type, DType.UINT8, sizes, diceAndEntropy());
                    new ProgramComparison(program, subject.reference().backend())
                            .mismatch(program.run(subject.backend()))
                            .ifPresent(wrong -> fail(sizes + ", " + type + ": " + wrong));
                }
            }
        }
    }

    /** Labels of no class are in no overlap and have no term of the entropy. */
    private static SequencedMap<String, Node> diceAndEntropy() {
        Probabilities all =
                Formulas.softmaxProbabilities(Expr.of(Nodes.input(GeneratedInputs.PREDICTION)));
        Condition hit =
                Condition.of(
                        Nodes.binary(
                                BinaryFunction.EQ,
                                Nodes.classIndex(),
                                Nodes.input(GeneratedInputs.LABELS)));
        Expr overlap = hit.select(all.p(), 0).sum(Axes.BATCH_SPACE);
        Expr total = all.p().add(hit.toExpr()).sum(Axes.BATCH_SPACE);
        Expr dice = overlap.mul(2).add(1).div(total.add(1));
        Expr entropy = hit.select(all.logP(), 0).sum(Axes.ALL).div(Expr.size(Axes.BATCH_SPACE));
        Expr value = Expr.one().sub(dice.sum(Axes.CLASS).div(Expr.size(Axes.CLASS))).sub(entropy);
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("overlap", overlap.node());
        outputs.put(GeneratedProgram.VALUE, value.node());
        outputs.put(
                GeneratedProgram.GRADIENT,
                Autodiff.vjp(value.node(), GeneratedInputs.PREDICTION, Nodes.constant(1)));
        return outputs;
    }

    // ---- logits of every size

    /** Zeros of both signs, denormals, where functions round to 1 or underflow, and a quarter of the largest number, so that differences are finite. */
    private static double[] logits(DType type) {
        double normal = Tolerance.smallestNormal(type);
        double most = (type == DType.FLOAT64 ? Double.MAX_VALUE : Float.MAX_VALUE) / 4;
        double[] sizes = {
            0,
            normal / 4,
            normal,
            1e-20,
            1e-8,
            1e-3,
            0.5,
            1,
            8,
            16.6,
            17,
            36,
            37,
            40,
            87,
            88,
            89,
            103,
            104,
            700,
            710,
            745,
            746,
            1e4,
            1e10,
            1e30,
            most
        };
        return GraphRun.round(
                type,
                Arrays.stream(sizes).flatMap(x -> Arrays.stream(new double[] {x, -x})).toArray());
    }

    private static void sigmoid(Subject subject, DType type) {
        double[] logits = logits(type);
        GraphRun run = new GraphRun(subject.backend(), type, Sizes.of(1, 1, logits.length));
        Expr x = Expr.of(run.input("x", Axes.SPACE, logits));
        check(run, type, Formulas.sigmoidProbabilities(x));
    }

    /** Every logit against every other, and a third of 0. */
    private static void softmax(Subject subject, DType type) {
        double[] logits = logits(type);
        int count = logits.length;
        Sizes sizes = Sizes.of(1, 3, count, count);
        double[] x = new double[sizes.elements(Axes.ALL)];
        for (int i = 0; i < count * count; i++) {
            x[sizes.index(Axes.ALL, 0, 0, i)] = logits[i / count];
            x[sizes.index(Axes.ALL, 0, 2, i)] = logits[i % count];
        }
        GraphRun run = new GraphRun(subject.backend(), type, sizes);
        check(run, type, Formulas.softmaxProbabilities(Expr.of(run.input("x", Axes.ALL, x))));
    }

    private static void check(GraphRun run, DType type, Probabilities all) {
        SequencedMap<String, Expr> parts = new LinkedHashMap<>();
        parts.put("p", all.p());
        parts.put("1 - p", all.q());
        parts.put("ln p", all.logP());
        parts.put("ln(1 - p)", all.logQ());
        parts.forEach((name, part) -> run.output(name, part.node()));
        BoundedEvaluation expected = run.evaluation();
        run.run()
                .forEach((name, found) -> {
                    Bounded bounded = expected.of(parts.get(name).node());
                    for (int i = 0; i < found.length; i++) {
                        double value = bounded.values()[i];
                        double allowed = 2 * bounded.errors()[i] + Tolerance.rounding(type, value);
                        if (!Double.isFinite(found[i]) || Math.abs(found[i] - value) > allowed) {
                            fail(
                                    name
                                            + " at element "
                                            + i
                                            + ": "
                                            + Tolerance.difference(type, value, found[i])
                                            + ", allowed "
                                            + allowed);
                        }
                    }
                });
    }
}
