package io.github.segloss.benchmarks.gpu;

import io.github.segloss.benchmarks.Workload;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What was measured on a device.
 *
 * @param device the device
 * @param details what it is made of
 * @param rows one for each workload and element type
 * @param overheads one for each small call
 * @param peers what PyTorch needed for the same; empty if there was none
 * @param notes what was left out, and why
 */
public record GpuReport(
        String device,
        String details,
        List<Row> rows,
        List<Overhead> overheads,
        List<Peer> peers,
        List<String> notes) {
    /**
     * Copies the lists.
     *
     * @param device the device
     * @param details what it is made of
     * @param rows the measurements
     * @param overheads the small calls
     * @param peers PyTorch
     * @param notes what was left out
     */
    public GpuReport {
        rows = List.copyOf(rows);
        overheads = List.copyOf(overheads);
        peers = List.copyOf(peers);
        notes = List.copyOf(notes);
    }

    /**
     * Value and gradient of one workload.
     *
     * @param workload the workload
     * @param type the element type of logits and gradient
     * @param shape the shape of the logits
     * @param rounds how many rounds of several calls the medians are of
     * @param millis the median time of a call, in ms
     * @param copyMillis the median time to copy as much as the logits within the device, in ms
     * @param limitMillis the time in which the bytes of all passes move at the rate of that copy, in ms; NaN where a sort or window moves more than the passes
     * @param valueError the distance of the value from that of the reference backend on one copy of the samples, relative to max(1, |value|)
     * @param gradientError the same of the gradient, relative to its largest element
     */
    public record Row(
            Workload workload,
            DType type,
            Shape shape,
            int rounds,
            double millis,
            double copyMillis,
            double limitMillis,
            double valueError,
            double gradientError) {
        /** {@return the part of the time that the bytes alone would need} */
        public double ofLimit() {
            return limitMillis / millis;
        }

        /** {@return the bytes per second of the copy, read and written, in 10^9} */
        public double copyGigabytesPerSecond() {
            return 2.0 * shape.elements() * type.bytes() / copyMillis / 1e6;
        }
    }

    /**
     * A call too small for anything but what it costs to start it.
     *
     * @param workload the workload
     * @param shape the shape of the logits
     * @param queueMicros the time until a call returns that nobody waits for, in us
     * @param roundTripMicros the time until the value is there, in us
     */
    public record Overhead(
            Workload workload, Shape shape, double queueMicros, double roundTripMicros) {}

    /**
     * PyTorch at one workload.
     *
     * @param workload the workload
     * @param type the element type of the logits
     * @param how eager or compile
     * @param millis the median time of value and gradient, in ms
     */
    public record Peer(Workload workload, DType type, String how, double millis) {}

    /**
     * {@return the time of PyTorch over that of a row; NaN if it was not measured}
     *
     * @param row the row
     * @param how eager or compile
     */
    public double timesPeer(Row row, String how) {
        return peers.stream()
                .filter(p -> p.workload() == row.workload() && p.type() == row.type())
                .filter(p -> p.how().equals(how))
                .mapToDouble(p -> p.millis() / row.millis())
                .findFirst()
                .orElse(Double.NaN);
    }

    /**
     * {@return the same with what PyTorch needed}
     *
     * @param measured what was measured
     * @param more further notes
     */
    public GpuReport withPeers(List<Peer> measured, List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new GpuReport(device, details, rows, overheads, measured, all);
    }
}
