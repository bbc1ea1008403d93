package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import java.util.ArrayList;
import java.util.List;

/** Conditions inside selections and sums: a comparison of a row with a scalar is made where it is used, and never stored. */
final class Conditions {
    private static final Node HALF = Nodes.constant(0.5);

    /** The comparisons that the loops know. */
    enum Compares {
        EQUAL,
        LESS,
        GREATER
    }

    /**
     * A condition as a comparison.
     *
     * @param compares how
     * @param row the left side, on the pixels
     * @param scalar the right side, a table
     */
    record Test(Compares compares, Node row, Node scalar) {
        List<Node> operands() {
            return List.of(row);
        }
    }

    /**
     * A loop and its operands, rows and scalars each in the order of the loop.
     *
     * @param loop the loop
     * @param operands the operands
     */
    record Selection(Loops.Loop loop, List<Node> operands) {}

    private Conditions() {}

    /** {@return a condition on the pixels as a comparison of a row with a scalar; a stored condition is 1 where it holds} */
    static Test of(Node condition) {
        if (condition.op() instanceof Op.Binary(BinaryFunction f)) {
            Node a = condition.arg(0);
            Node b = condition.arg(1);
            boolean isRowFirst = a.extent().isGrid();
            if (isRowFirst != b.extent().isGrid()) {
                Node row = isRowFirst ? a : b;
                Node scalar = isRowFirst ? b : a;
                if (f == BinaryFunction.EQ) {
                    return new Test(Compares.EQUAL, row, scalar);
                }
                if (f == BinaryFunction.LT) {
                    return new Test(isRowFirst ? Compares.LESS : Compares.GREATER, row, scalar);
                }
                if (f == BinaryFunction.LE
                        && scalar.op() instanceof Op.Constant(double value)
                        && Math.abs((float) value) < Float.MAX_VALUE) {
                    // a <= s is a < the next number after s, which spares a set of loops.
                    float s = (float) value;
                    return isRowFirst
                            ? new Test(Compares.LESS, row, Nodes.constant(Math.nextUp(s)))
                            : new Test(Compares.GREATER, row, Nodes.constant(Math.nextDown(s)));
                }
            }
        }
        return new Test(Compares.GREATER, condition, HALF);
    }

    /** {@return the loop of a select whose condition is on the pixels} */
    static Selection selection(Node select) {
        Test test = of(select.arg(0));
        Node x = select.arg(1);
        Node y = select.arg(2);
        List<Node> operands = new ArrayList<>(List.of(test.row(), test.scalar(), x, y));
        boolean xIsRow = x.extent().isGrid();
        boolean yIsRow = y.extent().isGrid();
        Loops.Loop loop =
                switch (test.compares()) {
                    case EQUAL ->
                            xIsRow
                                    ? yIsRow
                                            ? ChoiceLoops.SELECT_EQ
                                            : ChoiceLoops.SELECT_EQ_ROW_SCALAR
                                    : yIsRow
                                            ? ChoiceLoops.SELECT_EQ_SCALAR_ROW
                                            : ChoiceLoops.SELECT_EQ_SCALARS;
                    case LESS ->
                            xIsRow
                                    ? yIsRow
                                            ? ChoiceLoops.SELECT_LT
                                            : ChoiceLoops.SELECT_LT_ROW_SCALAR
                                    : yIsRow
                                            ? ChoiceLoops.SELECT_LT_SCALAR_ROW
                                            : ChoiceLoops.SELECT_LT_SCALARS;
                    case GREATER ->
                            xIsRow
                                    ? yIsRow
                                            ? ChoiceLoops.SELECT_GT
                                            : ChoiceLoops.SELECT_GT_ROW_SCALAR
                                    : yIsRow
                                            ? ChoiceLoops.SELECT_GT_SCALAR_ROW
                                            : ChoiceLoops.SELECT_GT_SCALARS;
                };
        return new Selection(loop, operands);
    }
}
