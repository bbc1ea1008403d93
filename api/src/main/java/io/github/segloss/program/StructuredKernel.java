package io.github.segloss.program;

import io.github.segloss.graph.Node;
import java.util.List;

/**
 * One barrier op on whole arrays. Its arguments on the pixels are pixel inputs, results of other structured kernels, or temporaries that an earlier pass
 * stored; each node's own result is such an array too.
 *
 * @param stage how many passes have ended before it runs
 * @param nodes the node; several only for ranked sums over the same keys, which can share one sort, and for the distance transforms of a mask and of its
 *     negation, which can share a scan
 */
public record StructuredKernel(int stage, List<Node> nodes) implements Kernel {
    /**
     * Copies the nodes.
     *
     * @param stage how many passes have ended before it runs
     * @param nodes the nodes
     */
    public StructuredKernel {
        nodes = List.copyOf(nodes);
    }
}
