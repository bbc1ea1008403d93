package io.github.segloss.cpu;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Op by op on whole arrays; sums, inner products and class mixing by BLAS. */
final class OpenBlasBackend implements Backend {
    private final Device device;
    private final Capabilities capabilities;
    private final BlasWorkers workers;
    private final Set<OpenBlasExecutable> executables = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    OpenBlasBackend(Availability.Available available, int threads) {
        Device found = available.devices().getFirst();
        String count = threads == 1 ? "one thread" : threads + " threads";
        this.device = new Device(found.id(), found.name(), count + ", " + found.detail());
        this.capabilities = available.capabilities();
        this.workers = new BlasWorkers(threads);
    }

    @Override
    public String name() {
        return OpenBlasBackendProvider.NAME;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public Executable compile(Program program, TensorTypes types) {
        if (closed) {
            throw new SegLossException(
                    "backend '" + name() + "' was closed and cannot be used any more");
        }
        BlasPlan plan = BlasPlanner.plan(program, types);
        OpenBlasExecutable executable =
                new OpenBlasExecutable(plan, types, workers, device, executables::remove);
        executables.add(executable);
        return executable;
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(executables).forEach(OpenBlasExecutable::close);
        workers.close();
    }
}
