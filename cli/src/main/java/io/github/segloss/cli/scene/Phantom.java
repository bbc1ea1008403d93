package io.github.segloss.cli.scene;

import io.github.segloss.loss.Activation;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A built-in scene, so that everything can be tried without a file: some small bright lesions in a large background, and the logits of an imperfect
 * prediction of them, blurred, shifted and noisy, with the last lesion missed and one that is not there. The same seed gives the same numbers everywhere.
 */
public final class Phantom {
    private static final int LESIONS = 6;
    private static final double FOUND = 3;
    private static final double BACKGROUND = -3.5;

    private final long[] space;
    private final Random random;

    private Phantom(long[] space, long seed) {
        this.space = space;
        this.random = new Random(seed);
    }

    private record Lesion(double[] centre, double[] radii) {
        /** Below 1 inside, 1 on the surface. */
        double distance(double[] place) {
            double sum = 0;
            for (int axis = 0; axis < centre.length; axis++) {
                double step = (place[axis] - centre[axis]) / radii[axis];
                sum += step * step;
            }
            return StrictMath.sqrt(sum);
        }

        Lesion shifted(Random random) {
            double[] moved = centre.clone();
            for (int axis = 0; axis < moved.length; axis++) {
                moved[axis] += 0.35 * radii[axis] * random.nextGaussian();
            }
            return new Lesion(moved, radii);
        }
    }

    /**
     * {@return the scene}
     *
     * @param axes 2 or 3
     * @param seed which of the scenes
     * @param threshold the probability above which a voxel is foreground, between 0 and 1
     */
    public static Scene scene(int axes, long seed, double threshold) {
        long[] space = axes == 2 ? new long[] {160, 192} : new long[] {24, 80, 96};
        return new Phantom(space, seed).scene(seed, StrictMath.log(threshold / (1 - threshold)));
    }

    private Scene scene(long seed, double cut) {
        Lesion[] lesions = new Lesion[LESIONS + 1]; // the last one is not there
        for (int k = 0; k < lesions.length; k++) {
            lesions[k] = lesion();
        }
        Lesion[] real = Arrays.copyOf(lesions, LESIONS);
        Lesion[] seen = new Lesion[LESIONS]; // all but one, and the one that is not there
        for (int k = 0; k < LESIONS - 1; k++) {
            seen[k] = lesions[k].shifted(random);
        }
        seen[LESIONS - 1] = lesions[LESIONS];
        Grid grid = new Grid(space, spacing(), null);
        int voxels = grid.voxels();
        byte[] labels = new byte[voxels];
        float[] logits = new float[voxels];
        int[] actual = new int[voxels];
        int[] predicted = new int[voxels];
        Shape shape = Shape.of(space);
        for (int i = 0; i < voxels; i++) {
            double[] place = Arrays.stream(shape.coordinates(i)).asDoubleStream().toArray();
            actual[i] = nearest(real, place) <= 1 ? 1 : 0;
            labels[i] = (byte) actual[i];
            double evidence = 1 / (1 + StrictMath.exp(6 * (nearest(seen, place) - 1.05)));
            logits[i] =
                    (float)
                            (BACKGROUND
                                    + (FOUND - BACKGROUND) * evidence
                                    + 0.8 * random.nextGaussian());
            predicted[i] = logits[i] > cut ? 1 : 0;
        }
        String name = space.length + "D phantom of seed " + seed;
        return new Scene(
                "the "
                        + name
                        + ", logits with lesions blurred, shifted, one missed and one invented",
                "the " + name + ", " + LESIONS + " lesions",
                Tensor.wrap(logits, withFront(1, 1)),
                Tensor.wrap(labels, withFront(1)),
                Activation.SIGMOID,
                TargetKind.CLASS_INDICES,
                List.of(0L, 1L),
                false,
                null,
                null,
                grid,
                Masks.ofClasses(predicted, actual, 2, Masks.everything(voxels)));
    }

    private double[] spacing() {
        return space.length == 2 ? new double[] {1, 1} : new double[] {3, 1, 1};
    }

    private long[] withFront(long... front) {
        long[] sizes = Arrays.copyOf(front, front.length + space.length);
        System.arraycopy(space, 0, sizes, front.length, space.length);
        return sizes;
    }

    private Lesion lesion() {
        double[] centre = new double[space.length];
        double[] radii = new double[space.length];
        double size = 3.5 + 7 * random.nextDouble();
        for (int axis = 0; axis < space.length; axis++) {
            centre[axis] = space[axis] * (0.12 + 0.76 * random.nextDouble());
            radii[axis] = size * (0.7 + 0.6 * random.nextDouble()) / spacing()[axis];
        }
        return new Lesion(centre, radii);
    }

    private static double nearest(Lesion[] lesions, double[] place) {
        double nearest = Double.POSITIVE_INFINITY;
        for (Lesion lesion : lesions) {
            nearest = Math.min(nearest, lesion.distance(place));
        }
        return nearest;
    }
}
