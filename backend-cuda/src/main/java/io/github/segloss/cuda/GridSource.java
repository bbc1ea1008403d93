package io.github.segloss.cuda;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
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

    /** About how many blocks a pass has at most: several for each multiprocessor of any device. */
    private static final long MOST_BLOCKS = 1024;

    private final CudaUnit unit;
    private final GridKernel kernel;
    private final @Nullable ScalarKernel epilogue;
    private final ClassPhases phases;
    private final OpTable ops;
    private final int classes;
    private final int lanes;
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
        this.lanes = lanes(classStores);
        this.tables = new PassTables(unit, kernel, SHARED_TABLES);
        this.body = new PixelBody(this);
    }

    private int lanes(int classStores) {
        if (!phases.isUnrolled() || sums.areShared()) {
            return 1;
        }
        long words = 0;
        for (Node load : kernel.loads()) {
            words += ClassPhases.hasClass(load) ? classes : 1;
        }
        words = (words + (long) classStores * classes) * (unit.isDouble() ? 2 : 1);
        return words <= 10 ? 4 : words <= 20 ? 2 : 1;
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

    int lanes() {
        return lanes;
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
        return Math.clamp(MOST_BLOCKS / s.batch(), 1, tiles);
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
        out.add("const i64 sample = blockIdx.x / blocks, first = blockIdx.x % blocks;");
        tables.writeLoads(out);
        sums.writeStart(out);
        out.add(
                "const i64 tiles = (pixels + BLOCK * "
                        + lanes
                        + " - 1) / (BLOCK * "
                        + lanes
                        + ");");
        out.add("for (i64 t = first; t < tiles; t += blocks) {");
        // The end of the previous pass may still be in the second-level cache: later passes begin
        // there.
        String tile = kernel.pass() == 0 ? "t" : "(tiles - 1 - t)";
        out.add("    const i64 at = (" + tile + " * BLOCK + threadIdx.x) * " + lanes + ";");
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
