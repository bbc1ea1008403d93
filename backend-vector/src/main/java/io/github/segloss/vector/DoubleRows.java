package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Scalar;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Loops over rows of float64. */
final class DoubleRows {
    private DoubleRows() {}

    static void unary(UnaryFunction f, double[] a, int ao, double[] out, int oo, int n) {
        switch (f) {
            case NEG -> {
                for (int i = 0; i < n; i++) out[oo + i] = -a[ao + i];
            }
            case EXP -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.exp(a[ao + i]);
            }
            case LOG -> {
                for (int i = 0; i < n; i++) out[oo + i] = Math.log(a[ao + i]);
            }
            case DETACH, CAST -> System.arraycopy(a, ao, out, oo, n);
            case ABS, SIGN, SQRT, LOG1P, EXPM1, TANH, FLOOR, NOT -> {
                for (int i = 0; i < n; i++) out[oo + i] = Scalar.apply(f, a[ao + i]);
            }
        }
    }

    /** A step is 1 for a row and 0 for a number that stands for a whole row. */
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
            case POW, MIN, MAX, LT, LE, EQ, AND, OR -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Scalar.apply(f, a[ao + i * as], b[bo + i * bs]);
                }
            }
        }
    }

    /** Reads elements of a tensor as float64. */
    static void read(DType type, MemorySegment s, long from, double[] out, int oo, int n) {
        switch (type) {
            case FLOAT64 ->
                    MemorySegment.copy(s, ValueLayout.JAVA_DOUBLE_UNALIGNED, from * 8, out, oo, n);
            case FLOAT32 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (from + i) * 4);
            }
            case FLOAT16 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] =
                            Float.float16ToFloat(
                                    s.get(ValueLayout.JAVA_SHORT_UNALIGNED, (from + i) * 2));
            }
            case BFLOAT16 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] =
                            Tensor.bfloat16ToFloat(
                                    s.get(ValueLayout.JAVA_SHORT_UNALIGNED, (from + i) * 2));
            }
            case UINT8 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_BYTE, from + i) & 0xFF;
            }
            case INT8 -> {
                for (int i = 0; i < n; i++) out[oo + i] = s.get(ValueLayout.JAVA_BYTE, from + i);
            }
            case INT16 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_SHORT_UNALIGNED, (from + i) * 2);
            }
            case INT32 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_INT_UNALIGNED, (from + i) * 4);
            }
            case INT64 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_LONG_UNALIGNED, (from + i) * 8);
            }
        }
    }

    /** Writes, or adds to, elements of a tensor. */
    static void write(
            DType type,
            MemorySegment s,
            long to,
            double[] in,
            int io,
            int is,
            double[] before,
            int n,
            boolean accumulates) {
        if (accumulates) {
            read(type, s, to, before, 0, n);
        }
        for (int i = 0; i < n; i++) {
            double value = accumulates ? before[i] + in[io + i * is] : in[io + i * is];
            switch (type) {
                case FLOAT64 -> s.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, (to + i) * 8, value);
                case FLOAT32 ->
                        s.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (to + i) * 4, (float) value);
                case FLOAT16 ->
                        s.set(
                                ValueLayout.JAVA_SHORT_UNALIGNED,
                                (to + i) * 2,
                                Float.floatToFloat16((float) value));
                case BFLOAT16 ->
                        s.set(
                                ValueLayout.JAVA_SHORT_UNALIGNED,
                                (to + i) * 2,
                                Tensor.floatToBfloat16((float) value));
                case UINT8, INT8, INT16, INT32, INT64 ->
                        throw new IllegalStateException(
                                "outputs on the pixels are floating: " + type);
            }
        }
    }
}
