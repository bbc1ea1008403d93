package io.github.segloss.examples;

import io.github.segloss.loss.LossOptions;
import io.github.segloss.losses.DiceLoss;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;

/** The first example of the README. */
final class ComputeALoss {
    private ComputeALoss() {}

    static double run(float[] logits, byte[] labels, float[] gradientOut) {
        // README: compute a loss
        try (Session session = Session.open()) { // the best backend that is there
            LossFunction dice = session.loss(new DiceLoss(), LossOptions.softmax());
            Tensor prediction = Tensor.wrap(logits, 2, 4, 64, 64); // N, C, height, width
            Tensor target = Tensor.wrap(labels, 2, 64, 64); // class indices, one byte each
            LossResult result = dice.evaluate(prediction, target);
            float[] gradient = result.gradient().toFloatArray(); // d value / d logits
            System.arraycopy(gradient, 0, gradientOut, 0, gradient.length);
            return result.value();
        }
        // README: end
    }
}
