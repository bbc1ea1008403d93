package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.cpu.ScalarBackendProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The kit where JUnit runs its tests at once: JUnit closes the stream of a factory before they have run. */
class ConcurrentModeTest {
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final AtomicInteger CLOSED = new AtomicInteger();
    private static final Set<Thread> THREADS = ConcurrentHashMap.newKeySet();

    /** The reference, which counts how often it is opened and closed and from how many threads it is used. Not found by its name: run by the test. */
    static class CountedBackend implements BackendConformance {
        @Override
        public BackendProvider provider() {
            return new CountingProvider(new ScalarBackendProvider());
        }
    }

    private record CountingProvider(BackendProvider inner) implements BackendProvider {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public int priority() {
            return inner.priority();
        }

        @Override
        public Availability probe() {
            return inner.probe();
        }

        @Override
        public Backend open(BackendOptions options) {
            OPENED.incrementAndGet();
            Backend backend = inner.open(options);
            AtomicInteger closes = new AtomicInteger();
            return (Backend)
                    Proxy.newProxyInstance(
                            Backend.class.getClassLoader(),
                            new Class<?>[] {Backend.class},
                            (_, method, arguments) -> {
                                THREADS.add(Thread.currentThread());
                                if (method.getName().equals("close")
                                        && closes.incrementAndGet() == 1) {
                                    CLOSED.incrementAndGet();
                                }
                                try {
                                    return method.invoke(backend, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
        }
    }

    @BeforeEach
    void startCounting() {
        OPENED.set(0);
        CLOSED.set(0);
        THREADS.clear();
    }

    private static TestExecutionSummary run(String mode, List<String> factories) {
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(
                                factories.stream()
                                        .map(name -> selectMethod(CountedBackend.class, name))
                                        .toList())
                        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.mode.default", mode)
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.config.strategy", "fixed")
                        .configurationParameter(
                                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                        .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static void requirePassed(TestExecutionSummary summary, int least) {
        List<String> failures =
                summary.getFailures().stream()
                        .map(f -> f.getTestIdentifier().getDisplayName() + ": " + f.getException())
                        .toList();
        assertEquals(List.of(), failures);
        long passed = summary.getTestsSucceededCount();
        assertTrue(passed >= least, () -> passed + " tests have passed");
        assertTrue(OPENED.get() > 0);
        assertEquals(OPENED.get(), CLOSED.get(), "backends opened and closed");
    }

    @Test
    void rulesHoldAtOnceAndEveryBackendIsClosed() {
        List<String> factories =
                List.of("pointwise", "structured", "vjps", "contract", "memory", "refusals");
        requirePassed(run("concurrent", factories), 200);
        assertTrue(THREADS.size() > 1, () -> THREADS.size() + " threads");
    }

    @Test
    void rulesHoldOneAfterAnother() {
        requirePassed(run("same_thread", List.of("pointwise", "refusals")), 70);
    }

    /** Tests that were handed out and never run, as JUnit does with those that are not selected, keep nothing open. */
    @Test
    void testsThatAreNotRunKeepNothingOpen() {
        try (Stream<?> tests = new CountedBackend().pointwise()) {
            assertTrue(tests.count() > 0);
        }
        assertEquals(OPENED.get(), CLOSED.get());
    }

    /** A message names the command that runs the one rule again. */
    @Test
    void aFailureNamesTheCommandThatRepeatsIt() {
        BackendConformance broken = () -> FaultyBackend.provider(Fault.WRONG_TAIL);
        String rule = "required_op_neg_float32";
        try (Stream<DynamicTest> tests = broken.pointwise()) {
            DynamicTest test =
                    tests.filter(t -> t.getDisplayName().equals(rule)).findFirst().orElseThrow();
            AssertionError error =
                    assertThrows(AssertionError.class, () -> test.getExecutable().execute());
            String message = String.valueOf(error.getMessage());
            assertTrue(message.contains("units in the last place"), message);
            assertTrue(message.contains("-Dtest=ConcurrentModeTest"), message);
            assertTrue(message.contains("-Dsegloss.conformance.rule=" + rule), message);
        }
    }
}
