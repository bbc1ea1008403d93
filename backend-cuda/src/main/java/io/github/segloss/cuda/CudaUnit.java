package io.github.segloss.cuda;

import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToLongFunction;

/** A source while it is being written: its text so far, its launches, and what its parts agree on. */
final class CudaUnit {
    private final Program program;
    private final TensorTypes types;
    private final boolean isDouble;
    private final boolean isLongIndex;
    private final TableLayout layout;
    private final StringBuilder text = new StringBuilder();
    private final List<Launch> launches = new ArrayList<>();
    private final SequencedMap<String, Launch.Buffer> buffers = new LinkedHashMap<>();

    CudaUnit(Program program, TensorTypes types) {
        this.program = program;
        this.types = types;
        this.isDouble = needsDouble(program, types);
        this.isLongIndex = needsLongIndex(program, types);
        this.layout = new TableLayout(program.graph());
    }

    /** FLOAT64 predictions and outputs are computed in float64; of a graph without either, any floating FLOAT64 input decides. */
    private static boolean needsDouble(Program program, TensorTypes types) {
        boolean any =
                program.outputs().entrySet().stream()
                        .anyMatch(e ->
                                e.getValue().isGrid() && types.of(e.getKey()) == DType.FLOAT64);
        for (Op.Input input : program.graph().inputs()) {
            any |=
                    input.isPixelInput()
                            && (input.role() == Role.PREDICTION || input.role() == Role.OTHER)
                            && types.of(input.name()) == DType.FLOAT64;
        }
        return any;
    }

    private static boolean needsLongIndex(Program program, TensorTypes types) {
        return program.graph().nodes().stream()
                .filter(node -> node.type() == ValueType.INDEX)
                .anyMatch(node ->
                        switch (node.op()) {
                            case Op.Input input ->
                                    input.isPixelInput()
                                            && (types.of(input.name()) == DType.INT64
                                                    || types.of(input.name()).isFloating());
                            case Op.Constant(double value) -> value != (int) value;
                            default -> false;
                        });
    }

    Program program() {
        return program;
    }

    TensorTypes types() {
        return types;
    }

    int classes() {
        return program.graph().classes();
    }

    /** Whether {@code real}, the type of FLOAT on the pixels, is {@code double}. */
    boolean isDouble() {
        return isDouble;
    }

    int realBytes() {
        return isDouble ? 8 : 4;
    }

    boolean isLongIndex() {
        return isLongIndex;
    }

    TableLayout layout() {
        return layout;
    }

    int id(Node node) {
        return program.graph().id(node);
    }

    List<Launch> launches() {
        return launches;
    }

    SequencedMap<String, Launch.Buffer> buffers() {
        return buffers;
    }

    void add(Launch launch) {
        launches.add(launch);
    }

    void line(String line) {
        text.append(line).append('\n');
    }

    String text() {
        return text.toString();
    }

    Launch.Argument buffer(String name, boolean isFullSize, ToLongFunction<Sizes> bytes) {
        buffers.computeIfAbsent(name, n -> new Launch.Buffer(n, bytes, isFullSize, false));
        return new Launch.BufferAddress(name);
    }

    /** Scratch space is shared by structured kernels, which run one after another: each name is as large as the largest use of it. */
    Launch.Argument scratch(String name, ToLongFunction<Sizes> bytes) {
        Launch.Buffer before = buffers.get(name);
        ToLongFunction<Sizes> larger =
                before == null
                        ? bytes
                        : s -> Math.max(before.bytes().applyAsLong(s), bytes.applyAsLong(s));
        buffers.put(name, new Launch.Buffer(name, larger, true, false));
        return new Launch.BufferAddress(name);
    }

    Launch.Argument zeroed(String name, long bytes) {
        buffers.computeIfAbsent(name, n -> new Launch.Buffer(n, _ -> bytes, false, true));
        return new Launch.BufferAddress(name);
    }

    /** The array of what an earlier pass or structured kernel stored. */
    Launch.Argument temporary(Node node) {
        int bytes = storedBytes(node);
        return buffer("temporary %" + id(node), true, s -> planes(node, s) * s.pixels() * bytes);
    }

    /** How many rows of pixels a value has: one for each sample and class along which it varies. */
    long planes(Node node, Sizes sizes) {
        return (node.extent().has(Axis.BATCH) ? sizes.batch() : 1)
                * (node.extent().has(Axis.CLASS) ? classes() : 1);
    }

    static String storedType(DType type) {
        return switch (type) {
            case FLOAT16 -> "f16";
            case BFLOAT16 -> "bf16";
            case FLOAT32 -> "f32";
            case FLOAT64 -> "f64";
            case UINT8 -> "u8";
            case INT8 -> "i8";
            case INT16 -> "i16";
            case INT32 -> "i32";
            case INT64 -> "i64";
        };
    }

    /** The type of the elements of an array on the pixels: of the tensor, or of a temporary. */
    String storedType(Node node) {
        if (node.op() instanceof Op.Input input) {
            return storedType(types.of(input.name()));
        }
        return switch (node.type()) {
            case FLOAT -> "real";
            case BOOL -> "u8";
            case INDEX -> "ix";
        };
    }

    /** The size of those elements. */
    int storedBytes(Node node) {
        if (node.op() instanceof Op.Input input) {
            return types.of(input.name()).bytes();
        }
        return switch (node.type()) {
            case FLOAT -> realBytes();
            case BOOL -> 1;
            case INDEX -> isLongIndex ? 8 : 4;
        };
    }

    /** An element of an array on the pixels as a value. */
    static String value(Node node, String element) {
        return switch (node.type()) {
            case FLOAT -> "(real)widen(" + element + ")";
            case BOOL -> "widen(" + element + ") != 0";
            case INDEX -> "(ix)widen(" + element + ")";
        };
    }

    Launch.Argument array(Node node) {
        return node.op() instanceof Op.Input input
                ? new Launch.TensorAddress(input.name())
                : temporary(node);
    }

    /** The C name of an array on the pixels. */
    String arrayName(Node node) {
        return node.op() instanceof Op.Input input
                ? "in" + id(node) + "_" + identifier(input.name())
                : "temp" + id(node);
    }

    static String identifier(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }

    /** The parameters of a kernel with what is passed for them. */
    static final class Parameters {
        private final SequencedMap<String, String> types = new LinkedHashMap<>();
        private final List<Launch.Argument> arguments = new ArrayList<>();

        Parameters add(String type, String name, Launch.Argument argument) {
            if (types.putIfAbsent(name, type) == null) {
                arguments.add(argument);
            }
            return this;
        }

        Parameters number(String name, ToLongFunction<Sizes> of) {
            return add("i64", name, Launch.number(of));
        }

        List<Launch.Argument> arguments() {
            return arguments;
        }

        String declaration() {
            List<String> all = new ArrayList<>();
            for (Map.Entry<String, String> e : types.entrySet()) {
                all.add(e.getValue() + " " + e.getKey());
            }
            return String.join(", ", all);
        }

        String names() {
            return String.join(", ", types.keySet());
        }
    }
}
