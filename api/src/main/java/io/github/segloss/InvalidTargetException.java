package io.github.segloss;

import java.io.Serial;

/** A value of the target, the prediction or another pixel input is not allowed: the message names the loss, the role, the value, its position and the allowed range. */
public class InvalidTargetException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     */
    public InvalidTargetException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     * @param cause what failed underneath
     */
    public InvalidTargetException(String message, Throwable cause) {
        super(message, cause);
    }
}
