package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * What was given to a backend, and a backend that was closed, can be collected. Asked of the objects themselves, since the size of the heap says nothing
 * where other tests run beside.
 */
final class MemoryRules {
    private static final Sizes SIZES = Sizes.of(2, 3, 32, 32);
    private static final int CALLS = 5;
    private static final int COLLECTIONS = 100;

    private MemoryRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return Stream.of(
                dynamicTest("required_memory_tensorsAreNotKept", () -> tensors(subject)),
                dynamicTest("required_memory_closedBackendsAreFreed", () -> backends(subject)));
    }

    private static void tensors(Subject subject) throws InterruptedException {
        List<WeakReference<?>> arrays = new ArrayList<>();
        for (String id : List.of("dice", "lovasz_softmax")) {
            for (int call = 0; call < CALLS; call++) {
                arrays.addAll(evaluate(subject.session(), LossRules.trial(id, SIZES)));
            }
        }
        requireFreed("the arrays of inputs and gradients after their calls", arrays);
    }

    /** Evaluates on arrays that nobody else has, and returns what does not keep them. */
    private static List<WeakReference<?>> evaluate(Session session, Trial trial) {
        DType type = PointwiseRules.anyType(session.backend());
        LossInputs inputs = trial.inputs(type);
        Object prediction = array(inputs.prediction());
        Object gradient = array(inputs.prediction());
        Tensor given = wrap(prediction, inputs.prediction().shape());
        Tensor written = wrap(gradient, inputs.prediction().shape());
        session.loss(trial.loss(), trial.options())
                .evaluate(inputs.withPrediction(given), written, false)
                .value();
        return List.of(new WeakReference<>(prediction), new WeakReference<>(gradient));
    }

    private static Object array(Tensor tensor) {
        double[] values = tensor.toDoubleArray();
        if (tensor.dtype() == DType.FLOAT64) {
            return values;
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static Tensor wrap(Object array, Shape shape) {
        return array instanceof float[] floats
                ? Tensor.wrap(floats, shape.toArray())
                : Tensor.wrap((double[]) array, shape.toArray());
    }

    private static void backends(Subject subject) throws InterruptedException {
        List<WeakReference<?>> backends = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
            backends.add(opened(subject));
        }
        requireFreed("backends that were used and closed", backends);
    }

    private static WeakReference<?> opened(Subject subject) {
        Trial trial = LossRules.trial("dice", SIZES);
        try (Session session = Session.on(subject.provider().open(BackendOptions.DEFAULT))) {
            evaluate(session, trial);
            return new WeakReference<>(session.backend());
        }
    }

    private static void requireFreed(String what, List<WeakReference<?>> references)
            throws InterruptedException {
        for (int collection = 0; collection < COLLECTIONS; collection++) {
            System.gc();
            if (references.stream().allMatch(reference -> reference.refersTo(null))) {
                return;
            }
            Thread.sleep(collection);
        }
        long kept = references.stream().filter(reference -> !reference.refersTo(null)).count();
        fail(kept + " of " + references.size() + " " + what + " are still reachable");
    }
}
