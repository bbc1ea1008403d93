package io.github.segloss.conformance;

import io.github.segloss.tensor.DType;

/**
 * What became of one case.
 *
 * @param id the id of the case
 * @param loss the canonical id of the loss, or the kind
 * @param dtype the element type of the prediction
 * @param outcome whether it passed
 * @param valueError the largest error of the value, relative to max(1, |expected|)
 * @param gradientError the largest error of the gradient, relative to its largest element; 0 for a case without a gradient
 * @param message what is wrong, in one sentence; empty if nothing is
 */
public record GoldenResult(
        String id,
        String loss,
        DType dtype,
        Outcome outcome,
        double valueError,
        double gradientError,
        String message) {
    /** What can become of a case. */
    public enum Outcome {
        /** Value and gradient are right. */
        PASSED,
        /** Something is wrong; the message says what. */
        FAILED,
        /** The loss or kind is not known here, so nothing was checked. */
        UNKNOWN
    }

    /** {@return whether value and gradient are right} */
    public boolean isPassed() {
        return outcome == Outcome.PASSED;
    }
}
