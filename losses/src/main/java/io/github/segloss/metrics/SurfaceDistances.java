package io.github.segloss.metrics;

import io.github.segloss.InvalidParameterException;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * The distances between the surfaces of two masks: from each surface pixel of one to the nearest surface pixel of the other, in units of the spacing. The
 * surface of a mask are the pixels that the erosion by the face-connected cross removes, outside of the image counting as background. Metrics are empty when
 * either mask is.
 */
public final class SurfaceDistances {
    /** No surfaces: every metric is empty. */
    public static final SurfaceDistances NONE = new SurfaceDistances(new double[0], new double[0]);

    private final double[] toTarget;
    private final double[] toPrediction;

    /**
     * Copies and sorts the distances.
     *
     * @param toTarget for each surface pixel of the prediction the distance to the surface of the target
     * @param toPrediction for each surface pixel of the target the distance to the surface of the prediction
     */
    public SurfaceDistances(double[] toTarget, double[] toPrediction) {
        this.toTarget = toTarget.clone();
        this.toPrediction = toPrediction.clone();
        Arrays.sort(this.toTarget);
        Arrays.sort(this.toPrediction);
    }

    /** {@return the distances from the prediction to the target, ascending} */
    public double[] toTarget() {
        return toTarget.clone();
    }

    /** {@return the distances from the target to the prediction, ascending} */
    public double[] toPrediction() {
        return toPrediction.clone();
    }

    /** {@return whether distances are defined: whether both masks have a surface} */
    public boolean isDefined() {
        return toTarget.length > 0 && toPrediction.length > 0;
    }

    /** {@return the Hausdorff distance, the largest of all distances} */
    public OptionalDouble hausdorff() {
        return hausdorff(100);
    }

    /**
     * {@return the percentile Hausdorff distance, the larger of the two directed percentiles; HD95 for 95}
     *
     * @param percent the percentile, in [0, 100], linear between neighbouring distances
     */
    public OptionalDouble hausdorff(double percent) {
        requirePercent(percent);
        return isDefined()
                ? OptionalDouble.of(
                        Math.max(percentile(toTarget, percent), percentile(toPrediction, percent)))
                : OptionalDouble.empty();
    }

    /**
     * {@return the percentile of the distances of both directions together, the other convention of a percentile Hausdorff distance}
     *
     * @param percent the percentile, in [0, 100], linear between neighbouring distances
     */
    public OptionalDouble pooledHausdorff(double percent) {
        requirePercent(percent);
        return isDefined()
                ? OptionalDouble.of(percentile(pooled().sorted().toArray(), percent))
                : OptionalDouble.empty();
    }

    /** {@return ASD, the mean distance from the surface of the prediction to that of the target} */
    public OptionalDouble averageDistance() {
        return isDefined() ? Arrays.stream(toTarget).average() : OptionalDouble.empty();
    }

    /** {@return ASSD, the mean distance of both directions together} */
    public OptionalDouble averageSymmetricDistance() {
        return isDefined() ? pooled().average() : OptionalDouble.empty();
    }

    /**
     * {@return the normalized surface distance or surface Dice, the share of all surface pixels of both masks that are within a tolerance}
     *
     * <p>Nikolov et al. 2021, doi:10.2196/26151, there weighed by the area of surface elements; here every surface pixel counts alike.
     *
     * @param tolerance the largest distance accepted, in units of the spacing, at least 0
     */
    public OptionalDouble surfaceDice(double tolerance) {
        if (!(tolerance >= 0)) {
            throw new InvalidParameterException(
                    "the tolerance of the surface Dice is "
                            + tolerance
                            + "; it must be at least 0");
        }
        return isDefined()
                ? OptionalDouble.of(
                        (double) pooled().filter(d -> d <= tolerance).count()
                                / (toTarget.length + toPrediction.length))
                : OptionalDouble.empty();
    }

    private DoubleStream pooled() {
        return DoubleStream.concat(Arrays.stream(toTarget), Arrays.stream(toPrediction));
    }

    private static void requirePercent(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new InvalidParameterException(
                    "the percentile is " + percent + "; it must be at least 0 and at most 100");
        }
    }

    private static double percentile(double[] ascending, double percent) {
        double position = (ascending.length - 1) * percent / 100;
        int below = (int) position;
        double part = position - below;
        return part == 0
                ? ascending[below]
                : ascending[below] + part * (ascending[below + 1] - ascending[below]);
    }
}
