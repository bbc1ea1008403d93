package io.github.segloss.cpu;

import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads and writes runs of tensor elements as float64. Each run goes through a small array of the element type: bulk copies cost the same whatever memory
 * the tensor is in, and the loops over arrays are short. Not thread-safe.
 */
final class TensorRows {
    private static final int CHUNK = 1024;

    private final byte[] bytes = new byte[CHUNK];
    private final short[] shorts = new short[CHUNK];
    private final int[] ints = new int[CHUNK];
    private final long[] longs = new long[CHUNK];
    private final float[] floats = new float[CHUNK];
    private final double[] doubles = new double[CHUNK];

    void read(Tensor tensor, long start, double[] out, int oo, int n) {
        for (int done = 0; done < n; done += CHUNK) {
            readChunk(tensor, start + done, out, oo + done, Math.min(CHUNK, n - done));
        }
    }

    private void readChunk(Tensor tensor, long start, double[] out, int oo, int n) {
        MemorySegment s = tensor.segment();
        long at = start * tensor.dtype().bytes();
        switch (tensor.dtype()) {
            case FLOAT32 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_FLOAT_UNALIGNED, at, floats, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = floats[i];
            }
            case FLOAT64 ->
                    MemorySegment.copy(s, ValueLayout.JAVA_DOUBLE_UNALIGNED, at, out, oo, n);
            case FLOAT16 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_SHORT_UNALIGNED, at, shorts, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = Float.float16ToFloat(shorts[i]);
            }
            case BFLOAT16 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_SHORT_UNALIGNED, at, shorts, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = Tensor.bfloat16ToFloat(shorts[i]);
            }
            case UINT8 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_BYTE, at, bytes, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = bytes[i] & 0xFF;
            }
            case INT8 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_BYTE, at, bytes, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = bytes[i];
            }
            case INT16 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_SHORT_UNALIGNED, at, shorts, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = shorts[i];
            }
            case INT32 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_INT_UNALIGNED, at, ints, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = ints[i];
            }
            case INT64 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_LONG_UNALIGNED, at, longs, 0, n);
                for (int i = 0; i < n; i++) out[oo + i] = longs[i];
            }
        }
    }

    /** Writes elements of an array, one after the other (step 1) or the same all along (step 0), or adds them to what the tensor holds. */
    void write(Tensor tensor, long start, double[] in, int io, int is, int n, boolean accumulate) {
        for (int done = 0; done < n; done += CHUNK) {
            int count = Math.min(CHUNK, n - done);
            if (accumulate) {
                readChunk(tensor, start + done, doubles, 0, count);
                for (int i = 0; i < count; i++) doubles[i] += in[io + (done + i) * is];
            } else {
                for (int i = 0; i < count; i++) doubles[i] = in[io + (done + i) * is];
            }
            writeChunk(tensor, start + done, count);
        }
    }

    private void writeChunk(Tensor tensor, long start, int n) {
        MemorySegment s = tensor.segment();
        long at = start * tensor.dtype().bytes();
        switch (tensor.dtype()) {
            case FLOAT32 -> {
                for (int i = 0; i < n; i++) floats[i] = (float) doubles[i];
                MemorySegment.copy(floats, 0, s, ValueLayout.JAVA_FLOAT_UNALIGNED, at, n);
            }
            case FLOAT64 ->
                    MemorySegment.copy(doubles, 0, s, ValueLayout.JAVA_DOUBLE_UNALIGNED, at, n);
            case FLOAT16 -> {
                for (int i = 0; i < n; i++) shorts[i] = Float.floatToFloat16((float) doubles[i]);
                MemorySegment.copy(shorts, 0, s, ValueLayout.JAVA_SHORT_UNALIGNED, at, n);
            }
            case BFLOAT16 -> {
                for (int i = 0; i < n; i++) shorts[i] = Tensor.floatToBfloat16((float) doubles[i]);
                MemorySegment.copy(shorts, 0, s, ValueLayout.JAVA_SHORT_UNALIGNED, at, n);
            }
            case UINT8, INT8, INT16, INT32, INT64 -> {
                for (int i = 0; i < n; i++) tensor.set(start + i, doubles[i]);
            }
        }
    }
}
