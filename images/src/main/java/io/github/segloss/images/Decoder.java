package io.github.segloss.images;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.github.segloss.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Turns runs of stored elements into elements of a tensor: {@code slope * stored + intercept}, or just the stored value.
 *
 * @param file the file, for messages
 * @param stored the type of the elements in the file
 * @param order the byte order of the file
 * @param slope the factor, 1 for none
 * @param intercept the summand, 0 for none
 */
record Decoder(Path file, StoredType stored, ByteOrder order, double slope, double intercept) {

    Decoder(Path file, StoredType stored, ByteOrder order) {
        this(file, stored, order, 1, 0);
    }

    /** {@return the element type of the tensor} */
    DType dtype() {
        return isScaled() ? stored.scaled() : stored.plain();
    }

    private boolean isScaled() {
        return slope != 1 || intercept != 0;
    }

    /** {@return whether the bytes of the file are the bytes of the tensor} */
    boolean isIdentity() {
        return !isScaled()
                && stored != StoredType.UINT64
                && stored.bytes() == stored.plain().bytes()
                && (stored.bytes() == 1 || order == ByteOrder.nativeOrder());
    }

    /**
     * Decodes some elements.
     *
     * @param from the stored elements, the first at offset 0
     * @param count how many, at most what an array holds
     * @param to the memory of a tensor of type {@link #dtype()}
     * @param index the tensor's element that receives the first
     * @throws ImageFormatException if an unsigned 64-bit value does not fit
     */
    void decode(MemorySegment from, int count, MemorySegment to, long index) {
        if (isScaled()) {
            scale(doubles(from, count), to, index);
            return;
        }
        switch (stored) {
            case UINT16 -> {
                short[] raw = shorts(from, count);
                int[] wide = new int[count];
                for (int i = 0; i < count; i++) {
                    wide[i] = Short.toUnsignedInt(raw[i]);
                }
                MemorySegment.copy(wide, 0, to, JAVA_INT_UNALIGNED, index * 4, count);
            }
            case UINT32 -> {
                int[] raw = ints(from, count);
                long[] wide = new long[count];
                for (int i = 0; i < count; i++) {
                    wide[i] = Integer.toUnsignedLong(raw[i]);
                }
                MemorySegment.copy(wide, 0, to, JAVA_LONG_UNALIGNED, index * 8, count);
            }
            case UINT64 -> {
                long[] raw = longs(from, count);
                for (long value : raw) {
                    if (value < 0) {
                        throw ImageFormatException.reading(
                                file,
                                "an unsigned 64-bit element is "
                                        + Long.toUnsignedString(value)
                                        + ", the largest allowed is "
                                        + Long.MAX_VALUE);
                    }
                }
                MemorySegment.copy(raw, 0, to, JAVA_LONG_UNALIGNED, index * 8, count);
            }
            default -> {
                ValueLayout layout = layout(stored.bytes());
                MemorySegment.copy(
                        from,
                        layout.withOrder(order),
                        0,
                        to,
                        layout,
                        index * stored.bytes(),
                        count);
            }
        }
    }

    private void scale(double[] values, MemorySegment to, long index) {
        int count = values.length;
        if (dtype() == DType.FLOAT64) {
            for (int i = 0; i < count; i++) {
                values[i] = slope * values[i] + intercept;
            }
            MemorySegment.copy(values, 0, to, JAVA_DOUBLE_UNALIGNED, index * 8, count);
        } else {
            float[] narrow = new float[count];
            for (int i = 0; i < count; i++) {
                narrow[i] = (float) (slope * values[i] + intercept);
            }
            MemorySegment.copy(narrow, 0, to, JAVA_FLOAT_UNALIGNED, index * 4, count);
        }
    }

    // The switch is outside the loops so that each loop is simple enough for the JIT to vectorise.
    private double[] doubles(MemorySegment from, int count) {
        double[] values = new double[count];
        switch (stored) {
            case UINT8 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Byte.toUnsignedInt(from.get(JAVA_BYTE, i));
                }
            }
            case INT8 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = from.get(JAVA_BYTE, i);
                }
            }
            case UINT16 -> {
                short[] raw = shorts(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = Short.toUnsignedInt(raw[i]);
                }
            }
            case INT16 -> {
                short[] raw = shorts(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = raw[i];
                }
            }
            case FLOAT16 -> {
                short[] raw = shorts(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = Float.float16ToFloat(raw[i]);
                }
            }
            case UINT32 -> {
                int[] raw = ints(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = Integer.toUnsignedLong(raw[i]);
                }
            }
            case INT32 -> {
                int[] raw = ints(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = raw[i];
                }
            }
            case FLOAT32 -> {
                int[] raw = ints(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = Float.intBitsToFloat(raw[i]);
                }
            }
            case UINT64 -> {
                long[] raw = longs(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = raw[i] >= 0 ? raw[i] : unsignedToDouble(raw[i]);
                }
            }
            case INT64 -> {
                long[] raw = longs(from, count);
                for (int i = 0; i < count; i++) {
                    values[i] = raw[i];
                }
            }
            case FLOAT64 ->
                    MemorySegment.copy(
                            from, JAVA_DOUBLE_UNALIGNED.withOrder(order), 0, values, 0, count);
        }
        return values;
    }

    // Halving keeps the value in range; the lost bit is kept sticky so that the rounding is still
    // to nearest.
    private static double unsignedToDouble(long bits) {
        return 2.0 * ((bits >>> 1) | (bits & 1));
    }

    private short[] shorts(MemorySegment from, int count) {
        short[] raw = new short[count];
        MemorySegment.copy(from, JAVA_SHORT_UNALIGNED.withOrder(order), 0, raw, 0, count);
        return raw;
    }

    private int[] ints(MemorySegment from, int count) {
        int[] raw = new int[count];
        MemorySegment.copy(from, JAVA_INT_UNALIGNED.withOrder(order), 0, raw, 0, count);
        return raw;
    }

    private long[] longs(MemorySegment from, int count) {
        long[] raw = new long[count];
        MemorySegment.copy(from, JAVA_LONG_UNALIGNED.withOrder(order), 0, raw, 0, count);
        return raw;
    }

    /** {@return the layout of an unaligned element of the given size, in the byte order of the machine} */
    static ValueLayout layout(int bytes) {
        return switch (bytes) {
            case 1 -> JAVA_BYTE;
            case 2 -> JAVA_SHORT_UNALIGNED;
            case 4 -> JAVA_INT_UNALIGNED;
            case 8 -> JAVA_LONG_UNALIGNED;
            default -> throw new IllegalArgumentException("no element has " + bytes + " bytes");
        };
    }
}
