package io.github.segloss.benchmarks.hand;

import java.util.Arrays;

/**
 * Asymmetric unified focal loss over many classes with its defaults: like {@link UnifiedFocalLoop}, but class by class over short runs of pixels, so that
 * every loop walks through memory in order and what it needs again is in the first-level cache.
 */
public final class WideUnifiedFocalLoop implements HandLoop {
    private static final int TILE = 128;

    private final float[] logits;
    private final byte[] labels;
    private final float[] gradient;
    private final int samples;
    private final int classes;
    private final int pixels;

    private final double[] all;
    private final double[] own;
    private final double[] missed;
    private final int[] counts;

    /** The derivative of the Tversky part with respect to the probability of a class in pixels of other classes, and in its own. */
    private final double[] slopeElsewhere;

    private final double[] slopeWithin;

    private final float[] highest = new float[TILE];
    private final double[] rest = new double[TILE];
    private final double[] scale = new double[TILE];
    private final double[] mean = new double[TILE];
    private final double[] focal = new double[TILE];
    private double background;
    private double rare;

    /**
     * Binds the loop.
     *
     * @param logits the logits, [samples, classes, pixels]
     * @param labels the class of each pixel
     * @param gradient where the gradient is written
     * @param samples the number of samples
     * @param classes the number of classes
     */
    public WideUnifiedFocalLoop(
            float[] logits, byte[] labels, float[] gradient, int samples, int classes) {
        this.logits = logits;
        this.labels = labels;
        this.gradient = gradient;
        this.samples = samples;
        this.classes = classes;
        this.pixels = labels.length / samples;
        this.all = new double[classes];
        this.own = new double[classes];
        this.missed = new double[classes];
        this.counts = new int[classes];
        this.slopeElsewhere = new double[classes];
        this.slopeWithin = new double[classes];
    }

    @Override
    public double run() {
        double value = 0;
        for (int n = 0; n < samples; n++) {
            Arrays.fill(all, 0);
            Arrays.fill(own, 0);
            Arrays.fill(missed, 0);
            Arrays.fill(counts, 0);
            background = 0;
            rare = 0;
            for (int start = 0; start < pixels; start += TILE) {
                int count = Math.min(TILE, pixels - start);
                exponentials(n * classes * pixels + start, count);
                probabilities(n * classes * pixels + start, count);
                labelled(n * classes * pixels + start, n * pixels + start, count);
            }
            value += between();
            for (int start = 0; start < pixels; start += TILE) {
                int count = Math.min(TILE, pixels - start);
                means(n * classes * pixels + start, n * pixels + start, count);
                descend(n * classes * pixels + start, n * pixels + start, count);
            }
        }
        return value;
    }

    private void exponentials(int from, int count) {
        float[] z = logits;
        float[] g = gradient;
        System.arraycopy(z, from, highest, 0, count);
        for (int c = 1; c < classes; c++) {
            int at = from + c * pixels;
            for (int i = 0; i < count; i++) {
                highest[i] = Math.max(highest[i], z[at + i]);
            }
        }
        Arrays.fill(rest, 0);
        for (int c = 0; c < classes; c++) {
            int at = from + c * pixels;
            for (int i = 0; i < count; i++) {
                double e = Math.exp((double) z[at + i] - highest[i]);
                g[at + i] = (float) e;
                rest[i] += e;
            }
        }
        for (int i = 0; i < count; i++) {
            scale[i] = 1 / rest[i];
            rest[i] =
                    (rest[i] - 1)
                            * scale[i]; // 1 minus the largest probability, whose exponential is
            // exactly 1
        }
    }

    private void probabilities(int from, int count) {
        float[] g = gradient;
        for (int c = 0; c < classes; c++) {
            int at = from + c * pixels;
            double sum = 0;
            for (int i = 0; i < count; i++) {
                double p = g[at + i] * scale[i];
                g[at + i] = (float) p;
                sum += Math.min(Math.max(p, UnifiedFocal.CLIP), 1 - UnifiedFocal.CLIP);
            }
            all[c] += sum;
        }
    }

    private void labelled(int from, int firstLabel, int count) {
        for (int i = 0; i < count; i++) {
            int y = labels[firstLabel + i];
            float stored = gradient[from + y * pixels + i];
            boolean isTop = stored > 0.5f && rest[i] < 0.5;
            double p = isTop ? 1 - rest[i] : stored;
            double clipped = Math.min(Math.max(p, UnifiedFocal.CLIP), 1 - UnifiedFocal.CLIP);
            double q = Math.max(isTop ? rest[i] : 1 - clipped, UnifiedFocal.CLIP);
            own[y] += clipped;
            missed[y] += q;
            counts[y]++;
            double log = Math.log(clipped);
            if (y == 0) {
                background += Math.sqrt(q) * log;
            } else {
                rare += log;
            }
        }
    }

    private double between() {
        double value =
                -UnifiedFocal.focalWeight(true, labels.length) * background
                        - UnifiedFocal.focalWeight(false, labels.length) * rare;
        double[] two = new double[2];
        for (int c = 0; c < classes; c++) {
            value +=
                    UnifiedFocal.tversky(
                            c == 0, all[c] - own[c], missed[c], counts[c], classes * samples, two);
            slopeElsewhere[c] = two[0];
            slopeWithin[c] = two[1];
        }
        return value;
    }

    /** The slope of a class that is not the label's; none where p is clipped. */
    private static double slope(double p, double slope) {
        return p < UnifiedFocal.CLIP || p > 1 - UnifiedFocal.CLIP ? 0 : slope;
    }

    private void means(int from, int firstLabel, int count) {
        float[] g = gradient;
        Arrays.fill(mean, 0);
        Arrays.fill(rest, 0);
        Arrays.fill(highest, 0);
        for (int c = 0; c < classes; c++) {
            int at = from + c * pixels;
            double s = slopeElsewhere[c];
            for (int i = 0; i < count; i++) {
                float p = g[at + i];
                mean[i] += p * slope(p, s);
                rest[i] += p;
                highest[i] = Math.max(highest[i], p);
            }
        }
        double ofBackground = UnifiedFocal.focalWeight(true, labels.length);
        double ofRare = UnifiedFocal.focalWeight(false, labels.length);
        for (int i = 0; i < count; i++) {
            int y = labels[firstLabel + i];
            float stored = g[from + y * pixels + i];
            double others = rest[i] - stored;
            double q = stored == highest[i] ? others : 1 - stored;
            double p = stored == highest[i] ? 1 - others : stored;
            boolean isClipped = p < UnifiedFocal.CLIP || q < UnifiedFocal.CLIP;
            double f = 0;
            if (!isClipped && y == 0) {
                double root = Math.sqrt(q);
                f = ofBackground * (0.5 * p * Math.log(p) / root - root);
            } else if (!isClipped) {
                f = -ofRare;
            }
            focal[i] = f;
            double correction = isClipped ? 0 : p * slopeWithin[y];
            mean[i] += correction - stored * slope(stored, slopeElsewhere[y]) + f;
        }
    }

    private void descend(int from, int firstLabel, int count) {
        float[] g = gradient;
        Arrays.fill(rest, 0);
        for (int i = 0; i < count; i++) {
            scale[i] = g[from + labels[firstLabel + i] * pixels + i];
        }
        for (int c = 0; c < classes; c++) {
            int at = from + c * pixels;
            double s = slopeElsewhere[c];
            for (int i = 0; i < count; i++) {
                double p = g[at + i];
                double v = p * (slope(p, s) - mean[i]);
                g[at + i] = (float) v;
                rest[i] += v;
            }
        }
        // The gradients of a pixel sum to 0: the label's is what is missing, up to what was
        // computed for it above.
        for (int i = 0; i < count; i++) {
            int y = labels[firstLabel + i];
            double p = scale[i];
            double wrong = p * (slope(p, slopeElsewhere[y]) - mean[i]);
            g[from + y * pixels + i] = (float) (wrong - rest[i]);
        }
    }
}
