package io.github.segloss.conformance;

import io.github.segloss.conformance.GoldenCase.DistanceTransformCase;
import io.github.segloss.conformance.GoldenCase.MetricCase;
import io.github.segloss.conformance.GoldenCase.PredictionCase;
import io.github.segloss.conformance.GoldenCase.SignedDistanceMapCase;
import io.github.segloss.conformance.GoldenCase.UnetWeightMapCase;
import io.github.segloss.conformance.GoldenCase.Values;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.maps.DistanceMaps;
import io.github.segloss.maps.Predictions;
import io.github.segloss.maps.UnetWeightMap;
import io.github.segloss.metrics.ClassMetrics;
import io.github.segloss.metrics.EmptyClass;
import io.github.segloss.metrics.MetricOptions;
import io.github.segloss.metrics.Metrics;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Golden cases that are not losses: maps, labels and metrics, computed on a session in the widest type that its backend has. */
final class GoldenMaps {
    private final Session session;
    private final DType type;
    private final Tolerance tolerance;

    GoldenMaps(Session session) {
        this.session = session;
        this.type =
                session.backend().capabilities().predictions().contains(DType.FLOAT64)
                        ? DType.FLOAT64
                        : DType.FLOAT32;
        this.tolerance = Tolerance.golden(type);
    }

    /**
     * What a case gave: the largest error, and what is wrong if anything is.
     *
     * @param error relative to max(1, |expected|)
     * @param wrong one sentence
     */
    record Finding(double error, Optional<String> wrong) {}

    DType type() {
        return type;
    }

    Finding distanceTransform(DistanceTransformCase c) {
        Tensor mask = tensor(c.mask(), DType.UINT8, c.mask().shape().toArray());
        double[] spacing = spacing(c.sampling(), c.mask().shape().rank());
        return compare(
                new DistanceMaps(session, type).distanceTransform(mask, spacing),
                c.value(),
                c.mask().shape());
    }

    Finding signedDistanceMap(SignedDistanceMapCase c) {
        Tensor masks = tensor(c.masks(), DType.UINT8, c.masks().shape().toArray());
        double[] spacing = spacing(c.sampling(), c.masks().shape().rank() - 1);
        return compare(
                new DistanceMaps(session, type).signed(masks, c.insideShift(), spacing),
                c.value(),
                c.masks().shape());
    }

    Finding unetWeightMap(UnetWeightMapCase c) {
        Shape shape = c.instances().shape();
        Tensor instances = tensor(c.instances(), DType.INT32, withFirst(shape, 1));
        UnetWeightMap map =
                new UnetWeightMap(
                        c.w0(), c.sigma(), c.classWeights().get(0), c.classWeights().get(1));
        double[] spacing = spacing(c.sampling(), shape.rank());
        return compare(map.compute(session, instances, type, spacing), c.value(), shape);
    }

    Finding prediction(PredictionCase c) {
        Predictions predictions = new Predictions(session);
        Tensor logits = tensor(c.input(), type, c.input().shape().toArray());
        Tensor labels =
                c.isSoftmax()
                        ? predictions.argmax(logits)
                        : predictions.threshold(logits, Activation.SIGMOID, c.threshold());
        return compare(labels, c.value().values(), c.value().shape());
    }

    private Finding compare(Tensor found, double[] expected, Shape shape) {
        double[] values = found.toDoubleArray();
        return new Finding(
                Tolerance.valueError(expected, values),
                tolerance.valueMismatch(expected, values, shape));
    }

    Finding metric(MetricCase c) {
        Shape shape = c.prediction().shape();
        long[] asBatch = withFirst(Shape.of(withFirst(shape, 1)), 1);
        MetricOptions options =
                new MetricOptions(
                        ClassSelection.ALL,
                        null,
                        Arrays.stream(spacing(c.spacing(), shape.rank())).boxed().toList(),
                        EmptyClass.UNDEFINED,
                        true);
        ClassMetrics metrics =
                new Metrics(session, options)
                        .ofMasks(
                                tensor(c.prediction(), DType.UINT8, asBatch),
                                tensor(c.target(), DType.UINT8, asBatch))
                        .of(0, 0);
        double worst = 0;
        StringBuilder wrong = new StringBuilder();
        for (Map.Entry<String, @Nullable Double> entry : c.value().entrySet()) {
            OptionalDouble found = metric(metrics, c, entry.getKey());
            Double expected = entry.getValue();
            double error = error(expected, found);
            worst = Math.max(worst, error);
            if (!(error <= tolerance.value())) {
                wrong.append(wrong.isEmpty() ? "" : "; ")
                        .append(entry.getKey())
                        .append(": expected ")
                        .append(expected == null ? "undefined" : expected)
                        .append(", found ")
                        .append(found.isPresent() ? found.getAsDouble() : "undefined");
            }
        }
        return new Finding(
                worst, wrong.isEmpty() ? Optional.empty() : Optional.of(wrong.toString()));
    }

    private static double error(@Nullable Double expected, OptionalDouble found) {
        if (expected == null || found.isEmpty()) {
            return (expected == null) == found.isEmpty() ? 0 : Double.POSITIVE_INFINITY;
        }
        return Tolerance.valueError(new double[] {expected}, new double[] {found.getAsDouble()});
    }

    private static OptionalDouble metric(ClassMetrics m, MetricCase c, String name) {
        return switch (name) {
            case "tp" -> OptionalDouble.of(m.counts().truePositives());
            case "fp" -> OptionalDouble.of(m.counts().falsePositives());
            case "fn" -> OptionalDouble.of(m.counts().falseNegatives());
            case "tn" -> OptionalDouble.of(m.counts().trueNegatives());
            case "dice" -> m.dice();
            case "iou" -> m.iou();
            case "precision" -> m.precision();
            case "recall" -> m.recall();
            case "specificity" -> m.specificity();
            case "mcc" -> m.mcc();
            case "f_beta" -> m.fBeta(c.beta());
            case "hd" -> m.hausdorff();
            case "hd95" -> m.hausdorff(c.percentile());
            case "hd95_pooled" -> m.pooledHausdorff(c.percentile());
            case "asd" -> m.averageDistance();
            case "assd" -> m.averageSymmetricDistance();
            default ->
                    throw new GoldenFormatException(
                            "case " + c.id() + ": there is no metric '" + name + "' here");
        };
    }

    private static double[] spacing(List<Double> sampling, int axes) {
        double[] spacing = new double[axes];
        if (!sampling.isEmpty() && sampling.size() != axes) {
            throw new GoldenFormatException(
                    "field 'sampling' has "
                            + sampling.size()
                            + " values; it must have "
                            + axes
                            + ", one for each spatial axis, or none");
        }
        Arrays.setAll(spacing, axis -> sampling.isEmpty() ? 1 : sampling.get(axis));
        return spacing;
    }

    private static long[] withFirst(Shape shape, long first) {
        long[] sizes = new long[shape.rank() + 1];
        sizes[0] = first;
        System.arraycopy(shape.toArray(), 0, sizes, 1, shape.rank());
        return sizes;
    }

    private static Tensor tensor(Values values, DType type, long... shape) {
        return GoldenCheck.tensor(new Values(Shape.of(shape), values.values()), type);
    }
}
