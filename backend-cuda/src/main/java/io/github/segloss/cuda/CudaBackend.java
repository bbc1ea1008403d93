package io.github.segloss.cuda;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DeviceStorage;
import io.github.segloss.tensor.HostStorage;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One CUDA device with one stream. Calls are queued on it one after another; only reading a result, or a tensor on the host, waits. */
final class CudaBackend implements Backend {
    static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);

    private final Driver driver;
    private final KernelCompiler compiler;
    private final long stream;
    private final Cleaner cleaner = Cleaner.create();
    private final Set<CudaExecutable> executables = ConcurrentHashMap.newKeySet();
    private final Set<CudaMemory> memories = ConcurrentHashMap.newKeySet();
    private final Consumer<CudaMemory> release = this::release;
    private boolean closed;

    CudaBackend(Driver driver, KernelCompiler compiler) {
        this.driver = driver;
        this.compiler = compiler;
        this.stream = driver.newStream();
    }

    static Device describe(Driver.Properties p) {
        return new Device(
                p.id(),
                p.name(),
                "compute capability "
                        + p.major()
                        + "."
                        + p.minor()
                        + ", "
                        + p.multiprocessors()
                        + " multiprocessors, "
                        + (p.memoryBytes() >> 20)
                        + " MiB, driver for CUDA "
                        + p.driverVersion() / 1000
                        + "."
                        + p.driverVersion() % 1000 / 10);
    }

    @Override
    public String name() {
        return CudaBackendProvider.NAME;
    }

    @Override
    public Device device() {
        return describe(driver.properties());
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    Driver driver() {
        return driver;
    }

    long stream() {
        return stream;
    }

    Cleaner cleaner() {
        return cleaner;
    }

    synchronized void requireOpen() {
        if (closed) {
            throw new SegLossException("backend 'cuda' was closed and cannot be used any more");
        }
    }

    @Override
    public Executable compile(Program program, TensorTypes types) {
        requireOpen();
        CudaSource source = CudaSource.of(program, types);
        byte[] image = compiler.compile(source.text());
        synchronized (this) {
            requireOpen();
            CudaExecutable executable = new CudaExecutable(this, program, types, source, image);
            executables.add(executable);
            return executable;
        }
    }

    void forget(CudaExecutable executable) {
        executables.remove(executable);
    }

    @Override
    public Tensor upload(Tensor host) {
        if (!host.isOnHost()) {
            address(host, "the tensor to upload");
            return host;
        }
        synchronized (this) {
            requireOpen();
            long bytes = host.shape().elements() * host.dtype().bytes();
            CudaMemory memory = new CudaMemory(driver.allocate(bytes), bytes, release);
            memories.add(memory);
            try {
                driver.upload(stream, memory.address(), host.segment().asSlice(0, bytes));
            } catch (RuntimeException e) {
                memory.close();
                throw e;
            }
            return Tensor.wrap(memory, host.dtype(), host.shape());
        }
    }

    @Override
    public Tensor download(Tensor tensor) {
        if (tensor.isOnHost()) {
            return tensor;
        }
        long address = address(tensor, "the tensor to download");
        Tensor copy = Tensor.zeros(tensor.dtype(), tensor.shape());
        synchronized (this) {
            requireOpen();
            driver.download(stream, copy.segment(), address);
        }
        return copy;
    }

    /** The device address of a tensor of this backend. */
    long address(Tensor tensor, String what) {
        return switch (tensor.storage()) {
            case CudaMemory memory when memory.belongsTo(release) -> memory.address();
            case DeviceStorage other ->
                    throw new SegLossException(
                            what
                                    + " is on a device of "
                                    + (other instanceof CudaMemory
                                            ? "another open backend 'cuda'"
                                            : "backend '" + other.backend() + "'")
                                    + "; this backend reads host tensors and its own: download it first");
            case HostStorage _ -> throw new IllegalStateException(what + " is on the host");
        };
    }

    private void release(CudaMemory memory) {
        synchronized (this) {
            if (memories.remove(memory)) {
                driver.free(memory.rawAddress());
            }
        }
    }

    /** Copies a host tensor to memory of the device. */
    void upload(long target, MemorySegment source) {
        driver.upload(stream, target, source);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            Set.copyOf(executables).forEach(CudaExecutable::close);
            Set.copyOf(memories).forEach(CudaMemory::close);
            driver.closeStream(stream);
            driver.close();
        }
    }
}
