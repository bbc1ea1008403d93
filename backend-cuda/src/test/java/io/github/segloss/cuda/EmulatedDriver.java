package io.github.segloss.cuda;

import io.github.segloss.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A device on the processor: memory is the process's own, filled with NaN when it is new; a kernel runs thread by thread and block by block in an order that
 * a seed chooses. It is as lazy as a device may be: what is queued on a stream happens when something waits for it and not before, so that a copy that is
 * read too early, or a buffer that is used again too early, shows. Counts what is open, so that tests can see leaks.
 */
@SuppressWarnings("restricted")
final class EmulatedDriver implements Driver {
    private static final MethodHandle CALL =
            Linker.nativeLinker()
                    .downcallHandle(
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS));

    /** The runtime keeps its state in global variables, so one launch runs at a time in the whole process. */
    private static final Object ONE_AT_A_TIME = new Object();

    private record Module(SymbolLookup symbols, String prefix) {}

    private final int id;
    private final MethodHandle allocate;
    private final MethodHandle free;
    private final int seed;
    private final long memoryBytes;
    private final TreeMap<Long, Long> allocations = new TreeMap<>();
    private final Map<Long, Arena> pinned = new HashMap<>();
    private final List<Module> modules = new ArrayList<>();
    private final List<MemorySegment> functions = new ArrayList<>();
    private final EmulatedQueues queues = new EmulatedQueues();
    private final Map<Long, List<Step>> graphs = new HashMap<>();
    private int openModules;
    private long usedBytes;
    private long launches;
    private long graphLaunches;
    private long graphUpdates;
    private long uploads;
    private long nextGraph;
    private boolean closed;

    EmulatedDriver(EmulatedCompiler compiler, int seed) {
        this(compiler, seed, 1L << 32);
    }

    EmulatedDriver(EmulatedCompiler compiler, int seed, long memoryBytes) {
        this(compiler, seed, memoryBytes, 0);
    }

    EmulatedDriver(EmulatedCompiler compiler, int seed, long memoryBytes, int id) {
        this.id = id;
        this.seed = seed;
        this.memoryBytes = memoryBytes;
        SymbolLookup runtime =
                SymbolLookup.libraryLookup(compiler.runtimeLibrary(), Arena.global());
        this.allocate =
                Linker.nativeLinker()
                        .downcallHandle(
                                runtime.findOrThrow("emulated_allocate"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        this.free =
                Linker.nativeLinker()
                        .downcallHandle(
                                runtime.findOrThrow("emulated_free"),
                                FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
    }

    @Override
    public Properties properties() {
        return new Properties(id, "emulated device", 8, 0, 1, memoryBytes, 13000);
    }

    // ---- memory

    @Override
    public synchronized long freeBytes() {
        return memoryBytes - usedBytes;
    }

    @Override
    public synchronized long allocate(long bytes) {
        requireOpen();
        if (bytes < 1 || bytes > freeBytes()) {
            throw new DeviceException(
                    "out of device memory: "
                            + bytes
                            + " bytes were asked for, "
                            + freeBytes()
                            + " are free");
        }
        try {
            long address = (long) allocate.invokeExact(bytes);
            allocations.put(address, bytes);
            usedBytes += bytes;
            return address;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized void free(long address) {
        requireOpen();
        Long bytes = allocations.remove(address);
        if (bytes == null) {
            throw new DeviceException(
                    "address " + address + " was not allocated or is free already");
        }
        usedBytes -= bytes;
        try {
            free.invokeExact(address);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized int deviceOf(long address) {
        Map.Entry<Long, Long> before = allocations.floorEntry(address);
        return before != null && address < before.getKey() + before.getValue() ? id : -1;
    }

    private synchronized MemorySegment memory(long address, long bytes) {
        Map.Entry<Long, Long> before = allocations.floorEntry(address);
        if (before == null || address + bytes > before.getKey() + before.getValue()) {
            throw new DeviceException(bytes + " bytes at " + address + " are not in device memory");
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public synchronized MemorySegment allocatePinned(long bytes) {
        requireOpen();
        Arena arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(bytes, 64);
        pinned.put(memory.address(), arena);
        return MemorySegment.ofAddress(memory.address()).reinterpret(bytes);
    }

    @Override
    public synchronized void freePinned(MemorySegment memory) {
        pinned.remove(memory.address()).close();
    }

    private synchronized void requirePinned(MemorySegment host) {
        long address = host.address();
        if (!host.isNative()
                || pinned.keySet().stream().noneMatch(start -> start <= address)
                || pinned.isEmpty()) {
            throw new DeviceException("a copy without waiting needs page-locked memory");
        }
    }

    // ---- streams

    @Override
    public long newStream() {
        return queues.newStream();
    }

    @Override
    public void closeStream(long stream) {
        queues.closeStream(stream);
    }

    @Override
    public long newEvent() {
        return queues.newEvent();
    }

    @Override
    public void closeEvent(long event) {
        queues.closeEvent(event);
    }

    @Override
    public void record(long event, long stream) {
        queues.record(event, stream);
    }

    @Override
    public void await(long stream, long event) {
        queues.await(stream, event);
    }

    @Override
    public void awaitOnHost(long event) {
        queues.awaitOnHost(event);
    }

    @Override
    public void synchronize(long stream) {
        requireOpen();
        queues.drain(stream);
    }

    @Override
    public void upload(long stream, long target, MemorySegment source) {
        requirePinned(source);
        synchronized (this) {
            uploads++;
        }
        queues.add(stream, () -> memory(target, source.byteSize()).copyFrom(source));
    }

    @Override
    public void download(long stream, MemorySegment target, long source) {
        requirePinned(target);
        queues.add(stream, () -> target.copyFrom(memory(source, target.byteSize())));
    }

    @Override
    public void copy(long stream, long target, long source, long bytes) {
        queues.add(stream, () -> memory(target, bytes).copyFrom(memory(source, bytes)));
    }

    @Override
    public void clear(long stream, long address, long bytes) {
        queues.add(stream, () -> memory(address, bytes).fill((byte) 0));
    }

    // ---- kernels

    @Override
    public synchronized long loadModule(byte[] image) {
        String[] lines = new String(image, StandardCharsets.UTF_8).split("\n");
        modules.add(
                new Module(
                        SymbolLookup.libraryLookup(Path.of(lines[0]), Arena.global()), lines[1]));
        openModules++;
        return modules.size() - 1;
    }

    @Override
    public synchronized void unloadModule(long module) {
        openModules--;
    }

    @Override
    public synchronized long function(long module, String name) {
        Module m = modules.get((int) module);
        String symbol = m.prefix() + "_" + name;
        functions.add(
                m.symbols()
                        .find(symbol)
                        .or(() -> m.symbols().find(symbol.replaceFirst("_aligned$", "")))
                        .orElseThrow(() -> new DeviceException("no kernel " + name)));
        return functions.size() - 1;
    }

    @Override
    public void launch(
            long stream, long function, int blocks, int threads, long[] arguments, int count) {
        requireOpen();
        synchronized (this) {
            launches++;
        }
        queue(stream, Step.of(function, blocks, threads, arguments, count));
    }

    @Override
    public synchronized long newGraph(List<Step> steps) {
        graphs.put(nextGraph, new ArrayList<>(steps));
        return nextGraph++;
    }

    @Override
    public synchronized void updateGraph(long graph, int index, Step step) {
        graphs.get(graph).set(index, step);
        graphUpdates++;
    }

    @Override
    public synchronized void launchGraph(long stream, long graph) {
        requireOpen();
        graphLaunches++;
        graphs.get(graph).forEach(step -> queue(stream, step));
    }

    @Override
    public synchronized void closeGraph(long graph) {
        graphs.remove(graph);
    }

    private void queue(long stream, Step step) {
        MemorySegment kernel;
        synchronized (this) {
            kernel = functions.get((int) step.function());
        }
        queues.add(stream, () -> run(kernel, step));
    }

    private void run(MemorySegment kernel, Step step) {
        long[] arguments = step.arguments();
        synchronized (ONE_AT_A_TIME) {
            try (Arena call = Arena.ofConfined()) {
                MemorySegment values = call.allocate(8L * Math.max(arguments.length, 1), 8);
                MemorySegment pointers = call.allocate(8L * Math.max(arguments.length, 1), 8);
                for (int k = 0; k < arguments.length; k++) {
                    values.setAtIndex(ValueLayout.JAVA_LONG, k, arguments[k]);
                    pointers.setAtIndex(ValueLayout.ADDRESS, k, values.asSlice(8L * k));
                }
                int code =
                        (int)
                                CALL.invokeExact(
                                        kernel, step.blocks(), step.threads(), seed, pointers);
                if (code != 0) {
                    throw new DeviceException(
                            code == 1
                                    ? "deadlock: a barrier was not reached by all threads of a block"
                                    : "the emulation failed with code " + code);
                }
            } catch (DeviceException e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }

    // ---- what tests ask

    synchronized long launches() {
        return launches;
    }

    synchronized long graphLaunches() {
        return graphLaunches;
    }

    synchronized long graphUpdates() {
        return graphUpdates;
    }

    /** The copies to the device that were asked for. */
    synchronized long uploads() {
        return uploads;
    }

    /** Copies to device memory and waits; for tests that use no backend. */
    void put(long target, MemorySegment source) {
        memory(target, source.byteSize()).copyFrom(source);
    }

    /** Copies from device memory after all that a stream holds; for tests that use no backend. */
    void fetch(long stream, MemorySegment target, long source) {
        queues.drain(stream);
        target.copyFrom(memory(source, target.byteSize()));
    }

    /** What has not been given back: memory, modules, streams, marks, graphs. */
    synchronized String leaks() {
        return allocations.size()
                + " allocations, "
                + pinned.size()
                + " pinned, "
                + openModules
                + " modules, "
                + graphs.size()
                + " graphs, "
                + queues.open();
    }

    static final String NO_LEAKS =
            "0 allocations, 0 pinned, 0 modules, 0 graphs, 0 streams, 0 events";

    private void requireOpen() {
        if (closed) {
            throw new DeviceException("the device was closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
