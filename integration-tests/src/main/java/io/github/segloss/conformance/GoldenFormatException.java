package io.github.segloss.conformance;

import io.github.segloss.SegLossException;
import java.io.Serial;

/** A golden file does not have the form that its schema states; the message names file, case and field. */
public class GoldenFormatException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names file, case and field, what was found and what is allowed
     */
    public GoldenFormatException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names file, case and field, what was found and what is allowed
     * @param cause what failed underneath
     */
    public GoldenFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
