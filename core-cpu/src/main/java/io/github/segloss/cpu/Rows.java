package io.github.segloss.cpu;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.UnaryFunction;

/**
 * Pointwise functions over rows of float64: plain loops, one for each function. A row is an array, a start and a step of 1 (values on the pixels) or 0 (a
 * value of a table, the same for all). Conditions are 0 and 1.
 */
final class Rows {
    private Rows() {}

    static void unary(UnaryFunction f, double[] a, int ao, int as, double[] out, int oo, int n) {
        switch (f) {
            case NEG -> {
                for (int i = 0; i < n; i++) out[oo + i] = -a[ao + i * as];
            }
            case ABS -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.abs(a[ao + i * as]);
            }
            case SIGN -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.signum(a[ao + i * as]);
            }
            case SQRT -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.sqrt(a[ao + i * as]);
            }
            case EXP -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.exp(a[ao + i * as]);
            }
            case LOG -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.log(a[ao + i * as]);
            }
            case LOG1P -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.log1p(a[ao + i * as]);
            }
            case EXPM1 -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.expm1(a[ao + i * as]);
            }
            case TANH -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.tanh(a[ao + i * as]);
            }
            case FLOOR -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.floor(a[ao + i * as]);
            }
            case NOT -> {
                for (int i = 0; i < n; i++) out[oo + i] = 1 - a[ao + i * as];
            }
            case DETACH, CAST -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as];
            }
        }
    }

    static void binary(
            BinaryFunction f,
            double[] a,
            int ao,
            int as,
            double[] b,
            int bo,
            int bs,
            double[] out,
            int oo,
            int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] + b[bo + i * bs];
            }
            case SUB -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] - b[bo + i * bs];
            }
            case MUL -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] * b[bo + i * bs];
            }
            case DIV -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] / b[bo + i * bs];
            }
            case POW -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.pow(a[ao + i * as], b[bo + i * bs]);
            }
            case MIN -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.min(a[ao + i * as], b[bo + i * bs]);
            }
            case MAX -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.max(a[ao + i * as], b[bo + i * bs]);
            }
            case LT -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] < b[bo + i * bs] ? 1 : 0;
            }
            case LE -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] <= b[bo + i * bs] ? 1 : 0;
            }
            case EQ -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] == b[bo + i * bs] ? 1 : 0;
            }
            case AND -> {
                for (int i = 0; i < n; i++) out[oo + i] = a[ao + i * as] * b[bo + i * bs];
            }
            case OR -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.max(a[ao + i * as], b[bo + i * bs]);
            }
        }
    }

    static void select(
            double[] c,
            int co,
            int cs,
            double[] a,
            int ao,
            int as,
            double[] b,
            int bo,
            int bs,
            double[] out,
            int oo,
            int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = c[co + i * cs] != 0 ? a[ao + i * as] : b[bo + i * bs];
        }
    }
}
