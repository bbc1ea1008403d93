package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.vector.VectorBackendProvider;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The part of the kit that a vector width or a tier could break, for a JVM that is started with other properties than the usual ones. The pom has an
 * execution for each set of properties.
 */
class VectorBackendVariant {
    private static final List<RuleGroup> GROUPS =
            List.of(
                    RuleGroup.POINTWISE,
                    RuleGroup.BROADCASTING,
                    RuleGroup.REDUCTIONS,
                    RuleGroup.STRUCTURED,
                    RuleGroup.VJPS,
                    RuleGroup.SHAPES,
                    RuleGroup.GENERATED);

    /** One loss of each shape of program. */
    private static final List<String> LOSSES =
            List.of(
                    "cross_entropy",
                    "focal",
                    "tversky",
                    "lovasz_softmax",
                    "hausdorff_dt",
                    "soft_cldice");

    @TestFactory
    Stream<DynamicTest> rules() {
        Subject subject = Subject.open(new VectorBackendProvider());
        Stream<DynamicTest> ops = GROUPS.stream().flatMap(group -> group.tests(subject));
        Stream<DynamicTest> losses =
                RuleGroup.LOSSES
                        .tests(subject)
                        .filter(test ->
                                LOSSES.stream()
                                        .anyMatch(id ->
                                                test.getDisplayName()
                                                        .matches(
                                                                "required_loss_"
                                                                        + id
                                                                        + "_(options|shapes|saturated|nanUnderMask)")));
        return RuleRun.of(subject, VectorBackendVariant.class, Stream.concat(ops, losses));
    }

    /** Else the execution would test what the other tests test already. */
    @Test
    void theWidthIsTheOneAskedFor() {
        String bits = System.getProperty("segloss.vector.bits");
        try (Subject subject = Subject.open(new VectorBackendProvider())) {
            String device = subject.backend().device().toString();
            assertTrue(bits == null || device.contains(bits + "-bit"), device);
        }
    }
}
