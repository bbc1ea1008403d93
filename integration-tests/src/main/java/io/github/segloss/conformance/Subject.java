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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * The backend under test, with the reference beside it. Both are open while somebody holds them: {@link #open} and {@link #hold} each hold them once, and
 * {@link #close} lets go once. After the last they are closed, and whoever holds them next opens them anew.
 */
final class Subject implements AutoCloseable {
    /** The types in which a backend may compute. */
    static final List<DType> WIDE = List.of(DType.FLOAT32, DType.FLOAT64);

    private final BackendProvider provider;
    private int holders;
    private @Nullable Session session;
    private @Nullable Session reference;

    private Subject(BackendProvider provider) {
        this.provider = provider;
    }

    /** Opens a backend; where it is unavailable the tests are skipped with its reason. */
    static Subject open(BackendProvider provider) {
        return switch (provider.probe()) {
            case Availability.Available _ -> {
                Subject subject = new Subject(provider);
                subject.hold();
                yield subject;
            }
            case Availability.Unavailable(_, String detail, _) ->
                    Assumptions.abort(
                            "backend '" + provider.name() + "' is unavailable: " + detail);
        };
    }

    /** Opens the backend if it is not open, and keeps it so until {@link #close}. */
    synchronized void hold() {
        if (holders == 0) {
            session = Session.on(provider.open(BackendOptions.DEFAULT));
            reference = Session.on(Reference.open());
        }
        holders++;
    }

    BackendProvider provider() {
        return provider;
    }

    Session session() {
        return held(true);
    }

    Backend backend() {
        return session().backend();
    }

    Session reference() {
        return held(false);
    }

    private synchronized Session held(boolean isSession) {
        Session open = isSession ? session : reference;
        if (open == null) {
            throw new IllegalStateException("nobody holds the backend " + provider.name());
        }
        return open;
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

    /** Lets go once. */
    @Override
    public synchronized void close() {
        holders--;
        if (holders == 0) {
            held(true).close();
            held(false).close();
            session = null;
            reference = null;
        }
    }
}
