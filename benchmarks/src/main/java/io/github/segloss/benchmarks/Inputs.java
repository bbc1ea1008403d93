package io.github.segloss.benchmarks;

import io.github.segloss.backend.Geometry;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A prediction and its labels that look like those of a network in training: ellipsoids of each class on a background, predicted a little off their place
 * and size, with logits that fall off smoothly across the boundary and carry noise. The same seed gives the same numbers on every machine.
 *
 * @param shape the shape of the prediction, [N, C, spatial...]
 * @param logits the prediction, row-major
 * @param labels one class index for each pixel, 0 or 1 where there is one channel
 */
public record Inputs(Shape shape, float[] logits, byte[] labels) {
    /** The seed of all measurements. */
    public static final long SEED = 20240607;

    /** How much the logit of a class falls from its centre to its boundary. */
    private static final float HEIGHT = 6;

    private static final float LOWEST = -8;
    private static final float NOISE = 2.5f;

    /**
     * {@return inputs of a shape}
     *
     * @param shape the shape of the prediction, [N, C, spatial...], with at most 256 classes and elements that fit in an array
     * @param seed where the random numbers start
     */
    public static Inputs of(Shape shape, long seed) {
        int classes = (int) shape.size(1);
        int pixels = (int) (shape.elements() / shape.size(0) / classes);
        Inputs inputs =
                new Inputs(
                        shape,
                        new float[Math.toIntExact(shape.elements())],
                        new byte[(int) shape.size(0) * pixels]);
        SplittableRandom random = new SplittableRandom(seed);
        float[] best = new float[pixels];
        for (int n = 0; n < inputs.samples(); n++) {
            // The truth of the background is a constant level that the ellipsoids have to exceed.
            Arrays.fill(best, 0);
            int first = n * classes * pixels;
            if (classes > 1) {
                Arrays.fill(inputs.logits, first, first + pixels, 0);
            }
            for (int c = classes == 1 ? 0 : 1; c < classes; c++) {
                inputs.paint(random, n, c, best);
            }
        }
        for (int i = 0; i < inputs.logits.length; i++) {
            int bits = random.nextInt();
            inputs.logits[i] += NOISE * ((bits >> 16) + (short) bits) * 0x1p-16f;
        }
        return inputs;
    }

    /** Draws two ellipsoids of a class: into the labels where they lie, into the logits where they are predicted. */
    private void paint(SplittableRandom random, int n, int c, float[] best) {
        int[] space = space();
        int pixels = best.length;
        int from = (n * classes() + c) * pixels;
        byte label = (byte) (classes() == 1 ? 1 : c);
        Arrays.fill(logits, from, from + pixels, LOWEST);
        for (int blob = 0; blob < 2; blob++) {
            float[][] truth = new float[space.length][];
            float[][] predicted = new float[space.length][];
            for (int axis = 0; axis < space.length; axis++) {
                double centre = random.nextDouble(0.15, 0.85) * space[axis];
                double radius = random.nextDouble(0.08, 0.22) * space[axis];
                double shift = random.nextDouble(-0.1, 0.1) * radius;
                truth[axis] = squares(space[axis], centre, radius);
                predicted[axis] =
                        squares(
                                space[axis],
                                centre + shift,
                                radius * random.nextDouble(0.92, 1.08));
            }
            int row = space[space.length - 1];
            for (int start = 0; start < pixels; start += row) {
                float farTruth = 0;
                float farPredicted = 0;
                int rest = start / row;
                for (int axis = space.length - 2; axis >= 0; axis--) {
                    farTruth += truth[axis][rest % space[axis]];
                    farPredicted += predicted[axis][rest % space[axis]];
                    rest /= space[axis];
                }
                for (int x = 0; x < row; x++) {
                    float level = 1 - farTruth - truth[space.length - 1][x];
                    if (level > best[start + x]) {
                        best[start + x] = level;
                        labels[n * pixels + start + x] = label;
                    }
                    float logit = HEIGHT * (1 - farPredicted - predicted[space.length - 1][x]);
                    int at = from + start + x;
                    logits[at] = Math.max(logits[at], logit);
                }
            }
        }
    }

    /** The squared distance of each position on an axis from a centre, in units of a radius. */
    private static float[] squares(int length, double centre, double radius) {
        float[] squares = new float[length];
        for (int x = 0; x < length; x++) {
            double distance = (x - centre) / radius;
            squares[x] = (float) (distance * distance);
        }
        return squares;
    }

    /** {@return the number of samples} */
    public int samples() {
        return (int) shape.size(0);
    }

    /** {@return the number of channels} */
    public int classes() {
        return (int) shape.size(1);
    }

    /** {@return the spatial sizes} */
    public int[] space() {
        return Arrays.stream(shape.toArray()).skip(2).mapToInt(Math::toIntExact).toArray();
    }

    /** {@return the sizes of a prediction, with spacing 1} */
    static Geometry geometry(Shape shape) {
        return Geometry.of(shape.size(0), Arrays.stream(shape.toArray()).skip(2).toArray());
    }

    /** {@return the prediction as a tensor, not copied} */
    public Tensor prediction() {
        return Tensor.wrap(logits, shape.toArray());
    }

    /** {@return the labels as a tensor of shape [N, spatial...], not copied} */
    public Tensor target() {
        long[] all = shape.toArray();
        long[] sizes = Arrays.copyOfRange(all, 1, all.length);
        sizes[0] = all[0];
        return Tensor.wrap(labels, sizes);
    }
}
