package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.all;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.put;

import io.github.segloss.vector.Loops.Loop;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops that do several pointwise ops at once, with the operations of {@link Loops} in the same order. A loop for one op spends most of its time on reading and
 * writing rows; {@link Composites} says which ops are done together.
 */
final class CompositeLoops {
    private CompositeLoops() {}

    // ---- sums and products

    /** {@code a b c}. */
    static final Loop PRODUCT_OF_THREE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).mul(at(r, b + i)).mul(at(r, c + i)), r, o + i);
                }
            };

    /** {@code a b s}. */
    static final Loop PRODUCT_TIMES_SCALAR =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).mul(at(r, b + i)).mul(s), r, o + i);
                }
            };

    /** {@code -(a b)}. */
    static final Loop NEGATIVE_PRODUCT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).mul(at(r, b + i)).neg(), r, o + i);
                }
            };

    /** {@code a b + c}, rounded twice. */
    static final Loop PRODUCT_PLUS =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).mul(at(r, b + i)).add(at(r, c + i)), r, o + i);
                }
            };

    /** {@code c - a b}, rounded twice. */
    static final Loop MINUS_PRODUCT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, c + i).sub(at(r, a + i).mul(at(r, b + i))), r, o + i);
                }
            };

    /** {@code (a + b) c d}. */
    static final Loop SUM_TIMES_TWO =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector sum = at(r, a + i).add(at(r, b + i));
                    put(sum.mul(at(r, c + i)).mul(at(r, d + i)), r, o + i);
                }
            };

    /** {@code (a - b) c d}. */
    static final Loop DIFFERENCE_TIMES_TWO =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector difference = at(r, a + i).sub(at(r, b + i));
                    put(difference.mul(at(r, c + i)).mul(at(r, d + i)), r, o + i);
                }
            };

    /** {@code s / (t + a)}. */
    static final Loop RECIPROCAL_OF_SUM =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector numerator = all(s);
                for (int i = 0; i < n; i += STEP) {
                    put(numerator.div(at(r, a + i).add(t)), r, o + i);
                }
            };

    // ---- choices

    /** {@code -|a|}. */
    static final Loop NEGATIVE_MAGNITUDE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    put(at(r, a + i).abs().neg(), r, o + i);
                }
            };

    /** c where a = s and b is above t, and where neither is so; else u. */
    static final Loop ROW_IF_ALIKE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    VectorMask<Float> isGreater = at(r, b + i).compare(VectorOperators.GT, t);
                    VectorMask<Float> unlike = at(r, a + i).eq(s).xor(isGreater);
                    put(at(r, c + i).blend(u, unlike), r, o + i);
                }
            };

    /** u where a = s and b is above t, and where neither is so; else c. */
    static final Loop SCALAR_IF_ALIKE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector value = all(u);
                for (int i = 0; i < n; i += STEP) {
                    VectorMask<Float> isGreater = at(r, b + i).compare(VectorOperators.GT, t);
                    VectorMask<Float> unlike = at(r, a + i).eq(s).xor(isGreater);
                    put(value.blend(at(r, c + i), unlike), r, o + i);
                }
            };

    /** b where a = s, else c d. */
    static final Loop ROW_OR_PRODUCT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector product = at(r, c + i).mul(at(r, d + i));
                    put(product.blend(at(r, b + i), at(r, a + i).eq(s)), r, o + i);
                }
            };

    /** b where a = s, else t - c. */
    static final Loop ROW_OR_DIFFERENCE =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector whole = all(t);
                for (int i = 0; i < n; i += STEP) {
                    FloatVector rest = whole.sub(at(r, c + i));
                    put(rest.blend(at(r, b + i), at(r, a + i).eq(s)), r, o + i);
                }
            };

    /** c + b where a = s, else c. */
    static final Loop ADD_WHERE_EQUAL =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector x = at(r, c + i);
                    put(x.blend(x.add(at(r, b + i)), at(r, a + i).eq(s)), r, o + i);
                }
            };

    // ---- clipped probabilities: a is p, and c is 1 - p where b = t, which is where p is large

    /** u where p is below s, v where its complement is; else d. */
    static final Loop CLIP =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    VectorMask<Float> high = at(r, b + i).eq(t).and(at(r, c + i).lt(s));
                    put(at(r, d + i).blend(v, high).blend(u, at(r, a + i).lt(s)), r, o + i);
                }
            };

    /** u where p is below s, v where its complement is; else 1 - p. */
    static final Loop CLIPPED_COMPLEMENT =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i += STEP) {
                    FloatVector p = at(r, a + i);
                    FloatVector q = at(r, c + i);
                    VectorMask<Float> large = at(r, b + i).eq(t);
                    FloatVector x = all(1f).sub(p).blend(q, large).blend(v, large.and(q.lt(s)));
                    put(x.blend(u, p.lt(s)), r, o + i);
                }
            };

    /** 1 where p or its complement is below s, else 0. */
    static final Loop IS_CLIPPED =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector zero = all(0f);
                for (int i = 0; i < n; i += STEP) {
                    VectorMask<Float> high = at(r, b + i).eq(t).and(at(r, c + i).lt(s));
                    put(zero.blend(1f, high.or(at(r, a + i).lt(s))), r, o + i);
                }
            };

    /** 0 where p or its complement is below s; u where d = t; else v. */
    static final Loop CHOICE_UNLESS_CLIPPED =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector otherwise = all(v);
                for (int i = 0; i < n; i += STEP) {
                    VectorMask<Float> high = at(r, b + i).eq(t).and(at(r, c + i).lt(s));
                    FloatVector x = otherwise.blend(u, at(r, d + i).eq(t));
                    put(x.blend(0f, high.or(at(r, a + i).lt(s))), r, o + i);
                }
            };

    /** 0 where p or, if b is negative, its complement is below s; u where d = t; else v. */
    static final Loop CHOICE_UNLESS_CLIPPED_IN_STASH =
            (r, o, a, b, c, d, s, t, u, v, n) -> {
                if (n == 0) {
                    return;
                }
                FloatVector otherwise = all(v);
                for (int i = 0; i < n; i += STEP) {
                    VectorMask<Float> high = at(r, b + i).lt(0f).and(at(r, c + i).lt(s));
                    FloatVector x = otherwise.blend(u, at(r, d + i).eq(t));
                    put(x.blend(0f, high.or(at(r, a + i).lt(s))), r, o + i);
                }
            };

    /** Every loop, to warm them up. */
    static final List<Loop> ALL =
            List.of(
                    PRODUCT_OF_THREE,
                    PRODUCT_TIMES_SCALAR,
                    NEGATIVE_PRODUCT,
                    PRODUCT_PLUS,
                    MINUS_PRODUCT,
                    SUM_TIMES_TWO,
                    DIFFERENCE_TIMES_TWO,
                    RECIPROCAL_OF_SUM,
                    NEGATIVE_MAGNITUDE,
                    ROW_IF_ALIKE,
                    SCALAR_IF_ALIKE,
                    ROW_OR_PRODUCT,
                    ROW_OR_DIFFERENCE,
                    ADD_WHERE_EQUAL,
                    CLIP,
                    CLIPPED_COMPLEMENT,
                    IS_CLIPPED,
                    CHOICE_UNLESS_CLIPPED,
                    CHOICE_UNLESS_CLIPPED_IN_STASH);
}
