package io.github.segloss.metrics;

import java.util.OptionalDouble;

/**
 * How many pixels a prediction got right and wrong, and the ratios of these counts. A ratio with denominator 0 is empty.
 *
 * @param truePositives pixels of both masks
 * @param falsePositives pixels of the prediction only
 * @param falseNegatives pixels of the target only
 * @param trueNegatives pixels of neither
 */
public record Confusion(
        long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

    /** No pixels. */
    public static final Confusion NONE = new Confusion(0, 0, 0, 0);

    /**
     * {@return the counts of both together}
     *
     * @param other counts of other pixels
     */
    public Confusion plus(Confusion other) {
        return new Confusion(
                truePositives + other.truePositives,
                falsePositives + other.falsePositives,
                falseNegatives + other.falseNegatives,
                trueNegatives + other.trueNegatives);
    }

    /** {@return whether the target mask has no pixel} */
    public boolean isTargetEmpty() {
        return truePositives + falseNegatives == 0;
    }

    /** {@return whether the predicted mask has no pixel} */
    public boolean isPredictionEmpty() {
        return truePositives + falsePositives == 0;
    }

    /** {@return the Dice coefficient, {@code 2 TP / (2 TP + FP + FN)}} */
    public OptionalDouble dice() {
        return ratio(2.0 * truePositives, 2.0 * truePositives + falsePositives + falseNegatives);
    }

    /** {@return the Jaccard index, {@code TP / (TP + FP + FN)}} */
    public OptionalDouble iou() {
        return ratio(truePositives, (double) truePositives + falsePositives + falseNegatives);
    }

    /** {@return the positive predictive value, {@code TP / (TP + FP)}} */
    public OptionalDouble precision() {
        return ratio(truePositives, (double) truePositives + falsePositives);
    }

    /** {@return the sensitivity, {@code TP / (TP + FN)}} */
    public OptionalDouble recall() {
        return ratio(truePositives, (double) truePositives + falseNegatives);
    }

    /** {@return the specificity, {@code TN / (TN + FP)}} */
    public OptionalDouble specificity() {
        return ratio(trueNegatives, (double) trueNegatives + falsePositives);
    }

    /** {@return the share of pixels that are right} */
    public OptionalDouble accuracy() {
        return ratio(
                (double) truePositives + trueNegatives,
                (double) truePositives + falsePositives + falseNegatives + trueNegatives);
    }

    /**
     * {@return the F-beta score, {@code (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP)}}
     *
     * @param beta b, how many times recall matters as much as precision, above 0
     */
    public OptionalDouble fBeta(double beta) {
        double square = beta * beta;
        double hits = (1 + square) * truePositives;
        return ratio(hits, hits + square * falseNegatives + falsePositives);
    }

    /** {@return Matthews' correlation coefficient, {@code (TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN))}, in [-1, 1]} */
    public OptionalDouble mcc() {
        double tp = truePositives;
        double fp = falsePositives;
        double fn = falseNegatives;
        double tn = trueNegatives;
        // Two roots, each of a product of two counts: the product of all four exceeds 2^53 long
        // before its parts do.
        double root = Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn));
        return ratio(tp * tn - fp * fn, root);
    }

    /**
     * {@return the volumetric similarity, {@code 1 - |FN - FP| / (2 TP + FP + FN)}}
     *
     * <p>Taha and Hanbury 2015, doi:10.1186/s12880-015-0068-x. It compares sizes only, not places.
     */
    public OptionalDouble volumetricSimilarity() {
        double volumes = 2.0 * truePositives + falsePositives + falseNegatives;
        return ratio(volumes - Math.abs(falseNegatives - falsePositives), volumes);
    }

    private static OptionalDouble ratio(double numerator, double denominator) {
        return denominator == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(numerator / denominator);
    }
}
