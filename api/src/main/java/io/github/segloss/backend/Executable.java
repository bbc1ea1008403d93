package io.github.segloss.backend;

import io.github.segloss.program.Program;

/**
 * A compiled program. {@link #run} is thread-safe; the same input gives the same bits whatever the number of threads, from the first call on. Workspace
 * belongs to the executable and is freed with it.
 */
public interface Executable extends AutoCloseable {
    /** {@return the program} */
    Program program();

    /**
     * Runs the program: reads the input tensors, writes the output tensors. After an error the contents of the output tensors are unspecified.
     *
     * @param arguments sizes, tensors and tables
     * @return the outputs without SPACE
     */
    Result run(Arguments arguments);

    /** {@return how the program is run: kernels, buffers, instruction set or grid} */
    Explanation explain();

    /** Frees the workspace. Closing twice does nothing. */
    @Override
    void close();
}
