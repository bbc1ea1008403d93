package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Inputs of a loss in another order, or fewer of them: the new element (n, c, s) is the old one (samples[n], classes[c], pixels[s]).
 *
 * @param old the sizes before
 * @param samples which samples, in which order
 * @param classes which classes, in which order
 * @param pixels which pixels, in which order
 */
record Rearrangement(Sizes old, int[] samples, int[] classes, int[] pixels) {
    static Rearrangement none(Sizes sizes) {
        return new Rearrangement(
                sizes,
                IntStream.range(0, sizes.batch()).toArray(),
                IntStream.range(0, sizes.classes()).toArray(),
                IntStream.range(0, sizes.pixels()).toArray());
    }

    Rearrangement withSamples(int... order) {
        return new Rearrangement(old, order, classes, pixels);
    }

    Rearrangement withClasses(int... order) {
        return new Rearrangement(old, samples, order, pixels);
    }

    Rearrangement withPixels(int... order) {
        return new Rearrangement(old, samples, classes, order);
    }

    static int[] shuffled(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    /** The sizes afterwards; where pixels are missing the image becomes a line. */
    Sizes sizes() {
        Shape space = pixels.length == old.pixels() ? old.space() : Shape.of(pixels.length);
        return new Sizes(samples.length, classes.length, space);
    }

    Tensor apply(Tensor tensor, Axes extent) {
        Sizes sizes = sizes();
        Tensor moved = Tensor.zeros(tensor.dtype(), sizes.shape(extent));
        sizes.forEach((n, c, s) ->
                moved.set(
                        sizes.index(extent, n, c, s),
                        tensor.doubleAt(old.index(extent, samples[n], classes[c], pixels[s]))));
        return moved;
    }

    LossInputs apply(Trial trial, LossInputs inputs) {
        boolean isDense = trial.options().target().isDense();
        Tensor target =
                isDense
                        ? apply(inputs.target(), Axes.ALL)
                        : relabelled(apply(inputs.target(), Axes.BATCH_SPACE));
        Axes map = trial.weightMap();
        Tensor weights = inputs.weightMap();
        return LossInputs.of(apply(inputs.prediction(), Axes.ALL), target)
                .withMask(optional(inputs.mask(), Axes.BATCH_SPACE))
                .withWeightMap(map == null || weights == null ? null : apply(weights, map))
                .withDistanceMap(optional(inputs.distanceMap(), Axes.ALL));
    }

    private @Nullable Tensor optional(@Nullable Tensor tensor, Axes extent) {
        return tensor == null ? null : apply(tensor, extent);
    }

    private Tensor relabelled(Tensor labels) {
        if (classes.length < 2) {
            return labels;
        }
        Tensor renamed = Tensor.zeros(DType.UINT8, labels.shape());
        for (int i = 0; i < labels.shape().elements(); i++) {
            renamed.set(i, newName((int) labels.longAt(i)));
        }
        return renamed;
    }

    private int newName(int oldClass) {
        return IntStream.range(0, classes.length)
                .filter(c -> classes[c] == oldClass)
                .findFirst()
                .orElse(oldClass);
    }

    /** The trial with what it says of single classes said of their new names. */
    Trial apply(Trial trial) {
        LossOptions options = trial.options();
        if (options.classWeights().size() == classes.length) {
            double[] weights =
                    IntStream.of(classes).mapToDouble(options.classWeights()::get).toArray();
            options = options.withClassWeights(weights);
        }
        Map<String, Object> parameters = new LinkedHashMap<>(trial.parameters());
        parameters.replaceAll((name, value) -> renamed(trial.definition().parameter(name), value));
        return trial.withOptions(options).withParameters(parameters).withSizes(sizes());
    }

    private Object renamed(ParameterSpec spec, Object value) {
        return switch (spec.kind()) {
            case INTEGERS -> {
                List<Double> names = new ArrayList<>();
                for (Object item : (List<?>) value) {
                    names.add((double) newName(((Number) item).intValue()));
                }
                yield names;
            }
            case NUMBERS -> picked((List<?>) value);
            case MATRIX ->
                    picked((List<?>) value).stream().map(row -> picked((List<?>) row)).toList();
            case NUMBER, INTEGER, FLAG, CHOICE, NUMBER_OR_NUMBERS -> value;
        };
    }

    private List<Object> picked(List<?> perClass) {
        return perClass.size() == classes.length
                ? IntStream.of(classes).mapToObj(c -> (Object) perClass.get(c)).toList()
                : List.copyOf(perClass);
    }
}
