package io.github.segloss.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.SegLossException;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LossScopeTest {
    private record ProbeLoss(Function<LossScope, Expr> body) implements Loss {
        @Override
        public Expr define(LossScope in) {
            return body.apply(in);
        }
    }

    private static LossGraph graph(
            LossOptions options, int channels, Function<LossScope, Expr> body) {
        return LossGraph.of(new ProbeLoss(body), options, InputLayout.of(channels), Outputs.BOTH);
    }

    private static void refused(
            LossOptions options, int channels, Function<LossScope, Expr> body, String... words) {
        SegLossException e =
                assertThrows(SegLossException.class, () -> graph(options, channels, body));
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
    }

    private static Expr region(LossScope in) {
        return in.reduce(in.sum(in.probabilities().mul(in.target())));
    }

    @Test
    void classWeightsMustBeOnePerClass() {
        refused(
                LossOptions.softmax().withClassWeights(1, 2, 3),
                4,
                LossScopeTest::region,
                "probe",
                "class_weights",
                "3",
                "4");
    }

    @Test
    void classWeightsMustNotBeNegativeOrNaN() {
        assertThrows(
                InvalidParameterException.class,
                () -> LossOptions.softmax().withClassWeights(1, -1));
        assertThrows(
                InvalidParameterException.class,
                () -> LossOptions.softmax().withClassWeights(1, Double.NaN));
    }

    @Test
    void selectedClassesMustExist() {
        refused(
                LossOptions.softmax().withClasses(ClassSelection.of(1, 7)),
                4,
                LossScopeTest::region,
                "class 7",
                "0 to 3");
    }

    @Test
    void softmaxOfOneChannelIsRefused() {
        refused(
                LossOptions.of(Activation.SOFTMAX, TargetKind.BINARY),
                1,
                LossScopeTest::region,
                "single channel",
                "sigmoid");
    }

    @Test
    void logitsAreRefusedWhereProbabilitiesAreGiven() {
        refused(
                LossOptions.probabilities(),
                3,
                in -> region(in).add(in.logits().sum(Axes.ALL)),
                "none",
                "sigmoid, softmax");
    }

    @Test
    void aDistanceMapThatIsNotThereIsNamed() {
        refused(
                LossOptions.softmax(),
                3,
                in -> in.mean(in.distanceMap(), Terms.INDEPENDENT),
                "distance map");
    }

    @Test
    void aMatrixMustBeSquare() {
        List<List<Double>> rows = List.of(List.of(0.0, 1.0), List.of(1.0, 0.0));
        refused(
                LossOptions.softmax(),
                3,
                in ->
                        in.reduce(
                                in.sum(
                                        in.target()
                                                .classMix(
                                                        in.matrixParameter("costs", rows), false))),
                "costs",
                "3 x 3");
    }

    @Test
    void theTwoClassFormOfASingleChannelHasTwoClasses() {
        LossGraph graph = graph(LossOptions.sigmoid(), 1, in -> region(in.asTwoClasses()));
        assertEquals(2, graph.classes());
        assertEquals(Axes.BATCH_SPACE, graph.program().outputs().get(LossGraph.GRADIENT));
    }

    @Test
    void withoutReductionRegionsKeepSampleAndClass() {
        LossOptions none = LossOptions.softmax().withReduction(Reduction.NONE);
        assertEquals(Axes.BATCH_CLASS, graph(none, 3, LossScopeTest::region).valueExtent());
        assertEquals(
                Axes.CLASS, graph(none.withBatch(true), 3, LossScopeTest::region).valueExtent());
    }

    @Test
    void partsOfDifferentShapeCannotBeCompounded() {
        LossOptions none = LossOptions.softmax().withReduction(Reduction.NONE);
        refused(
                none,
                3,
                in -> in.compound(region(in), in.mean(in.probabilities(), Terms.CATEGORICAL)),
                "reduction none",
                "[N C]");
    }

    @Test
    void parametersOfOneNameGetNumbers() {
        LossGraph graph =
                graph(
                        LossOptions.softmax(),
                        3,
                        in ->
                                in.parameter("alpha", 1)
                                        .mul(region(in))
                                        .add(in.parameter("alpha", 2)));
        assertEquals(List.of("alpha", "alpha#2"), List.copyOf(graph.parameters().keySet()));
        assertArrayEquals(new double[] {2}, graph.parameters().get("alpha#2"));
    }
}
