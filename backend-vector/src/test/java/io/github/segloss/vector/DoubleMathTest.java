package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The elementary functions in float64 against results to 40 digits, over every exponent and both signs; special values against {@link StrictMath}. */
class DoubleMathTest {
    static final int TILE = 512;

    static final double[] SPECIAL = {
        0.0,
        -0.0,
        1,
        -1,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        -Double.MIN_NORMAL,
        Math.nextDown(Double.MIN_NORMAL),
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        709.782712893384,
        709.7827128933841,
        -708.3964185322641,
        -745.1332191019411,
        -745.1332191019412,
        -746,
        0x1p52,
        0x1p53,
        -0x1p53,
        Math.nextDown(1.0),
        Math.nextUp(1.0),
        Math.nextUp(-1.0),
        Math.nextDown(-1.0),
        0.5,
        -0.5,
        2,
        -2,
        3,
        -3,
        Math.sqrt(0.5),
        Math.nextDown(Math.sqrt(0.5)),
        Math.sqrt(2),
        Math.nextDown(Math.sqrt(2))
    };

    /** Random mantissas for each exponent and sign, more where the functions bend, then the special values, filled up with ones to whole tiles. */
    static double[] arguments(int perExponent) {
        SplittableRandom random = new SplittableRandom(7);
        int dense = 2000 * perExponent;
        int used = 2 * 2048 * perExponent + 2 * dense + SPECIAL.length;
        double[] all = new double[(used + TILE - 1) / TILE * TILE];
        int n = 0;
        for (int k = 0; k < dense; k++) {
            all[n++] = (random.nextDouble() * 2 - 1) * 40;
            all[n++] = (random.nextDouble() * 2 - 1) * 2;
        }
        for (long exponent = 0; exponent < 2048; exponent++) {
            for (long k = 0; k < 2 * perExponent; k++) {
                long bits = (k & 1) << 63 | exponent << 52 | random.nextLong() >>> 12;
                all[n++] = Double.longBitsToDouble(bits);
            }
        }
        for (double x : SPECIAL) {
            all[n++] = x;
        }
        while (n < all.length) {
            all[n++] = 1;
        }
        return all;
    }

    private static double[] apply(TwoForms<DoubleLoops.Loop> loop, double[] x) {
        double[] r = new double[2 * TILE];
        double[] y = new double[x.length];
        for (int from = 0; from < x.length; from += TILE) {
            System.arraycopy(x, from, r, 0, TILE);
            loop.vectors().run(r, TILE, 0, 0, 0, 0, TILE);
            System.arraycopy(r, TILE, y, from, TILE);
        }
        return y;
    }

    private static void check(
            String name,
            TwoForms<DoubleLoops.Loop> loop,
            DoubleFunction<BigDecimal> exact,
            DoubleUnaryOperator reference,
            DoublePredicate isOrdinary,
            double allowed) {
        double[] x = arguments(2);
        double[] y = apply(loop, x);
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            double expected = reference.applyAsDouble(x[i]);
            if (!isOrdinary.test(x[i]) || expected == 0 || Double.isInfinite(expected)) {
                assertEquals(expected, y[i], name + " of " + x[i]);
                continue;
            }
            double error = PreciseMath.ulps(y[i], exact.apply(x[i]));
            assertTrue(
                    error <= allowed,
                    name + "(" + x[i] + ") is " + y[i] + ", off by " + error + " ulp");
            worst = Math.max(worst, error);
        }
        assertTrue(worst > 0.4, name + " was hardly tested: the worst error was " + worst);
    }

    @Test
    void exp() {
        check(
                "exp",
                DoubleFunctions.EXP,
                x -> PreciseMath.exp(new BigDecimal(x)),
                StrictMath::exp,
                x -> Math.abs(x) < 746,
                1.0);
    }

    @Test
    void expm1() {
        check(
                "expm1",
                DoubleFunctions.EXPM1,
                PreciseMath::expm1,
                StrictMath::expm1,
                x -> x != 0 && Math.abs(x) < 710,
                1.1);
    }

    @Test
    void log() {
        check(
                "log",
                DoubleFunctions.LOG,
                PreciseMath::log,
                StrictMath::log,
                x -> x > 0 && x <= Double.MAX_VALUE,
                1.0);
    }

    @Test
    void log1p() {
        check(
                "log1p",
                DoubleFunctions.LOG1P,
                PreciseMath::log1p,
                StrictMath::log1p,
                x -> x > -1 && x != 0 && x <= Double.MAX_VALUE,
                1.0);
    }

    @Test
    void tanh() {
        check(
                "tanh",
                DoubleFunctions.TANH,
                PreciseMath::tanh,
                StrictMath::tanh,
                x -> x != 0 && Double.isFinite(x),
                1.5);
    }

    @Test
    void exactFunctions() {
        double[] x = arguments(8);
        double[] floors = apply(DoubleLoops.FLOOR, x);
        double[] signs = apply(DoubleLoops.SIGN, x);
        double[] roots = apply(DoubleLoops.SQRT, x);
        double[] sizes = apply(DoubleLoops.ABS, x);
        double[] negatives = apply(DoubleLoops.NEG, x);
        for (int i = 0; i < x.length; i++) {
            assertEquals(Math.floor(x[i]), floors[i], "floor of " + x[i]);
            assertEquals(Math.signum(x[i]), signs[i], "sign of " + x[i]);
            assertEquals(Math.sqrt(x[i]), roots[i], "root of " + x[i]);
            assertEquals(Math.abs(x[i]), sizes[i], "size of " + x[i]);
            assertEquals(-x[i], negatives[i], "negative of " + x[i]);
        }
    }

    @Test
    void theBitsDoNotDependOnHowWarmTheLoopIs() {
        double[] x = arguments(1);
        List<TwoForms<DoubleLoops.Loop>> loops =
                List.of(
                        DoubleFunctions.EXP,
                        DoubleFunctions.LOG,
                        DoubleFunctions.LOG1P,
                        DoubleFunctions.EXPM1,
                        DoubleFunctions.TANH,
                        DoubleLoops.FLOOR);
        for (TwoForms<DoubleLoops.Loop> loop : loops) {
            double[] cold = apply(loop, x);
            double[] hot = cold;
            for (int k = 0; k < 1000; k++) {
                hot = apply(loop, x);
            }
            for (int i = 0; i < x.length; i++) {
                assertEquals(
                        Double.doubleToLongBits(cold[i]),
                        Double.doubleToLongBits(hot[i]),
                        "at " + x[i]);
            }
        }
    }
}
