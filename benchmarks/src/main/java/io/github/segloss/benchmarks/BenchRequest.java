package io.github.segloss.benchmarks;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.backend.Availability.Available;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Capabilities;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What to measure.
 *
 * @param workloads the workloads, at least one
 * @param backends the names of the backends; the loops by hand are always measured too
 * @param threads the numbers of threads, each at least 1
 * @param caches what is in the caches when a call starts
 * @param shrink what the spatial sizes are divided by, at least 1; 1 for the full workloads
 */
public record BenchRequest(
        List<Workload> workloads,
        List<String> backends,
        List<Integer> threads,
        Caches caches,
        int shrink) {
    /** The backend that others are compared with. */
    static final String REFERENCE = "scalar";

    /**
     * Checks and copies.
     *
     * @param workloads the workloads
     * @param backends the names of the backends
     * @param threads the numbers of threads
     * @param caches what is in the caches
     * @param shrink what the spatial sizes are divided by
     * @throws InvalidParameterException if a number is below 1
     */
    public BenchRequest {
        workloads = workloads.stream().distinct().toList();
        backends = backends.stream().distinct().toList();
        threads = threads.stream().distinct().toList();
        for (int count : threads) {
            requireOne("the number of threads", count);
        }
        requireOne("the divisor of the sizes", shrink);
    }

    private static void requireOne(String what, int value) {
        if (value < 1) {
            throw new InvalidParameterException(what + " is " + value + "; it must be at least 1");
        }
    }

    /** {@return all workloads} */
    public static List<Workload> allWorkloads() {
        return Arrays.asList(Workload.values());
    }

    /** {@return the backends that are available, the one that is chosen by default first} */
    public static List<String> availableBackends() {
        return names(_ -> true);
    }

    /** {@return the same without those that compute in float64 and so are slow by design, except the reference} */
    public static List<String> fastBackends() {
        return names(candidate ->
                candidate.provider().name().equals(REFERENCE)
                        || !(candidate.availability()
                                        instanceof Available(_, Capabilities abilities)
                                && abilities.isReference()));
    }

    private static List<String> names(Predicate<Backends.Candidate> chosen) {
        return Backends.probeAll().stream()
                .filter(Backends.Candidate::isAvailable)
                .filter(chosen)
                .map(candidate -> candidate.provider().name())
                .toList();
    }

    /** {@return 1 and 2, or 1 alone on a machine with a single processor} */
    public static List<Integer> defaultThreads() {
        int most = Math.min(2, Runtime.getRuntime().availableProcessors());
        return IntStream.rangeClosed(1, most).boxed().toList();
    }
}
