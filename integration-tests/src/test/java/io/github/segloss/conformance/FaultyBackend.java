package io.github.segloss.conformance;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Explanation;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A backend that computes each graph by the definitions of its ops, with one fault. */
final class FaultyBackend implements Backend {
    private static final Device DEVICE = new Device(0, "definitions", "one thread, float64");
    private static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);
    private static final int LANES = 8;

    private final Fault fault;
    private volatile boolean isClosed;

    private FaultyBackend(Fault fault) {
        this.fault = fault;
    }

    /** Offers the backend with a fault. */
    static BackendProvider provider(Fault fault) {
        return new BackendProvider() {
            @Override
            public String name() {
                return FaultyBackend.name(fault);
            }

            @Override
            public int priority() {
                return 0;
            }

            @Override
            public Availability probe() {
                return new Availability.Available(List.of(DEVICE), CAPABILITIES);
            }

            @Override
            public Backend open(BackendOptions options) {
                return new FaultyBackend(fault);
            }
        };
    }

    private static String name(Fault fault) {
        return "fault-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String name() {
        return name(fault);
    }

    @Override
    public Device device() {
        return DEVICE;
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Executable compile(Program program, TensorTypes types) {
        requireOpen(isClosed);
        return new Run(program, types);
    }

    @Override
    public void close() {
        isClosed = true;
    }

    private static void requireOpen(boolean isClosed) {
        if (isClosed) {
            throw new SegLossException("it was closed and cannot be used any more");
        }
    }

    private final class Run implements Executable {
        private final Program program;
        private final TensorTypes types;
        private final Map<Node, double[]> scratch = new IdentityHashMap<>();
        private volatile boolean isClosed;

        Run(Program program, TensorTypes types) {
            this.program = program;
            this.types = types;
        }

        @Override
        public Program program() {
            return program;
        }

        @Override
        public synchronized Result run(Arguments arguments) {
            requireOpen(isClosed);
            arguments.check(program, types);
            Sizes sizes =
                    new Sizes(
                            Math.toIntExact(arguments.geometry().batch()),
                            program.graph().classes(),
                            arguments.geometry().space());
            List<Double> spacing = arguments.geometry().spacing();
            FaultyEvaluation evaluation =
                    new FaultyEvaluation(fault, sizes, spacing, inputs(arguments), scratch);
            Map<String, double[]> tables = new HashMap<>();
            program.outputs()
                    .forEach((name, extent) -> {
                        Node node = program.graph().outputs().get(name);
                        double[] values = evaluation.of(node).values();
                        if (extent.isGrid()) {
                            write(arguments, name, sizes, node.extent(), values);
                        } else {
                            tables.put(name, values);
                        }
                    });
            return tables::get;
        }

        private Map<String, double[]> inputs(Arguments arguments) {
            Map<String, double[]> inputs = new HashMap<>();
            for (Op.Input input : program.graph().inputs()) {
                double[] values =
                        input.isPixelInput()
                                ? arguments.tensor(input.name()).toDoubleArray()
                                : arguments.table(input.name()).clone();
                if (fault == Fault.MISSING_MASK && input.role() == Role.MASK) {
                    Arrays.fill(values, 1);
                }
                inputs.put(input.name(), values);
            }
            return inputs;
        }

        private void write(
                Arguments arguments, String name, Sizes sizes, Axes from, double[] values) {
            Tensor tensor = arguments.tensor(name);
            Axes to = program.outputs().get(name);
            int whole = sizes.pixels() / LANES * LANES;
            boolean[] isDone = new boolean[sizes.elements(to)];
            sizes.forEach((n, c, s) -> {
                int at = sizes.index(to, n, c, s);
                boolean isLeftOut = fault == Fault.WRONG_TAIL && s >= whole;
                if (!isDone[at] && !isLeftOut) {
                    isDone[at] = true;
                    double value = values[sizes.index(from, n, c, s)];
                    tensor.set(at, arguments.accumulates() ? tensor.doubleAt(at) + value : value);
                }
            });
        }

        @Override
        public Explanation explain() {
            return new Explanation(
                    FaultyBackend.this.name(),
                    DEVICE.name(),
                    program.summary().lines().toList(),
                    List.of(),
                    List.of());
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
