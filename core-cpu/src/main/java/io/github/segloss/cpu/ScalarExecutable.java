package io.github.segloss.cpu;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Explanation;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A program on the scalar backend: nothing is prepared, every run interprets it. */
final class ScalarExecutable implements Executable {
    private final Program program;
    private final TensorTypes types;
    private final BooleanSupplier backendClosed;
    private volatile boolean closed;

    ScalarExecutable(Program program, TensorTypes types, BooleanSupplier backendClosed) {
        this.program = program;
        this.types = types;
        this.backendClosed = backendClosed;
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public Result run(Arguments arguments) {
        if (closed || backendClosed.getAsBoolean()) {
            throw new SegLossException("the executable was closed and cannot run any more");
        }
        arguments.check(program, types);
        int classes = program.graph().classes();
        Limits.check(ScalarBackendProvider.NAME, arguments.geometry(), classes);
        Map<String, double[]> tables = new ScalarRun(program, arguments).run();
        return tables::get;
    }

    @Override
    public Explanation explain() {
        List<String> buffers =
                program.temporaries().stream()
                        .map(node -> "float64 " + program.graph().describe(node))
                        .toList();
        return new Explanation(
                ScalarBackendProvider.NAME,
                "one thread, float64 arithmetic",
                program.summary().lines().toList(),
                buffers,
                List.of("the reference: every other backend is compared with it"));
    }

    @Override
    public void close() {
        closed = true;
    }
}
