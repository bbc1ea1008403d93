package io.github.segloss.vector;

import io.github.segloss.vector.LoopBody.Value;
import io.github.segloss.vector.Ranges.Range;

/** The functions of {@link FloatMath} as instructions, each with the same operations in the same order and hence the same bits. */
final class LoopMath {
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693145752f;
    private static final float LN2_LOW = 1.42860677e-6f;
    private static final float ROUND = 12582912f;

    /** Up to this argument the exponential function is finite even when it is 2^64 times too large. */
    private static final float LARGEST_LIFTED = 40f;

    private static final float LIFT = 64;
    private static final int ROUND_BITS = 0x4B400000;
    private static final float LN2_OF_BITS = 8.26295832e-8f;
    private static final int SQRT_HALF_BITS = 0x3F3504F3;
    private static final int EXPONENT_BITS = 0xFF800000;
    private static final int SIGN_BIT = 0x80000000;
    private static final int ONE_BITS = 0x3F800000;

    private static final float[] EXP = {
        0.0013820749f, 0.008368677f, 0.041668266f, 0.16666521f, 0.49999994f, 1f, 1f
    };
    private static final float[] EXPM1 = {
        1.9763346e-4f, 0.0013932331f, 0.008333545f, 0.041666493f, 0.16666666f, 0.5f
    };
    private static final float[] LOG = {
        -0.07674254f,
        0.12942311f,
        -0.13241404f,
        0.14176227f,
        -0.16608599f,
        0.20002225f,
        -0.2500161f,
        0.33333322f,
        -0.49999988f
    };
    private static final float[] LOG_LOW = {
        -0.058933076f,
        0.10544322f,
        -0.10816296f,
        0.110559195f,
        -0.12427476f,
        0.14283456f,
        -0.16669145f,
        0.20000155f,
        -0.24999973f,
        0.3333333f
    };

    private static final float[] LOG1P_OF_SHARE = {
        -0.003294917f,
        0.0201045f,
        -0.057488006f,
        0.10663869f,
        -0.1534626f,
        0.1969249f,
        -0.24958074f,
        0.33330467f,
        -0.4999993f
    };

    private final LoopBody to;

    LoopMath(LoopBody to) {
        this.to = to;
    }

    /** Horner's scheme, the coefficient of the highest power first. */
    private Value polynomial(Value x, float[] coefficients) {
        Value sum = to.all(coefficients[0]);
        for (int k = 1; k < coefficients.length; k++) {
            sum = to.fma(sum, x, to.all(coefficients[k]));
        }
        return sum;
    }

    private Value clamp(Value x, float low, float high) {
        Value y = to.blend(x, to.all(low), to.lt(x, to.all(low)));
        return to.blend(y, to.all(high), to.lt(to.all(high), y));
    }

    /** What an argument leaves after the nearest multiple of ln 2, and that multiple in the low bits of t. */
    private record Reduced(Value f, Value t) {}

    private Reduced reduce(Value y) {
        return reduce(y, ROUND);
    }

    /** The same with another number that rounds, whose low bits are added to the multiple. */
    private Reduced reduce(Value y, float round) {
        Value t = to.fma(y, to.all(LOG2_E), to.all(round));
        Value n = to.sub(t, to.all(round));
        Value f = to.fma(n, to.all(-LN2_HIGH), y);
        return new Reduced(to.fma(n, to.all(-LN2_LOW), f), t);
    }

    /** {@return -|x|} */
    Value negativeMagnitude(Value x) {
        return to.fromBits(to.orBits(to.bits(x), to.allBits(SIGN_BIT)));
    }

    /**
     * {@return e^x}
     *
     * @param x the exponent
     * @param range where it lies
     * @param isNumber whether it is no NaN, or does not matter where it is
     */
    Value exp(Value x, Range range, boolean isNumber) {
        if (range.high() > LARGEST_LIFTED) {
            Reduced reduced = reduce(clamp(x, -105f, 89f));
            return scaledExp(reduced.f(), reduced.t());
        }
        // Far from overflow 2^64 times too much is computed first, so that no step of it is
        // subnormal.
        Reduced reduced = reduce(atLeast(x, -105f, range, isNumber), ROUND + LIFT);
        Value p = to.bits(polynomial(reduced.f(), EXP));
        Value exponent = to.shiftLeft(to.bits(reduced.t()), 23);
        Value lifted = to.fromBits(to.addBits(p, exponent));
        return to.mul(lifted, to.all(0x1p-64f));
    }

    /** The greater of a value and a negative number. Of what is not positive, the bits without sign are in the order of the magnitudes. */
    private Value atLeast(Value x, float least, Range range, boolean isNumber) {
        return range.high() <= 0 && isNumber
                ? to.fromBits(
                        to.unsignedMin(to.bits(x), to.allBits(Float.floatToRawIntBits(least))))
                : to.blend(x, to.all(least), to.lt(x, to.all(least)));
    }

    private Value scaledExp(Value f, Value t) {
        Value p = polynomial(f, EXP);
        Value n = to.subBits(to.bits(t), to.allBits(ROUND_BITS));
        Value half = to.shiftRight(n, 1);
        return to.mul(to.mul(p, powerOfTwo(half)), powerOfTwo(to.subBits(n, half)));
    }

    private Value powerOfTwo(Value n) {
        return to.fromBits(to.shiftLeft(to.addBits(n, to.allBits(127)), 23));
    }

    Value expm1(Value x) {
        Reduced reduced = reduce(clamp(x, -40f, 89f));
        Value f = reduced.f();
        Value p = to.fma(to.mul(f, f), polynomial(f, EXPM1), f);
        Value s = powerOfTwo(to.subBits(to.bits(reduced.t()), to.allBits(ROUND_BITS + 1)));
        Value r = to.fma(p, s, to.sub(s, to.all(0.5f)));
        return to.add(r, r);
    }

    Value tanh(Value x) {
        Value a = to.abs(x);
        a = to.blend(a, to.all(10f), to.lt(to.all(10f), a));
        Value m = expm1(to.add(a, a));
        Value sign = to.andBits(to.bits(x), to.allBits(SIGN_BIT));
        return to.fromBits(to.orBits(to.bits(to.div(m, to.add(m, to.all(2f)))), sign));
    }

    /** The parts of a positive number: its exponent in the bits of a float, and how far the rest is from 1. */
    private record Parts(Value exponent, Value f, Value isSmall) {}

    private Parts parts(Value x) {
        Value small = to.lt(x, to.all(Float.MIN_NORMAL));
        Value b = to.bits(to.blend(x, to.mul(x, to.all(0x1p23f)), small));
        Value e = exponentBits(b);
        Value f = to.sub(to.fromBits(to.subBits(b, e)), to.all(1f));
        return new Parts(to.toFloat(e), f, small);
    }

    private Value exponentBits(Value bits) {
        return to.andBits(to.subBits(bits, to.allBits(SQRT_HALF_BITS)), to.allBits(EXPONENT_BITS));
    }

    Value log(Value x, Range range) {
        if (range.isWithin(Float.MIN_NORMAL, Float.MAX_VALUE)) {
            Value b = to.bits(x);
            Value e = exponentBits(b);
            Value f = to.sub(to.fromBits(to.subBits(b, e)), to.all(1f));
            return logOfParts(to.toFloat(e), f);
        }
        Parts parts = parts(x);
        Value exponent =
                to.blend(
                        parts.exponent(),
                        to.sub(parts.exponent(), to.all(0x1p23f * 23)),
                        parts.isSmall());
        Value r = logOfParts(exponent, parts.f());
        r = to.blend(r, to.all(Float.NEGATIVE_INFINITY), to.eq(x, to.all(0f)));
        r = to.blend(r, to.all(Float.NaN), to.lt(x, to.all(0f)));
        return to.blend(r, x, to.not(to.le(x, to.all(Float.MAX_VALUE))));
    }

    private Value logOfParts(Value exponent, Value f) {
        Value q = polynomial(f, LOG);
        return to.fma(exponent, to.all(LN2_OF_BITS), to.fma(to.mul(f, f), q, f));
    }

    Value log1p(Value x, Range range) {
        if (range.isWithin(0, 1)) {
            return to.fma(to.mul(x, x), polynomial(x, LOG1P_OF_SHARE), x);
        }
        Value b = to.bits(to.add(x, to.all(1f)));
        Value e = exponentBits(b);
        Value scale = to.fromBits(to.subBits(to.allBits(ONE_BITS), e));
        Value f = to.fma(x, scale, to.sub(scale, to.all(1f)));
        if (range.isWithin(0f, 0x1p30f)) {
            return logOfParts(to.toFloat(e), f);
        }
        Value large = to.sub(to.fromBits(to.subBits(b, e)), to.all(1f));
        f = to.blend(f, large, to.lt(to.all(0x1p30f), x));
        Value r = logOfParts(to.toFloat(e), f);
        r = to.blend(r, to.all(Float.NEGATIVE_INFINITY), to.eq(x, to.all(-1f)));
        r = to.blend(r, to.all(Float.NaN), to.lt(x, to.all(-1f)));
        return to.blend(r, x, to.not(to.le(x, to.all(Float.MAX_VALUE))));
    }

    Value floor(Value x) {
        Value sign = to.andBits(to.bits(x), to.allBits(SIGN_BIT));
        Value shift = to.fromBits(to.orBits(sign, to.allBits(0x4B000000)));
        Value near = to.sub(to.add(x, shift), shift);
        Value down = to.blend(near, to.sub(near, to.all(1f)), to.lt(x, near));
        return to.blend(down, x, to.not(to.lt(to.abs(x), to.all(0x1p23f))));
    }

    Value sign(Value x) {
        Value zero = to.all(0f);
        Value positive = to.blend(x, to.all(1f), to.lt(zero, x));
        return to.blend(positive, to.all(-1f), to.lt(x, zero));
    }

    /** {@return x to a constant power, of which {@link #isPower} says that it can be done here} */
    Value power(Value x, float b) {
        float twice = Math.abs(b) * 2;
        if (isHalves(b)) {
            Value power = halves((int) twice, x);
            if (b >= 0) {
                return power;
            }
            return to.div(to.all(1f), power);
        }
        Parts parts = parts(x);
        Value f = parts.f();
        Value n = to.mul(parts.exponent(), to.all(0x1p-23f));
        n = to.blend(n, to.sub(n, to.all(23f)), parts.isSmall());
        Value square = to.mul(f, f);
        Value high = to.fma(square, to.all(-0.5f), f);
        Value log = to.fma(n, to.all(LN2_HIGH), high);
        Value q = polynomial(f, LOG_LOW);
        Value low = to.fma(n, to.all(LN2_LOW), to.mul(to.mul(square, f), q));
        Value whole = to.mul(n, to.all(LN2_HIGH));
        Value rest = to.sub(high, to.sub(log, whole));
        rest = to.add(rest, to.sub(to.mul(square, to.all(-0.5f)), to.sub(high, f)));
        Value rounding = to.fma(to.fma(f, f, to.neg(square)), to.all(-0.5f), rest);
        return powerOrSpecial(x, b, expOfProduct(b, log, to.add(rounding, low)));
    }

    private Value expOfProduct(float b, Value log, Value rest) {
        Value sum = to.add(log, rest);
        Value left = to.sub(rest, to.sub(sum, log));
        Value w = to.mul(sum, to.all(b));
        Value low = to.add(to.fma(sum, to.all(b), to.neg(w)), to.mul(left, to.all(b)));
        low = to.blend(low, to.all(0f), to.lt(to.all(120f), to.abs(w)));
        Reduced reduced = reduce(clamp(w, -105f, 89f));
        return scaledExp(to.add(reduced.f(), low), reduced.t());
    }

    private Value powerOrSpecial(Value x, float b, Value power) {
        Value zero = to.all(0f);
        Value infinity = to.all(Float.POSITIVE_INFINITY);
        Value r = to.blend(power, b > 0 ? zero : infinity, to.eq(x, zero));
        r = to.blend(r, b > 0 ? infinity : zero, to.lt(to.all(Float.MAX_VALUE), x));
        return to.blend(r, to.all(Float.NaN), to.not(to.le(zero, x)));
    }

    private Value halves(int count, Value x) {
        if (count == 0) {
            return to.all(1f);
        }
        Value power = count % 2 == 1 ? to.sqrt(x) : x;
        for (int k = count % 2 == 1 ? 1 : 2; k < count; k += 2) {
            power = to.mul(power, x);
        }
        return power;
    }

    private static boolean isHalves(float b) {
        float twice = Math.abs(b) * 2;
        return twice <= 12 && twice == (int) twice;
    }

    /** {@return whether a power is one of the positive bases only, or a product} */
    static boolean isPower(float b) {
        return isHalves(b) || b != Math.rint(b) && Math.abs(b) <= Float.MAX_VALUE;
    }
}
