package io.github.segloss.cuda;

import io.github.segloss.DeviceException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUDA_KERNEL_NODE_PARAMS_v2;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraphNode_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
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

    private static final int WITHOUT_TIMING = 2;
    private static final int POINTER_MEMORY_TYPE = 2;
    private static final int POINTER_DEVICE = 9;
    private static final int DEVICE_MEMORY = 2;

    /** An address as the presets want it. */
    private static final class Address extends Pointer {
        Address(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }

    /** Kernels that were captured, and what starts them. */
    private record Graph(CUgraph_st graph, CUgraphExec_st executable, List<CUgraphNode_st> nodes) {}

    private final int device;
    private final CUctx_st context = new CUctx_st();
    private final Properties properties;
    private final Map<Long, CUstream_st> streams = new HashMap<>();
    private final Map<Long, CUmod_st> modules = new HashMap<>();
    private final Map<Long, CUfunc_st> functions = new HashMap<>();
    private final Map<Long, Set<Long>> functionsOf = new HashMap<>();
    private final Map<Long, CUevent_st> events = new HashMap<>();
    private final Map<Long, Graph> graphs = new HashMap<>();
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
        check(cudart.cuMemFree(address), "cuMemFree");
    }

    @Override
    public synchronized int deviceOf(long address) {
        bind();
        try (IntPointer out = new IntPointer(1)) {
            boolean isDevice =
                    cudart.cuPointerGetAttribute(out, POINTER_MEMORY_TYPE, address) == 0
                            && out.get() == DEVICE_MEMORY
                            && cudart.cuPointerGetAttribute(out, POINTER_DEVICE, address) == 0;
            return isDevice ? out.get() : -1;
        }
    }

    @Override
    public synchronized MemorySegment allocatePinned(long bytes) {
        bind();
        try (PointerPointer<Pointer> out = new PointerPointer<>(1)) {
            int code = cudart.cuMemHostAlloc(out, bytes, 0);
            if (code == OUT_OF_MEMORY) {
                throw new DeviceException(
                        "out of page-locked memory: " + bytes + " bytes were asked for");
            }
            check(code, "cuMemHostAlloc");
            return MemorySegment.ofAddress(out.get(0).address()).reinterpret(bytes);
        }
    }

    @Override
    public synchronized void freePinned(MemorySegment memory) {
        bind();
        check(cudart.cuMemFreeHost(new Address(memory.address())), "cuMemFreeHost");
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

    /** A stream of this driver, or one that something else created. */
    private CUstream_st queue(long stream) {
        CUstream_st known = streams.get(stream);
        return known != null ? known : new CUstream_st(new Address(stream));
    }

    @Override
    public synchronized long newEvent() {
        bind();
        CUevent_st event = new CUevent_st();
        check(cudart.cuEventCreate(event, WITHOUT_TIMING), "cuEventCreate");
        events.put(event.address(), event);
        return event.address();
    }

    @Override
    public synchronized void closeEvent(long event) {
        bind();
        check(cudart.cuEventDestroy(events.remove(event)), "cuEventDestroy");
    }

    @Override
    public synchronized void record(long event, long stream) {
        bind();
        check(cudart.cuEventRecord(events.get(event), queue(stream)), "cuEventRecord");
    }

    @Override
    public synchronized void await(long stream, long event) {
        bind();
        check(cudart.cuStreamWaitEvent(queue(stream), events.get(event), 0), "cuStreamWaitEvent");
    }

    @Override
    public synchronized void awaitOnHost(long event) {
        bind();
        check(cudart.cuEventSynchronize(events.get(event)), "cuEventSynchronize");
    }

    @Override
    public synchronized void upload(long stream, long target, MemorySegment source) {
        bind();
        check(
                cudart.cuMemcpyHtoDAsync(
                        target, new Address(source.address()), source.byteSize(), queue(stream)),
                "cuMemcpyHtoDAsync");
    }

    @Override
    public synchronized void download(long stream, MemorySegment target, long source) {
        bind();
        check(
                cudart.cuMemcpyDtoHAsync(
                        new Address(target.address()), source, target.byteSize(), queue(stream)),
                "cuMemcpyDtoHAsync");
    }

    @Override
    public synchronized void copy(long stream, long target, long source, long bytes) {
        bind();
        check(cudart.cuMemcpyDtoDAsync(target, source, bytes, queue(stream)), "cuMemcpyDtoDAsync");
    }

    @Override
    public synchronized void clear(long stream, long address, long bytes) {
        bind();
        check(cudart.cuMemsetD8Async(address, (byte) 0, bytes, queue(stream)), "cuMemsetD8Async");
    }

    @Override
    public synchronized void synchronize(long stream) {
        bind();
        check(cudart.cuStreamSynchronize(queue(stream)), "cuStreamSynchronize");
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
        pass(values, count);
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
                        queue(stream),
                        argumentPointers,
                        (PointerPointer<Pointer>) null);
        check(code, "cuLaunchKernel");
    }

    /** Puts arguments where the argument pointers point to; the driver copies them from there. */
    private void pass(long[] values, int count) {
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
    }

    private CUDA_KERNEL_NODE_PARAMS_v2 parameters(Step step) {
        pass(step.arguments(), step.arguments().length);
        CUDA_KERNEL_NODE_PARAMS_v2 parameters = new CUDA_KERNEL_NODE_PARAMS_v2();
        Pointer.memset(parameters, 0, parameters.sizeof());
        return parameters
                .func(functions.get(step.function()))
                .gridDimX(step.blocks())
                .gridDimY(1)
                .gridDimZ(1)
                .blockDimX(step.threads())
                .blockDimY(1)
                .blockDimZ(1)
                .kernelParams(argumentPointers);
    }

    @Override
    public synchronized long newGraph(List<Step> steps) {
        bind();
        CUgraph_st graph = new CUgraph_st();
        check(cudart.cuGraphCreate(graph, 0), "cuGraphCreate");
        List<CUgraphNode_st> nodes = new ArrayList<>();
        try {
            for (Step step : steps) {
                CUgraphNode_st node = new CUgraphNode_st();
                CUgraphNode_st before = nodes.isEmpty() ? null : nodes.getLast();
                try (CUDA_KERNEL_NODE_PARAMS_v2 parameters = parameters(step)) {
                    check(
                            cudart.cuGraphAddKernelNode(
                                    node, graph, before, before == null ? 0 : 1, parameters),
                            "cuGraphAddKernelNode");
                }
                nodes.add(node);
            }
            CUgraphExec_st executable = new CUgraphExec_st();
            check(cudart.cuGraphInstantiate(executable, graph, 0), "cuGraphInstantiate");
            graphs.put(executable.address(), new Graph(graph, executable, nodes));
            return executable.address();
        } catch (RuntimeException e) {
            cudart.cuGraphDestroy(graph);
            throw e;
        }
    }

    @Override
    public synchronized void updateGraph(long graph, int index, Step step) {
        bind();
        Graph g = graphs.get(graph);
        try (CUDA_KERNEL_NODE_PARAMS_v2 parameters = parameters(step)) {
            check(
                    cudart.cuGraphExecKernelNodeSetParams(
                            g.executable(), g.nodes().get(index), parameters),
                    "cuGraphExecKernelNodeSetParams");
        }
    }

    @Override
    public synchronized void launchGraph(long stream, long graph) {
        bind();
        check(cudart.cuGraphLaunch(graphs.get(graph).executable(), queue(stream)), "cuGraphLaunch");
    }

    @Override
    public synchronized void closeGraph(long graph) {
        bind();
        Graph g = graphs.remove(graph);
        check(cudart.cuGraphExecDestroy(g.executable()), "cuGraphExecDestroy");
        check(cudart.cuGraphDestroy(g.graph()), "cuGraphDestroy");
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        bind();
        arguments.deallocate();
        argumentPointers.deallocate();
        closed = true;
        check(cudart.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease");
    }
}
