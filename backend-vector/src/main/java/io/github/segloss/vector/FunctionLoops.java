package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.all;
import static io.github.segloss.vector.Rows.ORDER;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.get;
import static io.github.segloss.vector.Rows.known;
import static io.github.segloss.vector.Rows.put;
import static io.github.segloss.vector.Rows.set;

import io.github.segloss.vector.Loops.Loop;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * The loops of exponentials, logarithms and powers, with the functions of {@link FloatMath}. Most write by calls of the Vector API: in loops as long as these the
 * JVM would not inline {@link Rows#put}.
 */
final class FunctionLoops {
    private FunctionLoops() {}

    static final Loop EXP =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.exp(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop EXP_FAR_FROM_OVERFLOW =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.expFarFromOverflow(at(rows, a + i))
                            .intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop LOG =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.log(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop LOG_OF_NORMAL =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.logOfNormal(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop LOG1P =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.log1p(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop LOG1P_OF_POSITIVE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.log1pOfPositive(at(rows, a + i))
                            .intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop LOG1P_OF_SHARE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.log1pOfShare(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop EXPM1 =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.expm1(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop TANH =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.tanh(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop FLOOR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.floor(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    static final Loop RECIPROCAL_SQRT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(all(1f).div(at(r, a + i).sqrt()), r, o + i);
                }
            };

    private static final Loop LOG_HIGH =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.logHigh(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    private static final Loop LOG_LOW =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.logLow(at(rows, a + i)).intoMemorySegment(rows, o + i, ORDER);
                }
            };

    private static final Loop ADD_LOG_ROUNDING =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.logRounding(at(rows, a + i))
                            .add(at(rows, o + i))
                            .intoMemorySegment(rows, o + i, ORDER);
                }
            };

    /** s (a + b): the rounded product goes to o, and what it lacks to b. */
    private static final Loop PRODUCT_IN_TWO =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector log = at(r, a + i);
                    FloatVector rest = at(r, b + i);
                    FloatVector sum = log.add(rest);
                    put(FloatMath.restOfProduct(s, log, rest, sum), r, b + i);
                    put(sum.mul(s), r, o + i);
                }
            };

    private static final Loop EXP_OF_SUM =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.expOfSum(at(rows, a + i), at(rows, b + i))
                            .intoMemorySegment(rows, o + i, ORDER);
                }
            };

    private static final Loop POWER_OR_SPECIAL =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                MemorySegment rows = known(r);
                for (int i = 0; i < n; i += STEP) {
                    FloatMath.powerOrSpecial(at(rows, a + i), s, at(rows, o + i))
                            .intoMemorySegment(rows, o + i, ORDER);
                }
            };

    /** All called from one place, so that the JVM does not make one method of them: it would put vectors into boxes, see {@link Part}. */
    private static final Loop[] PARTS_OF_POWER = {
        LOG_HIGH, LOG_LOW, ADD_LOG_ROUNDING, PRODUCT_IN_TWO, EXP_OF_SUM, POWER_OR_SPECIAL
    };

    /**
     * {@code a^s}: half-integer exponents by roots and products, which are faster and more accurate. The result must not lie over the operand, and b is
     * a row of scratch memory.
     */
    static final Loop POWER = FunctionLoops::power;

    /** {@code a^b}, element by element. */
    static final Loop POWER_ROWS =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += Float.BYTES) {
                    set(r, o + i, (float) Math.pow(get(r, a + i), get(r, b + i)));
                }
            };

    /** {@code s^a}, element by element. */
    static final Loop SCALAR_POWER =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += Float.BYTES) {
                    set(r, o + i, (float) Math.pow(s, get(r, a + i)));
                }
            };

    private static void power(
            MemorySegment r,
            long o,
            long a,
            long b,
            long c,
            long d,
            float s,
            float t,
            float u,
            float v,
            int n) {
        float twice = Math.abs(s) * 2;
        if (s == -0.5f) {
            RECIPROCAL_SQRT.run(r, o, a, 0, 0, 0, 0, 0, 0, 0, n);
        } else if (twice <= 12 && twice == (int) twice) {
            halves((int) twice, r, o, a, n);
            if (s < 0) {
                Loops.SCALAR_DIV.run(r, o, o, 0, 0, 0, 1f, 0, 0, 0, n);
            }
        } else if (s == Math.rint(s) || !(Math.abs(s) <= Float.MAX_VALUE)) {
            // A large integer exponent gives a negative base a sign; rare, so by the definition.
            for (int i = 0; i < n; i += Float.BYTES) {
                set(r, o + i, (float) Math.pow(get(r, a + i), s));
            }
        } else {
            for (int k = 0; k < PARTS_OF_POWER.length; k++) {
                Loop part = PARTS_OF_POWER[k];
                long to = part == LOG_LOW || part == ADD_LOG_ROUNDING ? b : o;
                long from = part == PRODUCT_IN_TWO || part == EXP_OF_SUM ? o : a;
                part.run(r, to, from, b, 0, 0, s, 0, 0, 0, n);
            }
        }
    }

    /** a to the power of a number of halves. */
    private static void halves(int count, MemorySegment r, long o, long a, int n) {
        if (count == 0) {
            Loops.FILL.run(r, o, 0, 0, 0, 0, 1f, 0, 0, 0, n);
            return;
        }
        Loop first = count % 2 == 1 ? Loops.SQRT : Loops.COPY;
        first.run(r, o, a, 0, 0, 0, 0, 0, 0, 0, n);
        for (int k = count % 2 == 1 ? 1 : 2; k < count; k += 2) {
            Loops.MUL.run(r, o, o, a, 0, 0, 0, 0, 0, 0, n);
        }
    }

    /** Every loop, to warm them up. */
    static final List<Loop> ALL =
            List.of(
                    EXP,
                    EXP_FAR_FROM_OVERFLOW,
                    LOG,
                    LOG_OF_NORMAL,
                    LOG1P,
                    LOG1P_OF_POSITIVE,
                    LOG1P_OF_SHARE,
                    EXPM1,
                    TANH,
                    FLOOR,
                    RECIPROCAL_SQRT,
                    LOG_HIGH,
                    LOG_LOW,
                    ADD_LOG_ROUNDING,
                    PRODUCT_IN_TWO,
                    EXP_OF_SUM,
                    POWER_OR_SPECIAL,
                    POWER,
                    POWER_ROWS,
                    SCALAR_POWER);
}
