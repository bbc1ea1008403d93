package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.backend.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/**
 * Every test of the kit belongs to one rule with a text, and {@code docs/conformance.md} is made of those texts. After a change run the test with
 * {@code -Dsegloss.update=true}, which writes the file.
 */
class ConformanceDocumentTest {
    private static final Path FILE = Path.of("../docs/conformance.md");

    @Test
    void everyTestBelongsToOneRuleAndEveryRuleHasATest() {
        List<String> problems = new ArrayList<>();
        BackendProvider provider = FaultyBackend.provider(Fault.NONE);
        try (Subject subject = Subject.open(provider)) {
            for (RuleGroup group : RuleGroup.values()) {
                Set<Rule> used = new HashSet<>();
                Set<String> names = new HashSet<>();
                for (DynamicTest test : group.tests(subject).toList()) {
                    String name = test.getDisplayName();
                    List<Rule> rules =
                            group.rules().stream().filter(rule -> rule.hasTest(name)).toList();
                    used.addAll(rules);
                    if (rules.size() != 1) {
                        problems.add(name + " belongs to " + rules.size() + " rules of " + group);
                    }
                    if (!names.add(name)) {
                        problems.add("two tests are called " + name);
                    }
                }
                group.rules().stream()
                        .filter(rule -> !used.contains(rule))
                        .forEach(rule -> problems.add("no test belongs to " + rule.name()));
            }
        }
        assertEquals(List.of(), problems);
    }

    @Test
    void theDocumentIsGeneratedFromTheRules() throws IOException {
        String document = document();
        if (Boolean.getBoolean("segloss.update")) {
            Files.writeString(FILE, document);
        }
        assertEquals(
                document,
                Files.exists(FILE) ? Files.readString(FILE) : "",
                "docs/conformance.md is not up to date: run with -Dsegloss.update=true");
    }

    private static String document() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        for (RuleGroup group : RuleGroup.values()) {
            text.append("\n### ")
                    .append(group.title())
                    .append("\n\n| rule | what holds |\n|---|---|\n");
            for (Rule rule : group.rules()) {
                text.append("| `")
                        .append(rule.name())
                        .append("` | ")
                        .append(rule.text())
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    private static final String INTRODUCTION =
            """
            # Conformance

            Generated from the rules in the code. The kit is the module `segloss-integration-tests`; every backend of this repository passes it, and a backend
            of your own is held to the same rules by a class of three lines:

            ```java
            class MyBackendTest implements BackendConformance {
                @Override public BackendProvider provider() { return new MyBackendProvider(); }
            }
            ```

            ```xml
            <dependency>
                <groupId>io.github.segloss</groupId>
                <artifactId>segloss-integration-tests</artifactId>
                <version>0.1.0-SNAPSHOT</version>
                <scope>test</scope>
            </dependency>
            ```

            JUnit runs one test for each rule, named after it. What the backend's `Capabilities` do not claim is skipped with the reason, and everything is skipped
            with the probe's reason where the backend is unavailable. A build that must not skip it reads its test reports afterwards, as `RequiredBackendsCheck` does here.

            How far two results may be apart is said in one class, `Tolerance`, with the reason for each number. The other side of a comparison is the reference backend
            `scalar`, a definition of the op written out in the kit, or a golden file (`segloss verify` runs those).

            | property | meaning |
            |---|---|
            | `segloss.graphs` | how many random programs are run; 200 unless the test class overrides `generatedPrograms` |
            | `segloss.seed` | the seed of the first of them; 1 unless given |
            | `segloss.conformance.every` | only every n-th of the trials of each loss's options is run, for a backend that takes long to compile; 1 unless given |
            | `segloss.conformance.rule` | only the rules run whose whole name this regular expression matches, such as `required_loss_dice_.*` |

            A failure names the place, both values, how far they are apart in units in the last place, the seed, and the command that repeats the one rule. The tests may run
            one after another or in JUnit's concurrent mode (`junit.jupiter.execution.parallel.enabled`).

            A random program that fails is cut down to the smallest that fails, and printed as code with its seed and the command that repeats it. The kit itself is
            tested by backends with one fault each (`BrokenBackendsTest`): a wrong tail, sums in float32, swapped operands, a mask that is not read, scratch that is not
            cleared, tiles that race, a swallowed NaN, ties in the wrong order, classes off by one, and an unclamped exponent. Each is found, by the rule that is about it.

            ## Rules

            In names, `{type}` is `float32` or `float64`, `{narrow}` is `float16` or `bfloat16`, `{labels}` is an integer type, `{loss}` is the id of a registered
            loss; the others say what they are. A `required` rule holds for every backend that has the type; an `optional` one for those that claim what it is about.
            """;
}
