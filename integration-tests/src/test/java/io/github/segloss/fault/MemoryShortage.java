package io.github.segloss.fault;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates losses on images for which the memory of this small JVM does not suffice. Each such call must give a result, an
 * {@link OutOfMemoryError} or a {@link SegLossException}, and small images must give the same bits after it. Started by {@link MemoryShortageTest}.
 */
final class MemoryShortage {
    private static final int[] SIDES = {800, 60, 700};

    /** Less than one array of float64 for a large image. */
    private static final long MOST_KEPT = 3 << 20;

    private MemoryShortage() {}

    public static void main(String[] arguments) throws InterruptedException {
        String backend = arguments[0];
        List<String> failures = new ArrayList<>();
        for (Workload workload : Workload.few()) {
            try (Session session = Workload.open(backend, new BackendOptions(2, 0))) {
                LossFunction function = workload.on(session);
                LossInputs small = workload.inputs(DType.FLOAT32, 1, 2, 13, 17);
                long[] expected = Workload.bits(function.evaluate(small));
                long before = heap();
                for (int side : SIDES) {
                    Optional<String> failure = large(workload, function, side);
                    failure.ifPresent(failures::add);
                    if (failure.isPresent()) {
                        requireGivenBack(workload, before);
                    }
                    long[] found = Workload.bits(function.evaluate(small));
                    if (!Arrays.equals(expected, found)) {
                        throw new AssertionError(workload + " differs after a failure");
                    }
                }
            }
        }
        failures.forEach(System.out::println);
        if (failures.isEmpty()) {
            throw new AssertionError("there was memory for everything");
        }
    }

    /** Soon: a helping thread may still be leaving what it was at. */
    private static void requireGivenBack(Workload workload, long before)
            throws InterruptedException {
        long kept = heap() - before;
        for (int attempt = 0; kept > MOST_KEPT && attempt < 100; attempt++) {
            Thread.sleep(50);
            kept = heap() - before;
        }
        if (kept > MOST_KEPT) {
            throw new AssertionError(workload + " keeps " + kept + " bytes after a failure");
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** What failed, if there was no memory for it. */
    private static Optional<String> large(Workload workload, LossFunction function, int side) {
        Shape shape = Shape.of(1, 3, side, side);
        Shape labels = workload.options().target().isDense() ? shape : Shape.of(1, side, side);
        DType type = workload.options().target().isDense() ? DType.FLOAT32 : DType.UINT8;
        try (Tensor prediction = Tensor.allocate(DType.FLOAT32, shape);
                Tensor gradient = Tensor.allocate(DType.FLOAT32, shape);
                Tensor target = Tensor.allocate(type, labels)) {
            ramp(prediction.segment());
            for (long i = 0; i < (long) side * side; i += 3) {
                target.set(i, 1);
            }
            LossResult result =
                    function.evaluate(LossInputs.of(prediction, target), gradient, false);
            if (!Double.isFinite(result.value())) {
                throw new AssertionError(workload + " is " + result.value());
            }
            return Optional.empty();
        } catch (OutOfMemoryError | SegLossException e) {
            String message = String.valueOf(e.getMessage());
            if (e instanceof SegLossException && !message.contains("out of memory")) {
                throw new AssertionError(message, e);
            }
            return Optional.of(workload + ", " + side + ": " + e);
        }
    }

    private static void ramp(MemorySegment floats) {
        for (long i = 0; i < floats.byteSize() / 4; i++) {
            floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 97 / 97f);
        }
    }
}
