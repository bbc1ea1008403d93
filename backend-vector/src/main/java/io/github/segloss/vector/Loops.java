package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.FLOATS;
import static io.github.segloss.vector.Rows.ORDER;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.get;
import static io.github.segloss.vector.Rows.known;
import static io.github.segloss.vector.Rows.put;
import static io.github.segloss.vector.Rows.set;

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
    interface Loop {
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
    }

    private Loops() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

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

    static final Loop SELECT_EQ =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, c + i).blend(at(r, b + i), at(r, a + i).eq(s)), r, o + i);
                }
            };

    static final Loop SELECT_EQ_SCALAR_ROW =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, b + i).blend(t, at(r, a + i).eq(s)), r, o + i);
                }
            };

    static final Loop SELECT_EQ_ROW_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(t);
                for (int i = 0; i < n; i += STEP) {
                    put(all.blend(at(r, b + i), at(r, a + i).eq(s)), r, o + i);
                }
            };

    static final Loop SELECT_EQ_SCALARS =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(u);
                for (int i = 0; i < n; i += STEP) {
                    put(all.blend(t, at(r, a + i).eq(s)), r, o + i);
                }
            };

    static final Loop SELECT_LT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, c + i).blend(at(r, b + i), at(r, a + i).lt(s)), r, o + i);
                }
            };

    static final Loop SELECT_LT_SCALAR_ROW =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, b + i).blend(t, at(r, a + i).lt(s)), r, o + i);
                }
            };

    static final Loop SELECT_LT_ROW_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(t);
                for (int i = 0; i < n; i += STEP) {
                    put(all.blend(at(r, b + i), at(r, a + i).lt(s)), r, o + i);
                }
            };

    static final Loop SELECT_LT_SCALARS =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(u);
                for (int i = 0; i < n; i += STEP) {
                    put(all.blend(t, at(r, a + i).lt(s)), r, o + i);
                }
            };

    static final Loop SELECT_GT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(
                            at(r, c + i)
                                    .blend(
                                            at(r, b + i),
                                            at(r, a + i).compare(VectorOperators.GT, s)),
                            r,
                            o + i);
                }
            };

    static final Loop SELECT_GT_SCALAR_ROW =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(
                            at(r, b + i).blend(t, at(r, a + i).compare(VectorOperators.GT, s)),
                            r,
                            o + i);
                }
            };

    static final Loop SELECT_GT_ROW_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(t);
                for (int i = 0; i < n; i += STEP) {
                    put(
                            all.blend(at(r, b + i), at(r, a + i).compare(VectorOperators.GT, s)),
                            r,
                            o + i);
                }
            };

    static final Loop SELECT_GT_SCALARS =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector all = all(u);
                for (int i = 0; i < n; i += STEP) {
                    put(all.blend(t, at(r, a + i).compare(VectorOperators.GT, s)), r, o + i);
                }
            };

    /** b where a names one of s classes, else 0. */
    static final Loop WHERE_CLASS =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector k = at(r, a + i);
                    put(
                            zero.blend(
                                    at(r, b + i), k.compare(VectorOperators.GE, 0f).and(k.lt(s))),
                            r,
                            o + i);
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
    static final Loop POWER = Loops::power;

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
                SCALAR_DIV.run(r, o, o, 0, 0, 0, 1f, 0, 0, 0, n);
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
            FILL.run(r, o, 0, 0, 0, 0, 1f, 0, 0, 0, n);
            return;
        }
        Loop first = count % 2 == 1 ? SQRT : COPY;
        first.run(r, o, a, 0, 0, 0, 0, 0, 0, 0, n);
        for (int k = count % 2 == 1 ? 1 : 2; k < count; k += 2) {
            MUL.run(r, o, o, a, 0, 0, 0, 0, 0, 0, n);
        }
    }

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
            case EXP -> range.high() > FloatMath.LARGEST_LIFTED ? EXP : EXP_FAR_FROM_OVERFLOW;
            case LOG -> range.isWithin(Float.MIN_NORMAL, Float.MAX_VALUE) ? LOG_OF_NORMAL : LOG;
            case LOG1P ->
                    range.isWithin(0, 1)
                            ? LOG1P_OF_SHARE
                            : range.isWithin(0, 0x1p30f) ? LOG1P_OF_POSITIVE : LOG1P;
            case EXPM1 -> EXPM1;
            case TANH -> TANH;
            case FLOOR -> FLOOR;
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
            case POW -> POWER_ROWS;
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
            case POW -> POWER;
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
            case POW -> SCALAR_POWER;
            case LT -> GT_SCALAR;
            case LE -> GE_SCALAR;
            case EQ -> EQ_SCALAR;
            case MIN, MAX, OR -> null;
        };
    }

    /** {@return every loop, to warm them up} */
    static List<Loop> all() {
        return List.of(
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
                NOT,
                SIGN,
                RECIPROCAL_SQRT,
                LOG_HIGH,
                LOG_LOW,
                ADD_LOG_ROUNDING,
                PRODUCT_IN_TWO,
                EXP_OF_SUM,
                POWER_OR_SPECIAL,
                SELECT_EQ,
                SELECT_EQ_SCALAR_ROW,
                SELECT_EQ_ROW_SCALAR,
                SELECT_EQ_SCALARS,
                SELECT_LT,
                SELECT_LT_SCALAR_ROW,
                SELECT_LT_ROW_SCALAR,
                SELECT_LT_SCALARS,
                SELECT_GT,
                SELECT_GT_SCALAR_ROW,
                SELECT_GT_ROW_SCALAR,
                SELECT_GT_SCALARS,
                WHERE_CLASS,
                POWER,
                POWER_ROWS,
                SCALAR_POWER);
    }
}
