package io.github.segloss.cuda;

import io.github.segloss.DeviceException;
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
    private static final int WIDEST_VECTOR = 16;

    private final CudaBackend backend;
    private final Program program;
    private final TensorTypes types;
    private final CudaSource source;
    private final long module;
    private final Map<String, Long> functions = new HashMap<>();
    private final Workspace workspace;
    private final long[] numbers;
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
        for (Launch launch : source.launches()) {
            for (String name : List.of(launch.name(), launch.alignedName())) {
                functions.computeIfAbsent(name, n -> backend.driver().function(module, n));
            }
        }
        this.numbers =
                new long
                        [source.launches().stream()
                                .mapToInt(l -> l.arguments().size())
                                .max()
                                .orElse(0)];
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
            Workspace.Tables tables =
                    workspace.takeTables(8 * source.layout().length(sizes.batch()));
            try {
                lastSizes = sizes;
                uploadTables(arguments, sizes, tables);
                Map<String, Long> addresses = uploadTensors(arguments);
                for (Launch launch : source.launches()) {
                    start(launch, sizes, addresses, tables.address(), arguments.accumulates());
                }
                downloadOutputs(arguments, addresses);
            } catch (RuntimeException | Error e) {
                workspace.giveBack(tables);
                source.buffers().stream()
                        .filter(Launch.Buffer::isZeroed)
                        .forEach(buffer -> workspace.clear(buffer.name()));
                throw e;
            }
            return new CudaResult(this, arguments, tables);
        }
    }

    private void uploadTables(Arguments arguments, Sizes sizes, Workspace.Tables tables) {
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
        backend.upload(tables.address(), MemorySegment.ofArray(all));
    }

    /** The device address of each tensor of the call; tensors on the host are copied to buffers of the workspace. */
    private Map<String, Long> uploadTensors(Arguments arguments) {
        Map<String, Long> addresses = new HashMap<>();
        for (Op.Input input : program.graph().inputs()) {
            if (input.isPixelInput()) {
                addresses.put(
                        input.name(), place(input.name(), arguments.tensor(input.name()), true));
            }
        }
        for (Map.Entry<String, Axes> output : program.outputs().entrySet()) {
            if (output.getValue().isGrid()) {
                String name = output.getKey();
                addresses.put(name, place(name, arguments.tensor(name), arguments.accumulates()));
            }
        }
        return addresses;
    }

    private static long bytes(Tensor tensor) {
        return tensor.shape().elements() * tensor.dtype().bytes();
    }

    private long place(String name, Tensor tensor, boolean isRead) {
        if (!tensor.isOnHost()) {
            return backend.address(tensor, "'" + name + "'");
        }
        long address = workspace.address("copy of '" + name + "'", bytes(tensor), false);
        if (isRead) {
            backend.upload(address, tensor.segment().asSlice(0, bytes(tensor)));
        }
        return address;
    }

    private void downloadOutputs(Arguments arguments, Map<String, Long> addresses) {
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid() && arguments.tensor(name).isOnHost()) {
                        Tensor tensor = arguments.tensor(name);
                        backend.driver()
                                .download(
                                        backend.stream(),
                                        tensor.segment().asSlice(0, bytes(tensor)),
                                        addresses.get(name));
                    }
                });
    }

    private void start(
            Launch launch,
            Sizes sizes,
            Map<String, Long> addresses,
            long tables,
            boolean accumulates) {
        boolean isAligned = sizes.pixels() % launch.lanes() == 0;
        List<Launch.Argument> arguments = launch.arguments();
        for (int k = 0; k < arguments.size(); k++) {
            numbers[k] =
                    switch (arguments.get(k)) {
                        case Launch.Number(var of) -> of.applyAsLong(sizes);
                        case Launch.TensorAddress(String name) -> {
                            long address = addresses.get(name);
                            isAligned &= address % WIDEST_VECTOR == 0;
                            yield address;
                        }
                        case Launch.BufferAddress(String name) -> bufferAddress(name, sizes);
                        case Launch.TablesAddress _ -> tables;
                        case Launch.Accumulates _ -> accumulates ? 1 : 0;
                    };
        }
        long blocks = launch.blocks().applyAsLong(sizes);
        if (blocks > Integer.MAX_VALUE) {
            throw new DeviceException(
                    "kernel "
                            + launch.name()
                            + " needs "
                            + blocks
                            + " blocks for "
                            + sizes.batch()
                            + " samples of "
                            + sizes.pixels()
                            + " pixels; a device starts at most "
                            + Integer.MAX_VALUE);
        }
        backend.driver()
                .launch(
                        backend.stream(),
                        functions.get(isAligned ? launch.alignedName() : launch.name()),
                        (int) blocks,
                        Launch.BLOCK,
                        numbers,
                        arguments.size());
    }

    private long bufferAddress(String name, Sizes sizes) {
        for (Launch.Buffer buffer : source.buffers()) {
            if (buffer.name().equals(name)) {
                return workspace.address(
                        name, buffer.bytes().applyAsLong(sizes), buffer.isZeroed());
            }
        }
        throw new IllegalStateException("no buffer '" + name + "'");
    }

    void download(MemorySegment target, Workspace.Tables tables) {
        synchronized (backend) {
            backend.requireOpen();
            workspace.requireOpen();
            backend.driver().download(backend.stream(), target, tables.address());
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
            backend.driver().synchronize(backend.stream());
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
                        + ", sums and tables in float64",
                kernels,
                buffers,
                List.of(
                        "tensors on the host are copied to the device before the call, and outputs on the host back after it; tensors of this backend are used in place"));
    }

    @Override
    public void close() {
        synchronized (backend) {
            if (workspace.close()) {
                backend.driver().unloadModule(module);
                backend.forget(this);
            }
        }
    }
}
