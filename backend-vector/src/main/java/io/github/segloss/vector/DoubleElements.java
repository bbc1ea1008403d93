package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleMath.LN2;
import static io.github.segloss.vector.DoubleMath.LN2_REST;
import static io.github.segloss.vector.DoubleMath.LOG2_E;
import static io.github.segloss.vector.DoubleMath.ROUND;
import static io.github.segloss.vector.DoubleMath.ROUND_BITS;
import static io.github.segloss.vector.DoublePower.TWO_THIRDS;
import static java.lang.Math.fma;

/** The functions of {@link DoubleMath} and {@link DoublePower} of single elements: the same operations in the same order, so that the bits are the same. */
final class DoubleElements {
    private DoubleElements() {}

    // ---- exponentials

    /** {@return e^x} */
    static double exp(double x) {
        double y = x < -746 ? -746 : x > 710 ? 710 : x;
        double t = fma(y, LOG2_E, ROUND);
        double n = t - ROUND;
        double f = fma(n, -LN2_REST, fma(n, -LN2, y));
        return scaled(fma(f * f, exponentialTail(f), f), t);
    }

    /** {@return e^(w + rest)} */
    private static double exp(double w, double rest) {
        double low = Math.abs(w) > 800 ? 0 : rest;
        double y = w < -746 ? -746 : w > 710 ? 710 : w;
        double t = fma(y, LOG2_E, ROUND);
        double n = t - ROUND;
        double f = fma(n, -LN2, y) + fma(n, -LN2_REST, low);
        return scaled(fma(f * f, exponentialTail(f), f), t);
    }

    private static double exponentialTail(double f) {
        double q = fma(f, DoubleMath.EXP_12, DoubleMath.EXP_11);
        q = fma(q, f, DoubleMath.EXP_10);
        q = fma(q, f, DoubleMath.EXP_9);
        q = fma(q, f, DoubleMath.EXP_8);
        q = fma(q, f, DoubleMath.EXP_7);
        q = fma(q, f, DoubleMath.EXP_6);
        q = fma(q, f, DoubleMath.EXP_5);
        q = fma(q, f, DoubleMath.EXP_4);
        q = fma(q, f, DoubleMath.EXP_3);
        return fma(q, f, 0.5);
    }

    private static double scaled(double p, double t) {
        long exponent = bits(t) + 2046 - ROUND_BITS;
        long half = exponent >>> 1;
        return (p + 1) * number(half << 52) * number(exponent - half << 52);
    }

    /** {@return e^x - 1, accurate near 0} */
    static double expm1(double x) {
        double y = x < -50 ? -50 : x > 710 ? 710 : x;
        double t = fma(y, LOG2_E, ROUND);
        double n = t - ROUND;
        double high = fma(n, -LN2, y);
        double f = fma(n, -LN2_REST, high);
        double rest = fma(n, -LN2_REST, high - f);
        double q = fma(f * f, exponentialTail(f), rest);
        double s = number(bits(t) + 1022 - ROUND_BITS << 52);
        double whole = s - 0.5;
        double sum = fma(f, s, whole);
        double lost = fma(f, s, whole - sum);
        double r = fma(q, s, lost) + sum;
        return Math.abs(x) < 0x1p-54 ? x : r + r;
    }

    /** {@return tanh x} */
    static double tanh(double x) {
        double size = Math.abs(x) > 20 ? 20 : Math.abs(x);
        double m = expm1(size + size);
        double d = m + 2;
        double larger = m < 2 ? 2 : m;
        double smaller = m < 2 ? m : 2;
        double lost = smaller - (d - larger);
        double inverse = 1 / d;
        double q = m * inverse;
        double left = fma(-q, lost, fma(-q, d, m));
        double r = withSign(fma(left, inverse, q), x);
        return Math.abs(x) < 0x1p-54 ? x : r;
    }

    // ---- logarithms

    private static double fraction(long rounded) {
        return number((rounded & DoubleMath.MANTISSA_BITS) + DoubleMath.SQRT_HALF_BITS) - 1;
    }

    private static double exponent(long rounded) {
        return number(rounded >>> 52 | DoubleMath.INTEGER_BITS) - DoubleMath.INTEGER_OFFSET;
    }

    private static long roundedExponent(double x) {
        return bits(x) + DoubleMath.ROOT_OFFSET;
    }

    private static double fraction(double x) {
        return fraction(roundedExponent(x < Double.MIN_NORMAL ? x * 0x1p54 : x));
    }

    private static double exponent(double x) {
        return x < Double.MIN_NORMAL
                ? exponent(roundedExponent(x * 0x1p54)) - 54
                : exponent(roundedExponent(x));
    }

    /** {@return ln x; minus infinity at 0, NaN below} */
    static double log(double x) {
        return ofLogarithm(x, 0, logOfParts(exponent(x), fraction(x)));
    }

    /** {@return ln (1 + x), accurate near 0; minus infinity at -1, NaN below} */
    static double log1p(double x) {
        long rounded = roundedExponent(x + 1);
        double scale = number(2046 - (rounded >>> 52) << 52);
        double f = x > 0x1p60 ? fraction(rounded) : fma(x, scale, scale - 1);
        return x == 0 ? x : ofLogarithm(x, -1, logOfParts(exponent(rounded), f));
    }

    /** The logarithm r, or what it is for special arguments x. */
    private static double ofLogarithm(double x, double pole, double r) {
        if (!(x <= DoubleMath.MAX)) {
            return x;
        }
        return x == pole ? Double.NEGATIVE_INFINITY : x < pole ? Double.NaN : r;
    }

    private static double logOfParts(double k, double f) {
        double s = f / (f + 2);
        double z = s * s;
        double t = fma(z, DoubleMath.LOG_15, DoubleMath.LOG_13);
        t = fma(t, z, DoubleMath.LOG_11);
        t = fma(t, z, DoubleMath.LOG_9);
        t = fma(t, z, DoubleMath.LOG_7);
        t = fma(t, z, DoubleMath.LOG_5);
        t = fma(t, z, DoubleMath.LOG_3);
        double half = f * 0.5;
        double w = fma(fma(half, f, z * t), s, k * LN2_REST);
        w = fma(-half, f, w);
        double sum = fma(k, LN2, f);
        double lost = f - fma(k, -LN2, sum);
        return sum + (w + lost);
    }

    // ---- powers

    /** {@return x to the power of a number of halves, from 1 on, or -1 or -2} */
    static double powerOfHalves(double x, int count) {
        if (count < 0) {
            return 1 / (count == -1 ? root(x) : x);
        }
        double power = count % 2 == 1 ? root(x) : x;
        for (int k = count % 2 == 1 ? 1 : 2; k < count; k += 2) {
            power *= count % 2 == 1 ? Math.abs(x) : x;
        }
        return power;
    }

    private static double root(double x) {
        return Math.sqrt(x == Double.NEGATIVE_INFINITY ? Double.POSITIVE_INFINITY : x + 0.0);
    }

    /** {@return x to the power of y, as {@link Math#pow} defines it} */
    static double power(double x, double y) {
        double f = fraction(Math.abs(x));
        double whole = f + 2;
        double inverse = 1 / whole;
        double s = f * inverse;
        double left = fma(-s, f - (whole - 2), fma(-s, whole, f));
        double sRest = left * inverse;
        double z = s * s;
        double zRest = fma(s + s, sRest, fma(s, s, -z));
        double q = fma(z, DoublePower.ATANH_17, DoublePower.ATANH_15);
        q = fma(q, z, DoublePower.ATANH_13);
        q = fma(q, z, DoublePower.ATANH_11);
        q = fma(q, z, DoublePower.ATANH_9);
        q = fma(q, z, DoublePower.ATANH_7);
        q = fma(q, z, DoublePower.ATANH_5) * z;
        double t = q + TWO_THIRDS;
        double tRest = q - (t - TWO_THIRDS) + DoublePower.TWO_THIRDS_REST;
        double v = z * t;
        double vRest = fma(z, tRest, fma(zRest, t, fma(z, t, -v)));
        double w = s * v;
        double wRest = fma(s, vRest, fma(sRest, v, fma(s, v, -w)));
        double twice = s + s;
        double log = twice + w;
        double logRest = sRest + sRest + wRest + (w - (log - twice));
        double k = exponent(Math.abs(x));
        double high = k * DoublePower.LN2_HIGH;
        double sum = high + log;
        double sumRest = fma(k, DoublePower.LN2_LOW, logRest) + (log - (sum - high));
        double product = y * sum;
        double rest = fma(y, sum, -product) + y * sumRest;
        return signed(x, y, special(x, y, exp(product, rest)));
    }

    private static double special(double x, double y, double power) {
        if (y == 0) {
            return 1;
        }
        if (y != y || x != x) {
            return y != y ? y : x;
        }
        if (x == 0 || Math.abs(x) == Double.POSITIVE_INFINITY) {
            return (x == 0) == (y < 0) ? Double.POSITIVE_INFINITY : 0;
        }
        return power;
    }

    private static double signed(double x, double y, double power) {
        boolean isInteger = y == Math.floor(y);
        if (x < 0 && !isInteger && x != Double.NEGATIVE_INFINITY) {
            return Double.NaN;
        }
        double half = y * 0.5;
        return isInteger && half != Math.floor(half) ? withSign(power, x) : power;
    }

    // ---- bits

    private static long bits(double x) {
        return Double.doubleToRawLongBits(x);
    }

    private static double number(long bits) {
        return Double.longBitsToDouble(bits);
    }

    /** {@return a positive number with the sign of x} */
    private static double withSign(double size, double x) {
        return number(bits(size) | bits(x) & DoubleMath.SIGN_BIT);
    }
}
