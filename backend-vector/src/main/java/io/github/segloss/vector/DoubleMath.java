package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.DOUBLES;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions of double vectors to less than about one unit in the last place, over the whole double range with subnormals and special values.
 *
 * <p>They are made of sums, products, quotients, fused products, comparisons and bit patterns only, so that they give the same bits whether the JVM
 * interprets them or has compiled them; {@code lanewise(EXP)} does not. The reductions are classic (Cody and Waite, Software Manual for the Elementary
 * Functions, 1980; the logarithm through the inverse hyperbolic tangent as in Sun's fdlibm); the polynomials are minimax fits in 256 bits whose
 * coefficients were rounded to double one after the other.
 */
final class DoubleMath {
    private static final VectorSpecies<Long> LONGS =
            LongVector.SPECIES_512.withShape(DOUBLES.vectorShape());

    static final double LOG2_E = 0x1.71547652b82fep0;

    /** ln 2, rounded, and what rounding took: the product of the first with an integer is subtracted without an error by a fused product. */
    static final double LN2 = 0x1.62e42fefa39efp-1;

    static final double LN2_REST = 0x1.abc9e3b39803fp-56;

    /** Added and subtracted, it rounds to an integer, which then stands in the low bits. */
    static final double ROUND = 0x1.8p52;

    static final long ROUND_BITS = 0x4338000000000000L;

    /** The bits of 1 less those of the square root of 1/2: added, they round the exponent so that the rest lies around 1. */
    static final long ROOT_OFFSET = 0x3FF0000000000000L - 0x3FE6A09E667F3BCDL;

    static final long SQRT_HALF_BITS = 0x3FE6A09E667F3BCDL;
    static final long MANTISSA_BITS = 0x000FFFFFFFFFFFFFL;
    static final long SIGN_BIT = 0x8000000000000000L;

    /** The bits of 2^52: an integer below stands in the low bits of the sum. */
    static final long INTEGER_BITS = 0x4330000000000000L;

    static final double INTEGER_OFFSET = 0x1p52 + 1023;
    static final double MAX = Double.MAX_VALUE;

    /** What f^12 and so on are multiplied by in e^f. */
    static final double EXP_12 = 0x1.1f852308902ebp-29;

    static final double EXP_11 = 0x1.af487b4c93f73p-26;
    static final double EXP_10 = 0x1.27e4d065da37bp-22;
    static final double EXP_9 = 0x1.71de061c33031p-19;
    static final double EXP_8 = 0x1.a01a01ab716bcp-16;
    static final double EXP_7 = 0x1.a01a01a9e80e1p-13;
    static final double EXP_6 = 0x1.6c16c16c156bcp-10;
    static final double EXP_5 = 0x1.1111111110794p-7;
    static final double EXP_4 = 0x1.5555555555557p-5;
    static final double EXP_3 = 0x1.5555555555555p-3;

    /** What s^15 and so on are multiplied by in ln (1 + f), with s = f / (2 + f). */
    static final double LOG_15 = 0x1.2f1167ddfe933p-3;

    static final double LOG_13 = 0x1.39a097a37aa4ep-3;
    static final double LOG_11 = 0x1.7466499d7a415p-3;
    static final double LOG_9 = 0x1.c71c51d81829cp-3;
    static final double LOG_7 = 0x1.249249422a014p-2;
    static final double LOG_5 = 0x1.999999997f9fbp-2;
    static final double LOG_3 = 0x1.5555555555593p-1;

    private DoubleMath() {}

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(DOUBLES, value);
    }

    // ---- exponentials

    /** {@return e^x} */
    static DoubleVector exp(DoubleVector x) {
        DoubleVector y = x.blend(-746, x.lt(-746));
        y = y.blend(710, y.compare(VectorOperators.GT, 710));
        DoubleVector t = y.fma(all(LOG2_E), all(ROUND));
        DoubleVector n = t.sub(ROUND);
        DoubleVector f = n.fma(all(-LN2), y);
        f = n.fma(all(-LN2_REST), f);
        return scaled(f.mul(f).fma(exponentialTail(f), f), t);
    }

    /**
     * {@return e^(w + rest)}
     *
     * @param w the larger part, of any size; NaN gives NaN
     * @param rest the smaller part
     */
    static DoubleVector exp(DoubleVector w, DoubleVector rest) {
        DoubleVector low = rest.blend(0, w.abs().compare(VectorOperators.GT, 800));
        DoubleVector y = w.blend(-746, w.lt(-746));
        y = y.blend(710, y.compare(VectorOperators.GT, 710));
        DoubleVector t = y.fma(all(LOG2_E), all(ROUND));
        DoubleVector n = t.sub(ROUND);
        DoubleVector f = n.fma(all(-LN2), y);
        f = f.add(n.fma(all(-LN2_REST), low));
        return scaled(f.mul(f).fma(exponentialTail(f), f), t);
    }

    /** (e^f - 1 - f) / f^2 for f no larger than half of ln 2; 2^-60 of e^f. */
    private static DoubleVector exponentialTail(DoubleVector f) {
        DoubleVector q = f.fma(all(EXP_12), all(EXP_11));
        q = q.fma(f, all(EXP_10));
        q = q.fma(f, all(EXP_9));
        q = q.fma(f, all(EXP_8));
        q = q.fma(f, all(EXP_7));
        q = q.fma(f, all(EXP_6));
        q = q.fma(f, all(EXP_5));
        q = q.fma(f, all(EXP_4));
        q = q.fma(f, all(EXP_3));
        return q.fma(f, all(0.5));
    }

    /** (1 + p) times 2 to the integer that stands in the low bits of t, in two steps because the result may be subnormal. */
    private static DoubleVector scaled(DoubleVector p, DoubleVector t) {
        LongVector exponent = t.reinterpretAsLongs().add(2046 - ROUND_BITS);
        LongVector half = exponent.lanewise(VectorOperators.LSHR, 1);
        DoubleVector first = half.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
        DoubleVector second =
                exponent.sub(half).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
        return p.add(1).mul(first).mul(second);
    }

    /** {@return e^x - 1, accurate near 0} */
    static DoubleVector expm1(DoubleVector x) {
        DoubleVector y = x.blend(-50, x.lt(-50));
        y = y.blend(710, y.compare(VectorOperators.GT, 710));
        DoubleVector t = y.fma(all(LOG2_E), all(ROUND));
        DoubleVector n = t.sub(ROUND);
        DoubleVector high = n.fma(all(-LN2), y);
        DoubleVector f = n.fma(all(-LN2_REST), high);
        DoubleVector rest = n.fma(all(-LN2_REST), high.sub(f));
        DoubleVector q = f.mul(f).fma(exponentialTail(f), rest);
        // Half of the result first: 2^n itself overflows for the largest arguments.
        DoubleVector s =
                t.reinterpretAsLongs()
                        .add(1022 - ROUND_BITS)
                        .lanewise(VectorOperators.LSHL, 52)
                        .reinterpretAsDoubles();
        DoubleVector whole = s.sub(0.5);
        DoubleVector sum = f.fma(s, whole);
        DoubleVector lost = f.fma(s, whole.sub(sum));
        DoubleVector r = q.fma(s, lost).add(sum);
        return r.add(r).blend(x, x.abs().lt(0x1p-54));
    }

    /** {@return twice the size of x, so much of it as matters to {@link #tanh}} */
    static DoubleVector twiceForTanh(DoubleVector x) {
        DoubleVector a = x.abs();
        a = a.blend(20, a.compare(VectorOperators.GT, 20));
        return a.add(a);
    }

    /**
     * {@return tanh x}
     *
     * @param x the argument
     * @param m {@link #expm1} of {@link #twiceForTanh}
     */
    static DoubleVector tanh(DoubleVector x, DoubleVector m) {
        DoubleVector d = m.add(2);
        DoubleVector larger = m.blend(2, m.lt(2));
        DoubleVector smaller = all(2).blend(m, m.lt(2));
        DoubleVector lost = smaller.sub(d.sub(larger));
        DoubleVector inverse = all(1).div(d);
        DoubleVector q = m.mul(inverse);
        DoubleVector left = q.neg().fma(lost, q.neg().fma(d, m));
        LongVector sign = x.reinterpretAsLongs().and(SIGN_BIT);
        DoubleVector r = left.fma(inverse, q).reinterpretAsLongs().or(sign).reinterpretAsDoubles();
        return r.blend(x, x.abs().lt(0x1p-54));
    }

    // ---- logarithms

    /** The bits of a positive number, moved so that the exponent changes at the roots of 1/2 and 2. */
    private static LongVector roundedExponent(DoubleVector x) {
        return x.reinterpretAsLongs().add(ROOT_OFFSET);
    }

    /** x without its power of two, less 1: between the roots of 1/2 and 2, less 1. */
    private static DoubleVector fraction(LongVector rounded) {
        return rounded.and(MANTISSA_BITS).add(SQRT_HALF_BITS).reinterpretAsDoubles().sub(1);
    }

    private static DoubleVector exponent(LongVector rounded) {
        return rounded.lanewise(VectorOperators.LSHR, 52)
                .or(INTEGER_BITS)
                .reinterpretAsDoubles()
                .sub(INTEGER_OFFSET);
    }

    /** {@return m - 1 if x is m times a power of two and m between the roots of 1/2 and 2; x positive, finite} */
    static DoubleVector fraction(DoubleVector x) {
        return fraction(roundedExponent(x.blend(x.mul(0x1p54), x.lt(Double.MIN_NORMAL))));
    }

    /** {@return the exponent of that power of two} */
    static DoubleVector exponent(DoubleVector x) {
        VectorMask<Double> small = x.lt(Double.MIN_NORMAL);
        DoubleVector k = exponent(roundedExponent(x.blend(x.mul(0x1p54), small)));
        return k.blend(k.sub(54), small);
    }

    /**
     * {@return ln x; minus infinity at 0, NaN below}
     *
     * @param x the argument
     * @param f {@link #fraction(DoubleVector)}
     */
    static DoubleVector log(DoubleVector x, DoubleVector f) {
        DoubleVector r = logOfParts(exponent(x), f);
        r = r.blend(Double.NEGATIVE_INFINITY, x.eq(0)).blend(Double.NaN, x.lt(0));
        return r.blend(x, x.compare(VectorOperators.LE, MAX).not());
    }

    /** {@return (1 + x) / 2^k - 1 between the roots of 1/2 and 2, less 1, rounded once; x above -1, finite} */
    static DoubleVector fractionOf1p(DoubleVector x) {
        LongVector rounded = roundedExponent(x.add(1));
        // 2^-k; what a fused product makes of it is (1 + x) 2^-k - 1, rounded once.
        DoubleVector scale =
                LongVector.broadcast(LONGS, 2046)
                        .sub(rounded.lanewise(VectorOperators.LSHR, 52))
                        .lanewise(VectorOperators.LSHL, 52)
                        .reinterpretAsDoubles();
        DoubleVector f = x.fma(scale, scale.sub(1));
        // Where adding 1 changes nothing any more, the scale may underflow.
        return f.blend(fraction(rounded), x.compare(VectorOperators.GT, 0x1p60));
    }

    /**
     * {@return ln (1 + x), accurate near 0; minus infinity at -1, NaN below}
     *
     * @param x the argument
     * @param f {@link #fractionOf1p}
     */
    static DoubleVector log1p(DoubleVector x, DoubleVector f) {
        DoubleVector r = logOfParts(exponent(roundedExponent(x.add(1))), f);
        r = r.blend(Double.NEGATIVE_INFINITY, x.eq(-1)).blend(Double.NaN, x.lt(-1));
        return r.blend(x, x.compare(VectorOperators.LE, MAX).not().or(x.eq(0)));
    }

    /** ln (1 + f) + k ln 2. With s = f / (2 + f), ln (1 + f) = 2 s + s^3 T(s^2); T to 2^-59 of the logarithm. */
    private static DoubleVector logOfParts(DoubleVector k, DoubleVector f) {
        DoubleVector s = f.div(f.add(2));
        DoubleVector z = s.mul(s);
        DoubleVector t = z.fma(all(LOG_15), all(LOG_13));
        t = t.fma(z, all(LOG_11));
        t = t.fma(z, all(LOG_9));
        t = t.fma(z, all(LOG_7));
        t = t.fma(z, all(LOG_5));
        t = t.fma(z, all(LOG_3));
        // 2 s = f - s f, and s f = f^2 / 2 - s f^2 / 2: the largest terms, k ln 2 and f, are exact,
        // and what their sum loses is added again.
        DoubleVector half = f.mul(0.5);
        DoubleVector w = half.fma(f, z.mul(t)).fma(s, k.mul(LN2_REST));
        w = half.neg().fma(f, w);
        DoubleVector sum = k.fma(all(LN2), f);
        DoubleVector lost = f.sub(k.fma(all(-LN2), sum));
        return sum.add(w.add(lost));
    }

    // ---- rounding

    /** {@return the largest integer not above x} */
    static DoubleVector floor(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN_BIT);
        DoubleVector shift = sign.or(INTEGER_BITS).reinterpretAsDoubles(); // 2^52 with x's sign
        DoubleVector near = x.add(shift).sub(shift);
        DoubleVector down = near.blend(near.sub(1), x.lt(near));
        return down.blend(x, x.abs().lt(0x1p52).not().or(x.eq(0)));
    }
}
