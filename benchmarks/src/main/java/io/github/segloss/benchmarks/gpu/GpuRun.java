package io.github.segloss.benchmarks.gpu;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.benchmarks.DistanceMapProgram;
import io.github.segloss.benchmarks.Inputs;
import io.github.segloss.benchmarks.Workload;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.Outputs;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import io.github.segloss.program.StructuredKernel;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures on one device. Each workload's samples are repeated until the logits are large enough, and stay on the device; calls are queued many at a time
 * and waited for together, in rounds that alternate with copies of the same size within the device.
 */
public final class GpuRun {
    private static final int FEWEST_ROUNDS = 5;
    private static final int MOST_CALLS = 1000;
    private static final double ROUND_NANOS = 2e7;
    private static final int SMALL = 64;

    private final Backend backend;
    private final GpuRequest request;
    private final Consumer<String> progress;
    private final List<GpuReport.Row> rows = new ArrayList<>();
    private final List<GpuReport.Overhead> overheads = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private GpuRun(Backend backend, GpuRequest request, Consumer<String> progress) {
        this.backend = backend;
        this.request = request;
        this.progress = progress;
    }

    /**
     * {@return what was measured, without peers}
     *
     * @param backend the backend, whose tensors are on a device
     * @param request what to measure
     * @param progress gets a line for each workload
     */
    public static GpuReport measure(
            Backend backend, GpuRequest request, Consumer<String> progress) {
        GpuRun run = new GpuRun(backend, request, progress);
        for (DType type : request.types()) {
            if (!backend.capabilities().predictions().contains(type)) {
                run.notes.add("backend '" + backend.name() + "' has no predictions of " + type);
                continue;
            }
            for (Workload workload : request.workloads()) {
                progress.accept(workload + ", " + workload.title() + ", " + type);
                run.measure(workload, type);
            }
        }
        for (Workload workload : request.workloads()) {
            if (workload.shape(1).rank() == 4 && workload.classes() <= 4) {
                run.measureOverhead(workload);
            }
        }
        return new GpuReport(
                backend.device().name(),
                backend.device().detail(),
                run.rows,
                run.overheads,
                List.of(),
                run.notes);
    }

    /** A workload on the device: its tensors, its program, and how to call it. */
    private final class Bound implements AutoCloseable {
        final Shape shape;
        final LossGraph graph;
        final Tensor logits;
        final Tensor labels;
        final Tensor gradient;
        final Executable executable;
        final Arguments arguments;
        final double limitBytes;
        final @Nullable DistanceMapProgram distanceMap;

        Bound(Workload workload, DType type, Tensor prediction, Tensor target) {
            shape = prediction.shape();
            graph =
                    LossGraph.of(
                            workload.loss(),
                            workload.options(),
                            new InputLayout(
                                    workload.classes(),
                                    false,
                                    null,
                                    workload.hasDistanceMap(),
                                    false),
                            Outputs.BOTH);
            logits = backend.upload(prediction);
            labels = backend.upload(target);
            gradient = backend.upload(Tensor.zeros(type, shape));
            distanceMap =
                    workload.hasDistanceMap()
                            ? new DistanceMapProgram(backend, labels, shape, geometry(shape), type)
                            : null;
            Map<String, DType> types = new HashMap<>();
            types.put(LossGraph.GRADIENT, type);
            arguments = new Arguments(geometry(shape)).tensor(LossGraph.GRADIENT, gradient);
            for (Op.Input input : graph.graph().inputs()) {
                if (input.role() == Role.PARAMETER) {
                    arguments.table(input.name(), graph.parameters().get(input.name()));
                } else {
                    Tensor tensor =
                            switch (input.role()) {
                                case TARGET -> labels;
                                case DISTANCE_MAP -> Objects.requireNonNull(distanceMap).map();
                                default -> logits;
                            };
                    arguments.tensor(input.name(), tensor);
                    types.put(input.name(), tensor.dtype());
                }
            }
            TensorTypes all = new TensorTypes(types);
            executable = backend.compile(graph.program(), all);
            limitBytes = distanceMap == null ? bytes(all) : Double.NaN;
        }

        /** The bytes that all passes read and write; NaN if that is not all. */
        private double bytes(TensorTypes types) {
            double bytes = 0;
            int classes = graph.classes();
            for (var kernel : graph.program().kernels()) {
                switch (kernel) {
                    case StructuredKernel _ -> bytes = Double.NaN;
                    case GridKernel grid -> {
                        for (var load : grid.loads()) {
                            if (load.op() instanceof Op.Input input) {
                                bytes +=
                                        (double) arguments.elements(input.extent(), classes)
                                                * types.of(input.name()).bytes();
                            }
                        }
                        for (Store store : grid.stores()) {
                            if (store instanceof Store.ToOutput(String name, _)) {
                                bytes +=
                                        (double) arguments.tensor(name).shape().elements()
                                                * types.of(name).bytes();
                            }
                        }
                    }
                    default -> {}
                }
            }
            return bytes;
        }

        Result call() {
            if (distanceMap != null) {
                distanceMap.call();
            }
            return executable.run(arguments);
        }

        @Override
        public void close() {
            executable.close();
            if (distanceMap != null) {
                distanceMap.close();
            }
            for (Tensor tensor : List.of(logits, labels, gradient)) {
                if (!tensor.isOnHost()) { // else it is the caller's
                    tensor.close();
                }
            }
        }
    }

    private static Geometry geometry(Shape shape) {
        return Geometry.of(shape.size(0), Arrays.stream(shape.toArray()).skip(2).toArray());
    }

    private void measure(Workload workload, DType type) {
        Inputs inputs = Inputs.of(workload.shape(request.shrink()), Inputs.SEED);
        Tensor sample = inputs.prediction().to(type);
        long sampleBytes = sample.shape().elements() * type.bytes();
        long copies = Math.max(1, (request.bytes() + sampleBytes - 1) / sampleBytes);
        double[] errors = errors(workload, type, sample, inputs.target());
        try (Tensor logits = repeated(sample, copies);
                Tensor labels = repeated(inputs.target(), copies);
                Bound bound = new Bound(workload, type, logits, labels)) {
            requireNoViolations(workload, bound.call());
            List<Double> times = new ArrayList<>();
            List<Double> copyTimes = new ArrayList<>();
            int calls = callsPerRound(bound::call);
            int copiesPerRound = callsPerRound(() -> backend.copy(bound.logits, bound.gradient));
            long end = System.nanoTime() + (long) (request.seconds() * 1e9);
            while (times.size() < FEWEST_ROUNDS || System.nanoTime() < end) {
                times.add(round(calls, bound::call));
                copyTimes.add(
                        round(copiesPerRound, () -> backend.copy(bound.logits, bound.gradient)));
            }
            double copy = median(copyTimes);
            double bytesPerNano = 2.0 * bound.shape.elements() * type.bytes() / copy;
            rows.add(
                    new GpuReport.Row(
                            workload,
                            type,
                            bound.shape,
                            times.size(),
                            median(times) / 1e6,
                            copy / 1e6,
                            bound.limitBytes / bytesPerNano / 1e6,
                            errors[0],
                            errors[1]));
        }
    }

    private void measureOverhead(Workload workload) {
        Shape shape = Shape.of(1, workload.classes(), SMALL, SMALL);
        Inputs inputs = Inputs.of(shape, Inputs.SEED);
        try (Bound bound =
                new Bound(workload, DType.FLOAT32, inputs.prediction(), inputs.target())) {
            callsPerRound(bound::call);
            List<Double> queue = new ArrayList<>();
            List<Double> roundTrip = new ArrayList<>();
            long end = System.nanoTime() + (long) (request.seconds() * 5e8);
            while (queue.size() < FEWEST_ROUNDS || System.nanoTime() < end) {
                long start = System.nanoTime();
                for (int k = 0; k < 20; k++) {
                    bound.call();
                }
                queue.add((System.nanoTime() - start) / 20.0);
                backend.synchronize();
                start = System.nanoTime();
                bound.call().number(LossGraph.VALUE);
                roundTrip.add((double) (System.nanoTime() - start));
            }
            overheads.add(
                    new GpuReport.Overhead(
                            workload, shape, median(queue) / 1e3, median(roundTrip) / 1e3));
        }
    }

    // ---- the parts of a measurement

    /** Warms up, and finds how many calls fill a round. */
    private int callsPerRound(Runnable call) {
        double nanos = 0;
        for (int k = 0; k < 3; k++) {
            nanos = round(1, call);
        }
        return Math.clamp((long) (ROUND_NANOS / nanos), 1, MOST_CALLS);
    }

    /** The time of a call when so many are queued and then waited for. */
    private double round(int calls, Runnable call) {
        backend.synchronize();
        long start = System.nanoTime();
        for (int k = 0; k < calls; k++) {
            call.run();
        }
        backend.synchronize();
        return (System.nanoTime() - start) / (double) calls;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }

    /** A tensor off the heap that holds another so many times, along the first axis. */
    private static Tensor repeated(Tensor sample, long copies) {
        long[] sizes = sample.shape().toArray();
        sizes[0] *= copies;
        Tensor all = Tensor.allocate(sample.dtype(), Shape.of(sizes));
        long bytes = sample.shape().elements() * sample.dtype().bytes();
        for (long k = 0; k < copies; k++) {
            MemorySegment.copy(sample.segment(), 0, all.segment(), k * bytes, bytes);
        }
        return all;
    }

    // ---- is it right?

    private static void requireNoViolations(Workload workload, Result result) {
        if (result.number(LossGraph.VIOLATIONS) != 0) {
            throw new SegLossException(
                    workload + ": the backend found a fault in inputs that have none");
        }
    }

    /** How far value and gradient of the samples are from those of the reference backend on the same numbers. */
    private double[] errors(Workload workload, DType type, Tensor logits, Tensor labels) {
        double[] found;
        double value;
        try (Bound bound = new Bound(workload, type, logits, labels)) {
            value = bound.call().number(LossGraph.VALUE);
            found = backend.download(bound.gradient).toDoubleArray();
        }
        Tensor wide = logits.to(DType.FLOAT64);
        try (Backend reference = Backends.open("scalar", BackendOptions.DEFAULT)) {
            GpuRun other = new GpuRun(reference, request, progress);
            try (Bound bound = other.new Bound(workload, DType.FLOAT64, wide, labels)) {
                double expected = bound.call().number(LossGraph.VALUE);
                double[] gradient = bound.arguments.tensor(LossGraph.GRADIENT).toDoubleArray();
                double largest = 0;
                double worst = 0;
                for (int i = 0; i < gradient.length; i++) {
                    largest = Math.max(largest, Math.abs(gradient[i]));
                    worst = Math.max(worst, Math.abs(gradient[i] - found[i]));
                }
                return new double[] {
                    Math.abs(value - expected) / Math.max(1, Math.abs(expected)), worst / largest
                };
            }
        }
    }
}
