package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersTest {
    /** Counts how often each unit is done. */
    private static final class Counting extends Workers.Job {
        private final AtomicIntegerArray done;
        private final int threads;

        Counting(int units, int threads) {
            this.done = new AtomicIntegerArray(units);
            this.threads = threads;
            start(units);
        }

        @Override
        void work() {
            for (long row = claimRow(threads); row >= 0; row = claimRow(threads)) {
                for (int unit = (int) (row >> Integer.SIZE); unit < (int) row; unit++) {
                    done.incrementAndGet(unit);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 2", "2, 1", "7, 2", "40, 2", "1000, 3", "65536, 4", "5, 64"})
    void everyUnitIsDoneOnce(int units, int threads) {
        Counting job = new Counting(units, threads);
        try (Workers workers = new Workers(threads)) {
            workers.run(job, Long.MAX_VALUE);
        }
        for (int unit = 0; unit < units; unit++) {
            assertEquals(1, job.done.get(unit), "unit " + unit);
        }
    }

    /** With so many threads to count on every row is one unit, and claims meet all the time. */
    @Test
    void threadsThatClaimAtOnceShareNoUnit() throws InterruptedException {
        int units = 1 << 23;
        Counting job = new Counting(units, units);
        CountDownLatch all = new CountDownLatch(4);
        Runnable claims =
                () -> {
                    all.countDown();
                    while (all.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    job.work();
                };
        List<Thread> threads = Stream.generate(() -> new Thread(claims)).limit(4).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (int unit = 0; unit < units; unit++) {
            assertEquals(1, job.done.get(unit), "unit " + unit);
        }
    }

    /** A thread that begins late must not find that another has taken all that is left, and the last units are for whoever is free. */
    @Test
    void rowsBecomeShorter() {
        Counting job = new Counting(100, 2);
        int last = 0;
        int length = 100;
        for (long row = job.claimRow(2); row >= 0; row = job.claimRow(2)) {
            int from = (int) (row >> Integer.SIZE);
            int to = (int) row;
            assertEquals(last, from);
            assertTrue(to - from <= length, "from " + length + " to " + (to - from));
            assertTrue(to - from <= Math.max(1, (100 - from) / 4));
            length = to - from;
            last = to;
        }
        assertEquals(100, last);
        assertEquals(1, length);
    }
}
