package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChosenTermsTest {
    private final Node x = input("x");
    private final Node y = input("y");
    private final Node zero = Nodes.constant(0);
    private final Node isPositive = Nodes.binary(BinaryFunction.LT, zero, x);
    private final Node choice = Nodes.select(isPositive, y, zero);

    private static Node input(String name) {
        return Nodes.input(new Op.Input(Role.OTHER, name, Axes.ALL, ValueType.FLOAT, false));
    }

    private static Node add(Node a, Node b) {
        return Nodes.binary(BinaryFunction.ADD, a, b);
    }

    @Test
    void aTermThatIsSometimesThereIsAddedWhereItIs() {
        for (Node sum : List.of(add(x, choice), add(choice, x))) {
            Node found = new BottomUp(ChosenTerms::rule).rewrite(sum);
            assertTrue(found.op() instanceof Op.Select);
            assertSame(isPositive, found.arg(0));
            assertTrue(ChosenTerms.isAddition(found));
            assertSame(y, ChosenTerms.term(found));
            assertSame(x, found.arg(2));
        }
    }

    @Test
    void otherSumsAndChoicesStay() {
        Node other = Nodes.select(isPositive, zero, y);
        for (Node node :
                List.of(
                        add(x, y),
                        add(x, other),
                        choice,
                        add(Nodes.constant(1), choice),
                        Nodes.binary(BinaryFunction.SUB, x, choice))) {
            assertSame(node, new BottomUp(ChosenTerms::rule).rewrite(node));
        }
        assertFalse(ChosenTerms.isAddition(choice));
        assertFalse(ChosenTerms.isAddition(Nodes.select(isPositive, add(x, x), y)));
    }

    @Test
    void whatIsUsedTwiceIsMadeOnce() {
        Node sum = add(x, choice);
        Node found =
                new BottomUp(ChosenTerms::rule).rewrite(Nodes.binary(BinaryFunction.MUL, sum, sum));
        assertSame(found.arg(0), found.arg(1));
        assertEquals(Axes.ALL, found.extent());
    }
}
