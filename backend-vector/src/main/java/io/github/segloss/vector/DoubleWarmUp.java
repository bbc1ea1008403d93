package io.github.segloss.vector;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs loops over vectors in float64 on a few elements, in the background, until the JVM has compiled them: those alone that a pass has, so that the JVM's
 * compiler is done soon. Until then the pass runs them over single elements. Results never depend on it.
 */
final class DoubleWarmUp {
    /** So long after a pass was made it goes on: with vectors of two lanes there are loops that the JVM never compiles to anything without boxes. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final Set<TwoForms<?>> WANTED = new HashSet<>();
    private static long deadline;
    private static volatile boolean isUnderWay;

    private DoubleWarmUp() {}

    /** Has the JVM compile loops. */
    static synchronized void want(List<TwoForms<?>> loops) {
        WANTED.addAll(loops);
        deadline = System.nanoTime() + PATIENCE_NANOS;
        if (!isUnderWay) {
            isUnderWay = true;
            Thread thread = new Thread(DoubleWarmUp::run, "segloss-vector-warm-up-float64");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    /** {@return whether some pass may still run loops over single elements} */
    static boolean isUnderWay() {
        return isUnderWay;
    }

    private static void run() {
        DoubleTrial few = new DoubleTrial();
        for (List<TwoForms<?>> left = left(); !left.isEmpty(); left = left()) {
            left.forEach(loop -> loop.warmUp(few));
        }
    }

    /** What is not compiled yet. If there is nothing, the thread has to end. */
    private static synchronized List<TwoForms<?>> left() {
        WANTED.removeIf(TwoForms::isCompiled);
        if (System.nanoTime() - deadline > 0) {
            WANTED.clear();
        }
        isUnderWay = !WANTED.isEmpty();
        return List.copyOf(WANTED);
    }
}
