package io.github.segloss.cuda;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;

/**
 * Offers the CUDA backend, {@code cuda}. {@code -Dsegloss.cuda=off} switches it off. Compiled kernels are kept on disk in the folder that
 * {@code -Dsegloss.cuda.cache} names ({@code off} for none), else in the user's cache folder; {@code -Dsegloss.cuda.toolkit} names the folder of a CUDA
 * toolkit that is not where one usually is.
 */
public final class CudaBackendProvider implements BackendProvider {
    /** The name of the backend. */
    public static final String NAME = "cuda";

    /** Creates the provider. */
    public CudaBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 5; // below the vector backend until it has been held to the conformance kit on a
        // GPU: for now it is chosen by name
    }

    @Override
    public Availability probe() {
        return new CudaProbe().probe();
    }

    @Override
    public Backend open(BackendOptions options) {
        switch (probe()) {
            case Availability.Unavailable(_, String detail, var cause) ->
                    throw new BackendUnavailableException(
                            "backend 'cuda' cannot be opened: " + detail, cause);
            case Availability.Available(var devices, _) -> {
                if (options.device() < 0 || options.device() >= devices.size()) {
                    throw new BackendUnavailableException(
                            "backend 'cuda' has no device "
                                    + options.device()
                                    + "; the devices are "
                                    + devices);
                }
            }
        }
        try {
            Toolkit.load();
            BytedecoDriver driver = new BytedecoDriver(options.device());
            NvrtcCompiler nvrtc = new NvrtcCompiler(driver.properties().architecture());
            return new CudaBackend(
                    driver, new CachedCompiler(nvrtc, CachedCompiler.defaultFolder()));
        } catch (LinkageError e) {
            throw new BackendUnavailableException(
                    "the native libraries of backend 'cuda' cannot be loaded: " + e, e);
        }
    }
}
