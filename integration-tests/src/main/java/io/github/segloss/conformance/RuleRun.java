package io.github.segloss.conformance;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * How the tests of one factory run: which of them, with the backend open, and with the command that repeats it in the message of one that fails.
 *
 * <p>JUnit closes the stream of a factory when it has taken the last test from it. In its concurrent mode tests of the stream may run afterwards, so each
 * holds the backend by itself while it runs.
 */
final class RuleRun {
    /** The property with the rules to run, a regular expression for their whole names; all if it is not given. */
    static final String RULE_PROPERTY = "segloss.conformance.rule";

    private static final String COMMAND = "To repeat: ";

    private final Subject subject;
    private final String testClass;

    private RuleRun(Subject subject, String testClass) {
        this.subject = subject;
        this.testClass = testClass;
    }

    /**
     * The tests as JUnit is to get them.
     *
     * @param subject the backend, held once for the stream, which lets it go when it is closed
     * @param testClass the class whose factory this is
     * @param tests the tests
     */
    static Stream<DynamicTest> of(Subject subject, Class<?> testClass, Stream<DynamicTest> tests) {
        RuleRun run = new RuleRun(subject, topLevel(testClass));
        String rules = System.getProperty(RULE_PROPERTY, ".*");
        return tests.filter(test -> test.getDisplayName().matches(rules))
                .map(run::of)
                .onClose(subject::close);
    }

    private static String topLevel(Class<?> type) {
        String name = type.getName().substring(type.getName().lastIndexOf('.') + 1);
        return name.split("\\$")[0];
    }

    private DynamicTest of(DynamicTest test) {
        return DynamicTest.dynamicTest(test.getDisplayName(), () -> run(test));
    }

    private void run(DynamicTest test) throws Throwable {
        subject.hold();
        try {
            test.getExecutable().execute();
        } catch (TestAbortedException | VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            String message = e instanceof AssertionError ? e.getMessage() : e.toString();
            throw new AssertionFailedError(
                    message + "\n" + command(test.getDisplayName(), message), e);
        } finally {
            subject.close();
        }
    }

    /** The command that runs one rule again, with the properties that this run has; nothing where the message has one already. */
    private String command(String rule, String message) {
        if (message != null && message.contains(COMMAND)) {
            return "";
        }
        String properties =
                System.getProperties().stringPropertyNames().stream()
                        .filter(name -> name.startsWith("segloss.") && !name.equals(RULE_PROPERTY))
                        .sorted()
                        .map(name -> " -D" + name + "=" + System.getProperty(name))
                        .collect(Collectors.joining());
        return COMMAND
                + "./mvnw test -Dsurefire.failIfNoSpecifiedTests=false -Dtest="
                + testClass
                + " -D"
                + RULE_PROPERTY
                + "="
                + rule
                + properties;
    }
}
