package io.github.segloss.cuda;

import io.github.segloss.SegLossException;
import io.github.segloss.tensor.DeviceStorage;
import java.util.function.Consumer;

/** Memory of a CUDA device that a {@link CudaBackend} may use: its own, freed when it is closed, or that of something else, which is told then. */
public final class CudaMemory implements DeviceStorage {
    private final CudaBackend owner;
    private final long address;
    private final long bytes;
    private final Consumer<CudaMemory> release;
    private volatile boolean closed;

    CudaMemory(CudaBackend owner, long address, long bytes, Consumer<CudaMemory> release) {
        this.owner = owner;
        this.address = address;
        this.bytes = bytes;
        this.release = release;
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
        release.accept(this);
    }

    /** The address, closed or not: what has to be freed. */
    long rawAddress() {
        return address;
    }

    /** Whether a backend may use this memory. */
    boolean belongsTo(CudaBackend backend) {
        return owner == backend;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }
}
