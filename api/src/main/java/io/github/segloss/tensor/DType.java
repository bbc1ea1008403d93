package io.github.segloss.tensor;

/** The element types of tensors. Predictions and gradients are floating, labels are integers; a boolean mask is stored as {@link #UINT8}. */
public enum DType {
    /** IEEE 754 half precision. */
    FLOAT16(2, true),
    /** The upper half of a {@link #FLOAT32}: 8 exponent bits, 7 fraction bits. */
    BFLOAT16(2, true),
    /** IEEE 754 single precision. */
    FLOAT32(4, true),
    /** IEEE 754 double precision. */
    FLOAT64(8, true),
    /** Unsigned bytes, 0 to 255: the usual label map and mask. */
    UINT8(1, false),
    /** Signed bytes. */
    INT8(1, false),
    /** Signed 16-bit integers. */
    INT16(2, false),
    /** Signed 32-bit integers. */
    INT32(4, false),
    /** Signed 64-bit integers. */
    INT64(8, false);

    private final int bytes;
    private final boolean floating;

    DType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** {@return the size of one element in bytes} */
    public int bytes() {
        return bytes;
    }

    /** {@return whether this is one of the four floating types} */
    public boolean isFloating() {
        return floating;
    }

    /** {@return whether this is one of the five integer types, the types of label maps} */
    public boolean isInteger() {
        return !floating;
    }
}
