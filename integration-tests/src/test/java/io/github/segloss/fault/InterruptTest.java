package io.github.segloss.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An interrupt changes nothing about a call: it works, and the thread is still interrupted afterwards. */
class InterruptTest {
    static List<String> backends() {
        return Workload.backends();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void anInterruptedThreadCalls(String backend) {
        try (Session session = Workload.open(backend, new BackendOptions(2, 0))) {
            for (Workload workload : Workload.few()) {
                LossInputs inputs =
                        workload.inputs(DType.FLOAT32, 3, 2, Workload.sharedSpace(backend));
                long[] expected = Workload.bits(workload.on(session).evaluate(inputs));
                try (Session fresh = Workload.open(backend, new BackendOptions(2, 0))) {
                    LossFunction function = workload.on(fresh);
                    for (int call = 0; call < 2; call++) { // the first of them compiles
                        Thread.currentThread().interrupt();
                        long[] found = Workload.bits(function.evaluate(inputs));
                        assertTrue(Thread.interrupted(), workload + " has lost the interrupt");
                        assertArrayEquals(expected, found, workload.id());
                    }
                }
            }
        } finally {
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aThreadIsInterruptedDuringCalls(String backend) throws InterruptedException {
        try (Session session = Workload.open(backend, new BackendOptions(2, 0))) {
            for (Workload workload : Workload.few()) {
                LossInputs inputs =
                        workload.inputs(DType.FLOAT32, 3, 2, Workload.sharedSpace(backend));
                LossFunction function = workload.on(session);
                long[] expected = Workload.bits(function.evaluate(inputs));
                AtomicReference<Throwable> failure = new AtomicReference<>();
                AtomicBoolean kept = new AtomicBoolean(true);
                Thread caller =
                        Thread.ofPlatform()
                                .start(() -> {
                                    try {
                                        for (int call = 0; call < 2; call++) {
                                            assertArrayEquals(
                                                    expected,
                                                    Workload.bits(function.evaluate(inputs)));
                                        }
                                        kept.set(Thread.currentThread().isInterrupted());
                                    } catch (Throwable e) {
                                        failure.set(e);
                                    }
                                });
                boolean before = caller.isAlive();
                while (caller.isAlive()) {
                    caller.interrupt();
                    caller.join(1);
                }
                if (failure.get() != null) {
                    throw new AssertionError(workload + " failed", failure.get());
                }
                assertTrue(!before || kept.get(), workload + " has lost the interrupt");
            }
        }
    }
}
