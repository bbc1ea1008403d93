package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** The kit itself: it finds every {@link Fault}, by the rule that is about it, and nothing in a backend without one. */
class BrokenBackendsTest {
    private static final int PROGRAMS = 20;

    /** The groups of the kit, the quick ones first. */
    private static final List<Function<Subject, Stream<DynamicTest>>> GROUPS =
            List.of(
                    PointwiseRules::tests,
                    BroadcastRules::tests,
                    ReductionRules::tests,
                    StructuredRules::tests,
                    subject -> chosen(ShapeRules.tests(subject), "_shape_7_"),
                    subject -> chosen(ContractRules.tests(subject), "_dice"),
                    subject -> chosen(LossRules.tests(subject), "_loss_tversky_"),
                    RefusalRules::tests,
                    subject -> GeneratedPrograms.tests(subject, PROGRAMS));

    private static Stream<DynamicTest> chosen(Stream<DynamicTest> tests, String part) {
        return tests.filter(test -> test.getDisplayName().contains(part));
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return Stream.of(Fault.values())
                .map(fault ->
                        DynamicTest.dynamicTest(
                                fault.name(),
                                () -> assertEquals(fault.foundBy(), firstFailure(fault))));
    }

    /** The name of the first rule that a backend with a fault does not keep; empty if there is none. */
    private static String firstFailure(Fault fault) {
        try (Subject subject = Subject.open(FaultyBackend.provider(fault))) {
            return GROUPS.stream()
                    .flatMap(group -> group.apply(subject))
                    .filter(test -> failure(test).isPresent())
                    .findFirst()
                    .map(DynamicTest::getDisplayName)
                    .orElse("");
        }
    }

    private static Optional<Throwable> failure(DynamicTest test) {
        try {
            test.getExecutable().execute();
            return Optional.empty();
        } catch (TestAbortedException e) {
            return Optional.empty(); // skipped
        } catch (Throwable e) {
            return Optional.of(e);
        }
    }
}
