package io.github.segloss.backend;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of a probe. */
public sealed interface Availability {
    /**
     * The backend can be opened.
     *
     * @param devices its devices
     * @param capabilities what it can do
     */
    record Available(List<Device> devices, Capabilities capabilities) implements Availability {}

    /**
     * The backend cannot be opened.
     *
     * @param reason the kind of reason
     * @param detail one sentence that says what is missing and what to do
     * @param cause the failure behind it; null if there is none
     */
    record Unavailable(Reason reason, String detail, @Nullable Throwable cause)
            implements Availability {
        /**
         * Creates an answer without a cause.
         *
         * @param reason the kind of reason
         * @param detail one sentence that says what is missing and what to do
         */
        public Unavailable(Reason reason, String detail) {
            this(reason, detail, null);
        }
    }
}
