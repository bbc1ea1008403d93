package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.vector.LoopBody.Place;
import io.github.segloss.vector.LoopBody.Value;
import io.github.segloss.vector.Ranges.Range;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions of generated loops have the bits of those of the interpreter, also in the forms for arguments of a known range. */
class LoopMathTest {
    private static final int N = 64 * Lanes.COUNT;
    private static final int BYTES = N * Float.BYTES;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /** Every so many-th float is tried: a prime, so that the low bits vary too. */
    private static final int STRIDE = 4099;

    private static void assertSame(
            String name,
            Loops.Loop expected,
            float scalar,
            Range range,
            BiFunction<LoopMath, Value, Value> function) {
        LoopBody body = new LoopBody();
        Value x = body.row(new Place(new Step.Operand(true, 0, 0, 0), LoopBody.LOOP));
        Value y = function.apply(new LoopMath(body), x);
        body.keep(y, new Place(new Step.Operand(true, BYTES, 0, 0), LoopBody.LOOP));
        FusedPass.Loop loop = new FusedPass.Loop(body, 1);
        MemoryAccess access = new MemoryAccess(true, false);
        assertSame(name, expected, scalar, range, VectorLoop.make(loop, access));
        assertSame(
                name + " without vectors", expected, scalar, range, ScalarLoop.make(loop, access));
    }

    private static void assertSame(
            String name, Loops.Loop expected, float scalar, Range range, Step loop) {
        Frame frame = new Frame(4 * BYTES, 1, 1, 0, null);
        frame.count = N;
        frame.n = N;
        int filled = 0;
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STRIDE) {
            float at = Float.intBitsToFloat((int) bits);
            if (range.low() <= at && at <= range.high() || range == Range.ALL) {
                Rows.set(frame.r, (long) filled * Float.BYTES, at);
                filled++;
            }
            if (filled == N || bits + STRIDE > Integer.MAX_VALUE) {
                compare(name, expected, scalar, loop, frame, filled);
                filled = 0;
            }
        }
    }

    private static void compare(
            String name, Loops.Loop expected, float scalar, Step loop, Frame frame, int filled) {
        expected.run(frame.r, 2 * BYTES, 0, 3 * BYTES, 0, 0, scalar, 0, 0, 0, BYTES);
        loop.run(frame);
        for (int i = 0; i < filled; i++) {
            long at = (long) i * Float.BYTES;
            float x = Rows.get(frame.r, at);
            float wanted = Rows.get(frame.r, 2 * BYTES + at);
            float found = Rows.get(frame.r, BYTES + at);
            // Which NaN it is depends on the order of operands, which the JVM may change.
            assertEquals(
                    Float.floatToIntBits(wanted),
                    Float.floatToIntBits(found),
                    () -> name + "(" + x + ") is " + wanted + " but in a loop " + found);
        }
    }

    @Test
    void exp() {
        assertSame("exp", FunctionLoops.EXP, 0, Range.ALL, (m, x) -> m.exp(x, Range.ALL, false));
        Range low = new Range(-INFINITY, 0);
        assertSame("exp, not positive", FunctionLoops.EXP, 0, low, (m, x) -> m.exp(x, low, false));
        assertSame("exp, not NaN", FunctionLoops.EXP, 0, low, (m, x) -> m.exp(x, low, true));
        Range most = new Range(-INFINITY, 40);
        assertSame("exp up to 40", FunctionLoops.EXP, 0, most, (m, x) -> m.exp(x, most, true));
        Loops.Loop far = FunctionLoops.EXP_FAR_FROM_OVERFLOW;
        assertSame("exp far from overflow", far, 0, most, (m, x) -> m.exp(x, Range.ALL, false));
    }

    @Test
    void log() {
        assertSame("log", FunctionLoops.LOG, 0, Range.ALL, (m, x) -> m.log(x, Range.ALL));
        Range normal = new Range(Float.MIN_NORMAL, Float.MAX_VALUE);
        assertSame(
                "log of normal numbers", FunctionLoops.LOG, 0, normal, (m, x) -> m.log(x, normal));
        Loops.Loop ofNormal = FunctionLoops.LOG_OF_NORMAL;
        assertSame("the same as a loop", ofNormal, 0, normal, (m, x) -> m.log(x, Range.ALL));
    }

    @Test
    void log1p() {
        assertSame("log1p", FunctionLoops.LOG1P, 0, Range.ALL, (m, x) -> m.log1p(x, Range.ALL));
        Range positive = new Range(0, 0x1p30f);
        assertSame(
                "log1p from 0", FunctionLoops.LOG1P, 0, positive, (m, x) -> m.log1p(x, positive));
        Loops.Loop ofPositive = FunctionLoops.LOG1P_OF_POSITIVE;
        assertSame("the same as a loop", ofPositive, 0, positive, (m, x) -> m.log1p(x, Range.ALL));
        Range share = new Range(0, 1);
        assertSame(
                "log1p up to 1",
                FunctionLoops.LOG1P_OF_SHARE,
                0,
                share,
                (m, x) -> m.log1p(x, share));
    }

    @Test
    void others() {
        assertSame("expm1", FunctionLoops.EXPM1, 0, Range.ALL, LoopMath::expm1);
        assertSame("tanh", FunctionLoops.TANH, 0, Range.ALL, LoopMath::tanh);
        assertSame("floor", FunctionLoops.FLOOR, 0, Range.ALL, LoopMath::floor);
        assertSame("sign", Loops.SIGN, 0, Range.ALL, LoopMath::sign);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.5f, 1, 1.5f, 2, 3.5f, 6, -0.5f, -1, -2.5f, 0.75f, -1.3f, 7.25f})
    void power(float exponent) {
        assertSame(
                "x^" + exponent,
                FunctionLoops.POWER,
                exponent,
                Range.ALL,
                (m, x) -> m.power(x, exponent));
    }
}
