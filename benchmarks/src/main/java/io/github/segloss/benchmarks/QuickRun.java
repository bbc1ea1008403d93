package io.github.segloss.benchmarks;

import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures in this JVM and ends within a given time. For each workload all contenders take turns, whoever has had the least time next, so that what
 * disturbs the machine for a while disturbs all alike; backends get twice the time of others, and probes of the memory half. A turn is some calls in a row, and the
 * first of them do not count: when a loop has computed for long, memory is slower for a tenth of a second, whoever is next. Before each call the
 * caches are swept. The first calls of each contender warm it up and do not count either, unless there was time for no other. A contender that at an earlier
 * workload was too slow for the time that is left is left out, with a note.
 */
public final class QuickRun {
    private static final int WARM_UP_CALLS = 10; // for each that counts

    /** The part of the time of a contender that goes into warming up. */
    private static final double WARM_UP = 0.4;

    private static final double TURN_NANOS = 300e6;

    /** The part of a turn in which calls do not count. */
    private static final double SETTLING = 1 / 3.0;

    private final BenchRequest request;
    private final int mostCalls;
    private final Consumer<String> progress;
    private final long start = System.nanoTime();
    private final long end;
    private final List<BenchReport.Row> rows = new ArrayList<>();
    private final List<BenchReport.Bandwidth> bandwidths = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** What each contender needed for one logit at the last workload; halved when that kept it out, so that a bad moment does not do so for ever. */
    private final Map<String, Double> nanosPerLogit = new HashMap<>();

    private QuickRun(
            BenchRequest request, double seconds, int mostCalls, Consumer<String> progress) {
        this.request = request;
        this.mostCalls = mostCalls;
        this.progress = progress;
        this.end = start + (long) (seconds * 1e9);
    }

    /** A contender with the times of its calls. */
    private static final class Turn {
        final Contender contender;
        final Times times = new Times();
        final double weight;
        double spentNanos;
        double lastNanos;
        double lastBytes;

        Turn(Contender contender) {
            this.contender = contender;
            this.weight =
                    switch (contender) {
                        case BandwidthProbe _ -> 0.5;
                        case BackendContender backend when !backend.isReference() -> 2;
                        default -> 1;
                    };
        }

        double spent() {
            return spentNanos / weight;
        }

        String who() {
            return contender.name()
                    + (contender.threads() == 1 ? "" : " with " + contender.threads() + " threads");
        }

        boolean hasTime(long deadline) {
            return System.nanoTime() + lastNanos < deadline;
        }

        void call() {
            contender.prepare();
            long bytes = Allocation.total();
            long began = System.nanoTime();
            double result = contender.call();
            lastNanos = System.nanoTime() - began;
            lastBytes = Allocation.total() - bytes;
            if (Double.isNaN(result)) {
                throw new IllegalStateException(contender.name() + " computed NaN");
            }
        }

        void warmUp(double nanos, int mostCalls, long deadline) {
            long began = System.nanoTime();
            int calls = 0;
            do {
                call();
                calls++;
                spentNanos = System.nanoTime() - began;
            } while (spentNanos < nanos && calls < mostCalls && hasTime(deadline));
        }

        void measure(CacheSweep sweep, double nanos, int mostCalls, long deadline) {
            long began = System.nanoTime();
            long passed;
            do {
                sweep.run();
                call();
                passed = System.nanoTime() - began;
                if (passed >= SETTLING * nanos) {
                    times.add(lastNanos, lastBytes);
                }
            } while (passed < nanos && times.count() < mostCalls && hasTime(deadline));
            spentNanos += passed;
        }
    }

    /**
     * {@return the measurements}
     *
     * @param request what to measure
     * @param seconds the time that it may take
     * @param mostCalls how many calls of each contender at each workload count at most
     * @param progress is told what is being measured
     * @throws io.github.segloss.BackendUnavailableException if a backend is unavailable
     */
    public static BenchReport measure(
            BenchRequest request, double seconds, int mostCalls, Consumer<String> progress) {
        return new QuickRun(request, seconds, mostCalls, progress)
                .measure(request.caches().sweptBytes());
    }

    /** The same with another length of the walk between calls, for tests. */
    static BenchReport measure(
            BenchRequest request, double seconds, int mostCalls, int sweepBytes) {
        return new QuickRun(request, seconds, mostCalls, _ -> {}).measure(sweepBytes);
    }

    private BenchReport measure(int sweepBytes) {
        int most = request.threads().stream().mapToInt(t -> t).max().orElse(1);
        Machine machine = Machine.here();
        try (CacheSweep sweep = new CacheSweep(sweepBytes, most)) {
            int left = request.workloads().size();
            for (Workload workload : request.workloads()) {
                long now = System.nanoTime();
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "%s, %s (%.0f s left)",
                                workload,
                                workload.title(),
                                (end - now) / 1e9));
                measure(workload, sweep, now + (end - now) / left--);
            }
        }
        return new BenchReport(
                machine, true, request.caches(), request.shrink(), rows, bandwidths, notes);
    }

    private void measure(Workload workload, CacheSweep sweep, long deadline) {
        Inputs inputs = Inputs.of(workload.shape(request.shrink()), Inputs.SEED);
        float[] gradient = new float[inputs.logits().length];
        Traffic traffic = workload.traffic(request.shrink());
        List<Turn> turns = new ArrayList<>();
        try {
            if (traffic.isComplete()) {
                addProbes(turns, gradient.length);
            }
            turns.add(new Turn(new HandContender(workload.byHand(inputs, gradient))));
            addBackends(turns, workload, inputs, gradient);
            List<Turn> taking = takeTurns(workload, turns, sweep, deadline);
            report(workload, taking, traffic, gradient.length);
        } finally {
            turns.forEach(turn -> turn.contender.close());
        }
    }

    private void addProbes(List<Turn> turns, int elements) {
        BandwidthProbe.Arrays arrays = BandwidthProbe.Arrays.of(elements);
        for (int threads : request.threads()) {
            for (BandwidthProbe.Kind kind : BandwidthProbe.Kind.values()) {
                turns.add(new Turn(new BandwidthProbe(kind, threads, arrays)));
            }
        }
    }

    private void addBackends(List<Turn> turns, Workload workload, Inputs inputs, float[] gradient) {
        Tensor out = Tensor.wrap(gradient, inputs.shape().toArray());
        for (String backend : request.backends()) {
            for (int threads : request.threads()) {
                BackendContender contender =
                        new BackendContender(backend, threads, workload, inputs, out);
                turns.add(new Turn(contender));
                if (contender.isReference() || !contender.isOnHost()) {
                    break; // these do not use more threads
                }
            }
        }
    }

    /** {@return those who were measured} */
    private List<Turn> takeTurns(
            Workload workload, List<Turn> turns, CacheSweep sweep, long deadline) {
        double weights = turns.stream().mapToDouble(turn -> turn.weight).sum();
        double nanos = deadline - System.nanoTime();
        long logits = workload.shape(request.shrink()).elements();
        List<Turn> taking = new ArrayList<>();
        for (Turn turn : turns) {
            turn.lastNanos = logits * nanosPerLogit.getOrDefault(turn.who(), 0.0);
            if (turn.hasTime(deadline)) {
                double warmUp = WARM_UP * nanos * turn.weight / weights;
                turn.warmUp(warmUp, WARM_UP_CALLS * mostCalls, deadline);
                taking.add(turn);
            } else {
                nanosPerLogit.merge(turn.who(), 0.5, (last, half) -> last * half);
                notes.add(
                        workload
                                + ": no time was left for "
                                + turn.who()
                                + " (name fewer workloads or backends, or measure without --quick)");
            }
        }
        while (true) {
            Turn next =
                    taking.stream()
                            .filter(turn -> turn.times.count() < mostCalls)
                            .filter(turn -> turn.hasTime(deadline))
                            .min(Comparator.comparingDouble(Turn::spent))
                            .orElse(null);
            if (next == null) {
                break;
            }
            double share = (1 - WARM_UP) * nanos * next.weight / weights;
            next.measure(sweep, Math.min(TURN_NANOS, share / 2), mostCalls, deadline);
        }
        for (Turn turn : taking) {
            if (turn.times.count() == 0) {
                turn.times.add(turn.lastNanos, turn.lastBytes);
            }
            nanosPerLogit.put(turn.who(), turn.lastNanos / logits);
        }
        return taking;
    }

    private void report(Workload workload, List<Turn> turns, Traffic traffic, long logits) {
        List<BenchReport.Bandwidth> probed = new ArrayList<>();
        List<Measured> measured = new ArrayList<>();
        for (Turn turn : turns) {
            Times times = turn.times;
            switch (turn.contender) {
                case BandwidthProbe probe ->
                        probed.add(
                                new BenchReport.Bandwidth(
                                        workload,
                                        probe.name(),
                                        probe.threads(),
                                        times.count(),
                                        probe.bytes() / times.medianNanos()));
                case Contender other -> {
                    boolean isOnHost =
                            !(other instanceof BackendContender backend) || backend.isOnHost();
                    measured.add(
                            new Measured(
                                    workload,
                                    other.name(),
                                    other instanceof BackendContender backend
                                            && backend.isReference(),
                                    other.threads(),
                                    times.count(),
                                    times.medianNanos(),
                                    times.fastestNanos(),
                                    Double.NaN,
                                    times.medianBytes(),
                                    new Traffic(
                                            traffic.passes(), traffic.isComplete() && isOnHost)));
                }
            }
        }
        bandwidths.addAll(probed);
        rows.addAll(Measured.rows(measured, probed, logits));
    }
}
