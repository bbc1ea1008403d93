package io.github.segloss.cpu;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import java.util.List;

/** Offers the reference backend, {@code scalar}, which is always available. */
public final class ScalarBackendProvider implements BackendProvider {
    /** The name of the backend. */
    public static final String NAME = "scalar";

    /** Creates the provider. */
    public ScalarBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability probe() {
        return new Availability.Available(
                List.of(ScalarBackend.DEVICE), ScalarBackend.CAPABILITIES);
    }

    @Override
    public Backend open(BackendOptions options) {
        return new ScalarBackend();
    }
}
