package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.all;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions of float vectors to about one unit in the last place, over the whole float range with subnormals and special values.
 *
 * <p>They are made of sums, products, fused products, comparisons and bit patterns only, so that they give the same bits whether the JVM interprets them
 * or has compiled them; {@code lanewise(EXP)} does not. The reductions are classic (Cody and Waite, Software Manual for the Elementary Functions, 1980);
 * the polynomials are minimax fits whose coefficients were rounded to float one after the other.
 */
final class FloatMath {
    private static final float LOG2_E = 1.44269504f;

    /** ln 2 in two parts: the high one has so few bits that its product with an exponent is exact. */
    private static final float LN2_HIGH = 0.693145752f;

    private static final float LN2_LOW = 1.42860677e-6f;

    /** Added and subtracted, it rounds to an integer, which then stands in the low bits. */
    private static final float ROUND = 12582912f;

    /** Up to this argument the exponential function is finite even when it is 2^64 times too large. */
    static final float LARGEST_LIFTED = 40f;

    private static final float LIFT = 64;

    private static final int ROUND_BITS = 0x4B400000;

    /** ln 2 for an exponent that stands in the bits of a float, 2^23 times too large. */
    private static final float LN2_OF_BITS = 8.26295832e-8f;

    private static final int SQRT_HALF_BITS = 0x3F3504F3;
    private static final int EXPONENT_BITS = 0xFF800000;
    private static final float NAN = Float.NaN;
    private static final float MAX = Float.MAX_VALUE;

    private FloatMath() {}

    /** {@return e^x} */
    static FloatVector exp(FloatVector x) {
        FloatVector y = x.blend(-105f, x.lt(-105f));
        y = y.blend(89f, all(89f).lt(y));
        FloatVector t = y.fma(all(LOG2_E), all(ROUND));
        FloatVector n = t.sub(ROUND);
        FloatVector f = n.fma(all(-LN2_HIGH), y);
        f = n.fma(all(-LN2_LOW), f);
        return scaledExp(f, t);
    }

    /**
     * {@return e^x of a number up to {@link #LARGEST_LIFTED}, or NaN}
     *
     * <p>So far from overflow 2^64 times too much is computed first, so that no step of it is subnormal, and 2^n takes one step.
     */
    static FloatVector expFarFromOverflow(FloatVector x) {
        FloatVector y = x.blend(-105f, x.lt(-105f));
        FloatVector t = y.fma(all(LOG2_E), all(ROUND + LIFT));
        FloatVector n = t.sub(ROUND + LIFT);
        FloatVector f = n.fma(all(-LN2_HIGH), y);
        f = n.fma(all(-LN2_LOW), f);
        IntVector exponent = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return expOfReduced(f)
                .reinterpretAsInts()
                .add(exponent)
                .reinterpretAsFloats()
                .mul(0x1p-64f);
    }

    /** e^f for a reduced f. */
    private static FloatVector expOfReduced(FloatVector f) {
        FloatVector p = f.fma(all(0.0013820749f), all(0.008368677f));
        p = p.fma(f, all(0.041668266f));
        p = p.fma(f, all(0.16666521f));
        p = p.fma(f, all(0.49999994f));
        p = p.fma(f, all(1f));
        return p.fma(f, all(1f));
    }

    /** e^f for a reduced f, times 2 to the integer that stands in the low bits of t, in two steps because the result may be subnormal. */
    private static FloatVector scaledExp(FloatVector f, FloatVector t) {
        FloatVector p = expOfReduced(f);
        IntVector n = t.reinterpretAsInts().sub(ROUND_BITS);
        IntVector half = n.lanewise(VectorOperators.ASHR, 1);
        return p.mul(powerOfTwo(half)).mul(powerOfTwo(n.sub(half)));
    }

    private static FloatVector powerOfTwo(IntVector n) {
        return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /** {@return e^x - 1, accurate near 0} */
    static FloatVector expm1(FloatVector x) {
        FloatVector y = x.blend(-40f, x.lt(-40f));
        y = y.blend(89f, all(89f).lt(y));
        FloatVector t = y.fma(all(LOG2_E), all(ROUND));
        FloatVector n = t.sub(ROUND);
        FloatVector f = n.fma(all(-LN2_HIGH), y);
        f = n.fma(all(-LN2_LOW), f);
        FloatVector q = f.fma(all(1.9763346e-4f), all(0.0013932331f));
        q = q.fma(f, all(0.008333545f));
        q = q.fma(f, all(0.041666493f));
        q = q.fma(f, all(0.16666666f));
        q = q.fma(f, all(0.5f));
        FloatVector p = f.mul(f).fma(q, f);
        // Half of the result first: 2^n itself overflows for the largest arguments.
        FloatVector s = powerOfTwo(t.reinterpretAsInts().sub(ROUND_BITS + 1));
        FloatVector r = p.fma(s, s.sub(0.5f));
        return r.add(r);
    }

    /** {@return tanh x} */
    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs();
        a = a.blend(10f, all(10f).lt(a));
        FloatVector m = expm1(a.add(a));
        IntVector sign = x.reinterpretAsInts().and(0x80000000);
        return m.div(m.add(2f)).reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    /** {@return ln x; minus infinity at 0, NaN below} */
    static FloatVector log(FloatVector x) {
        VectorMask<Float> small = x.lt(Float.MIN_NORMAL);
        FloatVector y = x.blend(x.mul(0x1p23f), small);
        IntVector b = y.reinterpretAsInts();
        IntVector e = b.sub(SQRT_HALF_BITS).and(EXPONENT_BITS);
        FloatVector f = b.sub(e).reinterpretAsFloats().sub(1f);
        FloatVector exponent = (FloatVector) e.convert(VectorOperators.I2F, 0);
        exponent = exponent.blend(exponent.sub(0x1p23f * 23), small);
        FloatVector r = logOfParts(exponent, f);
        r = r.blend(Float.NEGATIVE_INFINITY, x.eq(0f)).blend(NAN, x.lt(0f));
        return r.blend(x, x.compare(VectorOperators.LE, MAX).not());
    }

    /** {@return ln x of a normal number above 0} */
    static FloatVector logOfNormal(FloatVector x) {
        IntVector b = x.reinterpretAsInts();
        IntVector e = b.sub(SQRT_HALF_BITS).and(EXPONENT_BITS);
        FloatVector f = b.sub(e).reinterpretAsFloats().sub(1f);
        return logOfParts((FloatVector) e.convert(VectorOperators.I2F, 0), f);
    }

    /** ln (1 + f) plus the logarithm of a power of two. */
    private static FloatVector logOfParts(FloatVector exponent, FloatVector f) {
        FloatVector q = f.fma(all(-0.07674254f), all(0.12942311f));
        q = q.fma(f, all(-0.13241404f));
        q = q.fma(f, all(0.14176227f));
        q = q.fma(f, all(-0.16608599f));
        q = q.fma(f, all(0.20002225f));
        q = q.fma(f, all(-0.2500161f));
        q = q.fma(f, all(0.33333322f));
        q = q.fma(f, all(-0.49999988f));
        return exponent.fma(all(LN2_OF_BITS), f.mul(f).fma(q, f));
    }

    /** {@return ln (1 + x), accurate near 0; minus infinity at -1, NaN below} */
    static FloatVector log1p(FloatVector x) {
        FloatVector u = x.add(1f);
        IntVector b = u.reinterpretAsInts();
        IntVector e = b.sub(SQRT_HALF_BITS).and(EXPONENT_BITS);
        FloatVector scale =
                IntVector.broadcast(Lanes.INTS, 0x3F800000).sub(e).reinterpretAsFloats();
        FloatVector f = x.fma(scale, scale.sub(1f));
        // Where adding 1 changes nothing any more, the scale may underflow.
        FloatVector large = b.sub(e).reinterpretAsFloats().sub(1f);
        f = f.blend(large, all(0x1p30f).lt(x));
        FloatVector r = logOfParts((FloatVector) e.convert(VectorOperators.I2F, 0), f);
        r = r.blend(Float.NEGATIVE_INFINITY, x.eq(-1f)).blend(NAN, x.lt(-1f));
        return r.blend(x, x.compare(VectorOperators.LE, MAX).not());
    }

    /** {@return ln (1 + x) of a number from 0 to 2^30} */
    static FloatVector log1pOfPositive(FloatVector x) {
        IntVector e = x.add(1f).reinterpretAsInts().sub(SQRT_HALF_BITS).and(EXPONENT_BITS);
        FloatVector scale =
                IntVector.broadcast(Lanes.INTS, 0x3F800000).sub(e).reinterpretAsFloats();
        FloatVector f = x.fma(scale, scale.sub(1f));
        return logOfParts((FloatVector) e.convert(VectorOperators.I2F, 0), f);
    }

    /** {@return ln (1 + x) of a number from 0 to 1} */
    static FloatVector log1pOfShare(FloatVector x) {
        FloatVector q = x.fma(all(-0.003294917f), all(0.0201045f));
        q = q.fma(x, all(-0.057488006f));
        q = q.fma(x, all(0.10663869f));
        q = q.fma(x, all(-0.1534626f));
        q = q.fma(x, all(0.1969249f));
        q = q.fma(x, all(-0.24958074f));
        q = q.fma(x, all(0.33330467f));
        q = q.fma(x, all(-0.4999993f));
        return x.mul(x).fma(q, x);
    }

    /**
     * {@return ln x to some 28 bits, the high part; x positive, finite}
     *
     * <p>Three functions, this one, {@link #logLow} and {@link #logRounding}, with the same beginning: as one it would be too large for C2 to inline
     * all of it, which then boxes vectors.
     */
    static FloatVector logHigh(FloatVector x) {
        VectorMask<Float> small = x.lt(Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(0x1p23f), small).reinterpretAsInts();
        IntVector e = bits.sub(SQRT_HALF_BITS).and(EXPONENT_BITS);
        FloatVector f = bits.sub(e).reinterpretAsFloats().sub(1f);
        FloatVector n = ((FloatVector) e.convert(VectorOperators.I2F, 0)).mul(0x1p-23f);
        n = n.blend(n.sub(23f), small);
        return n.fma(all(LN2_HIGH), f.mul(f).fma(all(-0.5f), f));
    }

    /** {@return the terms of ln x that are smaller than those of {@link #logHigh}} */
    static FloatVector logLow(FloatVector x) {
        VectorMask<Float> small = x.lt(Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(0x1p23f), small).reinterpretAsInts();
        IntVector e = bits.sub(SQRT_HALF_BITS).and(EXPONENT_BITS);
        FloatVector f = bits.sub(e).reinterpretAsFloats().sub(1f);
        FloatVector n = ((FloatVector) e.convert(VectorOperators.I2F, 0)).mul(0x1p-23f);
        n = n.blend(n.sub(23f), small);
        FloatVector q = f.fma(all(-0.058933076f), all(0.10544322f));
        q = q.fma(f, all(-0.10816296f));
        q = q.fma(f, all(0.110559195f));
        q = q.fma(f, all(-0.12427476f));
        q = q.fma(f, all(0.14283456f));
        q = q.fma(f, all(-0.16669145f));
        q = q.fma(f, all(0.20000155f));
        q = q.fma(f, all(-0.24999973f));
        q = q.fma(f, all(0.3333333f));
        return n.fma(all(LN2_LOW), f.mul(f).mul(f).mul(q));
    }

    /** {@return what rounding took from {@link #logHigh}} */
    static FloatVector logRounding(FloatVector x) {
        VectorMask<Float> small = x.lt(Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(0x1p23f), small).reinterpretAsInts();
        IntVector e = bits.sub(SQRT_HALF_BITS).and(EXPONENT_BITS);
        FloatVector f = bits.sub(e).reinterpretAsFloats().sub(1f);
        FloatVector n = ((FloatVector) e.convert(VectorOperators.I2F, 0)).mul(0x1p-23f);
        n = n.blend(n.sub(23f), small);
        FloatVector square = f.mul(f);
        FloatVector high = square.fma(all(-0.5f), f);
        FloatVector whole = n.mul(LN2_HIGH); // exact
        FloatVector sum = n.fma(all(LN2_HIGH), high);
        FloatVector rest = high.sub(sum.sub(whole));
        rest = rest.add(square.mul(-0.5f).sub(high.sub(f)));
        return f.fma(f, square.neg()).fma(all(-0.5f), rest);
    }

    /**
     * {@return what a product has that its rounded value does not}
     *
     * @param b a finite factor, not 0
     * @param log the larger part of the other factor, a logarithm
     * @param rest the smaller part
     * @param sum both
     */
    static FloatVector restOfProduct(float b, FloatVector log, FloatVector rest, FloatVector sum) {
        FloatVector left = rest.sub(sum.sub(log));
        FloatVector w = sum.mul(b);
        FloatVector low = sum.fma(all(b), w.neg()).add(left.mul(b));
        return low.blend(0f, w.abs().compare(VectorOperators.GT, 120f));
    }

    /**
     * {@return e^(high + low)}
     *
     * @param high the larger part
     * @param low the smaller part
     */
    static FloatVector expOfSum(FloatVector high, FloatVector low) {
        FloatVector w = high.blend(-105f, high.lt(-105f));
        w = w.blend(89f, all(89f).lt(w));
        FloatVector t = w.fma(all(LOG2_E), all(ROUND));
        FloatVector n = t.sub(ROUND);
        FloatVector f = n.fma(all(-LN2_HIGH), w);
        f = n.fma(all(-LN2_LOW), f).add(low);
        return scaledExp(f, t);
    }

    /** {@return x^b, given what it is for positive finite x: special values of x put right} */
    static FloatVector powerOrSpecial(FloatVector x, float b, FloatVector power) {
        FloatVector r = power.blend(b > 0 ? 0f : Float.POSITIVE_INFINITY, x.eq(0f));
        r = r.blend(b > 0 ? Float.POSITIVE_INFINITY : 0f, all(MAX).lt(x));
        return r.blend(NAN, x.compare(VectorOperators.GE, 0f).not());
    }

    /** {@return the largest integer not above x} */
    static FloatVector floor(FloatVector x) {
        IntVector sign = x.reinterpretAsInts().and(0x80000000);
        FloatVector shift = sign.or(0x4B000000).reinterpretAsFloats(); // 2^23 with the sign of x
        FloatVector near = x.add(shift).sub(shift);
        FloatVector down = near.blend(near.sub(1f), x.lt(near));
        return down.blend(x, x.abs().lt(0x1p23f).not());
    }
}
