package io.github.segloss.vector;

import static io.github.segloss.vector.Rows.put;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Loads from and stores to tensors and temporaries, with conversion to and from float32. */
final class MemorySteps {
    private MemorySteps() {}

    /** {@return whether a step loads or stores} */
    static boolean isMemory(Step step) {
        return step instanceof Load || step instanceof CopyBytes || step instanceof Store;
    }

    /** Where a value on the pixels lies in memory: how far classes and samples are apart, in planes of one sample and class. */
    record Layout(int classes, int classStep, int sampleStep) {
        int plane(int sample, int klass) {
            return sample * sampleStep + klass * classStep;
        }
    }

    /** Loads a tensor. */
    static final class Load extends Step {
        private final int slot;
        private final DType type;
        private final Layout layout;
        private final int to;
        private final int distance;

        Load(int slot, DType type, Layout layout, int to, int distance) {
            this.slot = slot;
            this.type = type;
            this.layout = layout;
            this.to = to;
            this.distance = distance;
        }

        @Override
        public void run(Frame f) {
            MemorySegment segment = f.workspace.segments[slot];
            for (int c = 0; c < layout.classes(); c++) {
                long from = (long) layout.plane(f.sample, c) * f.workspace.pixels + f.start;
                int at = to + c * distance;
                load(segment, from, f, at, f.count);
                f.fillTail(at, 0);
            }
        }

        private void load(MemorySegment s, long from, Frame f, int at, int n) {
            switch (type) {
                case FLOAT32 ->
                        MemorySegment.copy(s, from * Float.BYTES, f.r, at, (long) n * Float.BYTES);
                case UINT8 -> {
                    MemorySegment.copy(s, ValueLayout.JAVA_BYTE, from, f.bytes, 0, n);
                    unsignedBytes(f.bytes, f.r, at, f.n);
                }
                case INT8, INT16, INT32, INT64, FLOAT16, BFLOAT16, FLOAT64 -> {
                    read(type, s, from, f, n);
                    Rows.write(f.floats, f.r, at, n);
                }
            }
        }
    }

    /** Makes the bytes of a tensor ready for loops that convert them. Not in the loop: a call would keep the JVM from holding constants in registers. */
    static final class CopyBytes extends Step {
        private final int slot;
        private final int sampleStep;

        CopyBytes(int slot, int sampleStep) {
            this.slot = slot;
            this.sampleStep = sampleStep;
        }

        @Override
        public void run(Frame f) {
            f.needBytes(slot, f.sample * sampleStep);
        }
    }

    /** Reads elements into the floats of a frame. */
    private static void read(DType type, MemorySegment s, long from, Frame f, int n) {
        float[] to = f.floats;
        switch (type) {
            case FLOAT32 ->
                    MemorySegment.copy(s, ValueLayout.JAVA_FLOAT_UNALIGNED, from * 4, to, 0, n);
            case UINT8 -> throw new IllegalStateException("unsigned bytes are loaded on vectors");
            case INT8 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_BYTE, from, f.bytes, 0, n);
                for (int i = 0; i < n; i++) to[i] = f.bytes[i];
            }
            case INT16, FLOAT16, BFLOAT16 -> {
                short[] shorts = f.shorts;
                MemorySegment.copy(s, ValueLayout.JAVA_SHORT_UNALIGNED, from * 2, shorts, 0, n);
                if (type == DType.INT16) {
                    for (int i = 0; i < n; i++) to[i] = shorts[i];
                } else if (type == DType.FLOAT16) {
                    for (int i = 0; i < n; i++) to[i] = Float.float16ToFloat(shorts[i]);
                } else {
                    for (int i = 0; i < n; i++) to[i] = Tensor.bfloat16ToFloat(shorts[i]);
                }
            }
            case INT32 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_INT_UNALIGNED, from * 4, f.ints, 0, n);
                for (int i = 0; i < n; i++) to[i] = label(f.ints[i]);
            }
            case INT64 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_LONG_UNALIGNED, from * 8, f.longs, 0, n);
                for (int i = 0; i < n; i++) to[i] = label(f.longs[i]);
            }
            case FLOAT64 -> {
                MemorySegment.copy(s, ValueLayout.JAVA_DOUBLE_UNALIGNED, from * 8, f.doubles, 0, n);
                for (int i = 0; i < n; i++) to[i] = (float) f.doubles[i];
            }
        }
    }

    /** An integer as a float. One that a float cannot hold is larger than any class, and must not become equal to another. */
    private static float label(long value) {
        float near = value;
        if (Math.abs(near) < 0x1p24f || (long) near == value && near < 0x1p63f) {
            return near;
        }
        return value > 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    }

    private static void unsignedBytes(byte[] bytes, MemorySegment r, long to, int n) {
        int step = Lanes.BYTES.length();
        int parts = step / Lanes.COUNT;
        for (int i = 0; i < n; i += step) {
            ByteVector b = ByteVector.fromArray(Lanes.BYTES, bytes, i);
            for (int part = 0; part < parts && i + part * Lanes.COUNT < n; part++) {
                IntVector wide =
                        (IntVector)
                                b.convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, part);
                int at = i + part * Lanes.COUNT;
                put((FloatVector) wide.convert(VectorOperators.I2F, 0), r, to + at * Float.BYTES);
            }
        }
    }

    /** Stores a tensor. */
    static final class Store extends Step {
        private final int slot;
        private final DType type;
        private final Layout layout;
        private final Operand value;

        /** Whether it is not a tensor of the caller. */
        private final boolean isTemporary;

        Store(int slot, DType type, Layout layout, Operand value, boolean isTemporary) {
            this.slot = slot;
            this.type = type;
            this.layout = layout;
            this.value = value;
            this.isTemporary = isTemporary;
        }

        @Override
        public void run(Frame f) {
            MemorySegment segment = f.workspace.segments[slot];
            for (int c = 0; c < layout.classes(); c++) {
                long to = (long) layout.plane(f.sample, c) * f.workspace.pixels + f.start;
                write(segment, to, f, value.row(c), f.count);
            }
        }

        private void write(MemorySegment s, long to, Frame f, int at, int n) {
            boolean accumulates = f.workspace.accumulates && !isTemporary;
            if (type == DType.FLOAT32 && !accumulates) {
                MemorySegment.copy(f.r, at, s, to * Float.BYTES, (long) n * Float.BYTES);
                return;
            }
            float[] results = f.results;
            Rows.read(f.r, at, results, n);
            if (accumulates) {
                read(type, s, to, f, n);
                for (int i = 0; i < n; i++) {
                    results[i] += f.floats[i];
                }
            }
            switch (type) {
                case FLOAT32 ->
                        MemorySegment.copy(
                                results, 0, s, ValueLayout.JAVA_FLOAT_UNALIGNED, to * 4, n);
                case FLOAT16 -> {
                    for (int i = 0; i < n; i++) f.shorts[i] = Float.floatToFloat16(results[i]);
                    MemorySegment.copy(f.shorts, 0, s, ValueLayout.JAVA_SHORT_UNALIGNED, to * 2, n);
                }
                case BFLOAT16 -> {
                    for (int i = 0; i < n; i++) f.shorts[i] = Tensor.floatToBfloat16(results[i]);
                    MemorySegment.copy(f.shorts, 0, s, ValueLayout.JAVA_SHORT_UNALIGNED, to * 2, n);
                }
                case FLOAT64 -> {
                    for (int i = 0; i < n; i++) f.doubles[i] = results[i];
                    MemorySegment.copy(
                            f.doubles, 0, s, ValueLayout.JAVA_DOUBLE_UNALIGNED, to * 8, n);
                }
                case UINT8, INT8, INT16, INT32, INT64 ->
                        throw new IllegalStateException(
                                "outputs on the pixels are floating: " + type);
            }
        }
    }
}
