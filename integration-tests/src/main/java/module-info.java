/** The conformance kit for backends, made of JUnit 5 tests, and the verification of golden files. */
module io.github.segloss.conformance {
    requires transitive io.github.segloss;
    requires io.github.segloss.losses;
    requires com.fasterxml.jackson.databind;
    // Only the kit is made of tests; golden files can be verified without JUnit.
    requires static transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports io.github.segloss.conformance;
}
