package io.github.segloss.vector;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs every loop on a few elements, in the background and once in a JVM, until the JVM has had reason to compile it: interpreted vectors are a hundred
 * times slower than compiled ones. Results never depend on it.
 */
final class WarmUp {
    /** As many calls as make the JVM compile a method in its second tier, and some more. */
    private static final int CALLS = 6000;

    private static final AtomicBoolean STARTED = new AtomicBoolean();
    private static volatile boolean finished;

    private WarmUp() {}

    /** Starts it, unless it was started before. */
    static void start() {
        if (STARTED.compareAndSet(false, true)) {
            Thread thread = new Thread(WarmUp::run, "segloss-vector-warm-up");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    /** {@return where it stands, for people} */
    static String state() {
        return finished
                ? "warm-up of the loops has finished"
                : "warm-up of the loops is under way in the background";
    }

    private static void run() {
        // Two vectors, not one: a loop that never repeats would be compiled as if it never did.
        int n = 2 * Lanes.COUNT;
        float[] r = new float[8 * n];
        Arrays.fill(r, 0.5f);
        double[] sums = new double[n];
        List<Loops.Loop> loops = Loops.all();
        for (int k = 0; k < CALLS; k++) {
            for (int i = 0; i < loops.size(); i++) {
                loops.get(i).run(r, 4 * n, 0, n, 2 * n, 0.7f, 0.3f, 0.2f, n);
            }
            for (ClassSteps.Fold fold : ClassSteps.ALL) {
                fold.run(r, 4 * n, 0, n, 2, n);
            }
            for (SumSteps.Fold fold : SumSteps.ALL) {
                fold.run(r, 0, n, 1, 1, n, sums, 0);
            }
        }
        finished = true;
    }
}
