package io.github.segloss.conformance;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Backends;

/** The backend that others are compared with: the one whose capabilities say that it is the reference. */
public final class Reference {
    private Reference() {}

    /**
     * {@return the reference backend, opened}
     *
     * @throws BackendUnavailableException if there is none on the class path or module path
     */
    public static Backend open() {
        for (Backends.Candidate candidate : Backends.probeAll()) {
            if (isReference(candidate)) {
                BackendProvider provider = candidate.provider();
                return provider.open(BackendOptions.DEFAULT);
            }
        }
        throw new BackendUnavailableException(
                "no backend says that it is the reference; add segloss-core-cpu to the class path or module path");
    }

    private static boolean isReference(Backends.Candidate candidate) {
        return switch (candidate.availability()) {
            case Availability.Available(_, var capabilities) -> capabilities.isReference();
            case Availability.Unavailable _ -> false;
        };
    }
}
