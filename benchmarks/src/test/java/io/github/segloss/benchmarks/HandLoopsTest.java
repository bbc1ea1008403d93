package io.github.segloss.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.benchmarks.hand.HandLoop;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A yardstick must measure the same thing: the loops by hand give the values and gradients of the reference backend. */
class HandLoopsTest {
    private static final int SHRINK = 10;

    /** Gradients are rounded to float32 once or twice on the way. */
    private static final double GRADIENT_TOLERANCE = 3e-7;

    /** Errors that are equal in float32 are ranked by index, though the reference, in float64, may tell them apart. */
    private static final double RANKED_TOLERANCE = 1e-3;

    @ParameterizedTest
    @EnumSource
    void agreesOnARealisticPrediction(Workload workload) {
        assertAgrees(workload, Inputs.of(workload.shape(SHRINK), 3));
    }

    @ParameterizedTest
    @EnumSource
    void agreesOnASureAndOftenWrongPrediction(Workload workload) {
        Inputs inputs = Inputs.of(workload.shape(SHRINK), 4);
        for (int i = 0; i < inputs.logits().length; i++) {
            inputs.logits()[i] *= 4; // many probabilities beyond the clip edges
        }
        for (int i = 0; i < inputs.labels().length; i += 7) {
            inputs.labels()[i] = (byte) (i % Math.max(2, workload.classes()));
        }
        assertAgrees(workload, inputs);
    }

    @ParameterizedTest
    @EnumSource
    void agreesWhereAllLabelsAreEqual(Workload workload) {
        Inputs inputs = Inputs.of(workload.shape(SHRINK), 5);
        Arrays.fill(inputs.labels(), (byte) 1);
        assertAgrees(workload, inputs);
    }

    private static void assertAgrees(Workload workload, Inputs inputs) {
        float[] expected = new float[inputs.logits().length];
        double value;
        Tensor out = Tensor.wrap(expected, inputs.shape().toArray());
        try (Contender reference = new BackendContender("scalar", 1, workload, inputs, out)) {
            value = reference.call();
        }
        float[] gradient = new float[expected.length];
        HandLoop loop = workload.byHand(inputs, gradient);
        loop.run();
        // Once more: a call must not see what the last one left.
        assertEquals(value, loop.run(), 1e-7 * Math.max(1, Math.abs(value)));
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(expected[i] - gradient[i]));
        }
        double tolerance = workload == Workload.W8 ? RANKED_TOLERANCE : GRADIENT_TOLERANCE;
        assertTrue(
                worst <= tolerance * largest,
                workload + ": the gradients differ by " + worst + " of at most " + largest);
    }
}
