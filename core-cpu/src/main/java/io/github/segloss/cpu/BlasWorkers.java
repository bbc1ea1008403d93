package io.github.segloss.cpu;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that share out the parts of an op. Which thread does which part is left to chance and makes no difference. */
final class BlasWorkers implements AutoCloseable {
    private final int count;
    private final ExecutorService helpers;

    /**
     * Prepares threads, which start when they are first needed and end when they were idle for a while.
     *
     * @param count how many parts are done at a time, at least 1; the calling thread does some
     */
    BlasWorkers(int count) {
        this.count = count;
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        Math.max(1, count - 1),
                        Math.max(1, count - 1),
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "segloss-openblas");
                            thread.setDaemon(true);
                            return thread;
                        });
        pool.allowCoreThreadTimeOut(true);
        this.helpers = pool;
    }

    int count() {
        return count;
    }

    /** A part of an op. */
    interface Part {
        /**
         * Does the part.
         *
         * @param part its number
         * @param worker the number of the worker, below {@link #count}: no two parts are done under the same number at a time
         */
        void run(int part, int worker);
    }

    /** Does all parts and returns when the last has ended; throws what the first part to fail threw, without starting more. */
    void forEach(int parts, int atMost, Part body) {
        int active = Math.min(Math.min(count, atMost), parts);
        if (active <= 1) {
            for (int part = 0; part < parts; part++) {
                body.run(part, 0);
            }
            return;
        }
        Job job = new Job(parts, body);
        for (int worker = 1; worker < active; worker++) {
            int number = worker;
            try {
                helpers.execute(() -> job.work(number));
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                break; // closed meanwhile, or no thread to be had: the caller does the rest
            }
        }
        job.work(0);
        job.await();
    }

    private static final class Job {
        private final int parts;
        private final Part body;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch done;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(int parts, Part body) {
            this.parts = parts;
            this.body = body;
            this.done = new CountDownLatch(parts);
        }

        /** Does parts until none is left. A helper that comes too late finds none and touches nothing. */
        void work(int worker) {
            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                try {
                    if (failure.get() == null) {
                        body.run(part, worker);
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                } finally {
                    done.countDown();
                }
            }
        }

        /** Waits even when interrupted: the parts work on memory that the caller is about to give away. */
        void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    done.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        helpers.shutdown();
    }
}
