package io.github.segloss.vector;

/** A part of a program that runs before the next part begins. */
interface Stage {
    /**
     * Runs it.
     *
     * @param w the workspace of the run
     */
    void run(Workspace w);

    /** {@return one line for people} */
    String describe();
}
