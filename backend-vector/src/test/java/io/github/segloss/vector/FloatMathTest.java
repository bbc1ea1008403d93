package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The elementary functions against {@link StrictMath} in float64, over every exponent and both signs. */
class FloatMathTest {
    private static final int TILE = 512;

    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        88.72283f,
        88.72284f,
        -87.33655f,
        -103.97208f,
        -104f,
        16777216f,
        Math.nextDown(1f),
        Math.nextUp(1f),
        Math.nextUp(-1f),
        -0.5f,
        -0.29289f,
        0.70710677f,
        0.70710678f
    };

    /** Random mantissas for each exponent and sign, then the special values, filled up to whole tiles. */
    private static float[] arguments(int perExponent) {
        SplittableRandom random = new SplittableRandom(7);
        float[] all = new float[(2 * 256 * perExponent + SPECIAL.length + TILE) / TILE * TILE];
        int n = 0;
        for (int exponent = 0; exponent < 256; exponent++) {
            for (int k = 0; k < 2 * perExponent; k++) {
                int bits = (k & 1) << 31 | exponent << 23 | random.nextInt(1 << 23);
                all[n++] = Float.intBitsToFloat(bits);
            }
        }
        for (float x : SPECIAL) {
            all[n++] = x;
        }
        return all;
    }

    private static float[] apply(Loops.Loop loop, float[] x, float s) {
        int bytes = TILE * Float.BYTES;
        MemorySegment r = Rows.allocate(3L * bytes);
        float[] y = new float[x.length];
        for (int from = 0; from < x.length; from += TILE) {
            MemorySegment.copy(x, from, r, ValueLayout.JAVA_FLOAT, 0, TILE);
            loop.run(r, bytes, 0, 2L * bytes, 0, 0, s, 0, 0, 0, bytes);
            MemorySegment.copy(r, ValueLayout.JAVA_FLOAT, bytes, y, from, TILE);
        }
        return y;
    }

    /** Units in the last place between a float and a double, subnormal results included. */
    private static double ulps(float actual, double expected) {
        float rounded = (float) expected;
        if (Float.isNaN(rounded) || Float.isInfinite(rounded) || Float.isInfinite(actual)) {
            boolean nearOverflow =
                    Float.isInfinite(actual) != Float.isInfinite(rounded)
                            && Math.abs(expected) > 0.9999998 * Float.MAX_VALUE;
            return Float.compare(actual, rounded) == 0 || nearOverflow
                    ? 0
                    : Double.POSITIVE_INFINITY;
        }
        return Math.abs(actual - expected) / Math.ulp(rounded);
    }

    private static void check(
            String name, Loops.Loop loop, DoubleUnaryOperator reference, double allowed) {
        check(name, loop, reference, allowed, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
    }

    private static void check(
            String name,
            Loops.Loop loop,
            DoubleUnaryOperator reference,
            double allowed,
            float low,
            float high) {
        float[] x = arguments(200);
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] < low || x[i] > high ? low : x[i];
        }
        float[] y = apply(loop, x, 0);
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            double error = ulps(y[i], reference.applyAsDouble(x[i]));
            assertTrue(
                    error <= allowed,
                    name + "(" + x[i] + ") is " + y[i] + ", off by " + error + " ulp");
            worst = Math.max(worst, error);
        }
        assertTrue(worst > 0.4, name + " was hardly tested: the worst error was " + worst);
    }

    @Test
    void exp() {
        check("exp", FunctionLoops.EXP, StrictMath::exp, 1.05);
    }

    @Test
    void expm1() {
        check("expm1", FunctionLoops.EXPM1, StrictMath::expm1, 1.3);
    }

    @Test
    void log() {
        check("log", FunctionLoops.LOG, StrictMath::log, 1.0);
    }

    @Test
    void log1p() {
        check("log1p", FunctionLoops.LOG1P, StrictMath::log1p, 1.5);
        check("log1p of a share", FunctionLoops.LOG1P_OF_SHARE, StrictMath::log1p, 1.5, 0, 1);
    }

    @Test
    void tanh() {
        check("tanh", FunctionLoops.TANH, StrictMath::tanh, 2.2);
    }

    @Test
    void exactFunctions() {
        float[] x = arguments(50);
        float[] floors = apply(FunctionLoops.FLOOR, x, 0);
        float[] signs = apply(Loops.SIGN, x, 0);
        float[] roots = apply(Loops.SQRT, x, 0);
        for (int i = 0; i < x.length; i++) {
            assertEquals((float) Math.floor(x[i]) + 0f, floors[i] + 0f, "floor of " + x[i]);
            assertEquals(Math.signum(x[i]), signs[i], "sign of " + x[i]);
            assertEquals((float) Math.sqrt(x[i]), roots[i], "root of " + x[i]);
        }
    }

    /** The error of a power grows with the exponent of e that it stands for: the logarithm has some 28 bits. */
    @Test
    void powers() {
        float[] x = arguments(40);
        float[] exponents = {
            0.75f, 1.3f, -0.3f, 0.1f, 2.7f, 13.7f, 0.5f, 1.5f, -0.5f, -1.5f, 2f, 3f, 4f, 2.5f, -1f,
            -2f, 6f, 7f, 9f, -11f, 64f
        };
        for (float s : exponents) {
            float[] y = apply(FunctionLoops.POWER, x, s);
            for (int i = 0; i < x.length; i++) {
                if (x[i] < 0 && s != Math.rint(s) || x[i] == 0 && 1 / x[i] < 0) {
                    continue; // a negative base of a root, and the sign of zero, are not promised
                }
                double expected = StrictMath.pow(x[i], s);
                double size = Math.abs(expected);
                if (s < 0 && (size < Float.MIN_NORMAL || size > Float.MAX_VALUE / 8)) {
                    continue; // a reciprocal of a power that overflows or is subnormal
                }
                boolean isOrdinary = x[i] != 0 && Math.abs(x[i]) <= Float.MAX_VALUE;
                double power = isOrdinary ? Math.abs(s * Math.log(Math.abs(x[i]))) : 0;
                double allowed = 2.5 + Math.min(104, power) / 12;
                double error = ulps(y[i], expected);
                assertTrue(
                        error <= allowed,
                        x[i] + " to the " + s + " is " + y[i] + ", not " + expected + ": " + error);
            }
        }
    }

    @Test
    void theBitsDoNotDependOnHowWarmTheLoopIs() {
        float[] x = arguments(1);
        Loops.Loop[] loops = {
            FunctionLoops.EXP,
            FunctionLoops.LOG,
            FunctionLoops.LOG1P,
            FunctionLoops.EXPM1,
            FunctionLoops.TANH,
            FunctionLoops.POWER
        };
        for (Loops.Loop loop : loops) {
            float[] cold = apply(loop, x, 0.77f);
            float[] hot = cold;
            for (int k = 0; k < 3000; k++) {
                hot = apply(loop, x, 0.77f);
            }
            for (int i = 0; i < x.length; i++) {
                assertEquals(
                        Float.floatToRawIntBits(cold[i]),
                        Float.floatToRawIntBits(hot[i]),
                        "at " + x[i]);
            }
        }
    }
}
