package io.github.segloss.conformance;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Scalar;
import io.github.segloss.graph.UnaryFunction;

/**
 * How far the result of a pointwise op may be off, from how far its arguments may be.
 *
 * @param rounding the relative size of one rounding
 * @param tiny the smallest number that must not become 0
 */
record PointwiseBounds(double rounding, double tiny) {
    /** Whether a comparison may go either way. */
    static boolean isOpen(double x, double ex, double y, double ey) {
        return ex + ey > 0 && !(Math.abs(x - y) > ex + ey);
    }

    /**
     * The bound of a function of one argument.
     *
     * @param f the function
     * @param x the argument
     * @param ex its bound
     * @param y the result
     */
    double of(UnaryFunction f, double x, double ex, double y) {
        return switch (f) {
            case NEG, ABS, DETACH, CAST, NOT -> ex;
            case SIGN, FLOOR -> spread(f, x, ex, y);
            case SQRT, EXP, LOG, LOG1P, EXPM1, TANH ->
                    spread(f, x, ex, y) + rounded(Tolerance.units(f), y);
        };
    }

    /** How far a function that never falls may be from its value when its argument is off. */
    private static double spread(UnaryFunction f, double x, double ex, double y) {
        return ex == 0 ? 0 : Math.max(Scalar.apply(f, x + ex) - y, y - Scalar.apply(f, x - ex));
    }

    /** What units in the last place of a result are; half of one is a rounding. */
    private double rounded(double units, double result) {
        return 2 * units * rounding * Math.abs(result) + tiny;
    }

    /**
     * The bound of a function of two arguments.
     *
     * @param f the function
     * @param x the first argument
     * @param ex its bound
     * @param y the second argument
     * @param ey its bound
     * @param z the result
     */
    double of(BinaryFunction f, double x, double ex, double y, double ey, double z) {
        return switch (f) {
            case ADD, SUB -> ex + ey + rounded(0.5, z);
            case MUL -> product(x, ey) + product(y, ex) + product(ex, ey) + rounded(0.5, z);
            case DIV -> quotient(ex, y, ey, z) + rounded(Tolerance.units(f, x, y), z);
            case POW -> power(x, ex, y, ey, z) + rounded(Tolerance.units(f, x, y), z);
            case MIN, MAX -> Math.max(ex, ey);
            case LT, LE, EQ -> isOpen(x, ex, y, ey) ? 1 : 0;
            case AND ->
                    isCertainly(false, x, ex) || isCertainly(false, y, ey) ? 0 : Math.max(ex, ey);
            case OR -> isCertainly(true, x, ex) || isCertainly(true, y, ey) ? 0 : Math.max(ex, ey);
        };
    }

    private static boolean isCertainly(boolean what, double x, double ex) {
        return ex == 0 && (x != 0) == what;
    }

    private static double product(double a, double b) {
        return b == 0 ? 0 : Math.abs(a * b);
    }

    private static double quotient(double ex, double y, double ey, double z) {
        if (ex == 0 && ey == 0) {
            return 0;
        }
        double nearest = Math.abs(y) - ey;
        return nearest > 0 ? (ex + Math.abs(z) * ey) / nearest : Double.POSITIVE_INFINITY;
    }

    /** A power is largest and smallest at the corners of what its arguments may be; NaN where a base may be negative. */
    private static double power(double x, double ex, double y, double ey, double z) {
        double worst = 0;
        for (double base : new double[] {x - ex, x + ex}) {
            for (double exponent : new double[] {y - ey, y + ey}) {
                worst = Math.max(worst, Math.abs(Math.pow(base, exponent) - z));
            }
        }
        return worst;
    }
}
