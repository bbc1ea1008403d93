package io.github.segloss.backend;

/** What a run gave back besides the tensors it wrote. On a device nothing has to be finished until something is asked for; errors surface then. */
public interface Result {
    /**
     * {@return an output without SPACE, row-major over BATCH and CLASS as far as it varies along them}
     *
     * @param output its name
     * @throws io.github.segloss.SegLossException if the run failed
     */
    double[] table(String output);

    /**
     * {@return a scalar output}
     *
     * @param output its name
     */
    default double number(String output) {
        return table(output)[0];
    }

    /** Waits until the run has ended and its tensors are written. */
    default void await() {}
}
