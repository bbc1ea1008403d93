package io.github.segloss.vector;

import static io.github.segloss.vector.DoubleLoops.at;
import static io.github.segloss.vector.DoubleLoops.one;
import static io.github.segloss.vector.Lanes.DOUBLES;

import io.github.segloss.vector.DoubleLoops.Loop;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Powers in float64, as {@link Math#pow} defines them: e^(y ln x) with a logarithm of some 65 bits in two doubles, in several loops because one would be
 * too large for C2 to inline all of it. Small half-integer exponents, the most frequent ones, are roots and products.
 */
final class DoublePower {
    /** What s^17 and so on are multiplied by in ln (1 + f), with s = f / (2 + f). */
    static final double ATANH_17 = 0x1.0d98ef98be771p-3;

    static final double ATANH_15 = 0x1.0f93bbe607ca1p-3;
    static final double ATANH_13 = 0x1.3b1dfd8db6dfdp-3;
    static final double ATANH_11 = 0x1.745cefa03168bp-3;
    static final double ATANH_9 = 0x1.c71c721a7b1dap-3;
    static final double ATANH_7 = 0x1.24924924677dap-2;
    static final double ATANH_5 = 0x1.9999999999a90p-2;

    static final double TWO_THIRDS = 0x1.5555555555555p-1;
    static final double TWO_THIRDS_REST = 0x1.5555555555555p-55;

    /** ln 2 in two parts: the high one has so few bits that its product with an exponent is exact. */
    static final double LN2_HIGH = 0x1.62e42fefa3800p-1;

    static final double LN2_LOW = 0x1.ef35793c76730p-45;
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final int STEP = DOUBLES.length();

    private DoublePower() {}

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(DOUBLES, value);
    }

    /** a to the power of b. The result must not lie over an operand; c and d are rows of scratch memory. */
    static final TwoForms<Loop> POWER =
            new TwoForms<>(DoublePower::powerOfEach, DoublePower::power, (few, _) -> few.power());

    private static void powerOfEach(double[] r, int o, int a, int b, int c, int d, int n) {
        int halves = b < 0 ? halves(r[~b]) : 0;
        for (int i = 0; i < n; i++) {
            double x = one(r, a, i);
            r[o + i] =
                    halves != 0
                            ? DoubleElements.powerOfHalves(x, halves)
                            : DoubleElements.power(x, one(r, b, i));
        }
    }

    /** {@return how many halves an exponent is, if it is one for which roots and products do; else 0} */
    private static int halves(double exponent) {
        double twice = 2 * exponent;
        boolean areSome = twice >= 1 && twice <= 12 || twice == -1 || twice == -2;
        return areSome && twice == (int) twice ? (int) twice : 0;
    }

    private static void power(double[] r, int o, int a, int b, int c, int d, int n) {
        int twice = b < 0 ? halves(r[~b]) : 0;
        if (twice > 0) {
            halves(twice, r, o, a, n);
        } else if (twice == -2) {
            RECIPROCAL.run(r, o, a, 0, 0, 0, n);
        } else if (twice == -1) {
            ROOT.run(r, o, a, 0, 0, 0, n);
            RECIPROCAL.run(r, o, o, 0, 0, 0, n);
        } else {
            QUOTIENT.run(r, c, a, 0, 0, d, n);
            LOG_OF_FRACTION.run(r, c, 0, 0, 0, d, n);
            ADD_EXPONENT.run(r, c, a, 0, 0, d, n);
            EXP_OF_PRODUCT.run(r, o, b, c, d, 0, n);
            SPECIAL.run(r, o, a, b, 0, 0, n);
            SIGNED.run(r, o, a, b, 0, 0, n);
        }
    }

    /** a to the power of a number of halves. */
    private static void halves(int count, double[] r, int o, int a, int n) {
        if (count % 2 == 1) {
            ROOT.run(r, o, a, 0, 0, 0, n);
            for (int k = 1; k < count; k += 2) {
                MUL_SIZE.run(r, o, o, a, 0, 0, n);
            }
        } else {
            DoubleLoops.COPY.vectors().run(r, o, a, 0, 0, 0, n);
            for (int k = 2; k < count; k += 2) {
                DoubleLoops.MUL.vectors().run(r, o, o, a, 0, 0, n);
            }
        }
    }

    /** The root of a as a power: 0 at -0, infinity at minus infinity. */
    private static final Loop ROOT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector x = at(r, a, i);
                    x.add(0).blend(INFINITY, x.eq(-INFINITY)).sqrt().intoArray(r, o + i);
                }
            };

    private static final Loop MUL_SIZE =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    at(r, a, i).mul(at(r, b, i).abs()).intoArray(r, o + i);
                }
            };

    private static final Loop RECIPROCAL =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    all(1).div(at(r, a, i)).intoArray(r, o + i);
                }
            };

    /** s = f / (2 + f) to twice the bits, for the f of |a| that {@link DoubleMath#fraction} says: to o, and what it lacks to d. */
    private static final Loop QUOTIENT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector f = DoubleMath.fraction(at(r, a, i).abs());
                    DoubleVector sum = f.add(2);
                    DoubleVector lost = f.sub(sum.sub(2));
                    DoubleVector inverse = all(1).div(sum);
                    DoubleVector s = f.mul(inverse);
                    DoubleVector left = s.neg().fma(lost, s.neg().fma(sum, f));
                    s.intoArray(r, o + i);
                    left.mul(inverse).intoArray(r, d + i);
                }
            };

    /** ln (1 + f) = 2 s + s^3 (2/3 + s^2 P(s^2)) in place of s, with what it lacks; P to 2^-66 of the logarithm. */
    private static final Loop LOG_OF_FRACTION =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector s = at(r, o, i);
                    DoubleVector sRest = at(r, d, i);
                    DoubleVector z = s.mul(s);
                    DoubleVector zRest = s.add(s).fma(sRest, s.fma(s, z.neg()));
                    DoubleVector q = z.fma(all(ATANH_17), all(ATANH_15));
                    q = q.fma(z, all(ATANH_13));
                    q = q.fma(z, all(ATANH_11));
                    q = q.fma(z, all(ATANH_9));
                    q = q.fma(z, all(ATANH_7));
                    q = q.fma(z, all(ATANH_5)).mul(z);
                    DoubleVector t = q.add(TWO_THIRDS);
                    DoubleVector tRest = q.sub(t.sub(TWO_THIRDS)).add(TWO_THIRDS_REST);
                    DoubleVector v = z.mul(t);
                    DoubleVector vRest = z.fma(tRest, zRest.fma(t, z.fma(t, v.neg())));
                    DoubleVector w = s.mul(v);
                    DoubleVector wRest = s.fma(vRest, sRest.fma(v, s.fma(v, w.neg())));
                    DoubleVector twice = s.add(s);
                    DoubleVector sum = twice.add(w);
                    DoubleVector lost = w.sub(sum.sub(twice));
                    sum.intoArray(r, o + i);
                    sRest.add(sRest).add(wRest).add(lost).intoArray(r, d + i);
                }
            };

    /** Adds the logarithm of the power of two of |a|. */
    private static final Loop ADD_EXPONENT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector k = DoubleMath.exponent(at(r, a, i).abs());
                    DoubleVector log = at(r, o, i);
                    DoubleVector high = k.mul(LN2_HIGH); // exact
                    DoubleVector sum = high.add(log);
                    DoubleVector lost = log.sub(sum.sub(high));
                    sum.intoArray(r, o + i);
                    k.fma(all(LN2_LOW), at(r, d, i)).add(lost).intoArray(r, d + i);
                }
            };

    /** e^(a (b + c)). */
    private static final Loop EXP_OF_PRODUCT =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    DoubleVector y = at(r, a, i);
                    DoubleVector log = at(r, b, i);
                    DoubleVector w = y.mul(log);
                    DoubleVector rest = y.fma(log, w.neg()).add(y.mul(at(r, c, i)));
                    DoubleMath.exp(w, rest).intoArray(r, o + i);
                }
            };

    /** Gives |a|^b, in o, the sign that it has for negative a, or makes it NaN. */
    private static final Loop SIGNED =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    signed(at(r, a, i), at(r, b, i), at(r, o, i)).intoArray(r, o + i);
                }
            };

    /** Puts right what |a|^b, in o, is for special values of a and b. */
    private static final Loop SPECIAL =
            (r, o, a, b, c, d, n) -> {
                for (int i = 0; i < n; i += STEP) {
                    special(at(r, a, i), at(r, b, i), at(r, o, i)).intoArray(r, o + i);
                }
            };

    /** The power of the size of x, with the sign that x gives it, or NaN. */
    private static DoubleVector signed(DoubleVector x, DoubleVector y, DoubleVector power) {
        DoubleVector half = y.mul(0.5);
        VectorMask<Double> isInteger = y.eq(DoubleMath.floor(y));
        VectorMask<Double> isOdd = half.eq(DoubleMath.floor(half)).not().and(isInteger);
        LongVector sign = x.reinterpretAsLongs().and(0x8000000000000000L);
        DoubleVector other = power.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
        VectorMask<Double> isRoot = x.lt(0).and(isInteger.not());
        return power.blend(other, isOdd).blend(Double.NaN, isRoot.and(x.eq(-INFINITY).not()));
    }

    /** The power of the size of x for special values. */
    private static DoubleVector special(DoubleVector x, DoubleVector y, DoubleVector power) {
        VectorMask<Double> isFalling = y.lt(0);
        DoubleVector p = power.blend(all(0).blend(INFINITY, isFalling), x.eq(0));
        p = p.blend(all(INFINITY).blend(0, isFalling), x.abs().eq(INFINITY));
        p = p.blend(x, x.compare(VectorOperators.NE, x));
        p = p.blend(y, y.compare(VectorOperators.NE, y));
        return p.blend(1, y.eq(0));
    }

    /** The loops of a power: tried out one by one, or C2 would make a single method of them all and put vectors into boxes. */
    static final List<Loop> PARTS =
            List.of(
                    ROOT,
                    MUL_SIZE,
                    RECIPROCAL,
                    QUOTIENT,
                    LOG_OF_FRACTION,
                    ADD_EXPONENT,
                    EXP_OF_PRODUCT,
                    SPECIAL,
                    SIGNED);
}
