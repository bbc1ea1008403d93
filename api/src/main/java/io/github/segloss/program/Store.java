package io.github.segloss.program;

import io.github.segloss.graph.Node;

/** What a pass writes for each pixel. */
public sealed interface Store {
    /** {@return the value to write; broadcast along the axes that it lacks} */
    Node value();

    /**
     * A store into an output of the program.
     *
     * @param name the name of the output
     * @param value the value to write
     */
    record ToOutput(String name, Node value) implements Store {}

    /**
     * A store into a temporary that a structured kernel reads; the temporary belongs to the node.
     *
     * @param value the value to write
     */
    record ToTemporary(Node value) implements Store {}
}
