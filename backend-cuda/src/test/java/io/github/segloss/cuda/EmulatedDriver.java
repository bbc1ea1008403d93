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

/**
 * A device on the processor: memory is the process's own, filled with NaN when it is new; a launch runs at once, thread by thread and block by block in an
 * order that a seed chooses. Counts what is open, so that tests can see leaks.
 */
@SuppressWarnings("restricted")
final class EmulatedDriver implements Driver {
    private static final FunctionDescriptor KERNEL =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS);

    /** The runtime keeps its state in global variables, so one launch runs at a time in the whole process. */
    private static final Object ONE_AT_A_TIME = new Object();

    private record Module(SymbolLookup symbols, String prefix) {}

    private final MethodHandle allocate;
    private final MethodHandle free;
    private final int seed;
    private final long memoryBytes;
    private final Map<Long, Long> allocations = new HashMap<>();
    private final List<Module> modules = new ArrayList<>();
    private final List<MethodHandle> functions = new ArrayList<>();
    private int openModules;
    private int openStreams;
    private long launches;
    private boolean closed;

    EmulatedDriver(EmulatedCompiler compiler, int seed) {
        this(compiler, seed, 1L << 32);
    }

    EmulatedDriver(EmulatedCompiler compiler, int seed, long memoryBytes) {
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
        return new Properties(0, "emulated device", 8, 0, 1, memoryBytes, 13000);
    }

    private long usedBytes() {
        return allocations.values().stream().mapToLong(b -> b).sum();
    }

    @Override
    public synchronized long freeBytes() {
        return memoryBytes - usedBytes();
    }

    @Override
    public synchronized long allocate(long bytes) {
        requireOpen();
        if (bytes < 1 || bytes > memoryBytes - usedBytes()) {
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
            return address;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized void free(long address) {
        requireOpen();
        if (allocations.remove(address) == null) {
            throw new DeviceException(
                    "address " + address + " was not allocated or is free already");
        }
        try {
            free.invokeExact(address);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized long newStream() {
        openStreams++;
        return openStreams;
    }

    @Override
    public synchronized void closeStream(long stream) {
        openStreams--;
    }

    private MemorySegment memory(long address, long bytes) {
        boolean isKnown =
                allocations.entrySet().stream()
                        .anyMatch(e ->
                                e.getKey() <= address
                                        && address + bytes <= e.getKey() + e.getValue());
        if (!isKnown) {
            throw new DeviceException(bytes + " bytes at " + address + " are not in device memory");
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public synchronized void upload(long stream, long target, MemorySegment source) {
        memory(target, source.byteSize()).copyFrom(source);
    }

    @Override
    public synchronized void download(long stream, MemorySegment target, long source) {
        target.copyFrom(memory(source, target.byteSize()));
    }

    @Override
    public synchronized void clear(long stream, long address, long bytes) {
        memory(address, bytes).fill((byte) 0);
    }

    @Override
    public synchronized void synchronize(long stream) {
        requireOpen();
    }

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
        functions.add(
                Linker.nativeLinker()
                        .downcallHandle(m.symbols().findOrThrow(m.prefix() + "_" + name), KERNEL));
        return functions.size() - 1;
    }

    @Override
    public void launch(
            long stream, long function, int blocks, int threads, long[] arguments, int count) {
        MethodHandle kernel;
        synchronized (this) {
            requireOpen();
            kernel = functions.get((int) function);
            launches++;
        }
        synchronized (ONE_AT_A_TIME) {
            try (Arena call = Arena.ofConfined()) {
                MemorySegment values = call.allocate(8L * Math.max(count, 1), 8);
                MemorySegment pointers = call.allocate(8L * Math.max(count, 1), 8);
                for (int k = 0; k < count; k++) {
                    values.setAtIndex(ValueLayout.JAVA_LONG, k, arguments[k]);
                    pointers.setAtIndex(ValueLayout.ADDRESS, k, values.asSlice(8L * k));
                }
                int code = (int) kernel.invokeExact(blocks, threads, seed, pointers);
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

    synchronized long launches() {
        return launches;
    }

    /** What has not been given back: memory, modules, streams. */
    synchronized String leaks() {
        return allocations.size()
                + " allocations, "
                + openModules
                + " modules, "
                + openStreams
                + " streams";
    }

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
