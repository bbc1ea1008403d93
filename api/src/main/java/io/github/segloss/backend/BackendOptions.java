package io.github.segloss.backend;

/**
 * How a backend is opened.
 *
 * @param threads the number of threads, 0 for the backend's default
 * @param device the number of the device, from 0
 */
public record BackendOptions(int threads, int device) {
    /** The defaults: {@code -Dsegloss.threads} if set, else as many threads as processors; the first device. */
    public static final BackendOptions DEFAULT = new BackendOptions(0, 0);

    /** {@return the number of threads to use, never 0} */
    public int threadCount() {
        return threads > 0
                ? threads
                : Integer.getInteger("segloss.threads", Runtime.getRuntime().availableProcessors());
    }
}
