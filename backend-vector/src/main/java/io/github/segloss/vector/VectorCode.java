package io.github.segloss.vector;

/** Code over vectors that the JVM compiles on its own. Until it has, each vector is an object; so it is warmed up, see {@link WarmUp}. */
interface VectorCode {
    /** So many elements the rows of the warm-up have. A loop that seldom repeats would be compiled as if it never did, and not unrolled. */
    int TRIAL = 16 * Lanes.COUNT;

    /** How far apart those rows are. */
    int TRIAL_BYTES = TRIAL * Float.BYTES;

    /**
     * Runs it. If the frame has no elements, it returns before it comes to its loop: the warm-up calls it so most of the time, and the JVM, which counts how often loops
     * repeat, would else take it for one that does not and leave it as it is.
     */
    void run(Frame f);
}
