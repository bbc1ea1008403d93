package io.github.segloss.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Another thread writes labels and logits, good ones and bad ones, while losses read them: a result or a refusal, and no harm to later calls. */
class ChangingInputsTest {
    private static final float[] LOGITS = {
        0, -1, 3, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, -1e-40f
    };

    static List<String> backends() {
        return Workload.backends();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aResultOrARefusal(String backend) throws InterruptedException {
        int results = 0;
        try (Session session = Workload.open(backend)) {
            for (Workload workload : Workload.all()) {
                for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
                    LossInputs steady = workload.inputs(type, 5, 2, 15, 16);
                    LossFunction function = workload.on(session);
                    long[] expected = Workload.bits(function.evaluate(steady));
                    results += whileChanging(workload.inputs(type, 5, 2, 15, 16), function);
                    assertArrayEquals(
                            expected, Workload.bits(function.evaluate(steady)), workload.id());
                }
            }
        }
        assertTrue(results > 0, "no call gave a result: the test is too hard to tell anything");
    }

    private static int whileChanging(LossInputs inputs, LossFunction function)
            throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> change(inputs, stop));
        int results = 0;
        try {
            for (int call = 0; call < 3; call++) {
                try {
                    Workload.bits(function.evaluate(inputs));
                    results++;
                } catch (SegLossException e) {
                    assertTrue(
                            String.valueOf(e.getMessage()).contains(function.loss().id()),
                            e.toString());
                }
            }
        } finally {
            stop.set(true);
            writer.join();
        }
        return results;
    }

    /** Good values most of the time, so that some calls see no bad one. */
    private static void change(LossInputs inputs, AtomicBoolean stop) {
        SplittableRandom random = new SplittableRandom(1);
        Tensor target = inputs.target();
        Tensor prediction = inputs.prediction();
        while (!stop.get()) {
            boolean isBad = random.nextInt(1000) == 0;
            long label = random.nextLong(target.shape().elements());
            target.set(label, isBad ? random.nextInt(256) : random.nextInt(2));
            long logit = random.nextLong(prediction.shape().elements());
            double old = prediction.doubleAt(logit);
            prediction.set(logit, isBad ? LOGITS[random.nextInt(LOGITS.length)] : 0.5);
            if (isBad) {
                Thread.onSpinWait();
                prediction.set(logit, Double.isFinite(old) ? old : 0.5);
                target.set(label, 0);
            }
        }
    }
}
