package io.github.segloss.benchmarks;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Op;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Program;
import io.github.segloss.program.Store;
import io.github.segloss.program.StructuredKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes that the passes of a program have to move: in each pass every tensor that it reads once, and what it writes once.
 *
 * @param passes one entry for each pass over the pixels
 * @param isComplete whether passes are all there is: no sort, distance transform or window, whose traffic depends on how they are done
 */
record Traffic(List<Pass> passes, boolean isComplete) {
    /**
     * One pass.
     *
     * @param read the bytes read
     * @param written the bytes written
     */
    record Pass(long read, long written) {}

    static Traffic of(Program program, TensorTypes types, Arguments sizes) {
        int classes = program.graph().classes();
        List<Pass> passes = new ArrayList<>();
        for (GridKernel kernel : program.passes()) {
            long read = 0;
            for (var load : kernel.loads()) {
                if (load.op() instanceof Op.Input input) {
                    long elements = sizes.elements(input.extent(), classes);
                    read += elements * types.of(input.name()).bytes();
                }
            }
            long written = 0;
            for (Store store : kernel.stores()) {
                if (store instanceof Store.ToOutput(String name, _)) {
                    long elements = sizes.elements(program.outputs().get(name), classes);
                    written += elements * types.of(name).bytes();
                }
            }
            passes.add(new Pass(read, written));
        }
        boolean isComplete =
                program.kernels().stream().noneMatch(StructuredKernel.class::isInstance);
        return new Traffic(passes, isComplete);
    }

    /**
     * {@return the time in which the bytes go through, in ns}
     *
     * @param reading the bandwidth of reading, in bytes per ns, which is GB/s
     * @param scaling the bandwidth of reading as much as is written, in bytes of both per ns; that of every pass that writes
     */
    double limitNanos(double reading, double scaling) {
        double nanos = 0;
        for (Pass pass : passes) {
            nanos +=
                    pass.written() == 0
                            ? pass.read() / reading
                            : (pass.read() + pass.written()) / scaling;
        }
        return nanos;
    }
}
