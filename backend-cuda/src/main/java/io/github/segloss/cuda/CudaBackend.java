package io.github.segloss.cuda;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.DeviceStorage;
import io.github.segloss.tensor.HostStorage;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import io.github.segloss.tensor.dlpack.DlpackDevice;
import io.github.segloss.tensor.dlpack.DlpackTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One CUDA device. Calls are queued one after another, on the backend's own stream or on {@linkplain CudaStream the caller's}; only reading a result, or a
 * tensor on the host, waits.
 *
 * <p>What {@code Session.backend()} gives for {@code cuda} is one of these, and it can do more than other backends: look at memory that something else
 * allocated ({@link #wrap}), allocate memory of the host that the device copies from and to by itself ({@link #pinned}), and exchange tensors by DLPack
 * ({@link #importDlpack}, {@link #exportDlpack}).
 */
public final class CudaBackend implements Backend {
    static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);

    /** One for all backends: each has a thread. */
    private static final Cleaner CLEANER = Cleaner.create();

    private static final long SMALL = 16 << 10;

    private final Driver driver;
    private final KernelCompiler compiler;
    private final long stream;
    private final StreamOrder order;
    private final StagingRing smallPieces;
    private final StagingRing largePieces;
    private final Set<CudaExecutable> executables = ConcurrentHashMap.newKeySet();
    private final Set<CudaMemory> memories = ConcurrentHashMap.newKeySet();
    private final NavigableMap<Long, PinnedMemory> pinned = new ConcurrentSkipListMap<>();
    private boolean closed;

    /** Memory of the host that the device copies from and to by itself; closing the arena frees it. */
    private record PinnedMemory(long bytes, Arena arena) {}

    CudaBackend(Driver driver, KernelCompiler compiler) {
        this.driver = driver;
        this.compiler = compiler;
        this.stream = driver.newStream();
        this.order = new StreamOrder(driver, stream);
        this.smallPieces = new StagingRing(driver, 64, SMALL);
        this.largePieces = new StagingRing(driver, 4, 2 << 20);
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

    /** {@return the handle of the backend's own stream, on which calls are queued that name no other} */
    public long stream() {
        return stream;
    }

    StreamOrder order() {
        return order;
    }

    Cleaner cleaner() {
        return CLEANER;
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

    private static long bytes(Tensor tensor) {
        return tensor.shape().elements() * tensor.dtype().bytes();
    }

    // ---- tensors

    @Override
    public Tensor upload(Tensor host) {
        if (!host.isOnHost()) {
            address(host, "the tensor to upload");
            return host;
        }
        synchronized (this) {
            requireOpen();
            long bytes = bytes(host);
            CudaMemory memory =
                    new CudaMemory(
                            this,
                            driver.allocate(bytes),
                            bytes,
                            m -> forget(m, () -> free(m.rawAddress())));
            memories.add(memory);
            try {
                upload(order.begin(), memory.address(), host.segment().asSlice(0, bytes));
            } catch (RuntimeException | Error e) {
                memory.close();
                throw e;
            } finally {
                order.end();
            }
            return Tensor.wrap(memory, host.dtype(), host.shape());
        }
    }

    @Override
    public Tensor download(Tensor tensor) {
        if (tensor.isOnHost()) {
            return tensor;
        }
        Tensor copy = Tensor.zeros(tensor.dtype(), tensor.shape());
        download(tensor, copy);
        return copy;
    }

    /**
     * Copies a device tensor to a host tensor. If that is {@linkplain #pinned page-locked} the copy is only queued, and complete after {@link #synchronize} or
     * when the stream has come to it.
     *
     * @param tensor a tensor of this backend
     * @param host a host tensor of the same element type and number of elements
     */
    public void download(Tensor tensor, Tensor host) {
        Backend.requireSame(tensor, host);
        long address = address(tensor, "the tensor to download");
        synchronized (this) {
            requireOpen();
            try {
                download(order.begin(), host.segment().asSlice(0, bytes(host)), address);
            } finally {
                order.end();
            }
        }
    }

    @Override
    public void copy(Tensor source, Tensor target) {
        Backend.requireSame(source, target);
        synchronized (this) {
            requireOpen();
            long from = address(source, "the tensor to copy");
            long to = address(target, "the tensor to copy to");
            try {
                driver.copy(order.begin(), to, from, bytes(source));
            } finally {
                order.end();
            }
        }
    }

    /** Waits until everything that was queued, on any stream, has ended. */
    @Override
    public synchronized void synchronize() {
        requireOpen();
        order.awaitAll();
    }

    /**
     * {@return a tensor over memory that something else allocated on the backend's device, without a copy; it must stay allocated until the tensor is closed,
     *     and what writes it must have ended, or be on the {@linkplain CudaStream stream} of the call that reads it}
     *
     * @param address the device address of the first element, in the primary context of the device
     * @param dtype the element type
     * @param shape the shape, contiguous and row-major
     * @throws SegLossException if that is no memory of this device, or the address is not a multiple of the element size
     */
    public Tensor wrap(long address, DType dtype, Shape shape) {
        return wrap(address, dtype, shape, () -> {});
    }

    private synchronized Tensor wrap(long address, DType dtype, Shape shape, Runnable closed) {
        requireOpen();
        if (address == 0 || address % dtype.bytes() != 0) {
            throw new SegLossException(
                    "device address 0x"
                            + Long.toHexString(address)
                            + " cannot hold "
                            + dtype
                            + " elements; it must be a multiple of "
                            + dtype.bytes()
                            + " and not 0");
        }
        int device = driver.deviceOf(address);
        if (device != driver.properties().id()) {
            throw new SegLossException(
                    "address 0x"
                            + Long.toHexString(address)
                            + (device < 0 ? " is no device memory" : " is on device " + device)
                            + "; this backend is on device "
                            + driver.properties().id());
        }
        long bytes = Math.multiplyExact(shape.elements(), dtype.bytes());
        CudaMemory memory =
                new CudaMemory(this, address, bytes, m -> forget(m, () -> letGo(closed)));
        memories.add(memory);
        return Tensor.wrap(memory, dtype, shape);
    }

    /**
     * {@return a host tensor in page-locked memory, zero-filled, to be closed: copies from and to it are queued and not waited for, so a tensor that was given
     *     to a call must not be written before the call has ended. There is little of such memory, and it takes long to allocate}
     *
     * @param dtype the element type
     * @param shape the shape
     * @throws io.github.segloss.DeviceException if there is not enough
     */
    @SuppressWarnings("restricted")
    public synchronized Tensor pinned(DType dtype, Shape shape) {
        requireOpen();
        long bytes = Math.multiplyExact(shape.elements(), dtype.bytes());
        MemorySegment memory = driver.allocatePinned(bytes);
        Arena arena = Arena.ofShared();
        MemorySegment segment =
                memory.reinterpret(
                        bytes,
                        arena,
                        _ -> {
                            synchronized (this) {
                                pinned.remove(memory.address());
                                order.awaitAll();
                                driver.freePinned(memory);
                            }
                        });
        pinned.put(memory.address(), new PinnedMemory(bytes, arena));
        segment.fill((byte) 0);
        return Tensor.wrap(segment, arena, dtype, shape);
    }

    private boolean isPinned(MemorySegment segment) {
        Map.Entry<Long, PinnedMemory> before =
                segment.isNative() ? pinned.floorEntry(segment.address()) : null;
        return before != null
                && segment.address() + segment.byteSize()
                        <= before.getKey() + before.getValue().bytes();
    }

    // ---- DLPack

    /**
     * {@return a tensor over what another library exports, without a copy; its deleter is called once, when the tensor or the backend is closed. Device memory
     *     must be of the backend's device; host memory gives a host tensor}
     *
     * @param managed a {@code DLManagedTensor} or {@code DLManagedTensorVersioned}, which is the backend's from now on unless this throws
     * @param isVersioned whether it is a {@code DLManagedTensorVersioned}
     * @throws SegLossException if it cannot be used as it is; the message says why
     */
    public Tensor importDlpack(MemorySegment managed, boolean isVersioned) {
        DlpackTensor tensor = DlpackTensor.read(managed, isVersioned);
        if (tensor.device() != DlpackDevice.CUDA) {
            return tensor.toHostTensor();
        }
        return wrap(tensor.address(), tensor.dtype(), tensor.shape(), tensor::delete);
    }

    /**
     * {@return a {@code DLManagedTensor} or {@code DLManagedTensorVersioned} over a tensor, without a copy. The tensor belongs to the consumer from now on,
     *     whose call of the deleter closes it. What was queued for it comes before what follows on the stream of the caller}
     *
     * @param tensor a tensor of this backend, or one of the host that is off the heap
     * @param isVersioned whether to make a {@code DLManagedTensorVersioned}
     */
    public MemorySegment exportDlpack(Tensor tensor, boolean isVersioned) {
        if (tensor.isOnHost()) {
            return DlpackTensor.export(tensor, isVersioned);
        }
        long address = address(tensor, "the tensor to export");
        synchronized (this) {
            requireOpen();
            order.begin();
            order.end();
        }
        return DlpackTensor.export(
                tensor, DlpackDevice.CUDA, driver.properties().id(), address, isVersioned);
    }

    // ---- what executables need

    /** The device address of a tensor of this backend. */
    long address(Tensor tensor, String what) {
        return switch (tensor.storage()) {
            case CudaMemory memory when memory.belongsTo(this) -> memory.address();
            case DeviceStorage other ->
                    throw new SegLossException(
                            what
                                    + " is on a device of "
                                    + (other instanceof CudaMemory
                                            ? "another open backend 'cuda'"
                                            : "backend '" + other.backend() + "'")
                                    + "; this backend reads host tensors and its own: download it first");
            case HostStorage _ ->
                    throw new SegLossException(what + " is on the host: upload it first");
        };
    }

    private void forget(CudaMemory memory, Runnable release) {
        synchronized (this) {
            if (memories.remove(memory)) {
                release.run();
            }
        }
    }

    /** Tells the owner of foreign memory that nothing here needs it any more. */
    private void letGo(Runnable owner) {
        order.awaitAll();
        owner.run();
    }

    /** Frees device memory when nothing needs it any more. */
    void free(long address) {
        order.awaitAll();
        driver.free(address);
    }

    private StagingRing pieces(MemorySegment host) {
        return host.byteSize() <= SMALL ? smallPieces : largePieces;
    }

    /** Queues a copy to the device; other memory than page-locked may be changed as soon as this returns. */
    void upload(long queue, long target, MemorySegment source) {
        if (isPinned(source)) {
            driver.upload(queue, target, source);
        } else {
            pieces(source).upload(queue, target, source);
        }
    }

    /** Queues a copy to the host; unless that is page-locked the copy is complete when this returns. */
    void download(long queue, MemorySegment target, long source) {
        if (isPinned(target)) {
            driver.download(queue, target, source);
        } else {
            pieces(target).download(queue, target, source);
        }
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
            List.copyOf(pinned.values()).forEach(memory -> memory.arena().close());
            order.awaitAll();
            smallPieces.close();
            largePieces.close();
            order.close();
            driver.closeStream(stream);
            driver.close();
        }
    }
}
