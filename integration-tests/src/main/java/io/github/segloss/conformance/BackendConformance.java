package io.github.segloss.conformance;

import io.github.segloss.backend.BackendProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules that every backend keeps, one JUnit test for each. A test class implements this interface and names the provider; that is all.
 *
 * <p>Rules that are {@code required} hold for every backend; {@code optional} ones are skipped, with the reason, where the backend's capabilities do not
 * claim what they are about. Where the provider's probe says that the backend is unavailable everything is skipped with that reason.
 *
 * <p>The tests may run one after another or in JUnit's concurrent mode. {@code -Dsegloss.conformance.rule=} runs only those whose name the regular
 * expression matches.
 */
public interface BackendConformance {
    /** {@return the backend under test} */
    BackendProvider provider();

    /** {@return the tests of all pointwise ops} */
    @TestFactory
    default Stream<DynamicTest> pointwise() {
        return RuleGroup.POINTWISE.on(this);
    }

    /** {@return the tests of broadcasting, choices and labels} */
    @TestFactory
    default Stream<DynamicTest> broadcasting() {
        return RuleGroup.BROADCASTING.on(this);
    }

    /** {@return the tests of all reductions} */
    @TestFactory
    default Stream<DynamicTest> reductions() {
        return RuleGroup.REDUCTIONS.on(this);
    }

    /** {@return the tests of ranked sums, distance transforms and windows} */
    @TestFactory
    default Stream<DynamicTest> structured() {
        return RuleGroup.STRUCTURED.on(this);
    }

    /** {@return the tests of the gradient of every op} */
    @TestFactory
    default Stream<DynamicTest> vjps() {
        return RuleGroup.VJPS.on(this);
    }

    /** {@return the tests of class counts, spatial sizes and logits of every size} */
    @TestFactory
    default Stream<DynamicTest> shapes() {
        return RuleGroup.SHAPES.on(this);
    }

    /** {@return how many random programs are run: {@code -Dsegloss.graphs}, or 200} */
    default int generatedPrograms() {
        return GeneratedPrograms.count(200);
    }

    /** {@return the tests of random programs over all ops} */
    @TestFactory
    default Stream<DynamicTest> generated() {
        Subject subject = Subject.open(provider());
        return RuleRun.of(
                subject, getClass(), GeneratedPrograms.tests(subject, generatedPrograms()));
    }

    /** {@return the tests of all registered losses, six for each} */
    @TestFactory
    default Stream<DynamicTest> losses() {
        return RuleGroup.LOSSES.on(this);
    }

    /** {@return the tests of first and second derivatives of all registered losses} */
    @TestFactory
    default Stream<DynamicTest> derivatives() {
        return RuleGroup.DERIVATIVES.on(this);
    }

    /** {@return the tests of the laws that registered losses declare} */
    @TestFactory
    default Stream<DynamicTest> laws() {
        return RuleGroup.LAWS.on(this);
    }

    /** {@return the tests of what holds whatever the loss: determinism, gradient buffers, upstream gradients, memory} */
    @TestFactory
    default Stream<DynamicTest> contract() {
        return RuleGroup.CONTRACT.on(this);
    }

    /** {@return the tests of memory that has to be given back} */
    @TestFactory
    default Stream<DynamicTest> memory() {
        return RuleGroup.MEMORY.on(this);
    }

    /** {@return the tests of closing, refusing and compiling} */
    @TestFactory
    default Stream<DynamicTest> refusals() {
        return RuleGroup.REFUSALS.on(this);
    }
}
