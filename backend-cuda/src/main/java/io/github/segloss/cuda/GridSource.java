package io.github.segloss.cuda;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.ScalarKernel;
import io.github.segloss.program.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Renders one pass over the pixels. A block stays in one sample and walks over tiles of it, each thread with a few neighbouring pixels; sums are carried in
 * float64, combined in a fixed order, and finished by the last block of the grid, which then runs the scalar kernel that follows. Which block and thread
 * sees which pixel depends on the sizes alone, never on the device or on how memory is aligned, so the same input gives the same bits.
 */
final class GridSource {
    /** The most bytes of shared memory for tables; with that for sums it stays below the 48 KiB that every device grants. */
    private static final int SHARED_TABLES = 12 << 10;

    /** How many blocks a pass has if that many tiles are there: several for each multiprocessor of any device. */
    private static final long FEW_BLOCKS = 1024;

    /** How many blocks a pass has at most; more of them would end more nearly together, and cost more to combine. */
    private static final long MOST_BLOCKS = 8192;

    /** How many tiles a block takes between those limits: the start of a block costs about as much as half a tile. */
    private static final long TILES_OF_BLOCK = 8;

    /** The bytes that a thread reads and writes at once. */
    private static final int VECTOR_BYTES = 16;

    /** The most pixels that a thread takes at once. */
    private static final int MOST_PIXELS = 8;

    /** The most 32-bit registers for what a thread reads and writes in one round. */
    private static final int ROUND_WORDS = 48;

    /** Up to so many 32-bit registers of loads a thread reads a round ahead: else too little would be under way. */
    private static final int AHEAD_WORDS = 8;

    private final CudaUnit unit;
    private final GridKernel kernel;
    private final @Nullable ScalarKernel epilogue;
    private final ClassPhases phases;
    private final OpTable ops;
    private final int classes;
    private final int lanes;
    private final boolean isAhead;
    private final PassSums sums;
    private final CudaUnit.Parameters parameters = new CudaUnit.Parameters();
    private final PassTables tables;
    private final PixelBody body;

    GridSource(CudaUnit unit, GridKernel kernel, @Nullable ScalarKernel epilogue) {
        this.unit = unit;
        this.kernel = kernel;
        this.epilogue = epilogue;
        this.classes = unit.classes();
        this.ops = new OpTable(unit.isDouble());
        int classStores =
                (int) kernel.stores().stream().filter(s -> storedExtent(s).has(Axis.CLASS)).count();
        this.phases = new ClassPhases(kernel, classes, unit.isDouble(), classStores);
        this.sums = new PassSums(unit, kernel, phases);
        this.lanes = lanes();
        this.isAhead = lanes > 1 && lanes * loadedWords() <= AHEAD_WORDS;
        this.tables = new PassTables(unit, kernel, SHARED_TABLES);
        this.body = new PixelBody(this);
    }

    /** So many neighbours that an access takes 16 bytes, unless that would take too many registers. */
    private int lanes() {
        if (!phases.isUnrolled() || sums.areShared()) {
            return 1;
        }
        int bytes = 1; // of the widest floating element: labels may be narrower or wider
        for (Node load : kernel.loads()) {
            boolean isFloating =
                    load.op() instanceof Op.Input input
                            ? unit.types().of(input.name()).isFloating()
                            : load.type() == ValueType.FLOAT;
            bytes = isFloating ? Math.max(bytes, unit.storedBytes(load)) : bytes;
        }
        for (Store store : kernel.stores()) {
            bytes = Math.max(bytes, storedBytes(store));
        }
        int lanes = Math.min(MOST_PIXELS, VECTOR_BYTES / bytes);
        while (lanes > 1 && lanes * roundWords() > ROUND_WORDS) {
            lanes /= 2;
        }
        return lanes;
    }

    /** How many 32-bit registers what is read and written of one pixel takes. */
    private double roundWords() {
        double words = loadedWords();
        for (Store store : kernel.stores()) {
            words += (storedExtent(store).has(Axis.CLASS) ? classes : 1) * unit.realBytes() / 4.0;
        }
        return words;
    }

    /** How many 32-bit registers the loads of one pixel take. */
    private double loadedWords() {
        double words = 0;
        for (Node load : kernel.loads()) {
            words += (ClassPhases.hasClass(load) ? classes : 1) * unit.storedBytes(load) / 4.0;
        }
        return words;
    }

    private int storedBytes(Store store) {
        return switch (store) {
            case Store.ToOutput(String name, _) -> unit.types().of(name).bytes();
            case Store.ToTemporary(Node value) -> unit.storedBytes(value);
        };
    }

    // ---- what the parts agree on

    CudaUnit unit() {
        return unit;
    }

    GridKernel kernel() {
        return kernel;
    }

    ClassPhases phases() {
        return phases;
    }

    OpTable ops() {
        return ops;
    }

    PassTables tables() {
        return tables;
    }

    int pixelsOfThread() {
        return lanes;
    }

    /** Whether the pass begins at the end, as every other one does: what the pass before saw last may still be in the second-level cache. */
    boolean isBackwards() {
        return kernel.pass() % 2 == 1;
    }

    /** Whether the loads of a round are under way while the one before is computed. */
    boolean isAhead() {
        return isAhead;
    }

    PassSums sums() {
        return sums;
    }

    /** The extent of what is written: of the output, which may be wider than its value, or of the value. */
    Axes storedExtent(Store store) {
        return switch (store) {
            case Store.ToOutput(String name, _) -> unit.program().outputs().get(name);
            case Store.ToTemporary(Node value) -> value.extent();
        };
    }

    String storedType(Store store) {
        return switch (store) {
            case Store.ToOutput(String name, _) -> CudaUnit.storedType(unit.types().of(name));
            case Store.ToTemporary(Node value) -> unit.storedType(value);
        };
    }

    String storeName(Store store) {
        return switch (store) {
            case Store.ToOutput(String name, _) -> "out_" + CudaUnit.identifier(name);
            case Store.ToTemporary(Node value) -> unit.arrayName(value);
        };
    }

    /** The start of the row of a value for the sample at hand and a class, as a C expression to add to the start of its array. */
    String row(Axes extent, String klass) {
        String plane = extent.has(Axis.BATCH) ? "sample" : "0";
        if (extent.has(Axis.CLASS)) {
            plane =
                    (extent.has(Axis.BATCH) ? "(sample * " + classes + " + " : "(i64)(")
                            + klass
                            + ")";
        }
        return plane.equals("0") ? "" : " + " + plane + " * pixels";
    }

    // ---- the kernel

    void write() {
        String name = "pass" + kernel.pass();
        declareParameters();
        unit.line("");
        tables.writeConstants();
        List<String> lines = new ArrayList<>();
        kernelBody(lines);
        unit.line(
                "template <bool ALIGNED> INLINE void "
                        + name
                        + "_body("
                        + parameters.declaration()
                        + ") {");
        lines.forEach(line -> unit.line("    " + line));
        unit.line("}");
        writeEntry(name, false);
        String aligned = lanes > 1 ? name + "_aligned" : name;
        if (lanes > 1) {
            writeEntry(aligned, true);
        }
        String after =
                hasEpilogue() ? ", then the last block runs " + ScalarSource.about(epilogue) : "";
        unit.add(
                new Launch(
                        name,
                        aligned,
                        lanes,
                        parameters.arguments(),
                        s -> s.batch() * blocksPerSample(s),
                        summary() + after));
    }

    private String summary() {
        int index = unit.program().kernels().indexOf(kernel);
        return unit.program().summary().lines().toList().get(index)
                + " ("
                + lanes
                + " pixels a thread, classes "
                + (phases.isUnrolled() ? "in registers" : "in " + (phases.last() + 1) + " loops")
                + ")";
    }

    boolean hasEpilogue() {
        return epilogue != null && !kernel.accumulators().isEmpty();
    }

    private void writeEntry(String name, boolean isAligned) {
        unit.line("SEGLOSS_KERNEL(" + name + ")(" + parameters.declaration() + ") {");
        unit.line(
                "    pass"
                        + kernel.pass()
                        + "_body<"
                        + isAligned
                        + ">("
                        + parameters.names()
                        + ");");
        unit.line("}");
    }

    private long blocksPerSample(Sizes s) {
        long tiles = Launch.divideUp(s.pixels(), (long) Launch.BLOCK * lanes);
        double wanted =
                Math.clamp((double) tiles * s.batch() / TILES_OF_BLOCK, FEW_BLOCKS, MOST_BLOCKS);
        return Math.clamp((long) (wanted / s.batch()), 1, tiles);
    }

    private void declareParameters() {
        parameters
                .number("batch", Sizes::batch)
                .number("pixels", Sizes::pixels)
                .number("blocks", this::blocksPerSample);
        parameters.add("f64* __restrict__", "tables", new Launch.TablesAddress());
        for (Node load : kernel.loads()) {
            parameters.add(
                    "const " + unit.storedType(load) + "* __restrict__",
                    unit.arrayName(load),
                    unit.array(load));
        }
        for (Store store : kernel.stores()) {
            Launch.Argument target =
                    switch (store) {
                        case Store.ToOutput(String name, _) -> new Launch.TensorAddress(name);
                        case Store.ToTemporary(Node value) -> unit.temporary(value);
                    };
            parameters.add(storedType(store) + "* __restrict__", storeName(store), target);
        }
        if (kernel.stores().stream().anyMatch(Store.ToOutput.class::isInstance)) {
            parameters.add("i64", "accumulate", new Launch.Accumulates());
        }
        if (!kernel.accumulators().isEmpty()) {
            parameters.add(
                    "f64*",
                    "partials",
                    unit.buffer(
                            "partial sums of pass " + kernel.pass(),
                            false,
                            s -> 8L * sums.slots() * s.batch() * blocksPerSample(s)));
            parameters.add("u32*", "counter", unit.zeroed("block counter", 8));
        }
        if (sums.areGlobal()) {
            parameters.add(
                    "f64*",
                    "warpSums",
                    unit.buffer(
                            "sums of the warps of pass " + kernel.pass(),
                            false,
                            s -> 64L * sums.slots() * s.batch() * blocksPerSample(s)));
        }
    }

    private void kernelBody(List<String> out) {
        out.add(
                "const u32 block = "
                        + (isBackwards() ? "gridDim.x - 1 - blockIdx.x;" : "blockIdx.x;"));
        out.add("const i64 sample = block / (u32)blocks, first = block % (u32)blocks;");
        tables.writeLoads(out);
        sums.writeStart(out);
        out.add(
                "const i64 tiles = (pixels + BLOCK * "
                        + lanes
                        + " - 1) / (BLOCK * "
                        + lanes
                        + ");");
        String tile = isBackwards() ? "(tiles - 1 - t)" : "t";
        String at = "(" + tile + " * BLOCK + threadIdx.x) * " + lanes + ";";
        if (isAhead) {
            body.writeAhead(out, isBackwards() ? "(tiles - 1 - first)" : "first");
        }
        out.add("for (i64 t = first; t < tiles; t += blocks) {");
        out.add("    const i64 at = " + at);
        List<String> inner = new ArrayList<>();
        body.write(inner);
        inner.forEach(line -> out.add("    " + line));
        out.add("}");
        if (!kernel.accumulators().isEmpty()) {
            sums.writeEnd(out);
            if (hasEpilogue()) {
                out.add("__syncthreads();");
                out.add(ScalarSource.name(epilogue) + "_body(batch, pixels, tables);");
            }
        }
    }
}
