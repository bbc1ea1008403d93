package io.github.segloss.conformance;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The arguments at which pointwise ops are tried. */
final class SpecialNumbers {
    private static final long SEED = 20_231;

    private SpecialNumbers() {}

    private static final double[] MAGNITUDES = {
        0,
        1e-30,
        1e-16,
        1e-10,
        1e-8,
        1e-7,
        1e-5,
        1e-3,
        0.0099,
        0.1,
        0.25,
        0.3,
        0.499,
        0.5,
        0.51,
        0.6931,
        0.7072,
        0.9,
        0.999999,
        1,
        1.000001,
        1.4142,
        1.5,
        2,
        2.718281828,
        3,
        7.5,
        10,
        16,
        17.3,
        20,
        40,
        86.5,
        87.33,
        88,
        88.72,
        89,
        100,
        103.9,
        104,
        150,
        700,
        709.7,
        709.8,
        745,
        746,
        8388607.5,
        16777216,
        16777217,
        1e10,
        1e20,
        1e30
    };

    /** Special values of a type and numbers over its whole range, of both signs. */
    static double[] of(DType type) {
        boolean isDouble = type == DType.FLOAT64;
        double smallest = isDouble ? Double.MIN_VALUE : Float.MIN_VALUE;
        double normal = Tolerance.smallestNormal(type);
        double most = isDouble ? Double.MAX_VALUE : Float.MAX_VALUE;
        double unit = isDouble ? 0x1p-52 : 0x1p-23;
        SplittableRandom random = new SplittableRandom(SEED);
        DoubleStream special =
                DoubleStream.of(
                        smallest,
                        7 * smallest,
                        normal / 3,
                        normal,
                        1 - unit / 2,
                        1 + unit,
                        most / 2,
                        most,
                        Double.POSITIVE_INFINITY,
                        Double.NaN);
        DoubleStream wide =
                random.doubles(400, isDouble ? -300 : -37, isDouble ? 300 : 38)
                        .map(e -> Math.pow(10, e));
        DoubleStream usual = random.doubles(600, 0, 100);
        double[] positive =
                Stream.of(special, Arrays.stream(MAGNITUDES), wide, usual)
                        .flatMapToDouble(s -> s)
                        .toArray();
        double[] both =
                DoubleStream.concat(Arrays.stream(positive), Arrays.stream(positive).map(v -> -v))
                        .toArray();
        return GraphRun.round(type, both);
    }

    /** Pairs of special values, and of usual ones. */
    static double[][] pairs(DType type, BinaryFunction f) {
        double normal = Tolerance.smallestNormal(type);
        double most = type == DType.FLOAT64 ? Double.MAX_VALUE : Float.MAX_VALUE;
        List<Double> some =
                List.of(
                        0.0,
                        -0.0,
                        normal / 4,
                        -normal / 4,
                        most,
                        -most,
                        1e-30,
                        0.3,
                        0.5,
                        1.0,
                        1.5,
                        2.0,
                        3.0,
                        7.25,
                        1e10,
                        1e30,
                        -0.3,
                        -0.5,
                        -1.0,
                        -1.5,
                        -2.0,
                        -3.0,
                        -1e30,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.NaN);
        SplittableRandom random = new SplittableRandom(SEED + f.ordinal());
        int usual = 700;
        double[] a = new double[some.size() * some.size() + usual];
        double[] b = new double[a.length];
        int at = 0;
        for (double x : some) {
            for (double y : some) {
                a[at] = x;
                b[at++] = y;
            }
        }
        for (; at < a.length; at++) {
            a[at] = random.nextDouble() * (at % 2 == 0 ? 1 : 50);
            b[at] = (random.nextDouble() - 0.3) * 4;
        }
        return new double[][] {GraphRun.round(type, a), GraphRun.round(type, b)};
    }
}
