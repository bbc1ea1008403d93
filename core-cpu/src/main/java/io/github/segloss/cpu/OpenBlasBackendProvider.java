package io.github.segloss.cpu;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Reason;

/** Offers the backend {@code openblas}, available where the native library of Bytedeco OpenBLAS can be loaded; {@code -Dsegloss.openblas=off} hides it. */
public final class OpenBlasBackendProvider implements BackendProvider {
    /** The name of the backend. */
    public static final String NAME = "openblas";

    /** The property that switches the backend off. */
    public static final String PROPERTY = "segloss.openblas";

    /** Creates the provider. */
    public OpenBlasBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Availability probe() {
        if ("off".equalsIgnoreCase(System.getProperty(PROPERTY))) {
            return new Availability.Unavailable(
                    Reason.SWITCHED_OFF, "it was switched off by -D" + PROPERTY + "=off");
        }
        try {
            return OpenBlas.probe();
        } catch (LinkageError e) { // the classes of Bytedeco are not there at all
            return new Availability.Unavailable(
                    Reason.LIBRARY_MISSING,
                    "the classes of Bytedeco OpenBLAS are missing ("
                            + e.getMessage()
                            + "); put org.bytedeco:openblas and org.bytedeco:javacpp on the class path",
                    e);
        }
    }

    @Override
    public Backend open(BackendOptions options) {
        return switch (probe()) {
            case Availability.Available available ->
                    new OpenBlasBackend(available, options.threadCount());
            case Availability.Unavailable(_, String detail, Throwable cause) ->
                    throw new BackendUnavailableException(
                            "backend '" + NAME + "' is unavailable: " + detail, cause);
        };
    }
}
