package io.github.segloss.program;

import io.github.segloss.graph.Node;
import java.util.List;

/**
 * The tiny epilogue between two passes: nodes without SPACE, at most [N, C] numbers each, computed in float64.
 *
 * @param stage how many passes have ended before it runs
 * @param body the nodes to compute, arguments before their users; leaves and the results of passes are not among them
 */
public record ScalarKernel(int stage, List<Node> body) implements Kernel {
    /**
     * Copies the body.
     *
     * @param stage how many passes have ended before it runs
     * @param body the nodes to compute
     */
    public ScalarKernel {
        body = List.copyOf(body);
    }
}
