package io.github.segloss.benchmarks.hand;

/** Mean over pixels of {@code ln(sum of exp) - logit of the label} over four classes: one pass. */
public final class CrossEntropyLoop implements HandLoop {
    private final float[] logits;
    private final byte[] labels;
    private final float[] gradient;
    private final int samples;

    /**
     * Binds the loop.
     *
     * @param logits the logits, [samples, 4, pixels]
     * @param labels the class of each pixel
     * @param gradient where the gradient is written
     * @param samples the number of samples
     */
    public CrossEntropyLoop(float[] logits, byte[] labels, float[] gradient, int samples) {
        this.logits = logits;
        this.labels = labels;
        this.gradient = gradient;
        this.samples = samples;
    }

    @Override
    public double run() {
        int pixels = labels.length / samples;
        double value = 0;
        for (int n = 0; n < samples; n++) {
            value += sample(n * 4 * pixels, n * pixels, pixels);
        }
        return value / labels.length;
    }

    private double sample(int from, int firstLabel, int pixels) {
        float[] z = logits;
        float[] g = gradient;
        double scale = 1.0 / labels.length;
        LogSum logs = new LogSum();
        double sum = 0;
        for (int i = 0; i < pixels; i++) {
            int at = from + i;
            int top = FourClasses.top(z, at, pixels);
            int a = (top + 1) & 3;
            int b = (top + 2) & 3;
            int c = (top + 3) & 3;
            int atA = at + a * pixels;
            int atB = at + b * pixels;
            int atC = at + c * pixels;
            int atTop = at + top * pixels;
            double highest = z[atTop];
            double ea = Math.exp(z[atA] - highest);
            double eb = Math.exp(z[atB] - highest);
            double ec = Math.exp(z[atC] - highest);
            double total = 1 + (ea + eb + ec);
            double r = scale / total;
            int y = labels[firstLabel + i];
            logs.add(total);
            sum += highest - z[at + y * pixels];
            double ga = ea * r - (a == y ? scale : 0);
            double gb = eb * r - (b == y ? scale : 0);
            double gc = ec * r - (c == y ? scale : 0);
            g[atA] = (float) ga;
            g[atB] = (float) gb;
            g[atC] = (float) gc;
            g[atTop] = (float) -(ga + gb + gc);
        }
        return sum + logs.total();
    }
}
