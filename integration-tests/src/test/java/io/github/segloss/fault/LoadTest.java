package io.github.segloss.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many threads with all kinds of losses and sizes at once. Every result has the bits that one thread alone gets. It takes
 * {@code -Dsegloss.load.seconds} (10) for each backend.
 */
class LoadTest {
    private static final int THREADS = 64;
    private static final int SECONDS = Integer.getInteger("segloss.load.seconds", 10);

    static List<String> backends() {
        return Workload.backends();
    }

    private record Call(String name, LossFunction function, LossInputs inputs, long[] expected) {
        void verify() {
            long[] found = Workload.bits(function.evaluate(inputs));
            if (!Arrays.equals(expected, found)) {
                throw new AssertionError(name + " gives other bits than in one thread alone");
            }
        }
    }

    private static List<Call> calls(Session session) {
        List<Call> calls = new ArrayList<>();
        for (Workload workload : Workload.all()) {
            calls.add(call(session, workload, workload.inputs(DType.FLOAT32, 1, 1, 7)));
            calls.add(call(session, workload, workload.inputs(DType.FLOAT64, 2, 2, 3, 5, 4)));
            calls.add(call(session, workload, workload.inputs(DType.FLOAT16, 3, 1, 13, 17)));
        }
        return calls;
    }

    /** Large enough to be shared out over threads. */
    private static List<Call> largeCalls(Session session, String backend) {
        long[] space = Workload.sharedSpace(backend);
        return Workload.few().stream()
                .map(workload ->
                        call(session, workload, workload.inputs(DType.FLOAT32, 4, 2, space)))
                .toList();
    }

    private static Call call(Session session, Workload workload, LossInputs inputs) {
        LossFunction function = workload.on(session);
        String name = workload + " of " + inputs.prediction();
        return new Call(name, function, inputs, Workload.bits(function.evaluate(inputs)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void manyThreadsGetTheBitsOfOne(String backend) throws InterruptedException {
        try (Session session = Workload.open(backend)) {
            List<Call> calls = calls(session);
            calls.addAll(largeCalls(session, backend));
            assertTrue(calls.size() > 100, "too few losses for a load");
            long compilations = session.compilations();
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            AtomicLong done = new AtomicLong();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            List<Thread> threads = new ArrayList<>();
            for (int k = 0; k < THREADS; k++) {
                SplittableRandom random = new SplittableRandom(k);
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    try {
                                        do {
                                            calls.get(random.nextInt(calls.size())).verify();
                                            done.incrementAndGet();
                                        } while (System.nanoTime() < end && failures.isEmpty());
                                    } catch (Throwable e) {
                                        failures.add(e);
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(SECONDS + 600));
                assertTrue(!thread.isAlive(), "a thread hangs");
            }
            if (!failures.isEmpty()) {
                throw new AssertionError(failures.size() + " threads failed", failures.peek());
            }
            assertTrue(done.get() >= THREADS);
            assertEquals(compilations, session.compilations(), "a call compiled again");
        }
    }

    /** A first call that many threads make at once compiles once, and all get the same. */
    @ParameterizedTest
    @MethodSource("backends")
    void manyThreadsMakeTheFirstCallAtOnce(String backend) throws InterruptedException {
        Workload workload = Workload.of("dice_ce");
        LossInputs inputs = workload.inputs(DType.FLOAT32, 2, 3, 13, 17);
        try (Session session = Workload.open(backend)) {
            LossFunction function = workload.on(session);
            ConcurrentLinkedQueue<List<Long>> results = new ConcurrentLinkedQueue<>();
            List<Thread> threads =
                    IntStream.range(0, THREADS)
                            .mapToObj(_ ->
                                    Thread.ofVirtual()
                                            .start(() -> results.add(bits(function, inputs))))
                            .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(THREADS, results.size());
            assertEquals(1, results.stream().distinct().count());
            assertEquals(1, session.compilations());
        }
    }

    private static List<Long> bits(LossFunction function, LossInputs inputs) {
        return Arrays.stream(Workload.bits(function.evaluate(inputs))).boxed().toList();
    }

    /** No backend leans on the common pool: it may be full of work that waits, even for this very call. */
    @ParameterizedTest
    @MethodSource("backends")
    @Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void worksWhileTheCommonPoolIsFull(String backend) {
        try (Session session = Workload.open(backend)) {
            List<Call> calls = largeCalls(session, backend);
            Semaphore gate = new Semaphore(0);
            int blockers = 4 * Math.max(1, ForkJoinPool.getCommonPoolParallelism());
            try {
                for (int k = 0; k < blockers; k++) {
                    ForkJoinPool.commonPool().execute(gate::acquireUninterruptibly);
                }
                calls.forEach(Call::verify);
            } finally {
                gate.release(blockers);
            }
            // And from inside it.
            calls.parallelStream().forEach(Call::verify);
        }
    }
}
