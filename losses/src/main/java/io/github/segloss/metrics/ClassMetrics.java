package io.github.segloss.metrics;

import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * The metrics of one class in one sample. What is not defined under the rule for empty classes is empty.
 *
 * @param sample the sample
 * @param classIndex the class, or channel
 * @param counts the counts of pixels
 * @param surfaces the distances between the surfaces; {@link SurfaceDistances#NONE} if they were not asked for
 * @param emptyClass the rule for empty classes
 */
public record ClassMetrics(
        int sample,
        int classIndex,
        Confusion counts,
        SurfaceDistances surfaces,
        EmptyClass emptyClass) {

    /** {@return the Dice coefficient} */
    public OptionalDouble dice() {
        return overlap(counts::dice);
    }

    /** {@return the Jaccard index} */
    public OptionalDouble iou() {
        return overlap(counts::iou);
    }

    /** {@return the positive predictive value} */
    public OptionalDouble precision() {
        return orPerfect(counts.precision(), 1);
    }

    /** {@return the sensitivity} */
    public OptionalDouble recall() {
        return orPerfect(counts.recall(), 1);
    }

    /** {@return the specificity} */
    public OptionalDouble specificity() {
        return counts.specificity();
    }

    /**
     * {@return the F-beta score}
     *
     * @param beta how many times recall matters as much as precision, above 0
     */
    public OptionalDouble fBeta(double beta) {
        return orPerfect(counts.fBeta(beta), 1);
    }

    /** {@return Matthews' correlation coefficient} */
    public OptionalDouble mcc() {
        return counts.mcc();
    }

    /** {@return the volumetric similarity} */
    public OptionalDouble volumetricSimilarity() {
        return orPerfect(counts.volumetricSimilarity(), 1);
    }

    /** {@return the Hausdorff distance} */
    public OptionalDouble hausdorff() {
        return orPerfect(surfaces.hausdorff(), 0);
    }

    /**
     * {@return the larger of the two directed percentiles of the surface distances}
     *
     * @param percent the percentile, in [0, 100]; 95 for HD95
     */
    public OptionalDouble hausdorff(double percent) {
        return orPerfect(surfaces.hausdorff(percent), 0);
    }

    /**
     * {@return the percentile of the surface distances of both directions together}
     *
     * @param percent the percentile, in [0, 100]
     */
    public OptionalDouble pooledHausdorff(double percent) {
        return orPerfect(surfaces.pooledHausdorff(percent), 0);
    }

    /** {@return ASD, the mean distance from the surface of the prediction to that of the target} */
    public OptionalDouble averageDistance() {
        return orPerfect(surfaces.averageDistance(), 0);
    }

    /** {@return ASSD, the mean surface distance of both directions together} */
    public OptionalDouble averageSymmetricDistance() {
        return orPerfect(surfaces.averageSymmetricDistance(), 0);
    }

    /**
     * {@return the share of surface pixels within a tolerance}
     *
     * @param tolerance in units of the spacing, at least 0
     */
    public OptionalDouble surfaceDice(double tolerance) {
        boolean oneIsEmpty = counts.isTargetEmpty() != counts.isPredictionEmpty();
        OptionalDouble value = surfaces.surfaceDice(tolerance);
        return oneIsEmpty && emptyClass != EmptyClass.UNDEFINED
                ? OptionalDouble.of(0)
                : orPerfect(value, 1);
    }

    private OptionalDouble overlap(Supplier<OptionalDouble> formula) {
        return emptyClass == EmptyClass.UNDEFINED && counts.isTargetEmpty()
                ? OptionalDouble.empty()
                : orPerfect(formula.get(), 1);
    }

    private OptionalDouble orPerfect(OptionalDouble value, double perfect) {
        boolean bothAreEmpty = counts.isTargetEmpty() && counts.isPredictionEmpty();
        return bothAreEmpty && emptyClass == EmptyClass.PERFECT_WHEN_BOTH_EMPTY
                ? OptionalDouble.of(perfect)
                : value;
    }
}
