package io.github.segloss.cuda;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.program.GridKernel;
import java.util.List;

/**
 * Renders the accumulators of a pass: where they are carried, in registers or for each warp in shared memory, and how they are combined, lanes first, then
 * warps, then by the last block of the grid those of all blocks, always in the same order.
 */
final class PassSums {
    /** Beyond this many sums a thread does not carry them in registers; they live in shared memory, one set for each warp. */
    private static final int REGISTER_SUMS = 16;

    /** The most bytes of shared memory for sums; beyond it they live in device memory. */
    private static final int SHARED_BYTES = 32 << 10;

    private final CudaUnit unit;
    private final GridKernel kernel;
    private final boolean isUnrolled;
    private final int classes;
    private final int slots;

    PassSums(CudaUnit unit, GridKernel kernel, ClassPhases phases) {
        this.unit = unit;
        this.kernel = kernel;
        this.isUnrolled = phases.isUnrolled();
        this.classes = unit.classes();
        this.slots = kernel.accumulators().stream().mapToInt(this::slotsOf).sum();
    }

    /** How many numbers the accumulators are, for one sample. */
    int slots() {
        return slots;
    }

    /** Whether some sums live in shared memory. */
    boolean areShared() {
        return kernel.accumulators().stream().anyMatch(this::isShared);
    }

    /** Whether there are too many sums even for shared memory. */
    boolean areGlobal() {
        return 64L * slots > SHARED_BYTES;
    }

    int slotsOf(Node accumulator) {
        return accumulator.extent().has(Axis.CLASS) ? classes : 1;
    }

    /** Whether the sums of an accumulator live in shared memory and not in registers. */
    boolean isShared(Node accumulator) {
        return accumulator.extent().has(Axis.CLASS) && (!isUnrolled || slots > REGISTER_SUMS);
    }

    /** Whether a few terms may be added in the type of the pixels before they are widened, without a rounding. */
    boolean isCounted(Node accumulator) {
        return !unit.isDouble()
                && combiner(accumulator).equals("Sum")
                && slotsOf(accumulator) == 1
                && PassTerm.isCount(accumulator.arg(0));
    }

    static String combiner(Node accumulator) {
        return OpTable.combiner(((Op.Reduce) accumulator.op()).function());
    }

    int slot(Node accumulator) {
        int slot = 0;
        for (Node other : kernel.accumulators()) {
            if (other == accumulator) {
                break;
            }
            slot += slotsOf(other);
        }
        return slot;
    }

    /** Writes the declarations and starting values. */
    void writeStart(List<String> out) {
        if (kernel.accumulators().isEmpty()) {
            return;
        }
        out.add("const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;");
        out.add(
                areGlobal()
                        ? "f64* sums = warpSums + (i64)block * " + 8 * slots + ";"
                        : "__shared__ f64 sums[WARPS * " + slots + "];");
        for (Node node : kernel.accumulators()) {
            String start = combiner(node) + "::start()";
            if (isShared(node)) {
                out.add(
                        "for (int k = lane; k < "
                                + slotsOf(node)
                                + "; k += LANES) sums[warp * "
                                + slots
                                + " + "
                                + slot(node)
                                + " + k] = "
                                + start
                                + ";");
            } else if (slotsOf(node) > 1) {
                out.add("f64 sum" + unit.id(node) + "[" + slotsOf(node) + "];");
                out.add("#pragma unroll");
                out.add(
                        "for (int c = 0; c < "
                                + slotsOf(node)
                                + "; ++c) sum"
                                + unit.id(node)
                                + "[c] = "
                                + start
                                + ";");
            } else {
                out.add("f64 sum" + unit.id(node) + " = " + start + ";");
            }
        }
        if (areShared()) {
            out.add("__syncwarp();");
        }
    }

    /** Writes how the block's sums become those of the grid; only the last block goes on. */
    void writeEnd(List<String> out) {
        for (Node node : kernel.accumulators()) {
            String to = "sums[warp * " + slots + " + " + slot(node);
            String sum = "sum" + unit.id(node);
            if (isShared(node)) {
                continue;
            }
            if (slotsOf(node) > 1) {
                out.add("#pragma unroll");
                out.add("for (int c = 0; c < " + slotsOf(node) + "; ++c) {");
                out.add("    const f64 x = across_warp<" + combiner(node) + ">(" + sum + "[c]);");
                out.add("    if (lane == 0) " + to + " + c] = x;");
                out.add("}");
            } else {
                out.add(sum + " = across_warp<" + combiner(node) + ">(" + sum + ");");
                out.add("if (lane == 0) " + to + "] = " + sum + ";");
            }
        }
        out.add("__syncthreads();");
        for (Node node : kernel.accumulators()) {
            out.add("for (int k = threadIdx.x; k < " + slotsOf(node) + "; k += BLOCK) {");
            out.add("    f64 x = sums[" + slot(node) + " + k];");
            out.add(
                    "    for (int w = 1; w < WARPS; ++w) x = "
                            + combiner(node)
                            + "::of(x, sums[w * "
                            + slots
                            + " + "
                            + slot(node)
                            + " + k]);");
            out.add("    partials[(i64)(" + slot(node) + " + k) * gridDim.x + block] = x;");
            out.add("}");
        }
        out.add("if (!is_last_block(counter)) return;");
        for (Node node : kernel.accumulators()) {
            boolean perSample = node.extent().has(Axis.BATCH);
            out.add(
                    "combine<"
                            + combiner(node)
                            + ">(partials + (i64)"
                            + slot(node)
                            + " * gridDim.x, "
                            + slotsOf(node)
                            + ", "
                            + (perSample ? "batch, blocks" : "1, gridDim.x")
                            + ", tables + "
                            + unit.layout().position(node).text()
                            + ");");
        }
    }
}
