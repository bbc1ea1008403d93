package io.github.segloss.benchmarks.hand;

/**
 * Mean over samples and four classes of {@code 1 - (2 I + s) / (A + B + s)} of a softmax. The first pass sums and leaves the probabilities in the gradient;
 * the second needs nothing else.
 */
public final class SoftmaxDiceLoop implements HandLoop {
    private static final double SMOOTH = 1e-5;

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
    public SoftmaxDiceLoop(float[] logits, byte[] labels, float[] gradient, int samples) {
        this.logits = logits;
        this.labels = labels;
        this.gradient = gradient;
        this.samples = samples;
    }

    @Override
    public double run() {
        int pixels = labels.length / samples;
        double value = 0;
        double[] slopes = new double[16];
        for (int n = 0; n < samples; n++) {
            value += sums(n * 4 * pixels, n * pixels, pixels, slopes);
            descend(n * 4 * pixels, n * pixels, pixels, slopes);
        }
        return value / (4 * samples);
    }

    /** The first pass; fills in the derivative with respect to each class's probability by the label of the pixel. */
    private double sums(int from, int firstLabel, int pixels, double[] slopes) {
        float[] z = logits;
        float[] g = gradient;
        double[] totals = new double[4];
        double[] overlaps = new double[4];
        int[] counts = new int[4];
        double[] p = new double[4];
        for (int i = 0; i < pixels; i++) {
            int at = from + i;
            int top = FourClasses.top(z, at, pixels);
            int a = (top + 1) & 3;
            int b = (top + 2) & 3;
            int c = (top + 3) & 3;
            double highest = z[at + top * pixels];
            double ea = Math.exp(z[at + a * pixels] - highest);
            double eb = Math.exp(z[at + b * pixels] - highest);
            double ec = Math.exp(z[at + c * pixels] - highest);
            double r = 1 / (1 + (ea + eb + ec));
            p[top] = r;
            p[a] = ea * r;
            p[b] = eb * r;
            p[c] = ec * r;
            g[at] = (float) p[0];
            g[at + pixels] = (float) p[1];
            g[at + 2 * pixels] = (float) p[2];
            g[at + 3 * pixels] = (float) p[3];
            g[at + top * pixels] =
                    -1; // says which class it is; its probability is 1 minus the others
            totals[0] += p[0];
            totals[1] += p[1];
            totals[2] += p[2];
            totals[3] += p[3];
            int y = labels[firstLabel + i];
            overlaps[y] += p[y];
            counts[y]++;
        }
        double value = 0;
        for (int c = 0; c < 4; c++) {
            double denominator = totals[c] + counts[c] + SMOOTH;
            double score = (2 * overlaps[c] + SMOOTH) / denominator;
            for (int y = 0; y < 4; y++) {
                slopes[4 * y + c] = (score - (y == c ? 2 : 0)) / denominator / (4 * samples);
            }
            value += 1 - score;
        }
        return value;
    }

    /** The second pass. */
    private void descend(int from, int firstLabel, int pixels, double[] slopes) {
        float[] g = gradient;
        for (int i = 0; i < pixels; i++) {
            int at = from + i;
            int top = FourClasses.marked(g, at, pixels);
            int a = (top + 1) & 3;
            int b = (top + 2) & 3;
            int c = (top + 3) & 3;
            int row = 4 * labels[firstLabel + i];
            double pa = g[at + a * pixels];
            double pb = g[at + b * pixels];
            double pc = g[at + c * pixels];
            double slope = slopes[row + top];
            double da = slopes[row + a] - slope;
            double db = slopes[row + b] - slope;
            double dc = slopes[row + c] - slope;
            double mean = pa * da + pb * db + pc * dc;
            double ga = pa * (da - mean);
            double gb = pb * (db - mean);
            double gc = pc * (dc - mean);
            g[at + a * pixels] = (float) ga;
            g[at + b * pixels] = (float) gb;
            g[at + c * pixels] = (float) gc;
            g[at + top * pixels] = (float) -(ga + gb + gc);
        }
    }
}
