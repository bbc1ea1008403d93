package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleLoops.at;
import static io.github.segloss.vector.DoubleLoops.ofTwo;
import static io.github.segloss.vector.DoubleLoops.one;
import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.vector.DoubleLoops.Loop;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/** The loops in float64 of comparisons, conditions and what is selected by them. */
final class DoubleConditions {
    private static final int STEP = DOUBLES.length();

    private DoubleConditions() {}

    /** A choice between c and d. */
    @FunctionalInterface
    private interface Choice {
        double of(double a, double b, double c, double d);
    }

    private static TwoForms<Loop> selection(Choice choice, Loop vectors) {
        Loop elements =
                (r, o, a, b, c, d, n) -> {
                    for (int i = 0; i < n; i++) {
                        r[o + i] =
                                choice.of(one(r, a, i), one(r, b, i), one(r, c, i), one(r, d, i));
                    }
                };
        return new TwoForms<>(elements, vectors, DoubleTrial::run);
    }

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(DOUBLES, value);
    }

    // ---- comparisons and conditions, which are 0 and 1

    static final TwoForms<Loop> LT =
            ofTwo(
                    (a, b) -> a < b ? 1 : 0,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            all(0).blend(1, at(r, a, i).lt(at(r, b, i))).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> LE =
            ofTwo(
                    (a, b) -> a <= b ? 1 : 0,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            all(0).blend(1, at(r, a, i).compare(VectorOperators.LE, at(r, b, i)))
                                    .intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> EQ =
            ofTwo(
                    (a, b) -> a == b ? 1 : 0,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            all(0).blend(1, at(r, a, i).eq(at(r, b, i))).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> OR =
            ofTwo(
                    (a, b) -> a < b ? b : a,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            DoubleVector x = at(r, a, i);
                            DoubleVector y = at(r, b, i);
                            x.blend(y, x.lt(y)).intoArray(r, o + i);
                        }
                    });

    static final TwoForms<Loop> NOT =
            ofTwo(
                    (a, _) -> 1 - a,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            all(1).sub(at(r, a, i)).intoArray(r, o + i);
                        }
                    });

    // ---- selections: c where it holds, else d

    /** The condition is a, 0 or 1. */
    static final TwoForms<Loop> SELECT =
            selection(
                    (a, b, c, d) -> a == 0 ? d : c,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, c, i).blend(at(r, d, i), at(r, a, i).eq(0)).intoArray(r, o + i);
                        }
                    });

    /** The condition is that a equals b. */
    static final TwoForms<Loop> SELECT_EQ =
            selection(
                    (a, b, c, d) -> a == b ? c : d,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, d, i)
                                    .blend(at(r, c, i), at(r, a, i).eq(at(r, b, i)))
                                    .intoArray(r, o + i);
                        }
                    });

    /** The condition is that a is less than b. */
    static final TwoForms<Loop> SELECT_LT =
            selection(
                    (a, b, c, d) -> a < b ? c : d,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, d, i)
                                    .blend(at(r, c, i), at(r, a, i).lt(at(r, b, i)))
                                    .intoArray(r, o + i);
                        }
                    });

    /** The condition is that a is at most b. */
    static final TwoForms<Loop> SELECT_LE =
            selection(
                    (a, b, c, d) -> a <= b ? c : d,
                    (r, o, a, b, c, d, n) -> {
                        for (int i = 0; i < n; i += STEP) {
                            at(r, d, i)
                                    .blend(
                                            at(r, c, i),
                                            at(r, a, i).compare(VectorOperators.LE, at(r, b, i)))
                                    .intoArray(r, o + i);
                        }
                    });

    /** Every loop. */
    static final List<TwoForms<Loop>> ALL =
            List.of(LT, LE, EQ, OR, NOT, SELECT, SELECT_EQ, SELECT_LT, SELECT_LE);
}
