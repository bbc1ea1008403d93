package io.github.segloss.cpu;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;

/** The reference backend: float64 inside, plain loops, one thread; the living definition of every op. */
final class ScalarBackend implements Backend {
    static final Device DEVICE =
            new Device(0, System.getProperty("os.arch") + " processor", "one thread, float64");
    static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, true);
    private volatile boolean closed;

    @Override
    public String name() {
        return ScalarBackendProvider.NAME;
    }

    @Override
    public Device device() {
        return DEVICE;
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
        return new ScalarExecutable(program, types, () -> closed);
    }

    @Override
    public void close() {
        closed = true;
    }
}
