package io.github.segloss.benchmarks.hand;

/** The parameters of the asymmetric unified focal loss, all defaults, and what happens between its two passes. Its exponent, 1/2, is a square root. */
final class UnifiedFocal {
    static final double LAMBDA = 0.5;
    static final double DELTA = 0.6;
    static final double CLIP = 1e-7;
    private static final double SMOOTH = 1e-7;

    private UnifiedFocal() {}

    /** The weight of the focal term of a pixel of the background, and of one of another class, in the mean over all pixels of all samples. */
    static double focalWeight(boolean isBackground, long pixels) {
        return LAMBDA * (isBackground ? 1 - DELTA : DELTA) / pixels;
    }

    /**
     * The share of one class and sample in the value of the Tversky part.
     *
     * @param isBackground whether the class is the background, which has exponent 1
     * @param falsePositives their sum
     * @param falseNegatives their sum
     * @param count the number of pixels of the class
     * @param terms the number of samples times the number of classes
     * @param slopes gets the derivatives with respect to p: 0 of a pixel of another class, 1 of a pixel of this class
     */
    static double tversky(
            boolean isBackground,
            double falsePositives,
            double falseNegatives,
            long count,
            int terms,
            double[] slopes) {
        double missed = (1 - DELTA) * falsePositives + DELTA * falseNegatives;
        double denominator = count - falseNegatives + missed + SMOOTH;
        double shortfall = missed / denominator;
        double root = Math.sqrt(shortfall);
        double weight = (1 - LAMBDA) / terms;
        double outer = isBackground ? 1 : root > 0 ? 0.5 / root : 0;
        double slope = weight * outer / denominator;
        slopes[0] = slope * (1 - DELTA) * (1 - shortfall);
        slopes[1] = -slope * (DELTA + (1 - DELTA) * shortfall);
        return weight * (isBackground ? shortfall : root);
    }
}
