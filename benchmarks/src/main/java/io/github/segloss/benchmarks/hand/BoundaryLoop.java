package io.github.segloss.benchmarks.hand;

/** The signed distance map of the labels of one sample, then the mean of {@code p D} of a sigmoid, D being 1 less the distance inside. */
public final class BoundaryLoop implements HandLoop {
    private final float[] logits;
    private final byte[] labels;
    private final float[] gradient;
    private final SquaredDistances distances;

    /**
     * Binds the loop.
     *
     * @param logits the logits, [1, 1, spatial...]
     * @param labels a label, 0 or 1, for each logit
     * @param gradient where the gradient is written
     * @param space the spatial sizes
     */
    public BoundaryLoop(float[] logits, byte[] labels, float[] gradient, int[] space) {
        this.logits = logits;
        this.labels = labels;
        this.gradient = gradient;
        this.distances = new SquaredDistances(labels, space);
    }

    @Override
    public double run() {
        int[] squared = distances.compute();
        float[] z = logits;
        byte[] y = labels;
        float[] g = gradient;
        double scale = 1.0 / z.length;
        double sum = 0;
        for (int i = 0; i < z.length; i++) {
            double distance = squared[i] == SquaredDistances.NONE ? y[i] : Math.sqrt(squared[i]);
            double signed = y[i] + (1 - 2 * y[i]) * distance;
            double x = z[i];
            double u = Math.exp(-Math.abs(x));
            double r = 1 / (1 + u);
            double ur = u * r;
            sum += (x >= 0 ? r : ur) * signed;
            g[i] = (float) (ur * r * signed * scale);
        }
        return sum * scale;
    }
}
