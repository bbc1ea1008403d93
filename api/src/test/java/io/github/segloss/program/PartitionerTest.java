package io.github.segloss.program;

import static io.github.segloss.expr.Expr.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.loss.Terms;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The partition rules, on losses written here, by the summaries of their programs. Two of the accumulators of the first pass check the inputs:
 * labels per pixel, logits per element. */
class PartitionerTest {
    private static final Loss CROSS_ENTROPY =
            in -> in.mean(in.target().mul(in.probabilities(0).logP()).neg(), Terms.CATEGORICAL);

    private static final Loss DICE =
            in -> {
                Expr p = in.probabilities();
                Expr g = in.target();
                Expr overlap = in.sum(p.mul(g));
                Expr total = in.sum(p.add(g));
                return in.reduce(one().sub(overlap.mul(2).add(1).div(total.add(1))));
            };

    private static final Loss COMPOUND =
            in ->
                    in.compound(
                            in.parameter("lambda_dice", 1).mul(DICE.define(in)),
                            in.parameter("lambda_ce", 1).mul(CROSS_ENTROPY.define(in)));

    private static Program program(Loss loss, LossOptions options, Outputs outputs) {
        return LossGraph.of(loss, options, InputLayout.of(4), outputs).program();
    }

    private static String passes(Program program) {
        return program.summary()
                .lines()
                .filter(line -> !line.startsWith("scalar"))
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }

    @Test
    void aMeanOverAllPixelsIsOnePass() {
        assertEquals(
                "pass 0: reads prediction, target; accumulates 3; stores gradient",
                passes(program(CROSS_ENTROPY, LossOptions.softmax(), Outputs.BOTH)));
    }

    @Test
    void aMeanOverCountedPixelsCountsInAFirstPassThatReadsLabelsOnly() {
        Program program =
                program(CROSS_ENTROPY, LossOptions.softmax().withIgnoreIndex(255L), Outputs.BOTH);
        assertEquals(2, program.passes().size());
        long sums = program.passes().getLast().accumulators().size();
        assertEquals(
                1, sums, "the loss itself is summed late, in the pass that writes the gradient");
        assertTrue(
                program.passes().getFirst().accumulators().stream()
                        .anyMatch(node -> program.graph().describe(node).contains("over BS")),
                program.text());
    }

    @Test
    void aRegionLossIsTwoPassesWithoutTemporaries() {
        Program program = program(DICE, LossOptions.softmax(), Outputs.BOTH);
        assertEquals(
                """
                pass 0: reads prediction, target; accumulates 4; stores nothing
                pass 1: reads prediction, target; accumulates 0; stores gradient\
                """,
                passes(program));
        assertTrue(program.temporaries().isEmpty());
    }

    @Test
    void aValueAloneIsOnePass() {
        assertEquals(1, program(DICE, LossOptions.softmax(), Outputs.VALUE).passes().size());
        assertEquals(1, program(COMPOUND, LossOptions.softmax(), Outputs.VALUE).passes().size());
    }

    @Test
    void aCompoundLossTakesItsLogarithmsLate() {
        Program program = program(COMPOUND, LossOptions.softmax(), Outputs.BOTH);
        assertEquals(
                """
                pass 0: reads prediction, target; accumulates 4; stores nothing
                pass 1: reads prediction, target; accumulates 1; stores gradient\
                """,
                passes(program));
        assertFalse(usesLogarithm(program.passes().get(0)), "the first pass needs no logarithm");
        assertTrue(usesLogarithm(program.passes().get(1)));
    }

    private static boolean usesLogarithm(GridKernel pass) {
        return pass.body().stream().anyMatch(node -> node.op().toString().contains("LOG1P"));
    }

    @Test
    void inputsAreCheckedInTheFirstPass() {
        Program program = program(COMPOUND, LossOptions.softmax(), Outputs.BOTH);
        Node violations = program.graph().outputs().get(LossGraph.VIOLATIONS);
        assertEquals(2, violations.args().size());
        assertTrue(
                program.passes().getFirst().accumulators().containsAll(violations.args()),
                program.text());
    }

    @Test
    void aDistanceTransformStoresItsMaskAndIsRead() {
        Loss loss =
                in -> {
                    Condition inside = in.probabilities().gt(0.5);
                    return in.mean(
                            in.probabilities().mul(inside.distanceTransform()), Terms.INDEPENDENT);
                };
        Program program = program(loss, LossOptions.softmax(), Outputs.BOTH);
        assertEquals(2, program.temporaries().size(), program.text());
        assertEquals(2, program.passes().size());
        assertTrue(program.summary().contains("distanceTransform"), program.summary());
    }

    @Test
    void rankedSumsOverTheSameKeysShareOneKernel() {
        Loss loss =
                in -> {
                    Expr keys = in.probabilities().detach();
                    Expr g = in.target();
                    Expr a = g.rankedSum(keys, Axes.SPACE);
                    Expr b = one().sub(g).rankedSum(keys, Axes.SPACE);
                    return in.mean(in.probabilities().mul(a.add(b)), Terms.INDEPENDENT);
                };
        Program program = program(loss, LossOptions.softmax(), Outputs.BOTH);
        long sorts = program.kernels().stream().filter(StructuredKernel.class::isInstance).count();
        assertEquals(1, sorts, program.summary());
    }

    @Test
    void distancesOfAMaskAndItsNegationShareOneKernel() {
        Loss loss =
                in -> {
                    Condition inside = in.probabilities().detach().gt(0.5);
                    Condition sure = in.probabilities().detach().gt(0.9);
                    Expr signed = inside.not().distanceTransform().sub(inside.distanceTransform());
                    return in.mean(
                            in.probabilities().mul(signed.add(sure.distanceTransform())),
                            Terms.INDEPENDENT);
                };
        Program program = program(loss, LossOptions.softmax(), Outputs.BOTH);
        List<Integer> nodes =
                program.kernels().stream()
                        .filter(StructuredKernel.class::isInstance)
                        .map(kernel -> ((StructuredKernel) kernel).nodes().size())
                        .sorted()
                        .toList();
        assertEquals(List.of(1, 2), nodes, program.summary());
    }

    @Test
    void windowsChainWithoutPassesBetween() {
        Window erode =
                new Window(Window.Extreme.MIN, Window.Footprint.CROSS, Window.Border.IGNORED);
        Loss loss =
                in -> in.mean(in.probabilities().window(erode).window(erode), Terms.INDEPENDENT);
        Program program = program(loss, LossOptions.softmax(), Outputs.VALUE);
        assertEquals(
                2, program.kernels().stream().filter(StructuredKernel.class::isInstance).count());
        assertEquals(
                2, program.passes().size(), "one that stores the probabilities and one that sums");
    }

    @Test
    void aGradientThatDoesNotDependOnThePredictionIsStoredAllTheSame() {
        Loss constant = in -> Expr.constant(3);
        Program program = program(constant, LossOptions.softmax(), Outputs.BOTH);
        assertEquals(Axes.ALL, program.outputs().get(LossGraph.GRADIENT));
        assertTrue(passes(program).endsWith("stores gradient"), program.summary());
    }

    @Test
    void parametersAreInputsAndNotPartOfTheKey() {
        Loss half = in -> in.parameter("weight", 0.5).mul(CROSS_ENTROPY.define(in));
        Loss third = in -> in.parameter("weight", 0.3).mul(CROSS_ENTROPY.define(in));
        Program a = program(half, LossOptions.softmax(), Outputs.BOTH);
        assertEquals(a.key(), program(third, LossOptions.softmax(), Outputs.BOTH).key());
        assertTrue(a.graph().inputs().stream().map(Op.Input::name).anyMatch("weight"::equals));
    }
}
