package io.github.segloss.vector;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Explanation;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Op;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** A program on this backend. Each run takes a workspace out of a pool, so that runs do not wait for each other. */
final class VectorExecutable implements Executable {
    private final Plan plan;
    private final List<Op.Input> inputs;
    private final String[] names;
    private final int[] resultTables;
    private final Pool<Workspace> workspaces = new Pool<>();
    private final BooleanSupplier backendClosed;
    private volatile boolean closed;

    VectorExecutable(
            Program program,
            TensorTypes types,
            Workers workers,
            Tier tier,
            BooleanSupplier backendClosed) {
        this.backendClosed = backendClosed;
        this.plan = new Plan(program, types, workers, tier);
        this.inputs = program.graph().inputs();
        List<String> tables = new ArrayList<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (!extent.isGrid()) {
                        tables.add(name);
                    }
                });
        this.names = tables.toArray(String[]::new);
        this.resultTables =
                tables.stream()
                        .mapToInt(name -> plan.table(program.graph().outputs().get(name)))
                        .toArray();
    }

    @Override
    public Program program() {
        return plan.program();
    }

    @Override
    public Result run(Arguments arguments) {
        if (closed || backendClosed.getAsBoolean()) {
            throw new SegLossException("the executable was closed and cannot run any more");
        }
        check(arguments);
        Workspace w = take();
        boolean finished = false;
        boolean isCold = plan.tier() == Tier.AUTO && WarmUp.callStarts();
        try {
            w.bind(arguments);
            for (int i = 0; i < plan.stages().size(); i++) {
                plan.stages().get(i).run(w);
            }
            Result result = new Tables(names, results(w));
            finished = true;
            return result;
        } finally {
            if (isCold) {
                WarmUp.callEnds();
            }
            w.unbind();
            if (!finished) {
                w.release();
                plan.stages().forEach(Stage::release);
            }
            workspaces.giveBack(w);
        }
    }

    private Workspace take() {
        Workspace w = workspaces.poll();
        return w == null ? new Workspace(plan) : w;
    }

    /** The common check in a form that allocates nothing; what is wrong is said by the common one. */
    private void check(Arguments arguments) {
        int classes = plan.classes();
        for (int i = 0; i < inputs.size(); i++) {
            Op.Input input = inputs.get(i);
            boolean fits;
            if (input.isPixelInput()) {
                fits = fits(arguments, input.name(), arguments.elements(input.extent(), classes));
            } else {
                long needed =
                        input.matrix()
                                ? (long) classes * classes
                                : arguments.elements(input.extent(), classes);
                fits = arguments.table(input.name()).length == needed;
            }
            if (!fits) {
                arguments.check(plan.program(), plan.types());
            }
        }
        for (int slot = 0; slot < plan.slots().size(); slot++) {
            String name = plan.slots().get(slot);
            var extent = plan.program().outputs().get(name);
            if (extent != null && !fits(arguments, name, arguments.elements(extent, classes))) {
                arguments.check(plan.program(), plan.types());
            }
        }
    }

    private boolean fits(Arguments arguments, String name, long elements) {
        Tensor tensor = arguments.tensor(name);
        return tensor.dtype() == plan.type(name) && tensor.shape().elements() == elements;
    }

    private double[][] results(Workspace w) {
        double[][] results = new double[resultTables.length][];
        for (int i = 0; i < results.length; i++) {
            results[i] = w.tables[resultTables[i]].clone();
        }
        return results;
    }

    /** The small result of a run. */
    private record Tables(String[] names, double[][] values) implements Result {
        @Override
        public double[] table(String output) {
            for (int i = 0; i < names.length; i++) {
                if (names[i].equals(output)) {
                    return values[i];
                }
            }
            throw new SegLossException(
                    "the program has no output '"
                            + output
                            + "' without SPACE; it has "
                            + List.of(names));
        }
    }

    @Override
    public Explanation explain() {
        List<String> kernels = plan.stages().stream().map(Stage::describe).toList();
        List<String> buffers =
                plan.temporaries().stream()
                        .map(node ->
                                plan.temporaryType().name().toLowerCase(Locale.ROOT)
                                        + " "
                                        + plan.program().graph().describe(node))
                        .toList();
        return new Explanation(
                VectorBackendProvider.NAME,
                VectorBackend.target(plan.workers().threads()),
                kernels,
                buffers,
                List.of(
                        plan.isDouble()
                                ? "float64 arithmetic, because the prediction is FLOAT64"
                                : "float32 arithmetic, sums in float64",
                        "units of " + Pass.unitSize(plan.classes()) + " pixels, combined in order",
                        WarmUp.state()));
    }

    @Override
    public void close() {
        closed = true;
        workspaces.clear();
    }
}
