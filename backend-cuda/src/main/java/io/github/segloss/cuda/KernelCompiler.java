package io.github.segloss.cuda;

/** Makes of CUDA C what a {@link Driver} can load. Thread-safe. */
interface KernelCompiler {
    /** What the result depends on besides the source: compiler, version, options and architecture. */
    String identity();

    /**
     * Compiles.
     *
     * @param source a whole source
     * @return the image of a module
     * @throws io.github.segloss.KernelCompilationException with the compiler's log and the source
     */
    byte[] compile(String source);
}
