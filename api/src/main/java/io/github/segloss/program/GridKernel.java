package io.github.segloss.program;

import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * One pass over the pixels: loads, pointwise work with the class loop inside, any number of accumulators and of stores.
 *
 * @param pass the number of the pass, from 0
 * @param body the nodes on the pixels, arguments before their users; pixel inputs and results of structured kernels among them are loads
 * @param accumulators the reductions over SPACE (and BATCH or CLASS) that this pass computes; the argument of each is in the body
 * @param stores what is written for each pixel
 */
public record GridKernel(int pass, List<Node> body, List<Node> accumulators, List<Store> stores)
        implements Kernel {
    /**
     * Copies the lists.
     *
     * @param pass the number of the pass
     * @param body the nodes on the pixels
     * @param accumulators the reductions
     * @param stores the stores
     */
    public GridKernel {
        body = List.copyOf(body);
        accumulators = List.copyOf(accumulators);
        stores = List.copyOf(stores);
    }

    /**
     * {@return whether a node on the pixels is read from memory in a pass and not computed}
     *
     * @param node a node of a body
     */
    public static boolean isLoad(Node node) {
        return node.op() instanceof Op.Input || node.op().isStructured();
    }

    /** {@return the nodes of the body that are read from memory} */
    public List<Node> loads() {
        return body.stream().filter(GridKernel::isLoad).toList();
    }

    /** {@return the nodes without SPACE that the body, the stores or the accumulators read: constants, parameters and results of scalar kernels} */
    public SequencedSet<Node> tables() {
        SequencedSet<Node> tables = new LinkedHashSet<>();
        for (Node node : body) {
            if (!isLoad(node)) {
                node.args().stream().filter(arg -> !arg.extent().isGrid()).forEach(tables::add);
            }
        }
        for (Store store : stores) {
            if (!store.value().extent().isGrid()) {
                tables.add(store.value());
            }
        }
        return tables;
    }
}
