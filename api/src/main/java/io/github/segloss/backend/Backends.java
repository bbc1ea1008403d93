package io.github.segloss.backend;

import io.github.segloss.BackendUnavailableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backends on the class path or module path, and the choice among them: by argument, then the property {@code segloss.backend}, then the variable
 * {@code SEGLOSS_BACKEND}, then the highest priority that is available. A backend that was named and is unavailable is an error, never replaced.
 */
public final class Backends {
    private static final System.Logger LOG = System.getLogger(Backends.class.getName());

    /** A loader that fails for ever must not hang the listing. */
    private static final int MOST_BROKEN_PROVIDERS = 100;

    /** The property that names a backend. */
    public static final String PROPERTY = "segloss.backend";

    /** The environment variable that names a backend. */
    public static final String VARIABLE = "SEGLOSS_BACKEND";

    /**
     * One backend and whether it is available.
     *
     * @param provider the backend
     * @param availability the answer of its probe
     */
    public record Candidate(BackendProvider provider, Availability availability) {
        /** {@return whether it can be opened} */
        public boolean isAvailable() {
            return availability instanceof Availability.Available;
        }

        /** {@return one line: the name, and the device or the reason} */
        public String describe() {
            return provider.name()
                    + ": "
                    + switch (availability) {
                        case Availability.Available(List<Device> devices, _) ->
                                "available, "
                                        + devices.stream()
                                                .map(d -> d.name() + " (" + d.detail() + ")")
                                                .collect(Collectors.joining(", "));
                        case Availability.Unavailable(_, String detail, _) ->
                                "unavailable, " + detail;
                    };
        }
    }

    private Backends() {}

    /** {@return all providers, highest priority first; one that cannot even be loaded is left out and logged} */
    public static List<BackendProvider> providers() {
        List<BackendProvider> found = new ArrayList<>();
        var loader = ServiceLoader.load(BackendProvider.class).stream().iterator();
        int failures = 0;
        while (failures < MOST_BROKEN_PROVIDERS) {
            try { // a service entry without its class fails in hasNext(), a provider without its
                // classes in get()
                if (!loader.hasNext()) {
                    break;
                }
                found.add(loader.next().get());
            } catch (ServiceConfigurationError | LinkageError e) {
                failures++;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a backend provider could not be loaded: " + e.getMessage());
            }
        }
        found.sort(
                Comparator.comparingInt(BackendProvider::priority)
                        .reversed()
                        .thenComparing(BackendProvider::name));
        return found;
    }

    /** {@return all backends with the answers of their probes, highest priority first} */
    public static List<Candidate> probeAll() {
        return providers().stream().map(p -> new Candidate(p, probe(p))).toList();
    }

    private static Availability probe(BackendProvider provider) {
        try {
            return provider.probe();
        } catch (RuntimeException
                | LinkageError
                        e) { // a probe must not throw; if one does, that is a reason like any other
            return new Availability.Unavailable(Reason.FAILED, "the probe failed: " + e, e);
        }
    }

    /**
     * {@return a backend, opened}
     *
     * @param name its name; null to choose by property, variable or priority
     * @param options how it is opened
     * @throws BackendUnavailableException if it is unavailable; the message lists every candidate with its reason
     */
    public static Backend open(@Nullable String name, BackendOptions options) {
        String asked = name != null ? name : named();
        List<Candidate> candidates = probeAll();
        if (asked == null) {
            Candidate best =
                    candidates.stream()
                            .filter(Candidate::isAvailable)
                            .findFirst()
                            .orElseThrow(() ->
                                    new BackendUnavailableException(
                                            "no backend is available: " + report(candidates)));
            LOG.log(System.Logger.Level.INFO, "chose backend " + best.describe());
            return best.provider().open(options);
        }
        Candidate chosen =
                candidates.stream()
                        .filter(c -> c.provider().name().equals(asked))
                        .findFirst()
                        .orElseThrow(() ->
                                new BackendUnavailableException(
                                        "there is no backend '"
                                                + asked
                                                + "'; the backends are: "
                                                + report(candidates)));
        if (!chosen.isAvailable()) {
            throw new BackendUnavailableException(
                    "backend '"
                            + asked
                            + "' was asked for and is unavailable; the backends are: "
                            + report(candidates));
        }
        return chosen.provider().open(options);
    }

    private static @Nullable String named() {
        String property = System.getProperty(PROPERTY);
        String variable = property != null ? property : System.getenv(VARIABLE);
        return variable == null || variable.isBlank() ? null : variable;
    }

    private static String report(List<Candidate> candidates) {
        return candidates.isEmpty()
                ? "none on the class path or module path"
                : candidates.stream().map(Candidate::describe).collect(Collectors.joining("; "));
    }
}
