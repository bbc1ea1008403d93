package io.github.segloss.conformance;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.runtime.Session;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The backends on the class path of these tests. A new one needs its module in the pom and a test class like {@link ScalarBackendTest}. */
final class OurBackends {
    private OurBackends() {}

    static List<String> names() {
        return Backends.providers().stream().map(provider -> provider.name()).sorted().toList();
    }

    /** A session on a backend; the test is skipped with the reason where it is unavailable. */
    static Session open(String name) {
        Backends.Candidate candidate =
                Backends.probeAll().stream()
                        .filter(c -> c.provider().name().equals(name))
                        .findFirst()
                        .orElseThrow();
        return switch (candidate.availability()) {
            case Availability.Available _ ->
                    Session.on(candidate.provider().open(BackendOptions.DEFAULT));
            case Availability.Unavailable(_, String detail, _) ->
                    Assumptions.abort("backend '" + name + "' is unavailable: " + detail);
        };
    }
}
