package io.github.segloss.cuda;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Runs many tests at once, many more than there are processors: while some wait for their programs, the compiler gathers the programs of others and compiles
 * them together.
 */
final class SideBySide {
    private static final int AT_ONCE = 64;

    private SideBySide() {}

    /** Tests of the same names that wait for what has been started already. */
    static Stream<DynamicTest> run(List<DynamicTest> tests) {
        ExecutorService pool =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().daemon().factory());
        List<DynamicTest> waiting =
                tests.stream()
                        .map(test -> {
                            Future<?> outcome = pool.submit(() -> execute(test));
                            return DynamicTest.dynamicTest(
                                    test.getDisplayName(), () -> await(outcome));
                        })
                        .toList();
        pool.shutdown();
        return waiting.stream();
    }

    private static Object execute(DynamicTest test) throws Exception {
        try {
            test.getExecutable().execute();
            return test;
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void await(Future<?> outcome) throws Throwable {
        try {
            outcome.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
