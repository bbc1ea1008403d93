package io.github.segloss;

import java.io.Serial;

/** A backend that was asked for by name, or every backend, is unavailable; the message is the whole report, one sentence for each candidate. */
public class BackendUnavailableException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     */
    public BackendUnavailableException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     * @param cause what failed underneath
     */
    public BackendUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
