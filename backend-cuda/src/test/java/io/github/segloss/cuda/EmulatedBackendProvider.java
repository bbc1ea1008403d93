package io.github.segloss.cuda;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Reason;
import java.util.List;

/** Offers the CUDA backend on the emulated device, for the conformance kit; {@code -Dsegloss.cuda.emulation.seed} chooses the order of threads and blocks. */
public final class EmulatedBackendProvider implements BackendProvider {
    /** Creates the provider. */
    public EmulatedBackendProvider() {}

    @Override
    public String name() {
        return CudaBackendProvider.NAME;
    }

    @Override
    public int priority() {
        return 1;
    }

    @Override
    public Availability probe() {
        if (!Emulation.MISSING.isEmpty()) {
            return new Availability.Unavailable(Reason.COMPILER_MISSING, Emulation.MISSING);
        }
        try (CudaBackend backend = Emulation.open(0, Emulation.UNALIGNED_COMPILER)) {
            return new Availability.Available(List.of(backend.device()), CudaBackend.CAPABILITIES);
        }
    }

    @Override
    public Backend open(BackendOptions options) {
        if (probe() instanceof Availability.Unavailable(_, String detail, _)) {
            throw new BackendUnavailableException(
                    "the emulated device cannot be opened: " + detail);
        }
        int seed = Integer.getInteger("segloss.cuda.emulation.seed", 3);
        return Emulation.open(seed, Emulation.UNALIGNED_COMPILER);
    }
}
