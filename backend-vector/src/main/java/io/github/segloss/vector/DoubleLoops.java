package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.UnaryFunction;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
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

    // ---- the two forms

    /** {@return the loop over single elements of a function: one for all functions, which it calls} */
    static Loop each(DoubleUnaryOperator element) {
        return (r, o, a, b, c, d, n) -> {
            for (int i = 0; i < n; i++) {
                r[o + i] = element.applyAsDouble(one(r, a, i));
            }
        };
    }

    private static TwoForms<Loop> ofOne(DoubleUnaryOperator element, Loop vectors) {
        return new TwoForms<>(each(element), vectors, DoubleTrial::run);
    }

    static TwoForms<Loop> ofTwo(DoubleBinaryOperator element, Loop vectors) {
        Loop elements =
                (r, o, a, b, c, d, n) -> {
                    for (int i = 0; i < n; i++) {
                        r[o + i] = element.applyAsDouble(one(r, a, i), one(r, b, i));
                    }
                };
        return new TwoForms<>(elements, vectors, DoubleTrial::run);
    }

    static double one(double[] r, int operand, int i) {
        return r[operand < 0 ? ~operand : operand + i];
    }

    static DoubleVector at(double[] r, int operand, int i) {
        return DoubleVector.fromArray(DOUBLES, r, operand < 0 ? ~operand : operand + i);
    }

    // ---- arithmetic

    static final TwoForms<Loop> ADD =
            ofTwo(
                    Double::sum,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).add(at(r, b, i)).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> SUB =
            ofTwo(
                    (a, b) -> a - b,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).sub(at(r, b, i)).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> MUL =
            ofTwo(
                    (a, b) -> a * b,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).mul(at(r, b, i)).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> DIV =
            ofTwo(
                    (a, b) -> a / b,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).div(at(r, b, i)).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> MIN =
            ofTwo(
                    DoubleSums::smaller,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector x = at(r, a, i);
                            DoubleVector y = at(r, b, i);
                            x.blend(y, y.lt(x).or(y.compare(VectorOperators.NE, y)))
                                    .intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> MAX =
            ofTwo(
                    DoubleSums::larger,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector x = at(r, a, i);
                            DoubleVector y = at(r, b, i);
                            x.blend(y, x.lt(y).or(y.compare(VectorOperators.NE, y)))
                                    .intoArray(r, o + i);
                        }
                    });

    // ---- functions of one operand

    static final TwoForms<Loop> COPY =
            ofOne(
                    a -> a,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> NEG =
            ofOne(
                    a -> -a,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).neg().intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> ABS =
            ofOne(
                    Math::abs,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).abs().intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> SIGN =
            ofOne(
                    a -> a > 0 ? 1 : a < 0 ? -1 : a,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector x = at(r, a, i);
                            x.blend(1, x.compare(VectorOperators.GT, 0))
                                    .blend(-1, x.lt(0))
                                    .intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> SQRT =
            ofOne(
                    Math::sqrt,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, a, i).sqrt().intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> FLOOR =
            ofOne(
                    Math::floor,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleMath.floor(at(r, a, i)).intoArray(r, o + i);
                        }
                    });

    // ---- the table of ops

    /** {@return the loop of a function of one operand} */
    static TwoForms<Loop> unary(UnaryFunction function) {
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
            case NOT -> DoubleConditions.NOT;
            case DETACH, CAST -> COPY;
        };
    }

    /** {@return the loop of a function of two operands} */
    static TwoForms<Loop> binary(BinaryFunction function) {
        return switch (function) {
            case ADD -> ADD;
            case SUB -> SUB;
            case MUL, AND -> MUL;
            case DIV -> DIV;
            case POW -> DoublePower.POWER;
            case MIN -> MIN;
            case MAX -> MAX;
            case LT -> DoubleConditions.LT;
            case LE -> DoubleConditions.LE;
            case EQ -> DoubleConditions.EQ;
            case OR -> DoubleConditions.OR;
        };
    }

    /** Every loop. */
    static final List<TwoForms<Loop>> ALL =
            List.of(ADD, SUB, MUL, DIV, MIN, MAX, COPY, NEG, ABS, SIGN, SQRT, FLOOR);
}
