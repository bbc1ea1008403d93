package io.github.segloss.benchmarks.hand;

/**
 * Asymmetric unified focal loss over four classes with its defaults. The first pass sums, and leaves in the gradient all that the second needs: the
 * probabilities of all classes but the largest, which is 1 minus the others, and in its place the derivative of the focal term, which is not positive and so
 * says which class is the largest.
 */
public final class UnifiedFocalLoop implements HandLoop {
    private final float[] logits;
    private final byte[] labels;
    private final float[] gradient;
    private final int samples;

    /** The derivative of the Tversky part with respect to the probability of class c in a pixel with label y, at 4 y + c. */
    private final double[] slopes = new double[16];

    /**
     * Binds the loop.
     *
     * @param logits the logits, [samples, 4, pixels]
     * @param labels the class of each pixel
     * @param gradient where the gradient is written
     * @param samples the number of samples
     */
    public UnifiedFocalLoop(float[] logits, byte[] labels, float[] gradient, int samples) {
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
            value += sums(n * 4 * pixels, n * pixels, pixels);
            descend(n * 4 * pixels, n * pixels, pixels);
        }
        return value;
    }

    private double sums(int from, int firstLabel, int pixels) {
        float[] z = logits;
        float[] g = gradient;
        double[] p = new double[4];
        double[] all = new double[4];
        double[] own = new double[4];
        double[] missed = new double[4];
        int[] counts = new int[4];
        double ofBackground = UnifiedFocal.focalWeight(true, labels.length);
        double ofRare = UnifiedFocal.focalWeight(false, labels.length);
        double value = 0;
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
            double rest = ea + eb + ec;
            double r = 1 / (1 + rest);
            p[top] = r;
            p[a] = ea * r;
            p[b] = eb * r;
            p[c] = ec * r;
            g[at] = (float) p[0];
            g[at + pixels] = (float) p[1];
            g[at + 2 * pixels] = (float) p[2];
            g[at + 3 * pixels] = (float) p[3];
            p[top] = Math.min(r, 1 - UnifiedFocal.CLIP);
            p[a] = Math.max(p[a], UnifiedFocal.CLIP);
            p[b] = Math.max(p[b], UnifiedFocal.CLIP);
            p[c] = Math.max(p[c], UnifiedFocal.CLIP);
            all[0] += p[0];
            all[1] += p[1];
            all[2] += p[2];
            all[3] += p[3];
            int y = labels[firstLabel + i];
            double py = p[y];
            double q = Math.max(y == top ? rest * r : 1 - py, UnifiedFocal.CLIP);
            own[y] += py;
            missed[y] += q;
            counts[y]++;
            boolean isClipped = q <= UnifiedFocal.CLIP || py <= UnifiedFocal.CLIP;
            double log = Math.log(py);
            double focal;
            if (y == 0) {
                double root = Math.sqrt(q);
                value -= ofBackground * root * log;
                focal = ofBackground * (0.5 * py * log / root - root);
            } else {
                value -= ofRare * log;
                focal = -ofRare;
            }
            g[at + top * pixels] = isClipped ? -0f : (float) focal;
        }
        double[] two = new double[2];
        for (int c = 0; c < 4; c++) {
            value +=
                    UnifiedFocal.tversky(
                            c == 0, all[c] - own[c], missed[c], counts[c], 4 * samples, two);
            for (int y = 0; y < 4; y++) {
                slopes[4 * y + c] = two[y == c ? 1 : 0];
            }
        }
        return value;
    }

    private void descend(int from, int firstLabel, int pixels) {
        float[] g = gradient;
        for (int i = 0; i < pixels; i++) {
            int at = from + i;
            int top = FourClasses.marked(g, at, pixels);
            int a = (top + 1) & 3;
            int b = (top + 2) & 3;
            int c = (top + 3) & 3;
            int y = labels[firstLabel + i];
            double pa = g[at + a * pixels];
            double pb = g[at + b * pixels];
            double pc = g[at + c * pixels];
            double focal = g[at + top * pixels];
            double rest = pa + pb + pc;
            double sa = pa < UnifiedFocal.CLIP ? 0 : slopes[4 * y + a];
            double sb = pb < UnifiedFocal.CLIP ? 0 : slopes[4 * y + b];
            double sc = pc < UnifiedFocal.CLIP ? 0 : slopes[4 * y + c];
            double sTop = rest < UnifiedFocal.CLIP ? 0 : slopes[4 * y + top];
            double mean = (1 - rest) * sTop + pa * sa + pb * sb + pc * sc + focal;
            double ga = pa * (sa - mean) + (y == a ? focal : 0);
            double gb = pb * (sb - mean) + (y == b ? focal : 0);
            double gc = pc * (sc - mean) + (y == c ? focal : 0);
            g[at + a * pixels] = (float) ga;
            g[at + b * pixels] = (float) gb;
            g[at + c * pixels] = (float) gc;
            g[at + top * pixels] = (float) -(ga + gb + gc);
        }
    }
}
