package io.github.segloss.cuda;

import io.github.segloss.SegLossException;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.DeviceStorage;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Memory of a CUDA device: allocated by a backend, which frees it when it is closed, or foreign and only looked at. */
public final class CudaMemory implements DeviceStorage {
    private final long address;
    private final long bytes;
    private final @Nullable Consumer<CudaMemory> release;
    private volatile boolean closed;

    CudaMemory(long address, long bytes, @Nullable Consumer<CudaMemory> release) {
        this.address = address;
        this.bytes = bytes;
        this.release = release;
    }

    /**
     * {@return a tensor over memory that something else allocated on the backend's device, without a copy; it must stay allocated as long as the tensor is
     * used, and what writes it must have ended before the tensor is given to a call}
     *
     * @param address the device address of the first element
     * @param dtype the element type
     * @param shape the shape, contiguous and row-major
     */
    public static Tensor wrap(long address, DType dtype, Shape shape) {
        if (address == 0 || address % dtype.bytes() != 0) {
            throw new SegLossException(
                    "device address 0x"
                            + Long.toHexString(address)
                            + " cannot hold "
                            + dtype
                            + " elements; it must be a multiple of "
                            + dtype.bytes()
                            + " and not 0");
        }
        return Tensor.wrap(
                new CudaMemory(address, Math.multiplyExact(shape.elements(), dtype.bytes()), null),
                dtype,
                shape);
    }

    @Override
    public String backend() {
        return CudaBackendProvider.NAME;
    }

    @Override
    public long address() {
        if (closed) {
            throw new SegLossException("the device tensor was closed and cannot be used any more");
        }
        return address;
    }

    @Override
    public long byteSize() {
        return bytes;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (release != null) {
            release.accept(this);
        }
    }

    /** The address, closed or not: what has to be freed. */
    long rawAddress() {
        return address;
    }

    /** Whether the backend that is asked may read this memory: its own, or foreign memory. */
    boolean belongsTo(Consumer<CudaMemory> owner) {
        return release == null || release == owner;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }
}
