package io.github.segloss.conformance;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Opens the backend for a group of tests and closes it after the last. */
final class Rules {
    private Rules() {}

    static Stream<DynamicTest> of(
            BackendConformance kit, Function<Subject, Stream<DynamicTest>> tests) {
        Subject subject = Subject.open(kit.provider());
        return tests.apply(subject).onClose(subject::close);
    }
}
