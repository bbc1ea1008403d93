package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.backend.Backend;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Scalar;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Every pointwise op against {@link Scalar}: at special values and over the whole range, on the pixels and on tables. */
final class PointwiseRules {
    private PointwiseRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        Stream<DynamicTest> unary =
                Arrays.stream(UnaryFunction.values())
                        .filter(f -> f != UnaryFunction.NOT && f != UnaryFunction.CAST)
                        .flatMap(f ->
                                Stream.concat(
                                        subject.forWideTypes(
                                                name(f), type -> unaryOnPixels(subject, type, f)),
                                        Stream.of(
                                                DynamicTest.dynamicTest(
                                                        name(f) + "_onTables",
                                                        () -> unaryOnTables(subject, f)))));
        Stream<DynamicTest> binary =
                Arrays.stream(BinaryFunction.values())
                        .filter(f -> f != BinaryFunction.AND && f != BinaryFunction.OR)
                        .flatMap(f ->
                                Stream.concat(
                                        subject.forWideTypes(
                                                name(f), type -> binaryOnPixels(subject, type, f)),
                                        Stream.of(
                                                DynamicTest.dynamicTest(
                                                        name(f) + "_onTables",
                                                        () -> binaryOnTables(subject, f)))));
        return Stream.concat(unary, binary);
    }

    private static String name(Enum<?> function) {
        return "required_op_" + function.name().toLowerCase(Locale.ROOT);
    }

    // ---- one argument

    private static void unaryOnPixels(Subject subject, DType type, UnaryFunction f) {
        double[] values = SpecialNumbers.of(type);
        GraphRun run = new GraphRun(subject.backend(), type, Sizes.of(1, 1, values.length));
        Node x = run.input("x", Axes.SPACE, values);
        double[] found = run.run(widened(Nodes.unary(f, x), x));
        checkUnary(f, type, values, found);
    }

    private static void unaryOnTables(Subject subject, UnaryFunction f) {
        double[] values = SpecialNumbers.of(DType.FLOAT64);
        DType type = anyType(subject);
        GraphRun run = new GraphRun(subject.backend(), type, Sizes.of(values.length, 1, 1));
        Node x = run.input("x", Axes.BATCH, values);
        checkUnary(f, DType.FLOAT64, values, run.run(Nodes.unary(f, x)));
    }

    private static void checkUnary(UnaryFunction f, DType type, double[] values, double[] found) {
        for (int i = 0; i < values.length; i++) {
            double x = values[i];
            double units = Tolerance.units(f);
            double expected = Scalar.apply(f, x);
            boolean isRight =
                    Tolerance.isNear(type, expected, found[i], units)
                            || (units > 0 && isFlushed(f, type, x, found[i], units));
            boolean keepsSign =
                    (f != UnaryFunction.NEG && f != UnaryFunction.ABS)
                            || expected != 0
                            || 1 / expected == 1 / found[i];
            if (!isRight || !keepsSign) {
                fail(
                        f
                                + "("
                                + x
                                + ") in "
                                + type
                                + ", element "
                                + i
                                + ": "
                                + Tolerance.difference(type, expected, found[i]));
            }
        }
    }

    /** Whether a denormal argument was taken for 0, or for something between 0 and the smallest normal number. */
    private static boolean isFlushed(
            UnaryFunction f, DType type, double x, double found, double units) {
        double smallest = Tolerance.smallestNormal(type);
        if (x == 0 || Math.abs(x) >= smallest) {
            return false;
        }
        double atZero = Scalar.apply(f, Math.copySign(0, x));
        double atSmallest = Scalar.apply(f, Math.copySign(smallest, x));
        return Tolerance.isNear(type, atZero, found, units)
                || Tolerance.isNear(type, atSmallest, found, units)
                || (found >= Math.min(atZero, atSmallest) && found <= Math.max(atZero, atSmallest));
    }

    // ---- two arguments

    private static void binaryOnPixels(Subject subject, DType type, BinaryFunction f) {
        double[][] pairs = SpecialNumbers.pairs(type, f);
        GraphRun run = new GraphRun(subject.backend(), type, Sizes.of(1, 1, pairs[0].length));
        Node a = run.input("a", Axes.SPACE, pairs[0]);
        Node b = run.input("b", Axes.SPACE, pairs[1]);
        double[] found = run.run(number(Nodes.binary(f, a, b)));
        checkBinary(f, type, pairs, found);
    }

    private static void binaryOnTables(Subject subject, BinaryFunction f) {
        double[][] pairs = SpecialNumbers.pairs(DType.FLOAT64, f);
        Sizes sizes = Sizes.of(pairs[0].length, 1, 1);
        GraphRun run = new GraphRun(subject.backend(), anyType(subject), sizes);
        Node a = run.input("a", Axes.BATCH, pairs[0]);
        Node b = run.input("b", Axes.BATCH, pairs[1]);
        checkBinary(f, DType.FLOAT64, pairs, run.run(number(Nodes.binary(f, a, b))));
    }

    private static void checkBinary(
            BinaryFunction f, DType type, double[][] pairs, double[] found) {
        for (int i = 0; i < found.length; i++) {
            double a = pairs[0][i];
            double b = pairs[1][i];
            double expected = Scalar.apply(f, a, b);
            if (!Tolerance.isNear(type, expected, found[i], Tolerance.units(f, a, b))) {
                fail(
                        f
                                + "("
                                + a
                                + ", "
                                + b
                                + ") in "
                                + type
                                + ", element "
                                + i
                                + ": "
                                + Tolerance.difference(type, expected, found[i]));
            }
        }
    }

    // ---- the numbers

    static DType anyType(Subject subject) {
        return anyType(subject.backend());
    }

    static DType anyType(Backend backend) {
        return Subject.WIDE.stream()
                .filter(backend.capabilities().predictions()::contains)
                .findFirst()
                .orElse(DType.FLOAT32);
    }

    private static Node number(Node node) {
        return Nodes.unary(UnaryFunction.CAST, node);
    }

    /** Keeps an output on the pixels where the function was simplified away. */
    private static Node widened(Node result, Node pixels) {
        return result.extent().equals(pixels.extent())
                ? result
                : Nodes.binary(BinaryFunction.ADD, result, pixels);
    }
}
