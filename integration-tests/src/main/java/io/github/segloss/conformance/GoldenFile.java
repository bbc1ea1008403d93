package io.github.segloss.conformance;

import java.nio.file.Path;
import java.util.List;

/**
 * A golden file as it was read.
 *
 * @param path where it was read
 * @param set the name of the set, such as {@code visible} or {@code stress}
 * @param cases the cases in order
 * @param ignored fields that the schema does not have, as {@code case: field}; they change no result, and are reported
 */
public record GoldenFile(Path path, String set, List<GoldenCase> cases, List<String> ignored) {
    /**
     * Copies the lists.
     *
     * @param path where it was read
     * @param set the name of the set
     * @param cases the cases
     * @param ignored fields that the schema does not have
     */
    public GoldenFile {
        cases = List.copyOf(cases);
        ignored = List.copyOf(ignored);
    }

    /** {@return whether the inputs are exact in float32, so that the narrower tolerance holds} */
    public boolean isStress() {
        return set.equals("stress");
    }
}
