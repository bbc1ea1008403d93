package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.UnaryFunction;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The loops of the pointwise ops in float64, one for each op. Each is compiled by the JVM on its own and called through an interface with many
 * implementations, which keeps it from being inlined into a dispatcher.
 *
 * <p>An operand is a row of the tiles, or one number for the whole row. The number stands in all lanes of a vector, and the complement of where this
 * vector lies is the operand; the JIT compiler makes loops of their own for the kinds of operands that it meets.
 */
final class DoubleLoops {
    /** A pointwise op on rows of tiles; each loop uses the operands that it needs. */
    @FunctionalInterface
    interface Loop {
        /**
         * Computes a row.
         *
         * @param r the tiles
         * @param o where the result goes
         * @param a the first operand
         * @param b the second operand
         * @param c the third operand
         * @param d the fourth operand
         * @param n the number of elements, a multiple of the lanes
         */
        void run(double[] r, int o, int a, int b, int c, int d, int n);
    }

    private static final int STEP = DOUBLES.length();

    private DoubleLoops() {}

    static DoubleVector at(double[] r, int operand, int i) {
        return DoubleVector.fromArray(DOUBLES, r, operand < 0 ? ~operand : operand + i);
    }

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(DOUBLES, value);
    }

    // ---- arithmetic

    static final Loop ADD =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).add(at(r, b, i)).intoArray(r, o + i);
                }
            };

    static final Loop SUB =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).sub(at(r, b, i)).intoArray(r, o + i);
                }
            };

    static final Loop MUL =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).mul(at(r, b, i)).intoArray(r, o + i);
                }
            };

    static final Loop DIV =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).div(at(r, b, i)).intoArray(r, o + i);
                }
            };

    static final Loop MIN =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector x = at(r, a, i);
                    DoubleVector y = at(r, b, i);
                    x.blend(y, y.lt(x).or(y.compare(VectorOperators.NE, y))).intoArray(r, o + i);
                }
            };

    static final Loop MAX =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector x = at(r, a, i);
                    DoubleVector y = at(r, b, i);
                    x.blend(y, x.lt(y).or(y.compare(VectorOperators.NE, y))).intoArray(r, o + i);
                }
            };

    // ---- comparisons and conditions, which are 0 and 1

    static final Loop LT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    all(0).blend(1, at(r, a, i).lt(at(r, b, i))).intoArray(r, o + i);
                }
            };

    static final Loop LE =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    all(0).blend(1, at(r, a, i).compare(VectorOperators.LE, at(r, b, i)))
                            .intoArray(r, o + i);
                }
            };

    static final Loop EQ =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    all(0).blend(1, at(r, a, i).eq(at(r, b, i))).intoArray(r, o + i);
                }
            };

    static final Loop OR =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector x = at(r, a, i);
                    DoubleVector y = at(r, b, i);
                    x.blend(y, x.lt(y)).intoArray(r, o + i);
                }
            };

    static final Loop NOT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    all(1).sub(at(r, a, i)).intoArray(r, o + i);
                }
            };

    // ---- selections: c where it holds, else d

    /** The condition is a, 0 or 1. */
    static final Loop SELECT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, c, i).blend(at(r, d, i), at(r, a, i).eq(0)).intoArray(r, o + i);
                }
            };

    /** The condition is that a equals b. */
    static final Loop SELECT_EQ =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, d, i).blend(at(r, c, i), at(r, a, i).eq(at(r, b, i))).intoArray(r, o + i);
                }
            };

    /** The condition is that a is less than b. */
    static final Loop SELECT_LT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, d, i).blend(at(r, c, i), at(r, a, i).lt(at(r, b, i))).intoArray(r, o + i);
                }
            };

    /** The condition is that a is at most b. */
    static final Loop SELECT_LE =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, d, i)
                            .blend(
                                    at(r, c, i),
                                    at(r, a, i).compare(VectorOperators.LE, at(r, b, i)))
                            .intoArray(r, o + i);
                }
            };

    // ---- functions of one operand

    static final Loop COPY =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).intoArray(r, o + i);
                }
            };

    static final Loop NEG =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).neg().intoArray(r, o + i);
                }
            };

    static final Loop ABS =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).abs().intoArray(r, o + i);
                }
            };

    static final Loop SIGN =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector x = at(r, a, i);
                    x.blend(1, x.compare(VectorOperators.GT, 0))
                            .blend(-1, x.lt(0))
                            .intoArray(r, o + i);
                }
            };

    static final Loop SQRT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).sqrt().intoArray(r, o + i);
                }
            };

    static final Loop FLOOR =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleMath.floor(at(r, a, i)).intoArray(r, o + i);
                }
            };

    // ---- the table of ops

    /** {@return the loop of a function of one operand} */
    static Loop unary(UnaryFunction function) {
        return switch (function) {
            case NEG -> NEG;
            case ABS -> ABS;
            case SIGN -> SIGN;
            case SQRT -> SQRT;
            case EXP -> DoubleFunctions.EXP;
            case LOG -> DoubleFunctions.LOG;
            case LOG1P -> DoubleFunctions.LOG1P;
            case EXPM1 -> DoubleFunctions.EXPM1;
            case TANH -> DoubleFunctions.TANH;
            case FLOOR -> FLOOR;
            case NOT -> NOT;
            case DETACH, CAST -> COPY;
        };
    }

    /** {@return the loop of a function of two operands} */
    static Loop binary(BinaryFunction function) {
        return switch (function) {
            case ADD -> ADD;
            case SUB -> SUB;
            case MUL, AND -> MUL;
            case DIV -> DIV;
            case POW -> DoublePower.POWER;
            case MIN -> MIN;
            case MAX -> MAX;
            case LT -> LT;
            case LE -> LE;
            case EQ -> EQ;
            case OR -> OR;
        };
    }

    /** Every loop, to warm them up. */
    static final List<Loop> ALL =
            List.of(
                    ADD, SUB, MUL, DIV, MIN, MAX, LT, LE, EQ, OR, NOT, SELECT, SELECT_EQ, SELECT_LT,
                    SELECT_LE, COPY, NEG, ABS, SIGN, SQRT, FLOOR);
}
