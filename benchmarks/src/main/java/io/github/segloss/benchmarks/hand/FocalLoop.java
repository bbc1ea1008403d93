package io.github.segloss.benchmarks.hand;

/** Mean of {@code alpha_t q^2 (-ln(1 - q))}, q the probability of the wrong answer, alpha 0.25 for positives and 0.75 for negatives: one pass. */
public final class FocalLoop implements HandLoop {
    private static final double ALPHA = 0.25;

    private final float[] logits;
    private final byte[] labels;
    private final float[] gradient;

    /**
     * Binds the loop.
     *
     * @param logits the logits
     * @param labels a label, 0 or 1, for each logit
     * @param gradient where the gradient is written
     */
    public FocalLoop(float[] logits, byte[] labels, float[] gradient) {
        this.logits = logits;
        this.labels = labels;
        this.gradient = gradient;
    }

    @Override
    public double run() {
        float[] z = logits;
        byte[] y = labels;
        float[] g = gradient;
        double scale = 1.0 / z.length;
        double sum = 0;
        for (int i = 0; i < z.length; i++) {
            double sign = 1 - 2 * y[i];
            double x = sign * z[i];
            double weight = 1 - ALPHA + (2 * ALPHA - 1) * y[i];
            double u = Math.exp(-Math.abs(x));
            double r = 1 / (1 + u);
            double q = (x >= 0 ? 1 : u) * r;
            double p = (x >= 0 ? u : 1) * r;
            double entropy = Math.log1p(u) + 0.5 * (x + Math.abs(x));
            double square = weight * q * q;
            sum += square * entropy;
            g[i] = (float) (sign * scale * square * (q + 2 * p * entropy));
        }
        return sum * scale;
    }
}
