package io.github.segloss.conformance;

import io.github.segloss.backend.BackendProvider;
import io.github.segloss.cpu.ScalarBackendProvider;

class ScalarBackendTest implements BackendConformance {
    @Override
    public BackendProvider provider() {
        return new ScalarBackendProvider();
    }
}
