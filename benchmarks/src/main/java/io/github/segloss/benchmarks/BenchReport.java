package io.github.segloss.benchmarks;

import java.util.List;

/**
 * What was measured.
 *
 * @param machine where
 * @param isQuick whether by the quick protocol; else by JMH
 * @param caches what was in the caches when a call started
 * @param shrink what the spatial sizes were divided by; 1 for the full workloads
 * @param rows one for each workload, contender and number of threads
 * @param bandwidths the bandwidths probed in the same run
 * @param notes what was left out, and why
 */
public record BenchReport(
        Machine machine,
        boolean isQuick,
        Caches caches,
        int shrink,
        List<Row> rows,
        List<Bandwidth> bandwidths,
        List<String> notes) {
    /**
     * Copies the lists.
     *
     * @param machine where
     * @param isQuick whether by the quick protocol
     * @param caches what was in the caches
     * @param shrink what the spatial sizes were divided by
     * @param rows the measurements
     * @param bandwidths the bandwidths
     * @param notes what was left out
     */
    public BenchReport {
        rows = List.copyOf(rows);
        bandwidths = List.copyOf(bandwidths);
        notes = List.copyOf(notes);
    }

    /**
     * One contender at one workload. A ratio is NaN where what it compares with was not measured or has no meaning.
     *
     * @param workload the workload
     * @param contender the name of the backend, or {@code by hand}
     * @param threads the number of threads
     * @param calls how many calls the medians are of
     * @param millis the median time of a call, in ms
     * @param fastestMillis the shortest time of a call, in ms
     * @param firstMillis the median time of the first call in a fresh JVM, in ms; NaN if others ran before it in the same JVM
     * @param nanosPerLogit the median time over the number of logits, in ns
     * @param bandwidthFraction the time in which the bytes alone would have moved, over the median time
     * @param timesByHand how many times faster it is than the loop by hand
     * @param timesReference how many times faster it is than the reference backend
     * @param allocatedBytes the median of the bytes that a call allocated on the heap
     */
    public record Row(
            Workload workload,
            String contender,
            int threads,
            int calls,
            double millis,
            double fastestMillis,
            double firstMillis,
            double nanosPerLogit,
            double bandwidthFraction,
            double timesByHand,
            double timesReference,
            double allocatedBytes) {}

    /**
     * A bandwidth at the size of a workload.
     *
     * @param workload the workload
     * @param kind read, scale or triad
     * @param threads the number of threads
     * @param calls how many calls the median is of
     * @param gigabytesPerSecond the bytes read and written by a call over its median time, in 10^9 bytes per second
     */
    public record Bandwidth(
            Workload workload, String kind, int threads, int calls, double gigabytesPerSecond) {}
}
