package io.github.segloss.cuda;

import io.github.segloss.DeviceException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The CUDA driver API through the Bytedeco presets, in the primary context of a device. Only functions that every supported driver has are called: one that
 * the installed driver lacks would end the JVM.
 */
@SuppressWarnings("restricted")
final class BytedecoDriver implements Driver {
    private static final int OUT_OF_MEMORY = 2;
    private static final int MULTIPROCESSORS = 16;
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;
    private static final int NON_BLOCKING_STREAM = 1;
    private static final int MOST_ARGUMENTS = 128;

    /** Copies of heap memory go through page-locked memory in pieces of this size. */
    private static final long STAGING_BYTES = 4L << 20;

    /** An address as the presets want it. */
    private static final class Address extends Pointer {
        Address(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }

    private final int device;
    private final CUctx_st context = new CUctx_st();
    private final Properties properties;
    private final Map<Long, CUstream_st> streams = new HashMap<>();
    private final Map<Long, CUmod_st> modules = new HashMap<>();
    private final Map<Long, CUfunc_st> functions = new HashMap<>();
    private final Map<Long, Set<Long>> functionsOf = new HashMap<>();
    private final Pointer staging;
    private final MemorySegment stagingSegment;
    private final LongPointer arguments = new LongPointer(MOST_ARGUMENTS);
    private final PointerPointer<Pointer> argumentPointers = new PointerPointer<>(MOST_ARGUMENTS);
    private boolean closed;

    BytedecoDriver(int ordinal) {
        check(cudart.cuInit(0), "cuInit");
        int[] out = new int[1];
        check(cudart.cuDeviceGet(out, ordinal), "cuDeviceGet");
        this.device = out[0];
        check(cudart.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
        bind();
        this.properties = readProperties(ordinal);
        PointerPointer<Pointer> allocated = new PointerPointer<>(1);
        check(cudart.cuMemHostAlloc(allocated, STAGING_BYTES, 0), "cuMemHostAlloc");
        this.staging = allocated.get(0);
        allocated.deallocate();
        this.stagingSegment = MemorySegment.ofAddress(staging.address()).reinterpret(STAGING_BYTES);
        for (int k = 0; k < MOST_ARGUMENTS; k++) {
            argumentPointers.put(k, new Address(arguments.address() + 8L * k));
        }
    }

    private Properties readProperties(int ordinal) {
        int[] version = new int[1];
        check(cudart.cuDriverGetVersion(version), "cuDriverGetVersion");
        byte[] name = new byte[256];
        check(cudart.cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        String text = new String(name, StandardCharsets.UTF_8);
        try (SizeTPointer memory = new SizeTPointer(1)) {
            check(cudart.cuDeviceTotalMem(memory, device), "cuDeviceTotalMem");
            return new Properties(
                    ordinal,
                    text.substring(0, text.indexOf('\0')),
                    attribute(CAPABILITY_MAJOR),
                    attribute(CAPABILITY_MINOR),
                    attribute(MULTIPROCESSORS),
                    memory.get(),
                    version[0]);
        }
    }

    private int attribute(int attribute) {
        int[] out = new int[1];
        check(cudart.cuDeviceGetAttribute(out, attribute, device), "cuDeviceGetAttribute");
        return out[0];
    }

    private static void check(int code, String call) {
        if (code != 0) {
            throw new DeviceException(call + " failed with code " + code + ", " + meaning(code));
        }
    }

    private static String meaning(int code) {
        try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
            int known = cudart.cuGetErrorString(code, text);
            BytePointer string = known == 0 ? text.get(BytePointer.class, 0) : null;
            return string == null ? "a code that the driver does not know" : string.getString();
        }
    }

    /** Makes the context that of the calling thread; every call may come from another one. */
    private void bind() {
        if (closed) {
            throw new DeviceException("the device was closed and cannot be used any more");
        }
        check(cudart.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    @Override
    public Properties properties() {
        return properties;
    }

    @Override
    public synchronized long freeBytes() {
        bind();
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            check(cudart.cuMemGetInfo(free, total), "cuMemGetInfo");
            return free.get();
        }
    }

    @Override
    public synchronized long allocate(long bytes) {
        bind();
        long[] address = new long[1];
        int code = cudart.cuMemAlloc(address, bytes);
        if (code == OUT_OF_MEMORY) {
            throw new DeviceException(
                    "out of device memory: "
                            + bytes
                            + " bytes were asked for, "
                            + freeBytes()
                            + " of "
                            + properties.memoryBytes()
                            + " are free on "
                            + properties.name());
        }
        check(code, "cuMemAlloc");
        return address[0];
    }

    @Override
    public synchronized void free(long address) {
        bind();
        for (CUstream_st stream : streams.values()) {
            check(cudart.cuStreamSynchronize(stream), "cuStreamSynchronize");
        }
        check(cudart.cuMemFree(address), "cuMemFree");
    }

    @Override
    public synchronized long newStream() {
        bind();
        CUstream_st stream = new CUstream_st();
        check(cudart.cuStreamCreate(stream, NON_BLOCKING_STREAM), "cuStreamCreate");
        streams.put(stream.address(), stream);
        return stream.address();
    }

    @Override
    public synchronized void closeStream(long stream) {
        bind();
        check(cudart.cuStreamDestroy(streams.remove(stream)), "cuStreamDestroy");
    }

    @Override
    public synchronized void upload(long stream, long target, MemorySegment source) {
        bind();
        CUstream_st queue = streams.get(stream);
        for (long done = 0; done < source.byteSize(); done += STAGING_BYTES) {
            long bytes = Math.min(STAGING_BYTES, source.byteSize() - done);
            stagingSegment.asSlice(0, bytes).copyFrom(source.asSlice(done, bytes));
            check(
                    cudart.cuMemcpyHtoDAsync(target + done, staging, bytes, queue),
                    "cuMemcpyHtoDAsync");
            check(cudart.cuStreamSynchronize(queue), "cuStreamSynchronize");
        }
    }

    @Override
    public synchronized void download(long stream, MemorySegment target, long source) {
        bind();
        CUstream_st queue = streams.get(stream);
        for (long done = 0; done < target.byteSize(); done += STAGING_BYTES) {
            long bytes = Math.min(STAGING_BYTES, target.byteSize() - done);
            check(
                    cudart.cuMemcpyDtoHAsync(staging, source + done, bytes, queue),
                    "cuMemcpyDtoHAsync");
            check(cudart.cuStreamSynchronize(queue), "cuStreamSynchronize");
            target.asSlice(done, bytes).copyFrom(stagingSegment.asSlice(0, bytes));
        }
    }

    @Override
    public synchronized void clear(long stream, long address, long bytes) {
        bind();
        check(
                cudart.cuMemsetD8Async(address, (byte) 0, bytes, streams.get(stream)),
                "cuMemsetD8Async");
    }

    @Override
    public synchronized void synchronize(long stream) {
        bind();
        check(cudart.cuStreamSynchronize(streams.get(stream)), "cuStreamSynchronize");
    }

    @Override
    public synchronized long loadModule(byte[] image) {
        bind();
        CUmod_st module = new CUmod_st();
        try (BytePointer bytes = new BytePointer(image)) {
            check(cudart.cuModuleLoadData(module, bytes), "cuModuleLoadData");
        }
        modules.put(module.address(), module);
        return module.address();
    }

    @Override
    public synchronized void unloadModule(long module) {
        bind();
        functionsOf.getOrDefault(module, Set.of()).forEach(functions::remove);
        functionsOf.remove(module);
        check(cudart.cuModuleUnload(modules.remove(module)), "cuModuleUnload");
    }

    @Override
    public synchronized long function(long module, String name) {
        bind();
        CUfunc_st function = new CUfunc_st();
        check(
                cudart.cuModuleGetFunction(function, modules.get(module), name),
                "cuModuleGetFunction of " + name);
        functions.put(function.address(), function);
        functionsOf.computeIfAbsent(module, _ -> new HashSet<>()).add(function.address());
        return function.address();
    }

    @Override
    public synchronized void launch(
            long stream, long function, int blocks, int threads, long[] values, int count) {
        bind();
        if (count > MOST_ARGUMENTS) {
            throw new DeviceException(
                    "a kernel has "
                            + count
                            + " arguments; at most "
                            + MOST_ARGUMENTS
                            + " are supported");
        }
        for (int k = 0; k < count; k++) {
            arguments.put(k, values[k]);
        }
        int code =
                cudart.cuLaunchKernel(
                        functions.get(function),
                        blocks,
                        1,
                        1,
                        threads,
                        1,
                        1,
                        0,
                        streams.get(stream),
                        argumentPointers,
                        (PointerPointer<Pointer>) null);
        check(code, "cuLaunchKernel");
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        bind();
        check(cudart.cuMemFreeHost(staging), "cuMemFreeHost");
        arguments.deallocate();
        argumentPointers.deallocate();
        closed = true;
        check(cudart.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease");
    }
}
