package io.github.segloss.vector;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;

/** The backend on vectors of the processor. */
final class VectorBackend implements Backend {
    static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);
    private final Workers workers;
    private final Tier tier;
    private volatile boolean closed;

    VectorBackend(BackendOptions options) {
        this.workers = new Workers(options.threadCount());
        this.tier = Tier.wanted().orElse(Tier.AUTO);
    }

    static String target(int threads) {
        return Lanes.FLOATS.vectorBitSize()
                + "-bit vectors, "
                + threads
                + (threads == 1 ? " thread" : " threads");
    }

    static Device device(int threads) {
        return new Device(0, System.getProperty("os.arch") + " processor", target(threads));
    }

    @Override
    public String name() {
        return VectorBackendProvider.NAME;
    }

    @Override
    public Device device() {
        return device(workers.threads());
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Executable compile(Program program, TensorTypes types) {
        if (closed) {
            throw new SegLossException(
                    "backend '" + name() + "' was closed and cannot be used any more");
        }
        return new VectorExecutable(program, types, workers, tier, () -> closed);
    }

    @Override
    public void close() {
        closed = true;
        workers.close();
    }
}
