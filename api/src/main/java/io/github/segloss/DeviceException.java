package io.github.segloss;

import java.io.Serial;

/** A call to a device failed; the message names the call, the code and its meaning. */
public class DeviceException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     */
    public DeviceException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names the thing, the value and what is allowed
     * @param cause what failed underneath
     */
    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
