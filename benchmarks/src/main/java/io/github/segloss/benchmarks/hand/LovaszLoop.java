package io.github.segloss.benchmarks.hand;

import java.util.Arrays;

/**
 * Lovasz-softmax of one sample over four classes, the mean over the classes present: a pass for the errors, a radix sort of three times ten bits for each
 * class, a scan along the ranks, and a pass for the gradient. What is ranked after the last pixel of the class has weight 0, so pixels of other classes with
 * a smaller error than any pixel of the class are left out of the sort.
 */
public final class LovaszLoop implements HandLoop {
    private static final int BINS = 1024;

    /** The bits of the float 1, the largest error. */
    private static final int ONE = Float.floatToRawIntBits(1f);

    private final float[] logits;
    private final byte[] labels;
    private final float[] gradient;
    private final int pixels;
    private final float[] errors;
    private final float[] weights;
    private final int[] histograms = new int[3 * BINS];
    private long[] from;
    private long[] to;

    /**
     * Binds the loop.
     *
     * @param logits the logits, [1, 4, pixels]
     * @param labels the class of each pixel
     * @param gradient where the gradient is written
     */
    public LovaszLoop(float[] logits, byte[] labels, float[] gradient) {
        this.logits = logits;
        this.labels = labels;
        this.gradient = gradient;
        this.pixels = labels.length;
        this.errors = new float[logits.length];
        this.weights = new float[logits.length];
        this.from = new long[pixels];
        this.to = new long[pixels];
    }

    @Override
    public double run() {
        int[] counts = new int[4];
        float[] least = {1, 1, 1, 1};
        errors(counts, least);
        int present = 0;
        for (int count : counts) {
            present += count > 0 ? 1 : 0;
        }
        Arrays.fill(weights, 0);
        double value = 0;
        for (int c = 0; c < 4; c++) {
            if (counts[c] > 0) {
                value += scan(c, counts[c], sort(c, least[c]), 1.0 / present);
            }
        }
        descend();
        return value / present;
    }

    /** The errors, and the probabilities, which stay in the gradient. */
    private void errors(int[] counts, float[] least) {
        float[] z = logits;
        for (int i = 0; i < pixels; i++) {
            int top = FourClasses.top(z, i, pixels);
            int a = i + ((top + 1) & 3) * pixels;
            int b = i + ((top + 2) & 3) * pixels;
            int c = i + ((top + 3) & 3) * pixels;
            int t = i + top * pixels;
            double highest = z[t];
            double ea = Math.exp(z[a] - highest);
            double eb = Math.exp(z[b] - highest);
            double ec = Math.exp(z[c] - highest);
            double rest = ea + eb + ec;
            double r = 1 / (1 + rest);
            gradient[a] = errors[a] = (float) (ea * r);
            gradient[b] = errors[b] = (float) (eb * r);
            gradient[c] = errors[c] = (float) (ec * r);
            gradient[t] = errors[t] = (float) r;
            int y = labels[i];
            int own = i + y * pixels;
            float q = (float) (own == t ? rest * r : 1 - (double) gradient[own]);
            errors[own] = q;
            least[y] = Math.min(least[y], q);
            counts[y]++;
        }
    }

    /** Sorts the errors of a class downwards, by index where equal; leaves them packed with index and label in {@link #from}. */
    private int sort(int c, float least) {
        int first = c * pixels;
        int count = 0;
        Arrays.fill(histograms, 0);
        for (int i = 0; i < pixels; i++) {
            float error = errors[first + i];
            if (error >= least) {
                int key = ONE - Float.floatToRawIntBits(error);
                histograms[key & 1023]++;
                histograms[BINS + (key >>> 10 & 1023)]++;
                histograms[2 * BINS + (key >>> 20)]++;
                from[count++] = (long) key << 32 | (long) i << 1 | (labels[i] == c ? 1 : 0);
            }
        }
        for (int digit = 0; digit < 3; digit++) {
            int start = 0;
            for (int bin = digit * BINS; bin < (digit + 1) * BINS; bin++) {
                int size = histograms[bin];
                histograms[bin] = start;
                start += size;
            }
            int shift = 32 + 10 * digit;
            for (int i = 0; i < count; i++) {
                long item = from[i];
                to[histograms[digit * BINS + ((int) (item >>> shift) & 1023)]++] = item;
            }
            long[] swap = from;
            from = to;
            to = swap;
        }
        return count;
    }

    /** Walks along the ranks: a pixel of the class weighs 1 / U, another I / (U (U - 1)), with U and I up to and including it. */
    private double scan(int c, int positives, int count, double share) {
        int first = c * pixels;
        double value = 0;
        int intersection = positives;
        int union = positives;
        double inverse = 1.0 / union;
        for (int k = 0; k < count; k++) {
            long item = from[k];
            int index = (int) item >>> 1;
            double error = Float.intBitsToFloat(ONE - (int) (item >>> 32));
            double weight;
            if ((item & 1) != 0) {
                intersection--;
                weight = inverse;
                weights[first + index] = (float) (-weight * share);
            } else {
                union++;
                double next = 1.0 / union;
                weight = intersection * next * inverse;
                inverse = next;
                weights[first + index] = (float) (weight * share);
            }
            value += error * weight;
        }
        return value;
    }

    private void descend() {
        float[] g = gradient;
        float[] w = weights;
        for (int i = 0; i < pixels; i++) {
            int top = FourClasses.top(g, i, pixels);
            int a = i + ((top + 1) & 3) * pixels;
            int b = i + ((top + 2) & 3) * pixels;
            int c = i + ((top + 3) & 3) * pixels;
            int t = i + top * pixels;
            double pa = g[a];
            double pb = g[b];
            double pc = g[c];
            double da = w[a] - w[t];
            double db = w[b] - w[t];
            double dc = w[c] - w[t];
            double mean = pa * da + pb * db + pc * dc;
            double ga = pa * (da - mean);
            double gb = pb * (db - mean);
            double gc = pc * (dc - mean);
            g[a] = (float) ga;
            g[b] = (float) gb;
            g[c] = (float) gc;
            g[t] = (float) -(ga + gb + gc);
        }
    }
}
