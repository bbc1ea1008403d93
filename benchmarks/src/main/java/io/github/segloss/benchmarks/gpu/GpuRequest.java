package io.github.segloss.benchmarks.gpu;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.benchmarks.Workload;
import io.github.segloss.tensor.DType;
import java.util.List;

/**
 * What to measure on a device.
 *
 * @param workloads the workloads; one that needs a distance map makes it in each call
 * @param types the element types of logits and gradient, floating
 * @param bytes the least size of the logits: samples are repeated until they are so many; at least 1
 * @param seconds how long each measurement takes, above 0
 * @param shrink what the spatial sizes of a sample are divided by, at least 1
 */
public record GpuRequest(
        List<Workload> workloads, List<DType> types, long bytes, double seconds, int shrink) {
    /** All workloads. */
    public static final List<Workload> WORKLOADS = List.of(Workload.values());

    /**
     * Checks and copies.
     *
     * @param workloads the workloads
     * @param types the element types
     * @param bytes the least size of the logits
     * @param seconds how long each measurement takes
     * @param shrink what the spatial sizes are divided by
     * @throws InvalidParameterException if one is out of its range
     */
    public GpuRequest {
        workloads = workloads.stream().distinct().toList();
        types = types.stream().distinct().toList();
        for (DType type : types) {
            require(
                    type.isFloating(),
                    "logits of " + type + " cannot be measured; they are floating");
        }
        require(bytes >= 1, "the size of the logits is " + bytes + " bytes; it must be at least 1");
        require(seconds > 0, "the time is " + seconds + " s; it must be above 0");
        require(shrink >= 1, "the divisor of the sizes is " + shrink + "; it must be at least 1");
    }

    private static void require(boolean isGood, String message) {
        if (!isGood) {
            throw new InvalidParameterException(message);
        }
    }
}
