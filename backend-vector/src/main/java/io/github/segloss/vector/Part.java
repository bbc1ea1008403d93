package io.github.segloss.vector;

/**
 * A loop over vectors that the JVM is to compile alone. It takes vectors for objects where a method becomes too large, and it puts a method into the one that
 * calls it, unless the call may mean several: so all parts are called from one place.
 */
@FunctionalInterface
interface Part {
    /** {@return whatever the part says} */
    boolean run();

    /** Runs a part. */
    static boolean alone(Part part) {
        return part.run();
    }
}
