package io.github.segloss.conformance;

import io.github.segloss.SegLossException;
import io.github.segloss.conformance.GoldenCase.DistanceTransformCase;
import io.github.segloss.conformance.GoldenCase.LossCase;
import io.github.segloss.conformance.GoldenCase.MetricCase;
import io.github.segloss.conformance.GoldenCase.PredictionCase;
import io.github.segloss.conformance.GoldenCase.SignedDistanceMapCase;
import io.github.segloss.conformance.GoldenCase.UnetWeightMapCase;
import io.github.segloss.conformance.GoldenCase.UnknownCase;
import io.github.segloss.conformance.GoldenCase.Values;
import io.github.segloss.conformance.GoldenResult.Outcome;
import io.github.segloss.graph.Op;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.Outputs;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs single golden cases on a session.
 *
 * <p>In float64 and float32 the result is compared with the file; for float32 the inputs are rounded to float32 first. Where a loss ranks its elements or
 * thresholds the prediction, that rounding can exchange two keys that are nearly equal, or move a probability across the threshold; the gradient, which is
 * made of ranks or distances, then changes by a step, and both answers are right. So a float32 result of such a loss that is not the file's may
 * also be that of the reference backend, in float64, on the rounded input. A 16-bit prediction is so far from the file's that it is always compared with
 * the reference on the same rounded input.
 */
public final class GoldenCheck implements AutoCloseable {
    private final Session session;
    private final LossCatalog catalog = LossCatalog.load();
    private final GoldenMaps maps;
    private @Nullable Session reference;

    /**
     * Creates a check.
     *
     * @param session the backend under test, which stays the caller's to close
     */
    public GoldenCheck(Session session) {
        this.session = session;
        this.maps = new GoldenMaps(session);
    }

    /**
     * {@return what became of a case}
     *
     * @param file the file that it is from
     * @param c the case
     * @param type the element type of the prediction; cases without one are computed in float64
     */
    public GoldenResult check(GoldenFile file, GoldenCase c, DType type) {
        return switch (c) {
            case LossCase loss -> loss(file, loss, type);
            case UnknownCase(_, String kind) -> unknown(c, "kind '" + kind + "' is not known here");
            case DistanceTransformCase map -> mapped(c, () -> maps.distanceTransform(map));
            case SignedDistanceMapCase map -> mapped(c, () -> maps.signedDistanceMap(map));
            case UnetWeightMapCase map -> mapped(c, () -> maps.unetWeightMap(map));
            case PredictionCase labels -> mapped(c, () -> maps.prediction(labels));
            case MetricCase metric -> mapped(c, () -> maps.metric(metric));
        };
    }

    private GoldenResult mapped(GoldenCase c, Supplier<GoldenMaps.Finding> computation) {
        try {
            GoldenMaps.Finding finding = computation.get();
            return new GoldenResult(
                    c.id(),
                    c.group(),
                    maps.type(),
                    finding.wrong().isEmpty() ? Outcome.PASSED : Outcome.FAILED,
                    finding.error(),
                    0,
                    finding.wrong().orElse(""));
        } catch (RuntimeException e) {
            return failed(c, maps.type(), e);
        }
    }

    private static GoldenResult unknown(GoldenCase c, String message) {
        return new GoldenResult(c.id(), c.group(), DType.FLOAT64, Outcome.UNKNOWN, 0, 0, message);
    }

    /** What a loss gave for a case. */
    private record Computed(double[] values, double[] gradient) {}

    private GoldenResult loss(GoldenFile file, LossCase c, DType type) {
        Optional<LossDefinition> definition = catalog.find(c.loss());
        if (definition.isEmpty()) {
            return unknown(c, "loss '" + c.loss() + "' is not known here");
        }
        try {
            return compared(file, c, type, definition.get());
        } catch (RuntimeException e) {
            return failed(c, type, e);
        }
    }

    private static GoldenResult failed(GoldenCase c, DType type, RuntimeException e) {
        String message = e.getMessage();
        if (!(e instanceof SegLossException) || message == null) {
            message = "it ended in " + e;
        }
        return new GoldenResult(
                c.id(),
                c.group(),
                type,
                Outcome.FAILED,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                message);
    }

    private GoldenResult compared(
            GoldenFile file, LossCase c, DType type, LossDefinition definition) {
        GoldenParameters parameters = GoldenParameters.of(definition, c);
        LossInputs inputs = inputs(c, type, parameters);
        LossFunction function = session.loss(parameters.loss(), parameters.options());
        Computed found = compute(function, inputs);
        Tolerance tolerance =
                file.isStress() ? Tolerance.stress(type, c.loss()) : Tolerance.golden(type);
        boolean isWide = type == DType.FLOAT32 || type == DType.FLOAT64;
        GoldenResult result =
                isWide
                        ? result(
                                c,
                                type,
                                new Computed(c.value().values(), c.gradient()),
                                found,
                                tolerance)
                        : result(c, type, byReference(parameters, inputs), found, tolerance);
        boolean isSecondAllowed = type == DType.FLOAT32 && dependsOnOrder(function, inputs);
        return result.isPassed() || !isSecondAllowed
                ? result
                : result(c, type, byReference(parameters, inputs), found, tolerance);
    }

    private static GoldenResult result(
            LossCase c, DType type, Computed expected, Computed found, Tolerance tolerance) {
        Shape valueShape = c.value().shape();
        Optional<String> wrong =
                tolerance
                        .valueMismatch(expected.values(), found.values(), valueShape)
                        .or(() ->
                                tolerance.gradientMismatch(
                                        expected.gradient(), found.gradient(), c.input().shape()));
        return new GoldenResult(
                c.id(),
                c.loss(),
                type,
                wrong.isEmpty() ? Outcome.PASSED : Outcome.FAILED,
                Tolerance.valueError(expected.values(), found.values()),
                Tolerance.gradientError(expected.gradient(), found.gradient()),
                wrong.orElse(""));
    }

    private Computed byReference(GoldenParameters parameters, LossInputs inputs) {
        if (reference == null) {
            reference = Session.on(Reference.open());
        }
        LossFunction exact = reference.loss(parameters.loss(), parameters.options());
        return compute(exact, inputs.withPrediction(inputs.prediction().to(DType.FLOAT64)));
    }

    private static Computed compute(LossFunction function, LossInputs inputs) {
        LossResult result = function.evaluate(inputs);
        return new Computed(result.values().toDoubleArray(), result.gradient().toDoubleArray());
    }

    /** Whether ranks or distances, which change in steps, are part of the loss. */
    private static boolean dependsOnOrder(LossFunction function, LossInputs inputs) {
        return function.graph(inputs, Outputs.BOTH).graph().nodes().stream()
                .anyMatch(node ->
                        node.op() instanceof Op.RankedSum
                                || node.op() instanceof Op.DistanceTransform);
    }

    private static LossInputs inputs(LossCase c, DType type, GoldenParameters parameters) {
        DType wide = type == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        DType labels = c.targetKind().isDense() ? wide : labelType(c.target().values());
        return LossInputs.of(tensor(c.input(), type), tensor(c.target(), labels))
                .withWeightMap(optional(c.weightMap(), wide))
                .withMask(optional(c.mask(), DType.UINT8))
                .withDistanceMap(optional(c.distanceMap(), wide))
                .withSpacing(parameters.spacing());
    }

    private static @Nullable Tensor optional(@Nullable Values values, DType type) {
        return values == null ? null : tensor(values, type);
    }

    /** The narrowest label type that holds all labels, the ignore index among them. */
    private static DType labelType(double[] labels) {
        double low = Arrays.stream(labels).min().orElse(0);
        double high = Arrays.stream(labels).max().orElse(0);
        return Stream.of(DType.UINT8, DType.INT8, DType.INT16, DType.INT32)
                .filter(type -> low >= lowest(type) && high <= highest(type))
                .findFirst()
                .orElse(DType.INT64);
    }

    private static double lowest(DType type) {
        return type == DType.UINT8 ? 0 : -Math.scalb(1.0, 8 * type.bytes() - 1);
    }

    private static double highest(DType type) {
        return Math.scalb(1.0, type == DType.UINT8 ? 8 : 8 * type.bytes() - 1) - 1;
    }

    static Tensor tensor(Values values, DType type) {
        Tensor tensor = Tensor.zeros(type, values.shape());
        for (int i = 0; i < values.values().length; i++) {
            tensor.set(i, values.values()[i]);
        }
        return tensor;
    }

    /** Closes the reference backend, if it was needed. */
    @Override
    public void close() {
        if (reference != null) {
            reference.close();
            reference = null;
        }
    }
}
