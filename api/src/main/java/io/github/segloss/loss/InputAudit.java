package io.github.segloss.loss;

import io.github.segloss.InvalidTargetException;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Role;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds, after a program has counted violations in its first pass, the first element that is not allowed, and says so. */
public final class InputAudit {
    private final ScopeInputs inputs;
    private final Tensor prediction;
    private final Tensor target;
    private final @Nullable Tensor mask;

    private InputAudit(
            ScopeInputs inputs, Tensor prediction, Tensor target, @Nullable Tensor mask) {
        this.inputs = inputs;
        this.prediction = prediction;
        this.target = target;
        this.mask = mask;
    }

    /**
     * {@return the exception that names the loss, the input, the value, its position and what is allowed}
     *
     * @param graph the graph that counted
     * @param prediction the prediction on the host
     * @param target the target on the host
     * @param weightMap the weight map on the host, if there is one
     * @param mask the mask on the host, if there is one
     * @param distanceMap the distance map on the host, if there is one
     */
    public static InvalidTargetException explain(
            LossGraph graph,
            Tensor prediction,
            Tensor target,
            @Nullable Tensor weightMap,
            @Nullable Tensor mask,
            @Nullable Tensor distanceMap) {
        InputAudit audit = new InputAudit(graph.inputs(), prediction, target, mask);
        if (!graph.options().target().isDense()) {
            String label = audit.labelOutside();
            if (label != null) {
                return audit.exception(label);
            }
        }
        for (ScopeInputs.Check check : graph.inputs().checks()) {
            Tensor tensor =
                    switch (check.input().role()) {
                        case PREDICTION -> prediction;
                        case TARGET -> target;
                        case WEIGHT_MAP -> weightMap;
                        case MASK -> mask;
                        case DISTANCE_MAP -> distanceMap;
                        case UPSTREAM, PARAMETER, OTHER -> null;
                    };
            String found = audit.broken(check, Objects.requireNonNull(tensor));
            if (found != null) {
                return audit.exception(found);
            }
        }
        return new InvalidTargetException(
                graph.loss().id()
                        + ": an input held a value that is not allowed, but none does any more: were they changed during the call?");
    }

    private InvalidTargetException exception(String found) {
        return new InvalidTargetException(inputs.lossId() + ": " + found);
    }

    private @Nullable String labelOutside() {
        int classes = inputs.labelClasses();
        for (long i = 0; i < target.shape().elements(); i++) {
            long label = target.longAt(i);
            if ((label < 0 || label >= classes) && counts(i, 0)) {
                String ignored =
                        inputs.options().ignoreIndex() == null
                                ? "no ignore index is set"
                                : "or the ignore index " + inputs.options().ignoreIndex();
                return "the target holds label "
                        + label
                        + " at "
                        + position(target, i)
                        + "; labels must be 0 to "
                        + (classes - 1)
                        + " ("
                        + ignored
                        + ")";
            }
        }
        return null;
    }

    private @Nullable String broken(ScopeInputs.Check check, Tensor tensor) {
        boolean perElement = check.input().extent().equals(Axes.ALL);
        long pixels =
                prediction.shape().elements()
                        / (prediction.shape().size(0) * prediction.shape().size(1));
        long channels = perElement ? prediction.shape().size(1) : 1;
        for (long i = 0; i < tensor.shape().elements(); i++) {
            double value = tensor.doubleAt(i);
            long sample = i / (pixels * channels);
            long pixel = sample * pixels + i % pixels;
            if (check.rule().isBroken(value)
                    && (check.everywhere() || counts(pixel, (int) (i / pixels % channels)))) {
                return "the "
                        + check.input().role().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                        + " holds "
                        + value
                        + " at "
                        + position(tensor, i)
                        + "; it "
                        + check.rule().text()
                        + (check.input().role() == Role.TARGET
                                        && check.rule() == InputRule.ZERO_OR_ONE
                                ? " (for other values choose the target kind soft)"
                                : "");
            }
        }
        return null;
    }

    /** Whether a pixel counts, as mask and ignore index say. */
    private boolean counts(long pixel, int channel) {
        if (mask != null && !(mask.doubleAt(pixel) > 0.5)) {
            return false;
        }
        Long ignored = inputs.options().ignoreIndex();
        if (ignored == null) {
            return true;
        }
        if (!inputs.options().target().isDense()) {
            return target.longAt(pixel) != ignored;
        }
        long pixels =
                prediction.shape().elements()
                        / (prediction.shape().size(0) * prediction.shape().size(1));
        long element =
                (pixel / pixels * prediction.shape().size(1) + channel) * pixels + pixel % pixels;
        return target.doubleAt(element) != ignored;
    }

    private static String position(Tensor tensor, long index) {
        return Arrays.toString(tensor.shape().coordinates(index));
    }
}
