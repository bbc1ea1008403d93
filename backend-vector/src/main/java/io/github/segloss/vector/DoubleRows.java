package io.github.segloss.vector;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elements of tensors as float64 and back. They are copied to an array of their own type first: to take them one by one out of memory segments of several
 * kinds is fifty times slower.
 */
final class DoubleRows {
    /** The longest row, in elements. */
    static final int LONGEST = 512;

    private static final ThreadLocal<Scratch> SCRATCH =
            ThreadLocal.withInitial(() -> new Scratch(Tier.INTERPRETER));

    /** Room for a row of each type. */
    static final class Scratch {
        /** Which form of a loop is run. */
        final Tier tier;

        final byte[] bytes = new byte[LONGEST];
        final short[] shorts = new short[LONGEST];
        final int[] ints = new int[LONGEST];
        final long[] longs = new long[LONGEST];
        final float[] floats = new float[LONGEST];
        final double[] doubles = new double[LONGEST];

        Scratch(Tier tier) {
            this.tier = tier;
        }
    }

    private DoubleRows() {}

    /** Reads elements of a tensor as float64, any number. */
    static void read(DType type, MemorySegment s, long from, double[] out, int oo, int n) {
        Scratch scratch = SCRATCH.get();
        for (int done = 0; done < n; done += LONGEST) {
            int count = Math.min(LONGEST, n - done);
            read(type, s, from + done, out, oo + done, count, scratch);
        }
    }

    /** Reads a row. */
    static void read(
            DType type, MemorySegment s, long from, double[] out, int oo, int n, Scratch scratch) {
        long at = from * type.bytes();
        switch (type) {
            case FLOAT64 ->
                    MemorySegment.copy(s, ValueLayout.JAVA_DOUBLE_UNALIGNED, at, out, oo, n);
            case FLOAT32 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_FLOAT_UNALIGNED, at, scratch.floats, 0, n);
                widen(scratch.floats, out, oo, n);
            }
            case FLOAT16, BFLOAT16, INT16 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_SHORT_UNALIGNED, at, scratch.shorts, 0, n);
                if (type == DType.INT16) {
                    widen(scratch.shorts, out, oo, n);
                } else if (type == DType.FLOAT16) {
                    widenHalves(scratch.shorts, out, oo, n);
                } else {
                    widenBfloats(scratch.shorts, out, oo, n);
                }
            }
            case UINT8, INT8 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_BYTE, at, scratch.bytes, 0, n);
                if (type == DType.UINT8) {
                    UNSIGNED.of(scratch.tier).run(scratch.bytes, out, oo, n);
                } else {
                    widen(scratch.bytes, out, oo, n);
                }
            }
            case INT32 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_INT_UNALIGNED, at, scratch.ints, 0, n);
                widen(scratch.ints, out, oo, n);
            }
            case INT64 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_LONG_UNALIGNED, at, scratch.longs, 0, n);
                widen(scratch.longs, out, oo, n);
            }
        }
    }

    /** Writes elements of a tensor, any number. */
    static void write(DType type, MemorySegment s, long to, double[] in, int io, int n) {
        Scratch scratch = SCRATCH.get();
        for (int done = 0; done < n; done += LONGEST) {
            int count = Math.min(LONGEST, n - done);
            write(type, s, to + done, in, io + done, count, scratch);
        }
    }

    /** Writes a row. */
    static void write(
            DType type, MemorySegment s, long to, double[] in, int io, int n, Scratch scratch) {
        long at = to * type.bytes();
        switch (type) {
            case FLOAT64 -> MemorySegment.copy(in, io, s, ValueLayout.JAVA_DOUBLE_UNALIGNED, at, n);
            case FLOAT32 -> {
                narrow(in, io, scratch.floats, n);
                MemorySegment.copy(scratch.floats, 0, s, ValueLayout.JAVA_FLOAT_UNALIGNED, at, n);
            }
            case FLOAT16, BFLOAT16 -> {
                if (type == DType.FLOAT16) {
                    narrowToHalves(in, io, scratch.shorts, n);
                } else {
                    narrowToBfloats(in, io, scratch.shorts, n);
                }
                MemorySegment.copy(scratch.shorts, 0, s, ValueLayout.JAVA_SHORT_UNALIGNED, at, n);
            }
            case UINT8, INT8, INT16, INT32, INT64 ->
                    throw new IllegalStateException("outputs on the pixels are floating: " + type);
        }
    }

    // ---- loops, each simple enough for the JIT compiler to make vectors of it, but for the bytes

    /** A loop that takes bytes for unsigned numbers. */
    @FunctionalInterface
    interface Widening {
        void run(byte[] bytes, double[] out, int oo, int n);
    }

    static final TwoForms<Widening> UNSIGNED =
            new TwoForms<>(
                    (bytes, out, oo, n) -> widenEach(bytes, 0, out, oo, n),
                    DoubleRows::widenUnsigned,
                    DoubleTrial::widen);

    private static void widenEach(byte[] bytes, int from, double[] out, int oo, int n) {
        for (int i = from; i < n; i++) out[oo + i] = bytes[i] & 0xFF;
    }

    private static void widenUnsigned(byte[] bytes, double[] out, int oo, int n) {
        int step = Lanes.BYTES.length();
        int whole = n & -step;
        for (int i = 0; i < whole; i += step) {
            ByteVector b = ByteVector.fromArray(Lanes.BYTES, bytes, i);
            for (int part = 0; part < step / Lanes.COUNT; part++) {
                IntVector wide =
                        (IntVector)
                                b.convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, part);
                int to = oo + i + part * Lanes.COUNT;
                ((DoubleVector) wide.convertShape(VectorOperators.I2D, Lanes.DOUBLES, 0))
                        .intoArray(out, to);
                ((DoubleVector) wide.convertShape(VectorOperators.I2D, Lanes.DOUBLES, 1))
                        .intoArray(out, to + Lanes.DOUBLES.length());
            }
        }
        widenEach(bytes, whole, out, oo, n);
    }

    private static void widen(byte[] in, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) out[oo + i] = in[i];
    }

    private static void widen(float[] in, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) out[oo + i] = in[i];
    }

    private static void widen(short[] in, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) out[oo + i] = in[i];
    }

    private static void widen(int[] in, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) out[oo + i] = in[i];
    }

    private static void widen(long[] in, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) out[oo + i] = in[i];
    }

    private static void widenHalves(short[] in, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) out[oo + i] = Float.float16ToFloat(in[i]);
    }

    private static void widenBfloats(short[] in, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) out[oo + i] = Tensor.bfloat16ToFloat(in[i]);
    }

    private static void narrow(double[] in, int io, float[] out, int n) {
        for (int i = 0; i < n; i++) out[i] = (float) in[io + i];
    }

    private static void narrowToHalves(double[] in, int io, short[] out, int n) {
        for (int i = 0; i < n; i++) out[i] = Float.floatToFloat16((float) in[io + i]);
    }

    private static void narrowToBfloats(double[] in, int io, short[] out, int n) {
        for (int i = 0; i < n; i++) out[i] = Tensor.floatToBfloat16((float) in[io + i]);
    }
}
