package io.github.segloss.benchmarks.hand;

/** Mean of {@code ln(1 + e^x)} with x the logit, negated where the label is 1: one pass. */
public final class BinaryCrossEntropyLoop implements HandLoop {
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
    public BinaryCrossEntropyLoop(float[] logits, byte[] labels, float[] gradient) {
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
        LogSum logs = new LogSum();
        double positive = 0;
        for (int i = 0; i < z.length; i++) {
            double sign = 1 - 2 * y[i];
            double x = sign * z[i];
            double u = Math.exp(-Math.abs(x));
            double d = 1 + u;
            logs.add(d);
            positive += 0.5 * (x + Math.abs(x));
            g[i] = (float) (sign * scale * ((x >= 0 ? 1 : u) / d));
        }
        return (logs.total() + positive) * scale;
    }
}
