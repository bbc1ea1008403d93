package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;

/**
 * Makes {@code x + select(m, y, 0)} a choice, {@code select(m, x + y, x)}: for a vector that is one addition under a mask. The two differ where x is a negative
 * zero, so all that computes a pass has to start from the same form.
 */
final class ChosenTerms {
    private ChosenTerms() {}

    /** {@return a node in that form, or itself} */
    static Node rule(Node node) {
        boolean isSum = node.op() instanceof Op.Binary(BinaryFunction f) && f == BinaryFunction.ADD;
        return isSum ? sum(node) : node;
    }

    private static Node sum(Node sum) {
        for (int k = 0; k < 2; k++) {
            Node x = sum.arg(k);
            Node choice = sum.arg(1 - k);
            if (x.extent().isGrid()
                    && choice.op() instanceof Op.Select
                    && choice.arg(2).isConstant(0)) {
                Node more = Nodes.binary(BinaryFunction.ADD, x, choice.arg(1));
                return Nodes.select(choice.arg(0), more, x);
            }
        }
        return sum;
    }

    /** {@return whether a choice is that between a sum and one of its terms} */
    static boolean isAddition(Node choice) {
        Node sum = choice.arg(1);
        return sum.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.ADD
                && choice.arg(2).extent().isGrid()
                && sum.args().contains(choice.arg(2));
    }

    /** {@return the other term of it} */
    static Node term(Node choice) {
        Node sum = choice.arg(1);
        return sum.arg(sum.arg(0) == choice.arg(2) ? 1 : 0);
    }
}
