package io.github.segloss.tensor.dlpack;

import io.github.segloss.SegLossException;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/** A tensor that another library exports by DLPack: what its structure says, checked, and its deleter. {@link #export} is the other direction. */
@SuppressWarnings("restricted")
public final class DlpackTensor {
    private static final FunctionDescriptor DELETER =
            FunctionDescriptor.ofVoid(DlpackLayout.POINTER);

    private final MemorySegment managed;
    private final MemorySegment deleter;
    private final DlpackDevice device;
    private final int deviceId;
    private final DType dtype;
    private final Shape shape;
    private final long address;
    private final boolean isReadOnly;
    private final AtomicBoolean isDeleted = new AtomicBoolean();

    private DlpackTensor(MemorySegment struct, DlpackLayout at) {
        this.managed = struct;
        this.deleter = struct.get(DlpackLayout.POINTER, at.managed("deleter"));
        this.isReadOnly =
                at.isVersioned()
                        && (struct.get(DlpackLayout.LONG, at.managed("flags"))
                                        & DlpackLayout.READ_ONLY)
                                != 0;
        this.device = device(struct.get(DlpackLayout.INT, at.tensor("device_type")));
        this.deviceId = struct.get(DlpackLayout.INT, at.tensor("device_id"));
        this.dtype =
                DlpackLayout.type(
                        Byte.toUnsignedInt(struct.get(DlpackLayout.BYTE, at.tensor("code"))),
                        Byte.toUnsignedInt(struct.get(DlpackLayout.BYTE, at.tensor("bits"))),
                        Short.toUnsignedInt(struct.get(DlpackLayout.SHORT, at.tensor("lanes"))));
        int rank = struct.get(DlpackLayout.INT, at.tensor("ndim"));
        if (rank < 0 || rank > 32) {
            throw new SegLossException(
                    "a DLPack tensor has " + rank + " axes; 0 to 32 are supported");
        }
        long[] sizes = longs(struct, at.tensor("shape"), rank);
        this.shape = Shape.of(sizes);
        MemorySegment strides = struct.get(DlpackLayout.POINTER, at.tensor("strides"));
        if (strides.address() != 0) {
            requireRowMajor(sizes, longs(struct, at.tensor("strides"), rank));
        }
        this.address =
                struct.get(DlpackLayout.POINTER, at.tensor("data")).address()
                        + struct.get(DlpackLayout.LONG, at.tensor("byte_offset"));
    }

    /**
     * {@return a tensor that another library exports; its memory is untouched, and its deleter has not been called if this throws}
     *
     * @param managed the address of a {@code DLManagedTensor} or {@code DLManagedTensorVersioned}
     * @param isVersioned whether it is a {@code DLManagedTensorVersioned}
     * @throws SegLossException if it is of another major version than 1, on an unknown device, has an element type that tensors do not have, or is not
     *     contiguous in row-major order
     */
    public static DlpackTensor read(MemorySegment managed, boolean isVersioned) {
        if (managed.address() == 0) {
            throw new SegLossException("a DLPack tensor is expected, but its address is 0");
        }
        DlpackLayout at = DlpackLayout.of(isVersioned);
        MemorySegment struct = managed.reinterpret(at.layout().byteSize());
        if (isVersioned) {
            int major = struct.get(DlpackLayout.INT, at.managed("major"));
            if (major != DlpackLayout.MAJOR) {
                throw new SegLossException(
                        "a DLPack tensor is of version "
                                + major
                                + "."
                                + struct.get(DlpackLayout.INT, at.managed("minor"))
                                + "; versions 1.x are supported");
            }
        }
        return new DlpackTensor(struct, at);
    }

    private static DlpackDevice device(int code) {
        return Arrays.stream(DlpackDevice.values())
                .filter(device -> device.code() == code)
                .findFirst()
                .orElseThrow(() ->
                        new SegLossException(
                                "a DLPack tensor is on a device of type "
                                        + code
                                        + "; supported are 1 (CPU), 2 (CUDA) and 3 (page-locked host memory)"));
    }

    private static long[] longs(MemorySegment struct, long offset, int count) {
        MemorySegment pointer = struct.get(DlpackLayout.POINTER, offset);
        return pointer.reinterpret(8L * count).toArray(DlpackLayout.LONG);
    }

    private static void requireRowMajor(long[] sizes, long[] strides) {
        long expected = 1;
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            if (sizes[axis] != 1 && strides[axis] != expected) {
                throw new SegLossException(
                        "a DLPack tensor of shape "
                                + Arrays.toString(sizes)
                                + " has strides "
                                + Arrays.toString(strides)
                                + "; it must be contiguous in row-major order: call contiguous() on it first");
            }
            expected *= sizes[axis];
        }
    }

    /** {@return where the memory is} */
    public DlpackDevice device() {
        return device;
    }

    /** {@return the number of the device, from 0} */
    public int deviceId() {
        return deviceId;
    }

    /** {@return the element type; a boolean is a {@link DType#UINT8} of 0 or 1} */
    public DType dtype() {
        return dtype;
    }

    /** {@return the shape} */
    public Shape shape() {
        return shape;
    }

    /** {@return the address of the first element on its device} */
    public long address() {
        return address;
    }

    /** {@return whether the exporter allows no writing} */
    public boolean isReadOnly() {
        return isReadOnly;
    }

    /** Calls the exporter's deleter, the first time; after that the memory may be gone. */
    public void delete() {
        if (isDeleted.getAndSet(true) || deleter.address() == 0) {
            return;
        }
        MethodHandle call = Linker.nativeLinker().downcallHandle(deleter, DELETER);
        try {
            call.invokeExact(managed);
        } catch (Throwable e) {
            throw new SegLossException("the deleter of a DLPack tensor failed", e);
        }
    }

    /**
     * {@return a tensor over the memory, without a copy; closing it calls the deleter}
     *
     * @throws SegLossException if the memory is on a device
     */
    public Tensor toHostTensor() {
        if (!device.isOnHost()) {
            throw new SegLossException(
                    "a DLPack tensor is on "
                            + device
                            + " device "
                            + deviceId
                            + ": import it by the backend of that device");
        }
        Arena arena = Arena.ofShared();
        MemorySegment memory =
                MemorySegment.ofAddress(address)
                        .reinterpret(
                                Math.multiplyExact(shape.elements(), dtype.bytes()),
                                arena,
                                _ -> delete());
        return Tensor.wrap(isReadOnly ? memory.asReadOnly() : memory, arena, dtype, shape);
    }

    /**
     * {@return the address of a {@code DLManagedTensor} or {@code DLManagedTensorVersioned} over a host tensor, without a copy. The tensor belongs to the
     *     consumer from now on, whose call of the deleter closes it}
     *
     * @param tensor a host tensor off the Java heap
     * @param isVersioned whether to make a {@code DLManagedTensorVersioned}
     * @throws SegLossException if the tensor is on the Java heap, where the garbage collector moves it, or on a device
     */
    public static MemorySegment export(Tensor tensor, boolean isVersioned) {
        MemorySegment memory = tensor.segment();
        if (!memory.isNative()) {
            throw new SegLossException(
                    tensor
                            + " is on the Java heap, which moves what is there: export one made by Tensor.allocate");
        }
        return export(tensor, DlpackDevice.CPU, 0, memory.address(), isVersioned);
    }

    /**
     * {@return the same over a tensor that is anywhere; for backends}
     *
     * @param tensor the tensor
     * @param device where it is
     * @param deviceId the number of the device
     * @param address the address of its first element there
     * @param isVersioned whether to make a {@code DLManagedTensorVersioned}
     */
    public static MemorySegment export(
            Tensor tensor, DlpackDevice device, int deviceId, long address, boolean isVersioned) {
        return DlpackExport.of(tensor, device, deviceId, address, DlpackLayout.of(isVersioned));
    }
}
