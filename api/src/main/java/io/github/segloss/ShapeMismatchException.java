package io.github.segloss;

import java.io.Serial;

/** A tensor, a parameter list or an extent does not have the shape that its role asks for; the message names the loss, the role and both shapes. */
public class ShapeMismatchException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     */
    public ShapeMismatchException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     * @param cause what failed underneath
     */
    public ShapeMismatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
