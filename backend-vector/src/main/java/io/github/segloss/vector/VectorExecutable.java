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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program on this backend. Each run takes a workspace out of a pool, so that runs do not wait for each other. A plan that stores something in the memory of
 * the gradient is joined by one that does not, once a caller has such memory in use.
 */
final class VectorExecutable implements Executable {
    private final Program program;
    private final TensorTypes types;
    private final Workers workers;
    private final Tier tier;
    private final Variant usual;
    private final List<Op.Input> inputs;
    private final String[] names;
    private final BooleanSupplier backendClosed;
    private volatile @Nullable Variant plain;
    private volatile boolean closed;

    VectorExecutable(
            Program program,
            TensorTypes types,
            Workers workers,
            Tier tier,
            BooleanSupplier backendClosed) {
        this.program = program;
        this.types = types;
        this.workers = workers;
        this.tier = tier;
        this.backendClosed = backendClosed;
        this.inputs = program.graph().inputs();
        List<String> tables = new ArrayList<>();
        program.outputs()
                .forEach((name, extent) -> {
                    if (!extent.isGrid()) {
                        tables.add(name);
                    }
                });
        this.names = tables.toArray(String[]::new);
        this.usual = new Variant(true);
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
        check(arguments);
        boolean isCold = tier == Tier.AUTO && WarmUp.callStarts();
        try {
            Result result = usual.run(arguments);
            return result == null ? Objects.requireNonNull(plain().run(arguments)) : result;
        } finally {
            if (isCold) {
                WarmUp.callEnds();
            }
        }
    }

    private Variant plain() {
        Variant made = plain;
        return made == null ? makePlain() : made;
    }

    private synchronized Variant makePlain() {
        Variant made = plain;
        if (made == null) {
            made = new Variant(false);
            plain = made;
        }
        return made;
    }

    /** A plan and the memory of its runs. */
    private final class Variant {
        private final Plan plan;
        private final int[] resultTables;
        private final Pool<Workspace> workspaces = new Pool<>();

        Variant(boolean mayUseGradient) {
            plan = new Plan(program, types, workers, tier, mayUseGradient);
            resultTables = new int[names.length];
            Arrays.setAll(resultTables, k -> plan.table(program.graph().outputs().get(names[k])));
        }

        /** {@return the results; null if the plan needs the memory of the gradient and cannot have it} */
        @Nullable Result run(Arguments arguments) {
            Workspace w = workspaces.poll();
            if (w == null) {
                w = new Workspace(plan);
            }
            boolean finished = false;
            try {
                w.bind(arguments);
                Result result = null;
                if (w.isGradientFree()) {
                    for (int i = 0; i < plan.stages().size(); i++) {
                        plan.stages().get(i).run(w);
                    }
                    result = new Tables(names, results(w));
                }
                finished = true;
                return result;
            } finally {
                w.unbind();
                if (!finished) {
                    w.release();
                    plan.stages().forEach(Stage::release);
                }
                workspaces.giveBack(w);
            }
        }

        private double[][] results(Workspace w) {
            double[][] results = new double[resultTables.length][];
            for (int i = 0; i < results.length; i++) {
                results[i] = w.tables[resultTables[i]].clone();
            }
            return results;
        }
    }

    /** The common check in a form that allocates nothing; what is wrong is said by the common one. */
    private void check(Arguments arguments) {
        int classes = program.graph().classes();
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
                arguments.check(program, types);
            }
        }
        for (int slot = 0; slot < usual.plan.slots().size(); slot++) {
            String name = usual.plan.slots().get(slot);
            var extent = program.outputs().get(name);
            if (extent != null && !fits(arguments, name, arguments.elements(extent, classes))) {
                arguments.check(program, types);
            }
        }
    }

    private boolean fits(Arguments arguments, String name, long elements) {
        Tensor tensor = arguments.tensor(name);
        return tensor.dtype() == types.of(name) && tensor.shape().elements() == elements;
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
        Plan plan = usual.plan;
        Stash stash = plan.stash();
        List<String> buffers =
                plan.temporaries().stream()
                        .filter(node -> stash == null || node != stash.exponentials())
                        .map(node ->
                                plan.temporaryType().name().toLowerCase(Locale.ROOT)
                                        + " "
                                        + program.graph().describe(node))
                        .toList();
        List<String> notes = new ArrayList<>();
        notes.add(
                plan.isDouble()
                        ? "float64 arithmetic, because the prediction is FLOAT64"
                        : "float32 arithmetic, sums in float64");
        notes.add("units of " + Pass.unitSize(plan.classes()) + " pixels, combined in order");
        if (stash != null) {
            notes.add(stash.describe());
        }
        return new Explanation(
                VectorBackendProvider.NAME,
                VectorBackend.target(workers.threads()),
                plan.stages().stream().map(Stage::describe).toList(),
                buffers,
                notes);
    }

    @Override
    public void close() {
        closed = true;
        usual.workspaces.clear();
        Variant made = plain;
        if (made != null) {
            made.workspaces.clear();
        }
    }
}
