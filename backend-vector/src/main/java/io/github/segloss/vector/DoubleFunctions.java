package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleLoops.at;
import static io.github.segloss.vector.DoubleLoops.each;

import io.github.segloss.vector.DoubleLoops.Loop;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The loops of the functions of {@link DoubleMath}. The result of those that are several loops must not lie over the operand. */
final class DoubleFunctions {
    private static final int STEP = Lanes.DOUBLES.length();

    private DoubleFunctions() {}

    private static TwoForms<Loop> forms(DoubleUnaryOperator function, Loop vectors) {
        return new TwoForms<>(each(function), vectors, DoubleTrial::function);
    }

    static final TwoForms<Loop> EXP =
            forms(
                    DoubleElements::exp,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleMath.exp(at(r, a, i)).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> EXPM1 =
            forms(
                    DoubleElements::expm1,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleMath.expm1(at(r, a, i)).intoArray(r, o + i);
                        }
                    });

    private static final Loop FRACTION =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleMath.fraction(at(r, a, i)).intoArray(r, o + i);
                }
            };

    private static final Loop LOG_OF_FRACTION =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleMath.log(at(r, a, i), at(r, b, i)).intoArray(r, o + i);
                }
            };

    /** In two loops: one would be too large for C2 to inline all of it. */
    static final TwoForms<Loop> LOG =
            forms(
                    DoubleElements::log,
                    (r, o, a, b, c, d, n) -> {
                        FRACTION.run(r, o, a, 0, 0, 0, n);
                        LOG_OF_FRACTION.run(r, o, a, o, 0, 0, n);
                    });

    private static final Loop FRACTION_OF_1P =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleMath.fractionOf1p(at(r, a, i)).intoArray(r, o + i);
                }
            };

    private static final Loop LOG1P_OF_FRACTION =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleMath.log1p(at(r, a, i), at(r, b, i)).intoArray(r, o + i);
                }
            };

    /** In two loops, likewise. */
    static final TwoForms<Loop> LOG1P =
            forms(
                    DoubleElements::log1p,
                    (r, o, a, b, c, d, n) -> {
                        FRACTION_OF_1P.run(r, o, a, 0, 0, 0, n);
                        LOG1P_OF_FRACTION.run(r, o, a, o, 0, 0, n);
                    });

    private static final Loop TWICE =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleMath.twiceForTanh(at(r, a, i)).intoArray(r, o + i);
                }
            };

    private static final Loop TANH_OF_EXPM1 =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleMath.tanh(at(r, a, i), at(r, b, i)).intoArray(r, o + i);
                }
            };

    /** In three loops, likewise. */
    static final TwoForms<Loop> TANH =
            forms(
                    DoubleElements::tanh,
                    (r, o, a, b, c, d, n) -> {
                        TWICE.run(r, o, a, 0, 0, 0, n);
                        EXPM1.vectors().run(r, o, o, 0, 0, 0, n);
                        TANH_OF_EXPM1.run(r, o, a, o, 0, 0, n);
                    });

    /** Every loop. */
    static final List<TwoForms<Loop>> ALL = List.of(EXP, EXPM1, LOG, LOG1P, TANH);
}
