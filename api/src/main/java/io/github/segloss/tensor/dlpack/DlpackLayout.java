package io.github.segloss.tensor.dlpack;

import io.github.segloss.SegLossException;
import io.github.segloss.tensor.DType;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** The structures of {@code dlpack.h} on a 64-bit platform, and its element types. */
final class DlpackLayout {
    static final AddressLayout POINTER = ValueLayout.ADDRESS;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

    /** {@code DLTensor}. */
    private static final StructLayout TENSOR =
            MemoryLayout.structLayout(
                    POINTER.withName("data"),
                    INT.withName("device_type"),
                    INT.withName("device_id"),
                    INT.withName("ndim"),
                    BYTE.withName("code"),
                    BYTE.withName("bits"),
                    SHORT.withName("lanes"),
                    POINTER.withName("shape"),
                    POINTER.withName("strides"),
                    LONG.withName("byte_offset"));

    /** {@code DLManagedTensor}. */
    private static final StructLayout MANAGED =
            MemoryLayout.structLayout(
                    TENSOR.withName("dl_tensor"),
                    POINTER.withName("manager_ctx"),
                    POINTER.withName("deleter"));

    /** {@code DLManagedTensorVersioned}. */
    private static final StructLayout VERSIONED =
            MemoryLayout.structLayout(
                    INT.withName("major"),
                    INT.withName("minor"),
                    POINTER.withName("manager_ctx"),
                    POINTER.withName("deleter"),
                    LONG.withName("flags"),
                    TENSOR.withName("dl_tensor"));

    static final DlpackLayout PLAIN = new DlpackLayout(MANAGED, false);
    static final DlpackLayout WITH_VERSION = new DlpackLayout(VERSIONED, true);

    /** The version that is written; any of the same major number is read. */
    static final int MAJOR = 1;

    static final int MINOR = 0;
    static final long READ_ONLY = 1;

    private static final int SIGNED = 0;
    private static final int UNSIGNED = 1;
    private static final int FLOAT = 2;
    private static final int BFLOAT = 4;
    private static final int BOOL = 6;

    private final StructLayout layout;
    private final boolean isVersioned;

    private DlpackLayout(StructLayout layout, boolean isVersioned) {
        this.layout = layout;
        this.isVersioned = isVersioned;
    }

    static DlpackLayout of(boolean isVersioned) {
        return isVersioned ? WITH_VERSION : PLAIN;
    }

    boolean isVersioned() {
        return isVersioned;
    }

    StructLayout layout() {
        return layout;
    }

    /** Where a field of the outer structure is. */
    long managed(String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    /** Where a field of the tensor is. */
    long tensor(String field) {
        return layout.byteOffset(
                PathElement.groupElement("dl_tensor"), PathElement.groupElement(field));
    }

    static int code(DType type) {
        return switch (type) {
            case FLOAT16, FLOAT32, FLOAT64 -> FLOAT;
            case BFLOAT16 -> BFLOAT;
            case UINT8 -> UNSIGNED;
            case INT8, INT16, INT32, INT64 -> SIGNED;
        };
    }

    /** The element type; a boolean is a byte of 0 or 1. */
    static DType type(int code, int bits, int lanes) {
        int wanted = code == BOOL ? UNSIGNED : code;
        for (DType type : DType.values()) {
            if (lanes == 1 && code(type) == wanted && type.bytes() * 8 == bits) {
                return type;
            }
        }
        throw new SegLossException(
                "a DLPack tensor has elements of code "
                        + code
                        + ", "
                        + bits
                        + " bits and "
                        + lanes
                        + " lanes; supported are float16, bfloat16, float32, float64, bool, uint8, int8, int16, int32 and int64 with 1 lane");
    }
}
