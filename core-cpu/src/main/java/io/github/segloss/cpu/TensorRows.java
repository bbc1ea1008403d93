package io.github.segloss.cpu;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads and writes runs of tensor elements as float64. */
final class TensorRows {
    private TensorRows() {}

    static void read(Tensor tensor, long start, double[] out, int oo, int n) {
        MemorySegment s = tensor.segment();
        switch (tensor.dtype()) {
            case FLOAT32 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (start + i) * 4);
            }
            case FLOAT64 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, (start + i) * 8);
            }
            case UINT8 -> {
                for (int i = 0; i < n; i++)
                    out[oo + i] = s.get(ValueLayout.JAVA_BYTE, start + i) & 0xFF;
            }
            case INT8, INT16, INT32, INT64, FLOAT16, BFLOAT16 -> {
                for (int i = 0; i < n; i++) out[oo + i] = tensor.doubleAt(start + i);
            }
        }
    }

    static void write(
            Tensor tensor, long start, double[] in, int io, int is, int n, boolean accumulate) {
        MemorySegment s = tensor.segment();
        if (!accumulate && tensor.dtype() == DType.FLOAT32) {
            for (int i = 0; i < n; i++)
                s.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (start + i) * 4, (float) in[io + i * is]);
        } else {
            for (int i = 0; i < n; i++) {
                double value = in[io + i * is];
                tensor.set(start + i, accumulate ? tensor.doubleAt(start + i) + value : value);
            }
        }
    }
}
