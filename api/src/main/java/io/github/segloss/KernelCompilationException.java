package io.github.segloss;

import java.io.Serial;

/** A backend could not compile a program; the message names the op or carries the generated source and the compiler's log. */
public class KernelCompilationException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     */
    public KernelCompilationException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     * @param cause what failed underneath
     */
    public KernelCompilationException(String message, Throwable cause) {
        super(message, cause);
    }
}
