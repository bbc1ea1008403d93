package io.github.segloss.cpu;

import static io.github.segloss.cpu.Subjects.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Terms;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The OpenBLAS backend against the reference, on graphs that nobody chose and on losses of all element types. */
class OpenBlasAgreesTest {
    private static final List<Geometry> SPACES =
            List.of(
                    Geometry.of(1, 1),
                    Geometry.of(2, 7),
                    Geometry.of(3, 1025),
                    Geometry.of(2, 33, 65),
                    Geometry.of(1, 17, 29, 41));

    @TestFactory
    Stream<DynamicTest> onRandomGraphs() {
        return IntStream.range(0, 60)
                .mapToObj(
                        seed -> DynamicTest.dynamicTest("graph " + seed, () -> compareGraph(seed)));
    }

    private static void compareGraph(int seed) {
        int classes = 2 + seed % 4;
        Geometry geometry = SPACES.get(seed % SPACES.size());
        try (Backend scalar = Subjects.scalar();
                Backend openblas = Subjects.openblas(1 + seed % 3)) {
            for (DType type : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
                Calculation c = RandomGraph.of(seed, classes, geometry, type);
                Calculation.Outcome expected = c.run(scalar);
                Calculation.Outcome found = c.run(openblas);
                double tolerance = type == DType.FLOAT64 ? 1e-12 : 2e-5;
                for (String output : c.program().outputs().keySet()) {
                    assertClose(
                            expected.get(output),
                            found.get(output),
                            tolerance,
                            type + " " + output);
                }
            }
        }
    }

    /** Cross-entropy of the softmax, as in any textbook. */
    private static final Loss CROSS_ENTROPY =
            in -> {
                Probabilities p = in.probabilities(0);
                return in.mean(in.target().mul(p.logP()).neg(), Terms.CATEGORICAL);
            };

    /** Dice, 1 - 2 sum pg / sum (p + g), smoothed. */
    private static final Loss DICE =
            in -> {
                Expr p = in.probabilities();
                Expr g = in.target();
                Expr overlap = in.sum(p.mul(g)).mul(2).add(1);
                return in.reduce(Expr.one().sub(overlap.div(in.sum(p.add(g)).add(1))));
            };

    /** The mean distance between p and g under a matrix of class distances, times a run-time factor. */
    private static final Loss MIXED =
            in -> {
                int classes = in.classes();
                Double[][] rows = new Double[classes][classes];
                for (int i = 0; i < classes; i++) {
                    for (int j = 0; j < classes; j++) {
                        rows[i][j] = Math.abs(i - j) / (double) classes;
                    }
                }
                Expr m =
                        in.matrixParameter("distances", Arrays.stream(rows).map(List::of).toList());
                Expr cost = in.probabilities().mul(in.target().classMix(m, false));
                return in.mean(cost.mul(in.parameter("factor", 3)), Terms.CATEGORICAL);
            };

    private static Tensor logits(DType type, Shape shape, Random random) {
        double[] values = new double[Math.toIntExact(shape.elements())];
        Arrays.setAll(values, _ -> (float) (4 * random.nextGaussian()));
        return Tensor.wrap(values, shape.toArray()).to(type);
    }

    private static Tensor labels(DType type, Shape shape, int classes, Random random) {
        Tensor labels = Tensor.zeros(type, shape);
        for (long i = 0; i < shape.elements(); i++) {
            labels.set(i, random.nextInt(8) == 0 ? 77 : random.nextInt(classes));
        }
        return labels;
    }

    @TestFactory
    Stream<DynamicTest> onLosses() {
        return Stream.of(DType.FLOAT64, DType.FLOAT32, DType.FLOAT16, DType.BFLOAT16)
                .flatMap(type ->
                        Stream.of(DType.UINT8, DType.INT8, DType.INT16, DType.INT32, DType.INT64)
                                .map(labels ->
                                        DynamicTest.dynamicTest(
                                                type + " " + labels,
                                                () -> compareLosses(type, labels))));
    }

    private static void compareLosses(DType type, DType labelType) {
        try (Session scalar = Session.on(Subjects.scalar());
                Session openblas = Session.on(Subjects.openblas(2))) {
            compareLosses(type, labelType, scalar, openblas);
        }
    }

    private static void compareLosses(
            DType type, DType labelType, Session scalar, Session openblas) {
        Random random = new Random(type.ordinal() * 10 + labelType.ordinal());
        for (Shape space : List.of(Shape.of(1), Shape.of(5, 7), Shape.of(3, 11, 83))) {
            for (int classes : new int[] {2, 5}) {
                long[] image = append(new long[] {3}, space);
                Tensor logits =
                        logits(type, Shape.of(append(new long[] {3, classes}, space)), random);
                Tensor target = labels(labelType, Shape.of(image), classes, random);
                double[] weights = random.doubles(target.shape().elements(), 0, 2).toArray();
                LossInputs inputs =
                        LossInputs.of(logits, target).withWeightMap(Tensor.wrap(weights, image));
                for (Loss loss : List.of(CROSS_ENTROPY, DICE, MIXED)) {
                    LossOptions options = LossOptions.softmax().withIgnoreIndex(77L);
                    compareLoss(scalar.loss(loss, options), openblas.loss(loss, options), inputs);
                }
            }
        }
    }

    private static long[] append(long[] head, Shape tail) {
        return Stream.of(head, tail.toArray()).flatMapToLong(Arrays::stream).toArray();
    }

    private static void compareLoss(
            LossFunction reference, LossFunction tested, LossInputs inputs) {
        DType type = inputs.prediction().dtype();
        LossResult expected = reference.evaluate(inputs);
        LossResult found = tested.evaluate(inputs);
        double tolerance = type == DType.FLOAT64 ? 1e-13 : 1e-6;
        assertEquals(
                expected.value(),
                found.value(),
                tolerance * Math.max(1, expected.value()),
                inputs.toString());
        assertClose(
                expected.gradient().toDoubleArray(),
                found.gradient().toDoubleArray(),
                type == DType.FLOAT64 ? 1e-13 : 2 * Subjects.tolerance(type),
                "gradient");
    }

    @Test
    void classMixingOfManyClassesAndOddSizes() {
        Random random = new Random(2);
        for (int classes : new int[] {1, 3, 19, 40}) {
            for (int pixels : new int[] {1, 15, classes == 3 ? 16_400 : 200}) {
                for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
                    Calculation c = new Calculation(classes, Geometry.of(2, pixels), type);
                    double[] m = random.doubles(classes * classes, -1, 1).toArray();
                    Expr x = c.randomPixels("x", Axes.ALL, random);
                    Expr matrix = c.matrix("m", m);
                    c.output("y", x.classMix(matrix, false)).output("z", x.classMix(matrix, true));
                    c.output("one", x.isArgmax().toExpr().classMix(matrix, false));
                    try (Backend scalar = Subjects.scalar();
                            Backend openblas = Subjects.openblas(2)) {
                        Calculation.Outcome expected = c.run(scalar);
                        Calculation.Outcome found = c.run(openblas);
                        for (String output : List.of("y", "z", "one")) {
                            assertClose(
                                    expected.get(output),
                                    found.get(output),
                                    4 * Subjects.tolerance(type),
                                    output + " of " + classes + " classes");
                        }
                    }
                }
            }
        }
    }

    @Test
    void innerProductsBroadcast() {
        Random random = new Random(8);
        for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            Calculation c = new Calculation(3, Geometry.of(2, 2500), type);
            Expr x = c.randomPixels("x", Axes.ALL, random);
            Expr y = c.randomPixels("y", Axes.BATCH_SPACE, random);
            Expr s = c.randomPixels("s", Axes.SPACE, random);
            Expr computed = x.tanh();
            c.output("a", computed.mul(y).sum(Axes.SPACE))
                    .output("b", y.mul(s).sum(Axes.BATCH_SPACE));
            c.output("c", computed.square().sum(Axes.ALL)).output("d", s.square().sum(Axes.SPACE));
            c.output("e", x.mul(s).sum(Axes.of(Axis.CLASS, Axis.SPACE)));
            try (Backend scalar = Subjects.scalar();
                    Backend openblas = Subjects.openblas(2)) {
                Calculation.Outcome expected = c.run(scalar);
                Calculation.Outcome found = c.run(openblas);
                for (String output : c.program().outputs().keySet()) {
                    double tolerance = type == DType.FLOAT64 ? 1e-13 : 1e-6;
                    assertClose(expected.get(output), found.get(output), tolerance, output);
                }
            }
        }
    }
}
