package io.github.segloss.benchmarks;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Result;
import io.github.segloss.graph.Op;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A backend that runs the compiled program of a workload on arguments that are bound once, as a training loop would. Where the workload has a distance map,
 * each call computes that first, on the same backend.
 */
final class BackendContender implements Contender {
    private final Session session;
    private final int threads;
    private final Executable executable;
    private final Arguments arguments;
    private final Tensor gradient;
    private @Nullable DistanceMapProgram distanceMap;

    /**
     * Opens a backend and compiles.
     *
     * @param name the name of the backend
     * @param threads the number of threads
     * @param workload the workload
     * @param inputs its inputs
     * @param gradient where the gradient is written
     * @throws io.github.segloss.BackendUnavailableException if the backend is unavailable
     */
    BackendContender(String name, int threads, Workload workload, Inputs inputs, Tensor gradient) {
        this.session = Session.on(Backends.open(name, new BackendOptions(threads, 0)));
        this.threads = threads;
        Tensor target = session.backend().upload(inputs.target());
        LossGraph graph = workload.graph();
        this.arguments = new Arguments(Inputs.geometry(inputs.shape()));
        this.gradient = session.backend().upload(gradient);
        arguments.tensor(LossGraph.GRADIENT, this.gradient);
        for (Op.Input input : graph.graph().inputs()) {
            switch (input.role()) {
                case PARAMETER ->
                        arguments.table(input.name(), graph.parameters().get(input.name()));
                case PREDICTION ->
                        arguments.tensor(
                                input.name(), session.backend().upload(inputs.prediction()));
                case TARGET -> arguments.tensor(input.name(), target);
                case DISTANCE_MAP -> {
                    distanceMap =
                            new DistanceMapProgram(
                                    session.backend(),
                                    target,
                                    inputs.shape(),
                                    Inputs.geometry(inputs.shape()),
                                    DType.FLOAT32);
                    arguments.tensor(input.name(), distanceMap.map());
                }
                case WEIGHT_MAP, MASK, UPSTREAM, OTHER ->
                        throw new SegLossException(
                                workload + " needs an input of role " + input.role());
            }
        }
        this.executable = session.executable(graph.program(), Workload.types(graph));
    }

    @Override
    public String name() {
        return session.backend().name();
    }

    @Override
    public int threads() {
        return threads;
    }

    boolean isReference() {
        return name().equals(BenchRequest.REFERENCE);
    }

    /** {@return whether it computes in the memory whose bandwidth is probed} */
    boolean isOnHost() {
        return gradient.isOnHost();
    }

    @Override
    public double call() {
        if (distanceMap != null) {
            distanceMap.call();
        }
        Result result = executable.run(arguments);
        result.await();
        if (result.number(LossGraph.VIOLATIONS) != 0) {
            throw new SegLossException("the backend found a fault in inputs that have none");
        }
        return result.number(LossGraph.VALUE);
    }

    @Override
    public void close() {
        if (distanceMap != null) {
            distanceMap.close();
        }
        session.close();
    }
}
