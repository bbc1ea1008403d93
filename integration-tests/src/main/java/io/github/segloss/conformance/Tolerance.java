package io.github.segloss.conformance;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * How far two results may be apart: the only class of the kit that knows a number for it.
 *
 * <p>A value v may differ by {@code value * max(1, |v|)}. An element of a gradient may differ by {@code gradient * max|gradient|}, where the maximum goes
 * over the whole expected gradient, plus {@code floor}, plus half a unit in the last place of the type it is stored in where that is a 16-bit type: a
 * gradient is used as a vector, so an error is measured against the vector's size and not against each element's. Every comparison is written so that a
 * NaN fails it.
 *
 * <p>Where the numbers come from:
 *
 * <ul>
 *   <li><b>golden, float64</b>: 1e-10 in value and gradient and a floor of 1e-15, the rule that the golden data states. The data itself is good to 5e-16.
 *   <li><b>golden, float32</b>: 1e-5. The input is rounded to float32 first, which moves each logit x by up to {@code |x| 2^-24}; times the slope of a loss
 *       and the 40 of the saturated cases that is 2.4e-6 relative in a probability, and the arithmetic adds as much again.
 *   <li><b>stress, float32</b>: 1e-6 in value and 2e-6 in gradient. The inputs are floats already, so what is left is the arithmetic: 16 and 32 roundings of
 *       {@code 2^-24}. Soft clDice, a chain of some twenty products, gets 1e-5.
 *   <li><b>agreement</b> of two backends on the same input: {@code c (eps + sqrt(n) 2^-53)}, with c = 16 in value and 32 in gradient. Each of the n terms
 *       of a sum is computed in the arithmetic of the type, c roundings of relative size eps, and their mean inherits that; the sum itself is carried in
 *       float64 by contract, where n roundings of random sign add up to {@code sqrt(n)}. For float32 eps is {@code 2^-24}; for float64 it is
 *       {@code 8 * 2^-53}, since the functions of two mathematical libraries may differ by a few units each.
 *   <li><b>16-bit types</b>: arithmetic is in float32, so the same as float32, plus the rounding of the stored result: half a unit in the last place, which
 *       is {@code 2^-11} (half precision) or {@code 2^-8} (bfloat16) of the element, and never less than half the smallest number of the type.
 *   <li><b>generated programs</b>: a bound that {@link BoundedEvaluation} carries through the graph, one rounding of the type for each op.
 *   <li><b>single ops</b>: what IEEE 754 rounds correctly in hardware must be exact; division and square root may be off by one unit in the last place,
 *       the functions of a mathematical library by four, and a power by four times {@code 1 + |b ln a|}, since {@code e^(b ln a)} is how it is computed.
 *       Where a function is not exact its result may be flushed to 0 below the smallest normal number, and an argument there may count as 0.
 * </ul>
 *
 * @param value how far a value may be off, relative to {@code max(1, |value|)}
 * @param gradient how far an element of a gradient may be off, relative to the largest
 * @param floor how far an element of a gradient may be off where all are 0
 * @param stored the element type in which the gradient is stored
 */
public record Tolerance(double value, double gradient, double floor, DType stored) {
    private static final double EPS32 = 0x1p-24;
    private static final double EPS64 = 0x1p-53;

    /**
     * {@return the tolerance for golden data}
     *
     * @param type the element type of the prediction
     */
    public static Tolerance golden(DType type) {
        return type == DType.FLOAT64
                ? new Tolerance(1e-10, 1e-10, 1e-15, type)
                : new Tolerance(1e-5, 1e-5, 1e-15, type);
    }

    /**
     * {@return the tolerance for golden data whose inputs are exact in float32}
     *
     * @param type the element type of the prediction
     * @param loss the canonical id of the loss
     */
    public static Tolerance stress(DType type, String loss) {
        if (type == DType.FLOAT64 || loss.endsWith("cldice")) {
            return golden(type);
        }
        return new Tolerance(1e-6, 2e-6, 1e-15, type);
    }

    /**
     * {@return the tolerance for two backends on the same input}
     *
     * @param type the element type of the prediction
     * @param terms the number of terms of the longest sum
     */
    public static Tolerance agreement(DType type, long terms) {
        double eps = type == DType.FLOAT64 ? 8 * EPS64 : EPS32;
        double rounding = eps + Math.sqrt(terms) * EPS64;
        return new Tolerance(16 * rounding, 32 * rounding, 1e-15, type);
    }

    /**
     * {@return the same, with everything but the rounding of the stored result times a factor}
     *
     * @param factor a number above 0, with a reason where it is used
     */
    public Tolerance times(double factor) {
        return new Tolerance(value * factor, gradient * factor, floor * factor, stored);
    }

    /**
     * {@return the largest error of some values relative to max(1, |expected|); infinite if a NaN is among them or the numbers of values differ}
     *
     * @param expected what is expected
     * @param found what was found
     */
    public static double valueError(double[] expected, double[] found) {
        if (expected.length != found.length) {
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = distance(expected[i], found[i]) / Math.max(1, Math.abs(expected[i]));
            worst = Math.max(worst, orInfinity(error));
        }
        return worst;
    }

    /**
     * {@return the largest error of a gradient relative to its largest element, absolute where that is 0; infinite if a NaN is among them or the numbers of
     *     elements differ}
     *
     * @param expected what is expected
     * @param found what was found
     */
    public static double gradientError(double[] expected, double[] found) {
        if (expected.length != found.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = largest(expected);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = distance(expected[i], found[i]);
            worst = Math.max(worst, orInfinity(largest > 0 ? error / largest : error));
        }
        return worst;
    }

    /**
     * {@return what is wrong with some values, if anything: position, both values, the distance in units in the last place}
     *
     * @param expected what is expected
     * @param found what was found
     * @param shape the shape of the values
     */
    public Optional<String> valueMismatch(double[] expected, double[] found, Shape shape) {
        return mismatch(
                "value", expected, found, shape, i -> value * Math.max(1, Math.abs(expected[i])));
    }

    /**
     * {@return what is wrong with a gradient, if anything: position, both values, the distance in units in the last place}
     *
     * @param expected what is expected
     * @param found what was found
     * @param shape the shape of the gradient
     */
    public Optional<String> gradientMismatch(double[] expected, double[] found, Shape shape) {
        double allowed = gradient * largest(expected) + floor;
        return mismatch("gradient", expected, found, shape, i -> allowed + roundingOf(expected[i]));
    }

    /** How much is allowed at one element. */
    private interface Allowance {
        double at(int index);
    }

    private Optional<String> mismatch(
            String what, double[] expected, double[] found, Shape shape, Allowance allowance) {
        if (expected.length != found.length) {
            return Optional.of(
                    what
                            + ": "
                            + found.length
                            + " elements were found where "
                            + expected.length
                            + " are expected, shape "
                            + shape);
        }
        int worst = -1;
        int count = 0;
        double worstExcess = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = distance(expected[i], found[i]);
            double allowed = allowance.at(i);
            if (!(error <= allowed)) {
                count++;
                double excess = orInfinity(error / allowed);
                if (worst < 0 || excess > worstExcess) {
                    worst = i;
                    worstExcess = excess;
                }
            }
        }
        if (worst < 0) {
            return Optional.empty();
        }
        double e = expected[worst];
        double f = found[worst];
        return Optional.of(
                what
                        + " at "
                        + Arrays.toString(shape.coordinates(worst))
                        + ": "
                        + difference(stored, e, f)
                        + ", allowed "
                        + allowance.at(worst)
                        + (count > 1
                                ? "; " + count + " of " + expected.length + " elements are off"
                                : ""));
    }

    /**
     * {@return how many units in the last place a function may be off}
     *
     * @param function the function
     */
    static double units(UnaryFunction function) {
        return switch (function) {
            case NEG, ABS, SIGN, FLOOR, NOT, DETACH, CAST -> 0;
            case SQRT -> 1;
            case EXP, LOG, LOG1P, EXPM1, TANH -> 4;
        };
    }

    /**
     * {@return how many units in the last place a function may be off}
     *
     * @param function the function
     * @param a the first argument
     * @param b the second argument
     */
    static double units(BinaryFunction function, double a, double b) {
        return switch (function) {
            case ADD, SUB, MUL, MIN, MAX, LT, LE, EQ, AND, OR -> 0;
            case DIV -> 1;
            case POW -> {
                double exponent = Math.abs(b * Math.log(Math.abs(a)));
                yield 4 * (1 + (exponent < 1e3 ? exponent : 1e3));
            }
        };
    }

    /**
     * {@return whether the result of a single op is near enough to what it should be}
     *
     * @param type FLOAT32 or FLOAT64
     * @param expected the exact result, not yet rounded to the type
     * @param found what was found
     * @param units how many units in the last place it may be off
     */
    static boolean isNear(DType type, double expected, double found, double units) {
        if (Double.isNaN(expected)) {
            return Double.isNaN(found);
        }
        boolean isDouble = type == DType.FLOAT64;
        double rounded = isDouble ? expected : (float) expected;
        if (rounded == found) {
            return true;
        }
        if (units == 0 || Double.isInfinite(expected)) {
            return false;
        }
        double most = isDouble ? Double.MAX_VALUE : Float.MAX_VALUE;
        double unit = isDouble ? Math.ulp(expected) : Math.ulp((float) expected);
        if (Double.isInfinite(rounded) || Double.isInfinite(found)) {
            double edge = most * (1 - units * (isDouble ? 0x1p-52 : 0x1p-23));
            return Math.abs(expected) >= edge
                    && Math.abs(found) >= edge
                    && Math.signum(found) == Math.signum(expected);
        }
        return Math.abs(found - expected) <= units * unit + smallestNormal(type);
    }

    /**
     * {@return the smallest normal number of a type}
     *
     * @param type FLOAT32 or FLOAT64
     */
    static double smallestNormal(DType type) {
        return type == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    }

    /** Half a unit in the last place of a 16-bit type; results in wider types are covered by the other terms. */
    private double roundingOf(double x) {
        return switch (stored) {
            case FLOAT16, BFLOAT16 -> rounding(stored, x);
            case FLOAT32, FLOAT64, UINT8, INT8, INT16, INT32, INT64 -> 0;
        };
    }

    /**
     * {@return how far a number may move when it is rounded to a type: half a unit in the last place}
     *
     * @param type a type of real numbers
     * @param x the number
     */
    static double rounding(DType type, double x) {
        return switch (type) {
            case FLOAT16 -> Math.max(Math.abs(x) * 0x1p-11, 0x1p-25);
            case BFLOAT16 -> Math.max(Math.abs(x) * 0x1p-8, 0x1p-134);
            case FLOAT32 -> Math.max(Math.abs(x) * EPS32, 0x1p-150);
            case FLOAT64 -> Math.abs(x) * EPS64;
            case UINT8, INT8, INT16, INT32, INT64 ->
                    throw new IllegalArgumentException(type + " is not a type of real numbers");
        };
    }

    /**
     * {@return two numbers that should be the same, for a message: both, and how far they are apart in units in the last place too}
     *
     * @param type the element type, FLOAT64 or one that is computed in float32
     * @param expected what is expected
     * @param found what was found
     */
    static String difference(DType type, double expected, double found) {
        return "expected "
                + expected
                + ", found "
                + found
                + ", off by "
                + distance(expected, found)
                + " ("
                + ulps(type, expected, found)
                + ")";
    }

    private static String ulps(DType type, double expected, double found) {
        if (!Double.isFinite(expected) || !Double.isFinite(found)) {
            return "not finite";
        }
        boolean isDouble = type == DType.FLOAT64;
        double unit = isDouble ? Math.ulp(expected) : Math.ulp((float) expected);
        return String.format(
                "%.4g units in the last place of %s",
                Math.abs(expected - found) / unit, isDouble ? "float64" : "float32");
    }

    /** The distance of two numbers; equal infinities are 0 apart. */
    private static double distance(double a, double b) {
        return a == b ? 0 : Math.abs(a - b);
    }

    private static double orInfinity(double error) {
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }
}
