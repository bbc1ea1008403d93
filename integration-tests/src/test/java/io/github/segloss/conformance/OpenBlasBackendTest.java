package io.github.segloss.conformance;

import io.github.segloss.backend.BackendProvider;
import io.github.segloss.cpu.OpenBlasBackendProvider;

class OpenBlasBackendTest implements BackendConformance {
    @Override
    public BackendProvider provider() {
        return new OpenBlasBackendProvider();
    }
}
