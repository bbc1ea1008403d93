package io.github.segloss.backend;

/**
 * Offers a backend; found by {@link java.util.ServiceLoader}. Its constructor and class initializer touch nothing native and nothing optional, so that
 * listing backends cannot fail.
 */
public interface BackendProvider {
    /** {@return the name by which the backend is chosen, in lower case} */
    String name();

    /** {@return the order of automatic choice: the available backend with the highest priority wins} */
    int priority();

    /** {@return whether the backend can be opened; cheap, never throws, never downloads} */
    Availability probe();

    /**
     * {@return the backend, opened}
     *
     * @param options how
     * @throws io.github.segloss.BackendUnavailableException if it is unavailable
     */
    Backend open(BackendOptions options);
}
