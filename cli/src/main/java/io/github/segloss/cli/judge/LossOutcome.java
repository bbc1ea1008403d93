package io.github.segloss.cli.judge;

import io.github.segloss.loss.Family;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a loss said about a scene.
 *
 * @param id the loss
 * @param family its family
 * @param parameters the values of its parameters
 * @param status whether it could be computed
 * @param value the loss; NaN unless computed
 * @param gradientNorm the Euclidean norm of the gradient with respect to the prediction; NaN unless computed
 * @param reason why it could not be computed; empty if it was
 */
public record LossOutcome(
        String id,
        Family family,
        SequencedMap<String, @Nullable Object> parameters,
        Status status,
        double value,
        double gradientNorm,
        String reason) {
    /** Whether a loss could be computed. */
    public enum Status {
        /** It was. */
        COMPUTED,
        /** It is not defined for such a scene or such options. */
        NOT_APPLICABLE,
        /** The backend failed. */
        FAILED
    }

    static LossOutcome computed(LossChoice.Chosen loss, double value, double gradientNorm) {
        return new LossOutcome(
                loss.definition().id(),
                loss.definition().family(),
                loss.parameters(),
                Status.COMPUTED,
                value,
                gradientNorm,
                "");
    }

    static LossOutcome without(LossChoice.Chosen loss, Status status, String reason) {
        String id = loss.definition().id();
        String plain = reason.startsWith(id + ": ") ? reason.substring(id.length() + 2) : reason;
        return new LossOutcome(
                id,
                loss.definition().family(),
                loss.parameters(),
                status,
                Double.NaN,
                Double.NaN,
                plain);
    }

    /** {@return whether there is a value} */
    public boolean isComputed() {
        return status == Status.COMPUTED;
    }
}
