package io.github.segloss;

import java.io.Serial;

/** A loss, option or parameter is unknown, missing or outside its range; the message names it, the value found and the values allowed. */
public class InvalidParameterException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     */
    public InvalidParameterException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     * @param cause what failed underneath
     */
    public InvalidParameterException(String message, Throwable cause) {
        super(message, cause);
    }
}
