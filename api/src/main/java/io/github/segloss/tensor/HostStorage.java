package io.github.segloss.tensor;

import io.github.segloss.SegLossException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A segment of memory that Java can address, on the heap or off it; owned when it came from {@link Tensor#allocate} or with its arena. */
public final class HostStorage implements Storage {
    private final MemorySegment segment;
    private final @Nullable Arena owned;
    private volatile boolean closed;

    HostStorage(MemorySegment segment, @Nullable Arena owned) {
        this.segment = segment;
        this.owned = owned;
    }

    /**
     * {@return the memory itself}
     *
     * @throws SegLossException if the tensor, or the arena that its memory came from, was closed
     */
    public MemorySegment segment() {
        if (closed) {
            throw new SegLossException("the tensor was closed and cannot be used any more");
        }
        if (!segment.scope().isAlive()) {
            throw new SegLossException(
                    "the memory of the tensor was freed, because its arena was closed, and cannot be used any more");
        }
        return segment;
    }

    @Override
    public long byteSize() {
        return segment.byteSize();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (owned != null && owned.scope().isAlive()) {
                owned.close();
            }
        }
    }

    @Override
    public boolean isClosed() {
        return closed || !segment.scope().isAlive();
    }
}
