package io.github.segloss.vector;

import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Kernel;
import io.github.segloss.program.Program;
import io.github.segloss.program.ScalarKernel;
import io.github.segloss.program.Store;
import io.github.segloss.program.StructuredKernel;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A compiled program: its stages, and the numbers of its tables, tensors and planes. */
final class Plan {
    private final Program program;
    private final TensorTypes types;
    private final Workers workers;
    private final Tier tier;
    private final boolean isDouble;
    private final @Nullable Stash stash;
    private final Map<Node, Integer> tables = new IdentityHashMap<>();
    private final List<Node> tableNodes = new ArrayList<>();
    private final Map<Node, Integer> temporarySlots = new IdentityHashMap<>();
    private final List<Node> temporaries;
    private final List<String> slots = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();

    /** Tables that the program's graph does not have and that some pass turned out to need. */
    private final List<Node> further = new ArrayList<>();

    private int passes;

    /**
     * Compiles a program.
     *
     * @param program the program
     * @param types the element types of its tensors
     * @param workers who runs it
     * @param tier the code that runs the passes
     * @param mayUseGradient whether passes may leave something for later ones in the memory of the gradient
     */
    Plan(Program program, TensorTypes types, Workers workers, Tier tier, boolean mayUseGradient) {
        this.program = program;
        this.types = types;
        this.workers = workers;
        this.tier = tier;
        this.isDouble = isDouble(program, types);
        this.stash = mayUseGradient && !isDouble ? Stash.of(program, types) : null;
        program.graph().inputs().stream()
                .filter(Op.Input::isPixelInput)
                .forEach(input -> slots.add(input.name()));
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        slots.add(name);
                    }
                });
        program.graph().nodes().stream()
                .filter(node -> !node.extent().isGrid() && !isView(node))
                .forEach(this::register);
        temporaries = new ArrayList<>(temporaries(program));
        if (stash != null) {
            temporaries.addAll(stash.temporaries());
        }
        for (Node temporary : temporaries) {
            temporarySlots.put(temporary, slots.size() + temporarySlots.size());
        }
        program.kernels()
                .forEach(kernel -> {
                    switch (kernel) {
                        case ScalarKernel scalar ->
                                stages.add(new TableStage(this, scalar.body(), "float64 epilogue"));
                        case StructuredKernel structured ->
                                stages.add(StructuredStage.of(structured, this));
                        case GridKernel grid -> addPass(grid);
                    }
                });
    }

    /** The results of structured ops and what those read; a negation whose mask is read instead is not stored. */
    private static List<Node> temporaries(Program program) {
        Set<Node> read = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Kernel kernel : program.kernels()) {
            if (kernel instanceof StructuredKernel structured) {
                read.addAll(StructuredStage.arguments(structured.nodes()));
                read.addAll(structured.nodes());
            }
        }
        return program.temporaries().stream().filter(read::contains).toList();
    }

    private boolean isWanted(Store store) {
        return !(store instanceof Store.ToTemporary(Node node)) || isTemporary(node);
    }

    private void addPass(GridKernel kernel) {
        GridKernel grid =
                new GridKernel(
                        kernel.pass(),
                        kernel.body(),
                        kernel.accumulators(),
                        kernel.stores().stream().filter(this::isWanted).toList());
        Pass pass = isDouble ? new DoublePass(grid, this) : FloatPassCompiler.compile(grid, this);
        if (!further.isEmpty()) {
            stages.add(
                    new TableStage(
                            this, List.copyOf(further), "float64 epilogue of the rewriting"));
            further.clear();
        }
        stages.add(pass);
    }

    /**
     * Whether to compute in float64: if the prediction is FLOAT64; without a prediction (maps and metrics) if any tensor is, or if none is floating, so
     * that there is no precision to save.
     */
    private static boolean isDouble(Program program, TensorTypes types) {
        if (program.graph().nodes().stream().anyMatch(Plan::isLabelBeyondFloat)) {
            return true;
        }
        List<Op.Input> inputs =
                program.graph().inputs().stream().filter(Op.Input::isPixelInput).toList();
        for (Op.Input input : inputs) {
            if (input.role() == Role.PREDICTION) {
                return types.of(input.name()) == DType.FLOAT64;
            }
        }
        List<DType> all = new ArrayList<>();
        inputs.forEach(input -> all.add(types.of(input.name())));
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        all.add(types.of(name));
                    }
                });
        return all.contains(DType.FLOAT64) || all.stream().noneMatch(DType::isFloating);
    }

    /** An integer constant that labels are compared with, such as a large ignore index, and that a float cannot hold. */
    private static boolean isLabelBeyondFloat(Node node) {
        return node.type() == ValueType.INDEX
                && node.op() instanceof Op.Constant(double value)
                && (float) value != value;
    }

    // ---- tables

    /** A cast or detached table is the same table. */
    private static boolean isView(Node node) {
        return node.op() instanceof Op.Unary(UnaryFunction f)
                && (f == UnaryFunction.CAST || f == UnaryFunction.DETACH);
    }

    private int register(Node node) {
        tables.put(node, tableNodes.size());
        tableNodes.add(node);
        return tableNodes.size() - 1;
    }

    /** {@return the number of a table; one that the program does not have is computed before the pass that is being compiled} */
    int table(Node node) {
        Node root = node;
        while (isView(root)) {
            root = root.arg(0);
        }
        Integer id = tables.get(root);
        if (id != null) {
            return id;
        }
        root.args().forEach(this::table);
        if (!root.args().isEmpty()) {
            further.add(root);
        }
        return register(root);
    }

    List<Node> tableNodes() {
        return tableNodes;
    }

    // ---- sizes

    int classes() {
        return program.graph().classes();
    }

    /** {@return where a table, or a temporary, holds a sample and class} */
    int index(Axes extent, int sample, int klass) {
        int n = extent.has(Axis.BATCH) ? sample : 0;
        return extent.has(Axis.CLASS) ? n * classes() + klass : n;
    }

    /** {@return how many values a table has, or how many planes} */
    int size(Axes extent, int samples) {
        return (extent.has(Axis.BATCH) ? samples : 1) * (extent.has(Axis.CLASS) ? classes() : 1);
    }

    // ---- tensors and temporaries

    /** {@return the number of a tensor of the caller} */
    int slot(String name) {
        Node stored = stored(name);
        return stored == null ? slots.indexOf(name) : slot(stored);
    }

    /** What the stash has for a name; null if it is that of a tensor of the caller. */
    private @Nullable Node stored(String name) {
        return stash == null ? null : stash.stored(name);
    }

    /** {@return the names of the tensors of the caller, by number} */
    List<String> slots() {
        return slots;
    }

    DType type(String name) {
        return stored(name) == null ? types.of(name) : temporaryType();
    }

    /** {@return whether a node is an input of unsigned bytes} */
    boolean isOfUnsignedBytes(Node node) {
        return node.op() instanceof Op.Input input
                && input.isPixelInput()
                && type(input.name()) == DType.UINT8;
    }

    Axes outputExtent(String name) {
        Axes extent = program.outputs().get(name);
        if (extent == null) {
            throw new IllegalStateException("no output is called " + name);
        }
        return extent;
    }

    /** {@return the number of a temporary, or of the result of a structured op, which is a tensor too} */
    int slot(Node temporary) {
        Integer slot = temporarySlots.get(temporary);
        if (slot == null) {
            throw new IllegalStateException("nothing was stored for " + temporary);
        }
        return slot;
    }

    boolean isTemporary(Node node) {
        return temporarySlots.containsKey(node);
    }

    /** {@return the temporaries, which have the numbers after those of the caller's tensors} */
    List<Node> temporaries() {
        return temporaries;
    }

    /** {@return the element type of temporaries} */
    DType temporaryType() {
        return isDouble ? DType.FLOAT64 : DType.FLOAT32;
    }

    // ---- the whole

    Program program() {
        return program;
    }

    TensorTypes types() {
        return types;
    }

    Workers workers() {
        return workers;
    }

    /** {@return the code that runs the passes in float32} */
    Tier tier() {
        return tier;
    }

    boolean isDouble() {
        return isDouble;
    }

    /** {@return what passes leave for later ones in the memory of the gradient; null if that is nothing} */
    @Nullable Stash stash() {
        return stash;
    }

    List<Stage> stages() {
        return stages;
    }

    int newPass() {
        return passes++;
    }

    int passes() {
        return passes;
    }
}
