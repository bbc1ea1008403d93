package io.github.segloss.conformance;

import io.github.segloss.backend.BackendProvider;
import io.github.segloss.vector.VectorBackendProvider;

class VectorBackendTest implements BackendConformance {
    @Override
    public BackendProvider provider() {
        return new VectorBackendProvider();
    }

    /** It fuses, and fusing is what random programs are good at breaking. */
    @Override
    public int generatedPrograms() {
        return GeneratedPrograms.count(2000);
    }
}
