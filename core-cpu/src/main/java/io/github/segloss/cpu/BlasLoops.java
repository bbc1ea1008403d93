package io.github.segloss.cpu;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.UnaryFunction;

/**
 * Pointwise functions over tiles, from the start of each array: loops that the JVM can vectorize. Conditions are 0 and 1 and nothing else. Choices are made
 * by bits and not by branches, which data like labels would make the processor guess wrong half the time, at several times the cost.
 */
final class BlasLoops {
    private static final long ONE = Double.doubleToRawLongBits(1);

    private BlasLoops() {}

    static void unary(UnaryFunction f, double[] a, double[] out, int n) {
        switch (f) {
            case NEG -> {
                for (int i = 0; i < n; i++) out[i] = -a[i];
            }
            case ABS -> {
                for (int i = 0; i < n; i++) out[i] = Math.abs(a[i]);
            }
            case SIGN -> {
                for (int i = 0; i < n; i++) out[i] = Math.signum(a[i]);
            }
            case SQRT -> {
                for (int i = 0; i < n; i++) out[i] = Math.sqrt(a[i]);
            }
            case EXP -> {
                for (int i = 0; i < n; i++) out[i] = Math.exp(a[i]);
            }
            case LOG -> {
                for (int i = 0; i < n; i++) out[i] = Math.log(a[i]);
            }
            case LOG1P -> {
                for (int i = 0; i < n; i++) out[i] = Math.log1p(a[i]);
            }
            case EXPM1 -> {
                for (int i = 0; i < n; i++) out[i] = Math.expm1(a[i]);
            }
            case TANH -> {
                for (int i = 0; i < n; i++) out[i] = Math.tanh(a[i]);
            }
            case FLOOR -> {
                for (int i = 0; i < n; i++) out[i] = Math.floor(a[i]);
            }
            case NOT -> {
                for (int i = 0; i < n; i++) out[i] = 1 - a[i];
            }
            case DETACH, CAST -> System.arraycopy(a, 0, out, 0, n);
        }
    }

    static void binary(BinaryFunction f, double[] a, double[] b, double[] out, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) out[i] = a[i] + b[i];
            }
            case SUB -> {
                for (int i = 0; i < n; i++) out[i] = a[i] - b[i];
            }
            case MUL -> {
                for (int i = 0; i < n; i++) out[i] = a[i] * b[i];
            }
            case DIV -> {
                for (int i = 0; i < n; i++) out[i] = a[i] / b[i];
            }
            case POW -> {
                for (int i = 0; i < n; i++) out[i] = Math.pow(a[i], b[i]);
            }
            case MIN -> {
                for (int i = 0; i < n; i++) out[i] = Math.min(a[i], b[i]);
            }
            case MAX -> {
                for (int i = 0; i < n; i++) out[i] = Math.max(a[i], b[i]);
            }
            case LT -> {
                for (int i = 0; i < n; i++) out[i] = condition(a[i] < b[i]);
            }
            case LE -> {
                for (int i = 0; i < n; i++) out[i] = condition(a[i] <= b[i]);
            }
            case EQ -> {
                for (int i = 0; i < n; i++) out[i] = condition(a[i] == b[i]);
            }
            case AND -> {
                for (int i = 0; i < n; i++) out[i] = a[i] * b[i];
            }
            case OR -> {
                for (int i = 0; i < n; i++) out[i] = Math.max(a[i], b[i]);
            }
        }
    }

    static void select(double[] c, double[] a, double[] b, double[] out, int n) {
        for (int i = 0; i < n; i++) out[i] = choose(mask(c[i]), a[i], b[i]);
    }

    /** One more class of a running argmax: where its value is larger, it and its index replace those in {@code best} and {@code winner}. */
    static void argmax(double[] value, int index, double[] best, double[] winner, int n) {
        for (int i = 0; i < n; i++) {
            long larger = value[i] > best[i] ? -1L : 0L;
            winner[i] = choose(larger, index, winner[i]);
            best[i] = choose(larger, value[i], best[i]);
        }
    }

    private static double condition(boolean holds) {
        return Double.longBitsToDouble(holds ? ONE : 0);
    }

    /** All bits set for 1, none for 0: bit 61 is set in the one and not in the other. */
    private static long mask(double condition) {
        return Double.doubleToRawLongBits(condition) << 2 >> 63;
    }

    private static double choose(long mask, double a, double b) {
        long bitsOfA = Double.doubleToRawLongBits(a);
        long bitsOfB = Double.doubleToRawLongBits(b);
        return Double.longBitsToDouble(bitsOfA & mask | bitsOfB & ~mask);
    }
}
