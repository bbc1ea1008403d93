package io.github.segloss;

import java.io.Serial;

/**
 * The root of every exception that this library throws on purpose. Its message is one sentence that names the thing (loss, argument, file),
 * the value found, where it was found, and what is allowed.
 */
public class SegLossException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message for the user.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     */
    public SegLossException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a message for the user and the failure behind it.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     * @param cause what failed underneath
     */
    public SegLossException(String message, Throwable cause) {
        super(message, cause);
    }
}
