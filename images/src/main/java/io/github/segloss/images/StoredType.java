package io.github.segloss.images;

import io.github.segloss.tensor.DType;

/** The numeric types of elements in files, and the tensor types that hold their values. */
enum StoredType {
    UINT8(1, DType.UINT8, DType.FLOAT32),
    INT8(1, DType.INT8, DType.FLOAT32),
    UINT16(2, DType.INT32, DType.FLOAT32),
    INT16(2, DType.INT16, DType.FLOAT32),
    UINT32(4, DType.INT64, DType.FLOAT64),
    INT32(4, DType.INT32, DType.FLOAT64),
    UINT64(8, DType.INT64, DType.FLOAT64),
    INT64(8, DType.INT64, DType.FLOAT64),
    FLOAT16(2, DType.FLOAT16, DType.FLOAT32),
    FLOAT32(4, DType.FLOAT32, DType.FLOAT32),
    FLOAT64(8, DType.FLOAT64, DType.FLOAT64);

    private final int bytes;
    private final DType plain;
    private final DType scaled;

    StoredType(int bytes, DType plain, DType scaled) {
        this.bytes = bytes;
        this.plain = plain;
        this.scaled = scaled;
    }

    /** {@return the size of one element in the file} */
    int bytes() {
        return bytes;
    }

    /** {@return the smallest tensor type that holds every value} */
    DType plain() {
        return plain;
    }

    /** {@return the tensor type for values under a slope and an intercept: double where single precision would lose digits} */
    DType scaled() {
        return scaled;
    }
}
