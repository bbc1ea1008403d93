package io.github.segloss.cuda;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Explanation;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program on a CUDA device: its module, its workspace, and the launches of a call. */
final class CudaExecutable implements Executable {
    private final CudaBackend backend;
    private final Program program;
    private final TensorTypes types;
    private final CudaSource source;
    private final long module;
    private final Launches launches;
    private final Workspace workspace;
    private @Nullable Sizes lastSizes;

    CudaExecutable(
            CudaBackend backend,
            Program program,
            TensorTypes types,
            CudaSource source,
            byte[] image) {
        this.backend = backend;
        this.program = program;
        this.types = types;
        this.source = source;
        this.workspace = new Workspace(backend);
        this.module = backend.driver().loadModule(image);
        this.launches = new Launches(backend.driver(), module, source.launches());
    }

    @Override
    public Program program() {
        return program;
    }

    CudaBackend backend() {
        return backend;
    }

    CudaSource source() {
        return source;
    }

    @Override
    public Result run(Arguments arguments) {
        arguments.check(program, types);
        synchronized (backend) {
            backend.requireOpen();
            workspace.requireOpen();
            Sizes sizes = Sizes.of(arguments.geometry());
            long stream = backend.order().begin();
            try {
                return run(arguments, sizes, stream);
            } finally {
                backend.order().end();
            }
        }
    }

    private Result run(Arguments arguments, Sizes sizes, long stream) {
        Workspace.Tables tables = workspace.takeTables(8 * source.layout().length(sizes.batch()));
        try {
            lastSizes = sizes;
            uploadTables(arguments, sizes, tables, stream);
            Map<String, Long> addresses = uploadTensors(arguments, stream);
            launches.start(
                    stream,
                    sizes,
                    argument ->
                            switch (argument) {
                                case Launch.Number(var of) -> of.applyAsLong(sizes);
                                case Launch.TensorAddress(String name) -> addresses.get(name);
                                case Launch.BufferAddress(String name) ->
                                        bufferAddress(name, sizes, stream);
                                case Launch.TablesAddress _ -> tables.address();
                                case Launch.Accumulates _ -> arguments.accumulates() ? 1 : 0;
                            });
            downloadOutputs(arguments, addresses, stream);
        } catch (RuntimeException | Error e) {
            workspace.giveBack(tables);
            source.buffers().stream()
                    .filter(Launch.Buffer::isZeroed)
                    .forEach(buffer -> workspace.clear(buffer.name(), stream));
            throw e;
        }
        return new CudaResult(this, arguments, tables);
    }

    private void uploadTables(
            Arguments arguments, Sizes sizes, Workspace.Tables tables, long stream) {
        int length = Math.toIntExact(source.layout().inputLength(sizes.batch()));
        if (length == 0) {
            return;
        }
        double[] all = new double[length];
        for (Node node : source.layout().inputs()) {
            double[] values = arguments.table(((Op.Input) node.op()).name());
            System.arraycopy(
                    values,
                    0,
                    all,
                    Math.toIntExact(source.layout().position(node).at(sizes.batch())),
                    values.length);
        }
        if (tables.differFrom(all)) {
            backend.upload(stream, tables.address(), MemorySegment.ofArray(all));
            tables.copied(all);
        }
    }

    /** The device address of each tensor of the call; tensors on the host are copied to buffers of the workspace. */
    private Map<String, Long> uploadTensors(Arguments arguments, long stream) {
        Map<String, Long> addresses = new HashMap<>();
        for (Op.Input input : program.graph().inputs()) {
            if (input.isPixelInput()) {
                addresses.put(
                        input.name(),
                        place(input.name(), arguments.tensor(input.name()), true, stream));
            }
        }
        for (Map.Entry<String, Axes> output : program.outputs().entrySet()) {
            if (output.getValue().isGrid()) {
                String name = output.getKey();
                addresses.put(
                        name, place(name, arguments.tensor(name), arguments.accumulates(), stream));
            }
        }
        return addresses;
    }

    private static long bytes(Tensor tensor) {
        return tensor.shape().elements() * tensor.dtype().bytes();
    }

    private long place(String name, Tensor tensor, boolean isRead, long stream) {
        if (!tensor.isOnHost()) {
            return backend.address(tensor, "'" + name + "'");
        }
        long address = workspace.address("copy of '" + name + "'", bytes(tensor), false, stream);
        if (isRead) {
            backend.upload(stream, address, tensor.segment().asSlice(0, bytes(tensor)));
        }
        return address;
    }

    private void downloadOutputs(Arguments arguments, Map<String, Long> addresses, long stream) {
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid() && arguments.tensor(name).isOnHost()) {
                        Tensor tensor = arguments.tensor(name);
                        backend.download(
                                stream,
                                tensor.segment().asSlice(0, bytes(tensor)),
                                addresses.get(name));
                    }
                });
    }

    private long bufferAddress(String name, Sizes sizes, long stream) {
        for (Launch.Buffer buffer : source.buffers()) {
            if (buffer.name().equals(name)) {
                return workspace.address(
                        name, buffer.bytes().applyAsLong(sizes), buffer.isZeroed(), stream);
            }
        }
        throw new IllegalStateException("no buffer '" + name + "'");
    }

    void download(MemorySegment target, Workspace.Tables tables) {
        synchronized (backend) {
            backend.requireOpen();
            workspace.requireOpen();
            long stream = backend.order().begin();
            try {
                backend.download(stream, target, tables.address());
            } finally {
                backend.order().end();
            }
        }
    }

    void giveBack(Workspace.Tables tables) {
        synchronized (backend) {
            workspace.giveBack(tables);
        }
    }

    void await() {
        synchronized (backend) {
            backend.requireOpen();
            backend.order().awaitAll();
        }
    }

    @Override
    public Explanation explain() {
        Sizes sizes;
        synchronized (backend) {
            sizes = lastSizes;
        }
        List<String> kernels = new ArrayList<>();
        for (Launch launch : source.launches()) {
            String grid =
                    sizes == null ? "" : ", " + launch.blocks().applyAsLong(sizes) + " blocks";
            kernels.add(launch.name() + grid + ": " + launch.about());
        }
        List<String> buffers =
                source.buffers().stream()
                        .filter(Launch.Buffer::isFullSize)
                        .map(b ->
                                b.name()
                                        + (sizes == null
                                                ? ""
                                                : ", " + b.bytes().applyAsLong(sizes) + " bytes"))
                        .toList();
        return new Explanation(
                CudaBackendProvider.NAME,
                backend.device().name()
                        + ", "
                        + Launch.BLOCK
                        + " threads a block, pixels in "
                        + (source.isDouble() ? "float64" : "float32")
                        + ", sums and tables in float64"
                        + started(sizes),
                kernels,
                buffers,
                List.of(
                        "tensors on the host are copied to the device before the call, and outputs on the host back after it; tensors of this backend are used in place"));
    }

    private String started(@Nullable Sizes sizes) {
        boolean isCaptured =
                sizes != null ? launches.areCaptured(sizes) : source.launches().size() > 1;
        return isCaptured
                ? ", kernels started as one CUDA graph from the second call on"
                        + (sizes == null ? " up to " + Launches.MOST_GRAPH_PIXELS + " pixels" : "")
                : ", kernels started one by one";
    }

    @Override
    public void close() {
        synchronized (backend) {
            if (workspace.close()) {
                launches.close();
                backend.driver().unloadModule(module);
                backend.forget(this);
            }
        }
    }
}
