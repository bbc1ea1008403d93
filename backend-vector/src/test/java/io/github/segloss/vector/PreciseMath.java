package io.github.segloss.vector;

import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions to some 40 digits, to measure errors in units of the last place of a double. Arguments are finite. */
final class PreciseMath {
    private static final MathContext DIGITS = new MathContext(50);

    /** ln 2 to 60 digits. */
    private static final BigDecimal LN2 =
            new BigDecimal("0.693147180559945309417232121458176568075500134360255254120680");

    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final double TINY = 1e-17;

    private PreciseMath() {}

    private static BigDecimal big(double x) {
        return new BigDecimal(x);
    }

    /** {@return e^x by its series, for x no larger than some thousand} */
    static BigDecimal exp(BigDecimal x) {
        int n = (int) Math.rint(x.doubleValue() / Math.log(2));
        BigDecimal f = x.subtract(LN2.multiply(BigDecimal.valueOf(n)), DIGITS);
        BigDecimal eighth = f.divide(BigDecimal.valueOf(256), DIGITS);
        BigDecimal term = ONE;
        BigDecimal sum = ONE;
        for (int k = 1; k <= 18; k++) {
            term = term.multiply(eighth, DIGITS).divide(BigDecimal.valueOf(k), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        for (int k = 0; k < 8; k++) {
            sum = sum.multiply(sum, DIGITS);
        }
        return sum.multiply(BigDecimal.TWO.pow(n, DIGITS), DIGITS);
    }

    static BigDecimal expm1(double x) {
        BigDecimal b = big(x);
        return Math.abs(x) < TINY
                ? b.add(b.multiply(b, DIGITS).divide(BigDecimal.TWO, DIGITS), DIGITS)
                : exp(b).subtract(ONE, new MathContext(80));
    }

    /** {@return ln x, by a correction of a guess that is good to some 16 digits} */
    static BigDecimal log(BigDecimal x, double guess) {
        BigDecimal t = x.multiply(exp(big(-guess)), DIGITS).subtract(ONE, DIGITS);
        BigDecimal square = t.multiply(t, DIGITS);
        return big(guess).add(t).subtract(square.divide(BigDecimal.TWO, DIGITS), DIGITS);
    }

    static BigDecimal log(double x) {
        return log(big(x), StrictMath.log(x));
    }

    static BigDecimal log1p(double x) {
        BigDecimal b = big(x);
        return Math.abs(x) < TINY
                ? b.subtract(b.multiply(b, DIGITS).divide(BigDecimal.TWO, DIGITS), DIGITS)
                : log(b.add(ONE), StrictMath.log1p(x));
    }

    static BigDecimal tanh(double x) {
        BigDecimal b = big(x);
        if (Math.abs(x) < TINY) {
            return b.subtract(b.pow(3, DIGITS).divide(BigDecimal.valueOf(3), DIGITS), DIGITS);
        }
        BigDecimal e = exp(big(2 * Math.clamp(x, -60, 60)));
        return e.subtract(ONE).divide(e.add(ONE), DIGITS);
    }

    /** {@return x^y for positive x} */
    static BigDecimal pow(double x, double y) {
        return exp(big(y).multiply(log(x), DIGITS));
    }

    /** {@return the error of a double in units of the last place of the exact result; 0 if both are beyond the largest double} */
    static double ulps(double actual, BigDecimal exact) {
        double rounded = exact.doubleValue();
        if (Double.isNaN(actual) || Double.isInfinite(actual) || Double.isInfinite(rounded)) {
            boolean isNearOverflow =
                    exact.abs().doubleValue() > 0.9999999999999996 * Double.MAX_VALUE
                            && Math.abs(actual) > 0.9999999999999996 * Double.MAX_VALUE;
            return isNearOverflow ? 0 : Double.POSITIVE_INFINITY;
        }
        return big(actual).subtract(exact).abs().doubleValue() / Math.ulp(rounded);
    }
}
