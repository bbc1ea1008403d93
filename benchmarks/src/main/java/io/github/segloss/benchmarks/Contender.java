package io.github.segloss.benchmarks;

/** Whoever does the work that is timed. */
public interface Contender extends AutoCloseable {
    /** {@return its name: of the backend, or what else it is} */
    String name();

    /** {@return how many threads it may use} */
    int threads();

    /** Gets ready for one call; not timed. */
    default void prepare() {}

    /** {@return the result of one call, the value of the loss; this is what is timed} */
    double call();

    /** Frees what it holds. */
    @Override
    default void close() {}
}
