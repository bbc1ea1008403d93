package io.github.segloss.benchmarks.hand;

/**
 * Mean over samples of {@code 1 - (2 I + s) / (A + B + s)} of a sigmoid. The first pass sums and leaves {@code p (1 - p)}, all that the gradient needs of the
 * logits, in the gradient; the second multiplies it by one of two numbers.
 */
public final class SigmoidDiceLoop implements HandLoop {
    private static final double SMOOTH = 1e-5;

    private final float[] logits;
    private final byte[] labels;
    private final float[] gradient;
    private final int samples;

    /**
     * Binds the loop.
     *
     * @param logits the logits
     * @param labels a label, 0 or 1, for each logit
     * @param gradient where the gradient is written
     * @param samples the number of samples
     */
    public SigmoidDiceLoop(float[] logits, byte[] labels, float[] gradient, int samples) {
        this.logits = logits;
        this.labels = labels;
        this.gradient = gradient;
        this.samples = samples;
    }

    @Override
    public double run() {
        int pixels = logits.length / samples;
        double value = 0;
        for (int n = 0; n < samples; n++) {
            value += sample(n * pixels, (n + 1) * pixels);
        }
        return value / samples;
    }

    private double sample(int from, int to) {
        float[] z = logits;
        byte[] y = labels;
        float[] g = gradient;
        double overlap = 0;
        double total = 0;
        int count = 0;
        for (int i = from; i < to; i++) {
            double x = z[i];
            double u = Math.exp(-Math.abs(x));
            double r = 1 / (1 + u);
            double ur = u * r;
            double p = x >= 0 ? r : ur;
            g[i] = (float) (ur * r);
            total += p;
            overlap += p * y[i];
            count += y[i];
        }
        double denominator = total + count + SMOOTH;
        double numerator = 2 * overlap + SMOOTH;
        float outside = (float) (numerator / (denominator * denominator) / samples);
        float inside = (float) ((numerator / denominator - 2) / denominator / samples);
        for (int i = from; i < to; i++) {
            g[i] *= y[i] == 0 ? outside : inside;
        }
        return 1 - numerator / denominator;
    }
}
