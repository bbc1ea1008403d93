package io.github.segloss.runtime;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Result;
import io.github.segloss.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation gave. On a device the call may still be running: reading the value waits for it, and errors of the device or of the inputs surface
 * there at the latest.
 */
public final class LossResult {
    private final Evaluation evaluation;
    private final Result result;
    private final @Nullable Tensor gradient;
    private boolean checked;

    LossResult(Evaluation evaluation, Result result, @Nullable Tensor gradient) {
        this.evaluation = evaluation;
        this.result = result;
        this.gradient = gradient;
    }

    /**
     * {@return the value}
     *
     * @throws io.github.segloss.InvalidTargetException if an input holds a value that is not allowed
     * @throws SegLossException if the reduction is none and there is more than one value
     */
    public double value() {
        check();
        if (!evaluation.isScalar()) {
            throw new SegLossException(
                    evaluation.lossId()
                            + ": the reduction is none, so there is no single value: use values()");
        }
        return evaluation.scalar(result);
    }

    /**
     * {@return all values: of shape [] for a mean or sum, else per pixel, per element, or per sample and selected class}
     *
     * @throws io.github.segloss.InvalidTargetException if an input holds a value that is not allowed
     */
    public Tensor values() {
        check();
        return evaluation.values(result);
    }

    /**
     * {@return the gradient with respect to the prediction, of its shape and element type}
     *
     * @throws io.github.segloss.InvalidTargetException if an input holds a value that is not allowed
     * @throws SegLossException if only the value was asked for
     */
    public Tensor gradient() {
        check();
        if (gradient == null) {
            throw new SegLossException(evaluation.lossId() + ": the gradient was not asked for");
        }
        result.await();
        return gradient;
    }

    private void check() {
        if (!checked) {
            evaluation.check(result);
            checked = true;
        }
    }
}
