package io.github.segloss.vector;

/** A part of a program that runs before the next part begins. */
interface Stage {
    /**
     * Runs it.
     *
     * @param w the workspace of the run
     */
    void run(Workspace w);

    /** Lets go of memory that it keeps for later runs and that grows with the images. */
    default void release() {}

    /** {@return one line for people} */
    String describe();
}
