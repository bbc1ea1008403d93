package io.github.segloss.benchmarks;

import java.util.List;

/**
 * One contender at one workload, timed.
 *
 * @param workload the workload
 * @param contender the name of the backend, or {@code by hand}
 * @param isReference whether it is the backend that others are compared with
 * @param threads the number of threads
 * @param calls how many calls the medians are of
 * @param medianNanos the median time of a call
 * @param fastestNanos the shortest time of a call
 * @param firstNanos the median time of the first call in a fresh JVM; NaN if unknown
 * @param allocatedBytes the median of the bytes that a call allocated on the heap; NaN if unknown
 * @param traffic the bytes that have to move
 */
record Measured(
        Workload workload,
        String contender,
        boolean isReference,
        int threads,
        int calls,
        double medianNanos,
        double fastestNanos,
        double firstNanos,
        double allocatedBytes,
        Traffic traffic) {

    boolean isByHand() {
        return contender.equals(HandContender.NAME);
    }

    /**
     * {@return the rows of a report: each measurement with its ratios to the others of its workload}
     *
     * @param all the measurements of one workload
     * @param bandwidths the bandwidths probed at its size
     * @param logits the number of its logits
     */
    static List<BenchReport.Row> rows(
            List<Measured> all, List<BenchReport.Bandwidth> bandwidths, long logits) {
        double hand = nanos(all.stream().filter(Measured::isByHand).toList());
        double reference = nanos(all.stream().filter(Measured::isReference).toList());
        return all.stream()
                .map(m ->
                        new BenchReport.Row(
                                m.workload(),
                                m.contender(),
                                m.threads(),
                                m.calls(),
                                m.medianNanos() / 1e6,
                                m.fastestNanos() / 1e6,
                                m.firstNanos() / 1e6,
                                m.medianNanos() / logits,
                                m.limitNanos(bandwidths) / m.medianNanos(),
                                hand / m.medianNanos(),
                                reference / m.medianNanos(),
                                m.allocatedBytes()))
                .toList();
    }

    private static double nanos(List<Measured> chosen) {
        return chosen.isEmpty() ? Double.NaN : chosen.getFirst().medianNanos();
    }

    private double limitNanos(List<BenchReport.Bandwidth> bandwidths) {
        if (!traffic.isComplete()) {
            return Double.NaN;
        }
        return traffic.limitNanos(
                rate(bandwidths, BandwidthProbe.Kind.READ),
                rate(bandwidths, BandwidthProbe.Kind.SCALE));
    }

    private double rate(List<BenchReport.Bandwidth> bandwidths, BandwidthProbe.Kind kind) {
        return bandwidths.stream()
                .filter(b -> b.threads() == threads && b.kind().equals(kind.text()))
                .mapToDouble(BenchReport.Bandwidth::gigabytesPerSecond)
                .findFirst()
                .orElse(Double.NaN);
    }
}
