package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.all;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.put;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.vector.Ranges.Range;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * The loops of the pointwise ops, one for each op and kind of operands. Each is compiled by the JVM on its own and called through an interface with many
 * implementations, which keeps it from being inlined into a dispatcher: there C2 runs out of its inlining budget and boxes every vector.
 */
final class Loops {

    /**
     * A pointwise op on rows of tiles; each loop uses the operands that it needs.
     *
     * <p>If there is nothing to do, every loop returns before it comes to the loop itself: {@link WarmUp} calls it so most of the time, and the JVM, which counts how
     * often loops repeat, would else take it for one that does not and leave it as it is.
     */
    @FunctionalInterface
    interface Loop extends VectorCode {
        /**
         * Computes a row. All places in the tiles are in bytes.
         *
         * @param r the tiles
         * @param o where the result goes
         * @param a where the first operand is
         * @param b where the second operand is
         * @param c where the third operand is
         * @param d where the fourth operand is
         * @param s a scalar operand
         * @param t another scalar operand
         * @param u another scalar operand
         * @param v another scalar operand
         * @param n how many bytes the result takes, a multiple of a vector
         */
        void run(
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
                int n);

        @Override
        default void run(Frame f) {
            int b = TRIAL_BYTES;
            run(f.r, 4 * b, 0, b, 2 * b, 3 * b, 0.7f, 0.3f, 0.2f, 0.1f, f.length());
        }
    }

    private Loops() {}

    static final Loop ADD =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).add(at(r, b + i)), r, o + i);
                }
            };

    static final Loop ADD_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).add(s), r, o + i);
                }
            };

    static final Loop SUB =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).sub(at(r, b + i)), r, o + i);
                }
            };

    static final Loop SUB_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).sub(s), r, o + i);
                }
            };

    static final Loop SCALAR_SUB =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(all.sub(at(r, a + i)), r, o + i);
                }
            };

    static final Loop MUL =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).mul(at(r, b + i)), r, o + i);
                }
            };

    static final Loop MUL_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).mul(s), r, o + i);
                }
            };

    static final Loop DIV =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).div(at(r, b + i)), r, o + i);
                }
            };

    static final Loop DIV_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).div(s), r, o + i);
                }
            };

    static final Loop SCALAR_DIV =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(all.div(at(r, a + i)), r, o + i);
                }
            };

    static final Loop MIN =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    FloatVector y = at(r, b + i);
                    put(x.blend(y, y.lt(x).or(y.compare(VectorOperators.NE, y))), r, o + i);
                }
            };

    static final Loop MAX =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    FloatVector y = at(r, b + i);
                    put(x.blend(y, x.lt(y).or(y.compare(VectorOperators.NE, y))), r, o + i);
                }
            };

    static final Loop LT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                for (int i = 0; i < n; i += STEP) {
                    put(zero.blend(1f, at(r, a + i).lt(at(r, b + i))), r, o + i);
                }
            };

    static final Loop EQ =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                for (int i = 0; i < n; i += STEP) {
                    put(zero.blend(1f, at(r, a + i).eq(at(r, b + i))), r, o + i);
                }
            };

    static final Loop LE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                for (int i = 0; i < n; i += STEP) {
                    put(
                            zero.blend(1f, at(r, a + i).compare(VectorOperators.LE, at(r, b + i))),
                            r,
                            o + i);
                }
            };

    static final Loop LT_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(zero.blend(1f, at(r, a + i).compare(VectorOperators.LT, all)), r, o + i);
                }
            };

    static final Loop LE_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(zero.blend(1f, at(r, a + i).compare(VectorOperators.LE, all)), r, o + i);
                }
            };

    static final Loop EQ_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(zero.blend(1f, at(r, a + i).compare(VectorOperators.EQ, all)), r, o + i);
                }
            };

    static final Loop GT_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(zero.blend(1f, at(r, a + i).compare(VectorOperators.GT, all)), r, o + i);
                }
            };

    static final Loop GE_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(zero.blend(1f, at(r, a + i).compare(VectorOperators.GE, all)), r, o + i);
                }
            };

    static final Loop OR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    FloatVector y = at(r, b + i);
                    put(x.blend(y, x.lt(y)), r, o + i);
                }
            };

    static final Loop COPY =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i), r, o + i);
                }
            };

    static final Loop FILL =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(all, r, o + i);
                }
            };

    static final Loop NEG =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).neg(), r, o + i);
                }
            };

    static final Loop ABS =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).abs(), r, o + i);
                }
            };

    static final Loop SQRT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).sqrt(), r, o + i);
                }
            };

    static final Loop NOT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(all(1f).sub(at(r, a + i)), r, o + i);
                }
            };

    static final Loop SIGN =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, a + i);
                    put(x.blend(1f, all(0f).lt(x)).blend(-1f, x.lt(0f)), r, o + i);
                }
            };

    /** Every loop, to warm them up. */
    static final List<Loop> ALL =
            List.of(
                    ADD,
                    ADD_SCALAR,
                    SUB,
                    SUB_SCALAR,
                    SCALAR_SUB,
                    MUL,
                    MUL_SCALAR,
                    DIV,
                    DIV_SCALAR,
                    SCALAR_DIV,
                    MIN,
                    MAX,
                    LT,
                    EQ,
                    LE,
                    LT_SCALAR,
                    LE_SCALAR,
                    EQ_SCALAR,
                    GT_SCALAR,
                    GE_SCALAR,
                    OR,
                    COPY,
                    FILL,
                    NEG,
                    ABS,
                    SQRT,
                    NOT,
                    SIGN);

    /**
     * {@return the loop of a function of one row}
     *
     * @param function the function
     * @param range where its argument lies: it need not look for what is outside
     */
    static Loop unary(UnaryFunction function, Range range) {
        return switch (function) {
            case NEG -> NEG;
            case ABS -> ABS;
            case SIGN -> SIGN;
            case SQRT -> SQRT;
            case EXP ->
                    range.high() > FloatMath.LARGEST_LIFTED
                            ? FunctionLoops.EXP
                            : FunctionLoops.EXP_FAR_FROM_OVERFLOW;
            case LOG ->
                    range.isWithin(Float.MIN_NORMAL, Float.MAX_VALUE)
                            ? FunctionLoops.LOG_OF_NORMAL
                            : FunctionLoops.LOG;
            case LOG1P ->
                    range.isWithin(0, 1)
                            ? FunctionLoops.LOG1P_OF_SHARE
                            : range.isWithin(0, 0x1p30f)
                                    ? FunctionLoops.LOG1P_OF_POSITIVE
                                    : FunctionLoops.LOG1P;
            case EXPM1 -> FunctionLoops.EXPM1;
            case TANH -> FunctionLoops.TANH;
            case FLOOR -> FunctionLoops.FLOOR;
            case NOT -> NOT;
            case DETACH, CAST -> COPY;
        };
    }

    /** {@return the loop of a function of two rows} */
    static Loop rows(BinaryFunction function) {
        return switch (function) {
            case ADD -> ADD;
            case SUB -> SUB;
            case MUL, AND -> MUL;
            case DIV -> DIV;
            case POW -> FunctionLoops.POWER_ROWS;
            case MIN -> MIN;
            case MAX -> MAX;
            case LT -> LT;
            case LE -> LE;
            case EQ -> EQ;
            case OR -> OR;
        };
    }

    /** {@return the loop of a function of a row and a scalar, or null if there is none} */
    static @Nullable Loop rowAndScalar(BinaryFunction function) {
        return switch (function) {
            case ADD -> ADD_SCALAR;
            case SUB -> SUB_SCALAR;
            case MUL, AND -> MUL_SCALAR;
            case DIV -> DIV_SCALAR;
            case POW -> FunctionLoops.POWER;
            case LT -> LT_SCALAR;
            case LE -> LE_SCALAR;
            case EQ -> EQ_SCALAR;
            case MIN, MAX, OR -> null;
        };
    }

    /** {@return the loop of a function of a scalar and a row, or null if there is none} */
    static @Nullable Loop scalarAndRow(BinaryFunction function) {
        return switch (function) {
            case ADD -> ADD_SCALAR;
            case SUB -> SCALAR_SUB;
            case MUL, AND -> MUL_SCALAR;
            case DIV -> SCALAR_DIV;
            case POW -> FunctionLoops.SCALAR_POWER;
            case LT -> GT_SCALAR;
            case LE -> GE_SCALAR;
            case EQ -> EQ_SCALAR;
            case MIN, MAX, OR -> null;
        };
    }
}
