package io.github.segloss.losses;

import io.github.segloss.loss.Activation;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/** Predictions and targets for tests: labels by pixel are the one source, from which every kind of target is made. */
final class Samples {
    private final Setting setting;
    private final int samples;
    private final int[] space;
    private final int pixels;
    private double[] prediction;
    private int[] labels;

    private Samples(Setting setting, int samples, int... space) {
        this.setting = setting;
        this.samples = samples;
        this.space = space;
        this.pixels = Arrays.stream(space).reduce(1, (a, b) -> a * b);
        this.prediction = new double[samples * setting.channels() * pixels];
        this.labels = new int[samples * pixels];
    }

    /** Normal logits (or probabilities away from 0 and 1), and labels of all classes. */
    static Samples random(Setting setting, long seed, int samples, int... space) {
        Random random = new Random(seed);
        int classes = Math.max(2, setting.channels());
        Samples made = new Samples(setting, samples, space);
        made.logits(_ -> random.nextGaussian());
        return made.labels(i -> i < classes ? i : random.nextInt(classes));
    }

    /** The same with the prediction that belongs to these logits: themselves, or their probabilities where the activation is none. */
    Samples logits(IntToDoubleFunction logit) {
        double[] x = new double[prediction.length];
        Arrays.setAll(x, logit);
        if (setting.activation() == Activation.NONE) {
            for (int n = 0; n < samples; n++) {
                for (int i = 0; i < pixels; i++) {
                    normalize(x, n * setting.channels() * pixels + i);
                }
            }
        }
        prediction = x;
        return this;
    }

    private void normalize(double[] x, int first) {
        int channels = setting.channels();
        if (channels == 1) {
            x[first] = 1 / (1 + Math.exp(-x[first]));
            return;
        }
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < channels; c++) {
            max = Math.max(max, x[first + c * pixels]);
        }
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += Math.exp(x[first + c * pixels] - max);
        }
        for (int c = 0; c < channels; c++) {
            x[first + c * pixels] = Math.exp(x[first + c * pixels] - max) / sum;
        }
    }

    /** The same with other labels, by pixel. */
    Samples labels(IntUnaryOperator label) {
        Arrays.setAll(labels, label);
        return this;
    }

    int[] labels() {
        return labels.clone();
    }

    double[] prediction() {
        return prediction.clone();
    }

    /** The shape [N, C, spatial...], or [N, spatial...] for 0 channels. */
    long[] shape(int channels) {
        long[] shape = new long[space.length + (channels == 0 ? 1 : 2)];
        shape[0] = samples;
        if (channels > 0) {
            shape[1] = channels;
        }
        for (int d = 0; d < space.length; d++) {
            shape[shape.length - space.length + d] = space[d];
        }
        return shape;
    }

    LossInputs inputs() {
        return inputs(prediction);
    }

    /** The inputs with another prediction, of the same length. */
    LossInputs inputs(double[] values) {
        double[] distances = new double[prediction.length];
        Arrays.setAll(distances, i -> Math.sin(i + 0.5));
        return LossInputs.of(Tensor.wrap(values, shape(setting.channels())), target())
                .withDistanceMap(Tensor.wrap(distances, shape(setting.channels())));
    }

    Tensor target() {
        return setting.target() == TargetKind.CLASS_INDICES
                ? Tensor.wrap(labels, shape(0))
                : Tensor.wrap(dense(), shape(setting.channels()));
    }

    /** One-hot or binary; soft targets lie between. */
    private double[] dense() {
        int channels = setting.channels();
        double[] dense = new double[prediction.length];
        for (int k = 0; k < dense.length; k++) {
            int label = labels[k / (channels * pixels) * pixels + k % pixels];
            double hard = label == (channels == 1 ? 1 : k / pixels % channels) ? 1 : 0;
            boolean isSoft = setting.target() == TargetKind.SOFT;
            double even = channels == 1 ? 0.5 : 1.0 / channels;
            dense[k] = isSoft ? 0.7 * hard + 0.3 * even : hard;
        }
        return dense;
    }

    /** A mask of the pixels, [N, 1, spatial...]. */
    Tensor mask(IntUnaryOperator counts) {
        byte[] mask = new byte[samples * pixels];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) counts.applyAsInt(i);
        }
        return Tensor.wrap(mask, shape(1));
    }
}
