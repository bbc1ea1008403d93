package io.github.segloss.benchmarks;

import java.util.Arrays;

/** The times of many calls, and what each allocated. */
final class Times {
    private double[] nanos = new double[16];
    private double[] bytes = new double[16];
    private int count;

    void add(double nanosOfCall, double bytesOfCall) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
            bytes = Arrays.copyOf(bytes, 2 * count);
        }
        nanos[count] = nanosOfCall;
        bytes[count++] = bytesOfCall;
    }

    int count() {
        return count;
    }

    double medianNanos() {
        return median(nanos);
    }

    double fastestNanos() {
        return Arrays.stream(nanos, 0, count).min().orElse(Double.NaN);
    }

    double medianBytes() {
        return median(bytes);
    }

    /** The median; NaN without calls. */
    private double median(double[] values) {
        if (count == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }
}
