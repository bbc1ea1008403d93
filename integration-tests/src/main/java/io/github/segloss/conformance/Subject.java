package io.github.segloss.conformance;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** The backend under test, opened, with the reference beside it. */
final class Subject implements AutoCloseable {
    /** The types in which a backend may compute. */
    static final List<DType> WIDE = List.of(DType.FLOAT32, DType.FLOAT64);

    private final BackendProvider provider;
    private final Session session;
    private final Session reference;

    private Subject(BackendProvider provider) {
        this.provider = provider;
        this.session = Session.on(provider.open(BackendOptions.DEFAULT));
        this.reference = Session.on(Reference.open());
    }

    /** Opens a backend; where it is unavailable the tests are skipped with its reason. */
    static Subject open(BackendProvider provider) {
        return switch (provider.probe()) {
            case Availability.Available _ -> new Subject(provider);
            case Availability.Unavailable(_, String detail, _) ->
                    Assumptions.abort(
                            "backend '" + provider.name() + "' is unavailable: " + detail);
        };
    }

    BackendProvider provider() {
        return provider;
    }

    Session session() {
        return session;
    }

    Backend backend() {
        return session.backend();
    }

    Session reference() {
        return reference;
    }

    /** Whether the backend under test is the one that others are compared with. */
    boolean isReference() {
        return backend().capabilities().isReference();
    }

    /** Skips the test where the backend does not claim a type of predictions. */
    void requireType(DType type) {
        Assumptions.assumeTrue(
                backend().capabilities().predictions().contains(type),
                () -> "backend '" + backend().name() + "' does not claim predictions of " + type);
    }

    /** One test for each of the two wide types, skipped where the backend does not have the type. */
    Stream<DynamicTest> forWideTypes(String rule, Consumer<DType> body) {
        return WIDE.stream()
                .map(type ->
                        DynamicTest.dynamicTest(
                                rule + "_" + type.name().toLowerCase(Locale.ROOT),
                                () -> {
                                    requireType(type);
                                    body.accept(type);
                                }));
    }

    @Override
    public void close() {
        session.close();
        reference.close();
    }
}
