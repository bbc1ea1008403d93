package io.github.segloss.cuda;

import java.util.function.Supplier;

/**
 * A stream of the caller, such as the one on which a training framework runs its own kernels. What is called on it is queued there, after what the caller has
 * queued before and before what it queues afterwards, so that nobody has to wait:
 *
 * <pre>{@code
 * LossResult result = CudaStream.of(handle).call(() -> dice.evaluate(inputs, gradient, false));
 * }</pre>
 *
 * <p>The stream has to belong to the primary context of the backend's device. The backend itself does one thing after another, whatever streams they are on:
 * a call on one stream waits, on the device, for the backend's last call on another. So a stream may be destroyed as soon as the calls on it have returned and
 * its own work has ended.
 */
public final class CudaStream {
    private static final ScopedValue<CudaStream> CURRENT = ScopedValue.newInstance();

    private final long handle;

    private CudaStream(long handle) {
        this.handle = handle;
    }

    /**
     * {@return a stream}
     *
     * @param handle the driver's {@code CUstream} or the runtime's {@code cudaStream_t}, as a number; 0 for the default stream
     */
    public static CudaStream of(long handle) {
        return new CudaStream(handle);
    }

    /** {@return the driver's handle} */
    public long handle() {
        return handle;
    }

    /**
     * {@return what an action gives in which every call of a CUDA backend is queued on this stream}
     *
     * @param action the action, run by the calling thread
     * @param <T> what it gives
     */
    public <T> T call(Supplier<T> action) {
        return ScopedValue.where(CURRENT, this).call(action::get);
    }

    /**
     * Runs an action in which every call of a CUDA backend is queued on this stream.
     *
     * @param action the action, run by the calling thread
     */
    public void run(Runnable action) {
        ScopedValue.where(CURRENT, this).run(action);
    }

    /** The handle of the stream that the calling thread is to use; another if it has chosen none. */
    static long currentOr(long other) {
        return CURRENT.isBound() ? CURRENT.get().handle : other;
    }
}
