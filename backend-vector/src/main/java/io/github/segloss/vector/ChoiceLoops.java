package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.all;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.put;

import io.github.segloss.vector.Loops.Loop;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The loops of choices by a comparison of a row with a scalar: a compared with s, then b or c; scalars come after s in the same order. */
final class ChoiceLoops {
    private ChoiceLoops() {}

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

    /** Every loop, to warm them up. */
    static final List<Loop> ALL =
            List.of(
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
                    WHERE_CLASS);
}
