package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Powers in float64 against results to 40 digits; special values and signs against {@link StrictMath}. */
class DoublePowerTest {
    private static final int N = 64;

    static final double[] SPECIAL = {
        0.0,
        -0.0,
        1,
        -1,
        2,
        -2,
        3,
        -3,
        0.5,
        -0.5,
        1.5,
        -1.5,
        2.5,
        6,
        7,
        -7,
        0.3,
        -0.3,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        0x1p52 + 1,
        -0x1p52 - 1,
        0x1p53,
        0x1p53 + 2,
        Math.nextUp(1.0),
        Math.nextDown(1.0),
        -Math.nextUp(1.0),
        1e300,
        1e-300
    };

    /** x^y, with y as a row or as a number for the whole row. */
    private static double[] power(double[] x, double[] y, boolean isNumber) {
        double[] r = new double[5 * N];
        System.arraycopy(x, 0, r, 0, N);
        System.arraycopy(y, 0, r, N, N);
        DoublePower.POWER.vectors().run(r, 2 * N, 0, isNumber ? ~N : N, 3 * N, 4 * N, N);
        double[] z = new double[N];
        System.arraycopy(r, 2 * N, z, 0, N);
        return z;
    }

    private static double[] filled(double value) {
        double[] all = new double[N];
        Arrays.fill(all, value);
        return all;
    }

    private static void check(double x, double y, double actual, double allowed) {
        double expected = StrictMath.pow(x, y);
        String where = x + " to the " + y;
        if (!Double.isFinite(expected) || expected == 0 || expected == 1 || !Double.isFinite(x)) {
            boolean isEdge =
                    Double.isFinite(x)
                            && x != 0
                            && Double.isFinite(y)
                            && (Double.isInfinite(expected)
                                    ? Math.abs(actual) >= 0.9999999999999 * Double.MAX_VALUE
                                    : Math.abs(actual) <= Double.MIN_VALUE || expected == 1)
                            && Math.signum(expected) * actual >= 0;
            if (!isEdge || expected == 1) {
                assertEquals(expected, actual, expected == 1 ? 0x1p-52 : 0, where);
            }
            return;
        }
        assertEquals(expected < 0, actual < 0, where);
        double error = PreciseMath.ulps(Math.abs(actual), PreciseMath.pow(Math.abs(x), y));
        assertTrue(error <= allowed, where + " is " + actual + ", off by " + error + " ulp");
    }

    @Test
    void everyPairOfSpecialValues() {
        for (double y : SPECIAL) {
            for (int from = 0; from < SPECIAL.length; from += N) {
                double[] x = filled(1);
                System.arraycopy(SPECIAL, from, x, 0, Math.min(N, SPECIAL.length - from));
                double[] asRow = power(x, filled(y), false);
                double[] asNumber = power(x, filled(y), true);
                for (int i = 0; i < N; i++) {
                    check(x[i], y, asRow[i], 1);
                    check(x[i], y, asNumber[i], 3.5);
                }
            }
        }
    }

    @Test
    void randomPowers() {
        SplittableRandom random = new SplittableRandom(3);
        for (int k = 0; k < 60; k++) {
            double[] x = new double[N];
            double[] y = new double[N];
            for (int i = 0; i < N; i++) {
                boolean isAny = i % 2 == 0;
                x[i] =
                        isAny
                                ? Double.longBitsToDouble(random.nextLong() >>> 1)
                                : random.nextDouble() * 2;
                double range = isAny ? 745 / Math.abs(Math.log(x[i])) : 30;
                y[i] = (random.nextDouble() * 2 - 1) * Math.min(range, 1e6);
            }
            double[] z = power(x, y, false);
            for (int i = 0; i < N; i++) {
                if (Double.isFinite(x[i])) {
                    check(x[i], y[i], z[i], 1);
                }
            }
        }
    }

    /** Close to 1, where a small error of the logarithm grows with the exponent. */
    @Test
    void basesNearOne() {
        SplittableRandom random = new SplittableRandom(4);
        for (int k = 0; k < 30; k++) {
            double[] x = new double[N];
            double[] y = new double[N];
            for (int i = 0; i < N; i++) {
                double distance = Math.scalb(random.nextDouble(), -random.nextInt(50));
                x[i] = i % 2 == 0 ? 1 + distance : 1 - distance / 2;
                y[i] = (random.nextDouble() * 2 - 1) * 700 / Math.abs(Math.log(x[i]));
            }
            double[] z = power(x, y, false);
            for (int i = 0; i < N; i++) {
                if (Double.isFinite(y[i])) {
                    check(x[i], y[i], z[i], 1);
                }
            }
        }
    }
}
