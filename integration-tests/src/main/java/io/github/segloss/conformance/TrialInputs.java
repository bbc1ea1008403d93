package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes the random inputs of a {@link Trial}: the same for the same seed, rounded to the element type. */
final class TrialInputs {
    private static final double SPREAD = 2.0;
    private static final List<Double> SPACING = List.of(1.5, 0.75, 2.0);

    private final Trial trial;
    private final DType type;
    private final DType wide;
    private final Sizes sizes;
    private final SplittableRandom random;

    TrialInputs(Trial trial, DType type) {
        this.trial = trial;
        this.type = type;
        this.wide = type == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        this.sizes = trial.sizes();
        this.random = new SplittableRandom(trial.seed());
    }

    LossInputs inputs() {
        Tensor prediction = prediction();
        Tensor target = target();
        Tensor mask =
                trial.hasMask()
                        ? tensor(
                                DType.UINT8, Axes.BATCH_SPACE, () -> random.nextInt(10) < 7 ? 1 : 0)
                        : null;
        Axes map = trial.weightMap();
        Tensor weights =
                map == null ? null : tensor(wide, map, () -> 0.2 + 1.8 * random.nextDouble());
        Tensor distances = tensor(wide, Axes.ALL, () -> 3 * random.nextGaussian());
        int rank = sizes.space().rank();
        return LossInputs.of(prediction, target)
                .withMask(mask)
                .withWeightMap(weights)
                .withDistanceMap(distances)
                .withSpacing(trial.hasSpacing() ? SPACING.subList(0, rank) : List.of());
    }

    private Tensor tensor(DType stored, Axes extent, DoubleSupplier next) {
        Tensor tensor = Tensor.zeros(stored, shape(extent));
        for (int i = 0; i < sizes.elements(extent); i++) {
            tensor.set(i, next.getAsDouble());
        }
        return tensor;
    }

    /** The shape of a tensor: [N, C, spatial...] or [N, spatial...]. */
    private Shape shape(Axes extent) {
        return sizes.shape(extent);
    }

    private Tensor prediction() {
        Tensor x = tensor(DType.FLOAT64, Axes.ALL, () -> SPREAD * random.nextGaussian());
        if (trial.options().activation() == Activation.NONE) {
            normalize(x);
        }
        return x.to(type);
    }

    /** Turns logits into probabilities: of exclusive classes, or of a single channel. */
    private void normalize(Tensor x) {
        for (int n = 0; n < sizes.batch(); n++) {
            for (int s = 0; s < sizes.pixels(); s++) {
                double sum = sizes.classes() == 1 ? 1 : 0;
                for (int c = 0; c < sizes.classes(); c++) {
                    sum += Math.exp(x.doubleAt(sizes.index(Axes.ALL, n, c, s)));
                }
                for (int c = 0; c < sizes.classes(); c++) {
                    int at = sizes.index(Axes.ALL, n, c, s);
                    x.set(at, Math.exp(x.doubleAt(at)) / sum);
                }
            }
        }
    }

    private Tensor target() {
        TargetKind kind = trial.options().target();
        if (!kind.isDense()) {
            return labels();
        }
        Tensor dense =
                switch (kind) {
                    case CLASS_INDICES -> throw new IllegalStateException("not dense");
                    case ONE_HOT -> oneHot();
                    case BINARY -> tensor(wide, Axes.ALL, () -> random.nextInt(2));
                    case SOFT -> soft();
                };
        Long ignored = trial.options().ignoreIndex();
        return ignored == null ? dense : withIgnored(dense, ignored);
    }

    private Tensor labels() {
        Long ignored = trial.options().ignoreIndex();
        int classes = Math.max(2, sizes.classes());
        return tensor(
                DType.UINT8,
                Axes.BATCH_SPACE,
                () ->
                        ignored != null && random.nextInt(6) == 0
                                ? ignored
                                : random.nextInt(classes));
    }

    private Tensor oneHot() {
        if (sizes.classes() == 1) {
            return tensor(wide, Axes.ALL, () -> random.nextInt(2));
        }
        int[] labels = random.ints(sizes.elements(Axes.BATCH_SPACE), 0, sizes.classes()).toArray();
        Tensor target = Tensor.zeros(wide, shape(Axes.ALL));
        sizes.forEach((n, c, s) ->
                target.set(
                        sizes.index(Axes.ALL, n, c, s),
                        labels[sizes.index(Axes.BATCH_SPACE, n, 0, s)] == c ? 1 : 0));
        return target;
    }

    private Tensor soft() {
        Tensor target = tensor(DType.FLOAT64, Axes.ALL, () -> 2 * random.nextGaussian());
        normalize(target);
        return target.to(wide);
    }

    /** Ignores some pixels, in all their channels. */
    private Tensor withIgnored(Tensor target, long ignored) {
        boolean[] isOut = new boolean[sizes.elements(Axes.BATCH_SPACE)];
        for (int i = 0; i < isOut.length; i++) {
            isOut[i] = random.nextInt(6) == 0;
        }
        sizes.forEach((n, c, s) -> {
            if (isOut[sizes.index(Axes.BATCH_SPACE, n, 0, s)]) {
                target.set(sizes.index(Axes.ALL, n, c, s), ignored);
            }
        });
        return target;
    }

    /**
     * The same inputs with a gradient with respect to the value.
     *
     * @param values the values of the loss on these inputs, which have the shape that it needs
     */
    static LossInputs withUpstream(Trial trial, LossInputs inputs, Tensor values) {
        SplittableRandom random = new SplittableRandom(trial.seed());
        Tensor upstream = map(values, _ -> random.nextDouble() - 0.25);
        return inputs.withUpstream(upstream.to(inputs.prediction().dtype()));
    }

    /** The same inputs with everything real in float64, for the reference. */
    static LossInputs exact(LossInputs inputs) {
        return inputs.withPrediction(inputs.prediction().to(DType.FLOAT64))
                .withTarget(
                        inputs.target().dtype().isInteger()
                                ? inputs.target()
                                : inputs.target().to(DType.FLOAT64))
                .withWeightMap(exact(inputs.weightMap()))
                .withDistanceMap(exact(inputs.distanceMap()))
                .withUpstream(exact(inputs.upstream()));
    }

    private static @Nullable Tensor exact(@Nullable Tensor tensor) {
        return tensor == null ? null : tensor.to(DType.FLOAT64);
    }

    /** The same inputs with prediction, weight map and distance map at another value wherever mask or ignore index say that a pixel does not count. */
    static LossInputs withUncounted(Trial trial, LossInputs inputs, double value) {
        Sizes sizes = trial.sizes();
        Tensor prediction = inputs.prediction().to(inputs.prediction().dtype());
        Tensor map = inputs.weightMap();
        Tensor weights = map == null ? null : map.to(map.dtype());
        Tensor given = Objects.requireNonNull(inputs.distanceMap());
        Tensor distances = given.to(given.dtype());
        sizes.forEach((n, c, s) -> {
            int pixel = sizes.index(Axes.BATCH_SPACE, n, 0, s);
            int element = sizes.index(Axes.ALL, n, c, s);
            if (!counts(trial, inputs, pixel, element)) {
                prediction.set(element, value);
                distances.set(element, value);
                if (weights != null) {
                    weights.set(pixel, value);
                }
            }
        });
        return inputs.withPrediction(prediction).withWeightMap(weights).withDistanceMap(distances);
    }

    private static boolean counts(Trial trial, LossInputs inputs, int pixel, int element) {
        Tensor mask = inputs.mask();
        Long ignored = trial.options().ignoreIndex();
        int at = trial.options().target().isDense() ? element : pixel;
        return (mask == null || mask.doubleAt(pixel) > 0.5)
                && (ignored == null || inputs.target().doubleAt(at) != ignored);
    }

    /** The numbers of a tensor after some function of them. */
    static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
        double[] values = Arrays.stream(tensor.toDoubleArray()).map(function).toArray();
        return Tensor.wrap(values, tensor.shape().toArray()).to(tensor.dtype());
    }
}
