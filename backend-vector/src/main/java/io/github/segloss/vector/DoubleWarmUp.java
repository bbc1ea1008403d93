package io.github.segloss.vector;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs every loop in float64 on a few elements, in the background and once in a JVM, from the first pass in float64 on, until the JVM has had reason to
 * compile it. Results never depend on it.
 */
final class DoubleWarmUp {
    /** As many calls as make the JVM compile a method in its second tier, and some more. */
    private static final int CALLS = 6000;

    /** Two vectors, not one: a loop that never repeats would be compiled as if it never did. */
    private static final int N = Lanes.COUNT;

    private static final AtomicBoolean STARTED = new AtomicBoolean();
    private static volatile boolean finished;

    private DoubleWarmUp() {}

    /** Starts it, unless it was started before. */
    static void start() {
        if (STARTED.compareAndSet(false, true)) {
            Thread thread = new Thread(DoubleWarmUp::run, "segloss-vector-warm-up-float64");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    /** {@return where it stands, for people} */
    static String state() {
        return finished ? "warmed up" : "being warmed up in the background";
    }

    private static void run() {
        double[] r = new double[8 * N];
        Arrays.fill(r, 0.6);
        double[] sums = new double[Lanes.COUNT];
        WarmUp.giveWay();
        for (int k = 0; k < CALLS; k++) {
            // Rows in most calls, in others numbers for the whole row in the place of each operand.
            int a = k % 4 == 1 ? ~0 : 0;
            int b = k % 4 == 2 ? ~N : N;
            int c = k % 8 == 3 ? ~(2 * N) : 2 * N;
            int d = k % 8 == 7 ? ~(3 * N) : 3 * N;
            for (DoubleLoops.Loop loop : DoubleLoops.ALL) {
                loop.run(r, 4 * N, a, b, c, d, N);
            }
            for (DoubleLoops.Loop loop : DoubleFunctions.ALL) {
                loop.run(r, 4 * N, 0, 0, 0, 0, N);
            }
            for (DoubleLoops.Loop loop : DoublePower.ALL) {
                loop.run(r, 4 * N, 0, b, 2 * N, 5 * N, N);
            }
            for (DoubleFolds.Fold fold : DoubleFolds.ALL) {
                fold.run(r, 4 * N, 0, N, 2, 2 * N, N);
            }
            for (DoubleSums.Fold fold : DoubleSums.ALL) {
                fold.run(r, 0, N, sums, 0);
            }
        }
        finished = true;
    }
}
