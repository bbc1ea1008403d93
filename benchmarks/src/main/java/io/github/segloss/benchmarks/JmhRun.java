package io.github.segloss.benchmarks;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures with JMH: each contender at each workload with each number of threads in JVMs of its own, several of them, because what the JIT compiler makes of
 * the same code differs from JVM to JVM. Medians are over the calls of all JVMs. The reference backend, which is slow and only a yardstick, gets one JVM and a few calls.
 */
public final class JmhRun {
    /**
     * How often and how long.
     *
     * @param losses the JVMs of each contender
     * @param probes the JVMs of each probe of the memory
     * @param calls the calls that are timed in each JVM
     * @param warmUpSeconds the seconds of calls before
     */
    record Effort(int losses, int probes, int calls, double warmUpSeconds) {
        /** A backend that generates code may need ten seconds until the JVM has compiled it. */
        static final Effort FULL = new Effort(5, 2, 25, 15);

        static final int REFERENCE_CALLS = 3;

        /** What needs no code but its own is warm after so long. */
        static final double SHORT_WARM_UP_SECONDS = 3;

        Effort of(Known contender) {
            double shorter = Math.min(warmUpSeconds, SHORT_WARM_UP_SECONDS);
            if (contender.isReference()) {
                return new Effort(1, probes, Math.min(calls, REFERENCE_CALLS), shorter);
            }
            boolean isByHand = contender.name().equals(HandContender.NAME);
            return isByHand ? new Effort(losses, probes, calls, shorter) : this;
        }
    }

    /** What is to be known of a backend before JVMs are started for it. */
    private record Known(String name, boolean isReference, boolean isOnHost) {
        static Known of(String name) {
            try (Backend backend = Backends.open(name, BackendOptions.DEFAULT);
                    Tensor there = backend.upload(Tensor.zeros(DType.FLOAT32, Shape.of(1)))) {
                return new Known(name, name.equals(BenchRequest.REFERENCE), there.isOnHost());
            }
        }
    }

    private final BenchRequest request;
    private final Effort effort;
    private final PrintStream progress;
    private final List<BenchReport.Row> rows = new ArrayList<>();
    private final List<BenchReport.Bandwidth> bandwidths = new ArrayList<>();

    private JmhRun(BenchRequest request, Effort effort, PrintStream progress) {
        this.request = request;
        this.effort = effort;
        this.progress = progress;
    }

    /**
     * {@return the measurements}
     *
     * @param request what to measure
     * @param progress where JMH says what it does
     * @throws io.github.segloss.BackendUnavailableException if a backend is unavailable
     */
    public static BenchReport measure(BenchRequest request, PrintStream progress) {
        return measure(request, Effort.FULL, progress);
    }

    static BenchReport measure(BenchRequest request, Effort effort, PrintStream progress) {
        return new JmhRun(request, effort, progress).measure();
    }

    private BenchReport measure() {
        Machine machine = Machine.here();
        List<Known> backends = request.backends().stream().map(Known::of).toList();
        request.workloads().forEach(workload -> measure(workload, backends));
        return new BenchReport(
                machine, false, request.caches(), request.shrink(), rows, bandwidths, List.of());
    }

    private void measure(Workload workload, List<Known> backends) {
        long logits = workload.shape(request.shrink()).elements();
        Traffic traffic = workload.traffic(request.shrink());
        List<BenchReport.Bandwidth> probed = new ArrayList<>();
        if (traffic.isComplete()) {
            for (int threads : request.threads()) {
                for (BandwidthProbe.Kind kind : BandwidthProbe.Kind.values()) {
                    Times times = probe(workload, kind, threads);
                    double rate = kind.bytes(logits) / times.medianNanos();
                    probed.add(
                            new BenchReport.Bandwidth(
                                    workload, kind.text(), threads, times.count(), rate));
                }
            }
        }
        List<Measured> measured = new ArrayList<>();
        Known hand = new Known(HandContender.NAME, false, true);
        measured.add(time(workload, hand, 1, traffic));
        for (Known backend : backends) {
            for (int threads : request.threads()) {
                measured.add(time(workload, backend, threads, traffic));
                if (backend.isReference() || !backend.isOnHost()) {
                    break; // these do not use more threads
                }
            }
        }
        bandwidths.addAll(probed);
        rows.addAll(Measured.rows(measured, probed, logits));
    }

    private Times probe(Workload workload, BandwidthProbe.Kind kind, int threads) {
        return times(
                run(
                        BandwidthBenchmark.class,
                        workload,
                        threads,
                        effort,
                        effort.probes(),
                        new OptionsBuilder().param("kind", kind.name())));
    }

    private Measured time(Workload workload, Known contender, int threads, Traffic traffic) {
        Effort own = effort.of(contender);
        RunResult result =
                run(
                        LossBenchmark.class,
                        workload,
                        threads,
                        own,
                        own.losses(),
                        new OptionsBuilder()
                                .param("contender", contender.name())
                                .param("warmUpSeconds", Double.toString(own.warmUpSeconds())));
        Times times = times(result);
        return new Measured(
                workload,
                contender.name(),
                contender.isReference(),
                threads,
                times.count(),
                times.medianNanos(),
                times.fastestNanos(),
                firstCalls(result).medianNanos(),
                times.medianBytes(),
                new Traffic(traffic.passes(), traffic.isComplete() && contender.isOnHost()));
    }

    private RunResult run(
            Class<?> benchmark,
            Workload workload,
            int threads,
            Effort own,
            int forks,
            ChainedOptionsBuilder options) {
        ChainedOptionsBuilder all =
                options.include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                        .param("workload", workload.name())
                        .param("threads", Integer.toString(threads))
                        .param("caches", request.caches().name())
                        .param("shrink", Integer.toString(request.shrink()))
                        .forks(forks)
                        .measurementIterations(own.calls())
                        .shouldFailOnError(true);
        try {
            return new Runner(
                            all.build(),
                            OutputFormatFactory.createFormatInstance(progress, VerboseMode.NORMAL))
                    .runSingle();
        } catch (RunnerException e) {
            throw new SegLossException(
                    "the benchmark of " + workload + " failed: " + e.getMessage(), e);
        }
    }

    /** The first call of each JVM. */
    private static Times firstCalls(RunResult result) {
        Times times = new Times();
        for (BenchmarkResult jvm : result.getBenchmarkResults()) {
            jvm.getIterationResults().stream()
                    .limit(1)
                    .map(call -> call.getSecondaryResults().get("firstMillis"))
                    .forEach(first -> times.add(first.getScore() * 1e6, Double.NaN));
        }
        return times;
    }

    /** The calls of all JVMs; what a call allocates is known for losses only. */
    private static Times times(RunResult result) {
        Times times = new Times();
        for (BenchmarkResult jvm : result.getBenchmarkResults()) {
            for (IterationResult call : jvm.getIterationResults()) {
                Result<?> allocated = call.getSecondaryResults().get("allocatedBytes");
                times.add(
                        call.getPrimaryResult().getScore() * 1e6, // from ms
                        allocated == null ? Double.NaN : allocated.getScore());
            }
        }
        return times;
    }
}
