package io.github.segloss.fault;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Evaluates a loss on a prediction of more than 2^31 elements. All samples are the same, so the value is that of one, and each gradient is that of one
 * over the number of samples. Started by {@link LargeVolumeTest}.
 */
final class LargeVolume {
    private static final int SAMPLES = 34;
    private static final int SIDE = 4608;

    /** What rounding a gradient to BFLOAT16 twice may do. */
    private static final double TOLERANCE = 0x1p-7;

    private LargeVolume() {}

    public static void main(String[] arguments) {
        Workload workload = Workload.of("dice_ce");
        LossInputs one = workload.inputs(DType.BFLOAT16, 3, 1, SIDE, SIDE);
        Shape shape = Shape.of(SAMPLES, 3, SIDE, SIDE);
        require(shape.elements() > Integer.MAX_VALUE, shape + " is too small");
        try (Session session = Workload.open(arguments[0], new BackendOptions(2, 0));
                Tensor prediction = Tensor.allocate(DType.BFLOAT16, shape);
                Tensor target = Tensor.allocate(DType.UINT8, Shape.of(SAMPLES, SIDE, SIDE));
                Tensor gradient = Tensor.allocate(DType.BFLOAT16, shape)) {
            repeat(one.prediction(), prediction);
            repeat(one.target(), target);
            LossFunction function = workload.on(session);
            LossResult expected = function.evaluate(one);
            LossResult found =
                    function.evaluate(LossInputs.of(prediction, target), gradient, false);
            require(
                    Math.abs(expected.value() - found.value()) <= 1e-9,
                    found.value() + " is not " + expected.value());
            compare(expected.gradient(), gradient);
        }
    }

    private static void repeat(Tensor one, Tensor many) {
        MemorySegment from = one.segment();
        for (int n = 0; n < SAMPLES; n++) {
            MemorySegment.copy(from, 0, many.segment(), n * from.byteSize(), from.byteSize());
        }
    }

    private static void compare(Tensor alone, Tensor gradient) {
        long elements = alone.shape().elements();
        for (long i = 0; i < gradient.shape().elements(); i += 997) {
            double one = alone.doubleAt(i % elements);
            double shared = SAMPLES * gradient.doubleAt(i);
            require(
                    Math.abs(one - shared) <= TOLERANCE * Math.abs(one),
                    "gradient " + i + " is " + shared / SAMPLES + ", not " + one / SAMPLES);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
