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
 */
public interface BackendConformance {
    /** {@return the backend under test} */
    BackendProvider provider();

    /** {@return the tests of all pointwise ops} */
    @TestFactory
    default Stream<DynamicTest> pointwise() {
        return Rules.of(this, PointwiseRules::tests);
    }

    /** {@return the tests of broadcasting, choices and labels} */
    @TestFactory
    default Stream<DynamicTest> broadcasting() {
        return Rules.of(this, BroadcastRules::tests);
    }

    /** {@return the tests of all reductions} */
    @TestFactory
    default Stream<DynamicTest> reductions() {
        return Rules.of(this, ReductionRules::tests);
    }

    /** {@return the tests of ranked sums, distance transforms and windows} */
    @TestFactory
    default Stream<DynamicTest> structured() {
        return Rules.of(this, StructuredRules::tests);
    }

    /** {@return the tests of all registered losses, six for each} */
    @TestFactory
    default Stream<DynamicTest> losses() {
        return Rules.of(this, LossRules::tests);
    }

    /** {@return the tests of first and second derivatives of all registered losses} */
    @TestFactory
    default Stream<DynamicTest> derivatives() {
        return Rules.of(this, GradientChecks::tests);
    }

    /** {@return the tests of the laws that registered losses declare} */
    @TestFactory
    default Stream<DynamicTest> laws() {
        return Rules.of(this, Laws::tests);
    }

    /** {@return the tests of what holds whatever the loss: determinism, gradient buffers, upstream gradients, memory} */
    @TestFactory
    default Stream<DynamicTest> contract() {
        return Rules.of(this, ContractRules::tests);
    }

    /** {@return the tests of closing, refusing and compiling} */
    @TestFactory
    default Stream<DynamicTest> refusals() {
        return Rules.of(this, RefusalRules::tests);
    }
}
