package io.github.segloss.cuda;

/**
 * Keeps what a backend does in one order, whatever streams it is done on: what begins on one stream waits, on the device, for what was last done on another.
 * Guarded by the backend's lock.
 */
final class StreamOrder {
    private final Driver driver;
    private final long own;
    private final long event;
    private long last;

    /**
     * Creates an order in which nothing has happened yet.
     *
     * @param driver the device
     * @param own the backend's own stream
     */
    StreamOrder(Driver driver, long own) {
        this.driver = driver;
        this.own = own;
        this.event = driver.newEvent();
        this.last = own;
    }

    /** The stream for what is done now, which begins after all that was done before. */
    long begin() {
        return begin(CudaStream.currentOr(own));
    }

    private long begin(long stream) {
        if (stream != last) {
            if (last == own) {
                driver.record(event, own);
            }
            driver.await(stream, event);
            last = stream;
        }
        return stream;
    }

    /** What was begun has been queued. A caller's stream may be gone by the time that something has to wait for it, so that is marked at once. */
    void end() {
        if (last != own) {
            driver.record(event, last);
        }
    }

    /** Waits on the host until everything has ended. */
    void awaitAll() {
        driver.synchronize(begin(own));
    }

    void close() {
        driver.closeEvent(event);
    }
}
