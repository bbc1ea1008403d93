package io.github.segloss.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of daemon threads that help whoever runs something. The caller always works itself and never waits for a thread to begin, so it does not
 * matter how many callers there are or in what pool they run.
 */
final class Workers implements AutoCloseable {
    /** Below so many elements waking a thread costs more than it brings. */
    private static final long WORTH_SHARING = 1 << 17;

    /** How long a thread looks for work before it sleeps: between the passes of a program there are some microseconds. */
    private static final long SPIN_NANOS = 20_000;

    /** How long a caller looks whether the others have finished before it sleeps: about a unit of work, and less than it takes to wake up. */
    private static final long LAST_UNIT_NANOS = 100_000;

    /** Work in units that threads claim one after the other. */
    abstract static class Job {
        private final AtomicInteger next = new AtomicInteger();
        private volatile int units;
        private volatile int helpers;
        private @Nullable Throwable failure;

        final void start(int count) {
            units = count;
            next.set(0);
            failure = null;
        }

        /** {@return the next unit, or -1 if there is none} */
        final int claim() {
            int unit = next.get() < units ? next.getAndIncrement() : units;
            return unit < units ? unit : -1;
        }

        /**
         * {@return several units in a row: the first in the upper half of the number, and the one behind the last in the lower; negative if there are none}
         *
         * <p>Fewer towards the end, so that all threads finish together. Threads that take turns with neighbouring units get into each other's way: what the processor
         * reads ahead for one the other is about to write.
         *
         * @param threads how many threads there may be
         */
        final long claimRow(int threads) {
            while (true) {
                int from = next.get();
                int left = units - from;
                if (left <= 0) {
                    return -1;
                }
                int to = from + Math.max(1, left / (2 * threads));
                if (next.compareAndSet(from, to)) {
                    return (long) from << Integer.SIZE | to;
                }
            }
        }

        final boolean isOpen() {
            return next.get() < units;
        }

        /** Does units until there are none. */
        abstract void work();
    }

    private final int helpers;
    private final List<Job> jobs = new ArrayList<>();
    private volatile int version;
    private boolean started;
    private volatile boolean closed;

    Workers(int threads) {
        this.helpers = threads - 1;
    }

    /** {@return how many threads work, the caller's among them} */
    int threads() {
        return helpers + 1;
    }

    /**
     * Does a job with the help of the pool.
     *
     * @param job the job, started
     * @param elements how large it is
     */
    void run(Job job, long elements) {
        if (helpers == 0 || elements < WORTH_SHARING) {
            job.work();
            return;
        }
        offer(job);
        try {
            job.work();
        } finally {
            join(job);
        }
        Throwable failure = job.failure;
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    private synchronized void offer(Job job) {
        if (!started && !closed) {
            started = true;
            for (int k = 1; k <= helpers; k++) {
                Thread thread = new Thread(this::help, "segloss-vector-" + k);
                thread.setDaemon(true);
                thread.start();
            }
        }
        jobs.add(job);
        version++;
        notifyAll();
    }

    private void join(Job job) {
        withdraw(job);
        long end = System.nanoTime() + LAST_UNIT_NANOS;
        while (job.helpers > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        awaitHelpers(job);
    }

    /** From here on nobody begins to help. */
    private synchronized void withdraw(Job job) {
        jobs.remove(job);
    }

    private synchronized void awaitHelpers(Job job) {
        boolean interrupted = false;
        while (job.helpers > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // the job's memory is in use until the helpers have left
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void help() {
        while (true) {
            Job job = await();
            if (job == null) {
                return;
            }
            Throwable failure = null;
            try {
                job.work();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            synchronized (this) {
                if (failure != null) {
                    job.failure = failure;
                }
                if (--job.helpers == 0) {
                    notifyAll();
                }
            }
            spin();
        }
    }

    private void spin() {
        int seen = version;
        long end = System.nanoTime() + SPIN_NANOS;
        while (version == seen && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** The next job that has units left; null when the pool is closed. */
    private synchronized @Nullable Job await() {
        while (true) {
            if (closed) {
                return null;
            }
            for (int i = 0; i < jobs.size(); i++) {
                Job job = jobs.get(i);
                if (job.isOpen()) {
                    job.helpers++;
                    return job;
                }
            }
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
    }

    /** {@return whether the pool was closed, with the backend that it belongs to} */
    boolean isClosed() {
        return closed;
    }

    /** Ends the threads once they have finished what they are at. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
