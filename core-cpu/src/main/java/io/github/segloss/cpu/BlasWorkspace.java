package io.github.segloss.cpu;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Geometry;
import io.github.segloss.cpu.BlasBuffers.Buffer;
import io.github.segloss.graph.Axis;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The memory of one run at a time: the arrays of a plan in one block off the heap, and a scratch for each worker. Grows when it must, never shrinks. */
final class BlasWorkspace implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final BlasPlan plan;
    private final Arena fixed = Arena.ofShared();
    private final List<BlasScratch> scratches;
    private final MemorySegment matrix;
    private final long[] offsets;
    private @Nullable Arena grown;
    private MemorySegment block = MemorySegment.NULL;
    private @Nullable Geometry geometry;
    private double[] partials = {};

    BlasWorkspace(BlasPlan plan, int workers) {
        this.plan = plan;
        this.scratches = IntStream.range(0, workers).mapToObj(_ -> new BlasScratch(fixed)).toList();
        long classes = plan.program().graph().classes();
        this.matrix = fixed.allocate(classes * classes * Double.BYTES, ALIGNMENT);
        this.offsets = new long[plan.buffers().size()];
    }

    /** Makes room for a run of given sizes. */
    void fit(Geometry wanted) {
        if (wanted.equals(geometry)) {
            return;
        }
        int classes = plan.program().graph().classes();
        Limits.check(OpenBlasBackendProvider.NAME, wanted, classes);
        long pixels = wanted.pixels();
        geometry = null;
        long bytes = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = bytes;
            Buffer buffer = plan.buffers().get(i);
            long size = Math.multiplyExact(pixels, buffer.element().bytes());
            size *= buffer.extent().has(Axis.CLASS) ? classes : 1;
            size =
                    buffer.extent().has(Axis.BATCH)
                            ? Math.multiplyExact(size, wanted.batch())
                            : size;
            bytes += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }
        if (bytes > block.byteSize()) {
            grow(bytes, wanted);
        }
        scratches.forEach(scratch -> scratch.fit(wanted));
        geometry = wanted;
    }

    private void grow(long bytes, Geometry wanted) {
        if (grown != null) {
            grown.close();
            block = MemorySegment.NULL;
        }
        grown = Arena.ofShared();
        try {
            block = grown.allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw new SegLossException(
                    "out of memory: the workspace of backend 'openblas' for "
                            + wanted.batch()
                            + " samples of "
                            + wanted.space()
                            + " needs "
                            + bytes
                            + " bytes off the heap (-XX:MaxDirectMemorySize limits them)",
                    e);
        }
    }

    /** All arrays. */
    MemorySegment block() {
        return block;
    }

    /** Where an array begins. */
    long offset(BlasSource.OfArray array) {
        return offsets[plan.buffer(array)];
    }

    /** Room for a C x C matrix. */
    MemorySegment matrix() {
        return matrix;
    }

    /** Room for the partial results of a reduction. */
    double[] partials(int count) {
        if (partials.length < count) {
            partials = new double[count];
        }
        return partials;
    }

    BlasScratch scratch(int worker) {
        return scratches.get(worker);
    }

    @Override
    public void close() {
        if (grown != null) {
            grown.close();
        }
        fixed.close();
    }
}
