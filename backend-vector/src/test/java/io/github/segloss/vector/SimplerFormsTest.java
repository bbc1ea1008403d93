package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimplerFormsTest {
    private static final Node ZERO = Nodes.constant(0);
    private static final Node ONE = Nodes.constant(1);

    private final Node x = input("x", ValueType.FLOAT);
    private final Node bytes = input("bytes", ValueType.FLOAT);
    private final Node labels = input("labels", ValueType.INDEX);
    private final Node isBelow = binary(BinaryFunction.LE, Nodes.index(4), labels);
    private final BottomUp forms =
            new BottomUp(new SimplerForms(node -> node == bytes || node == labels)::rule);

    private static Node input(String name, ValueType type) {
        return Nodes.input(new Op.Input(Role.OTHER, name, Axes.BATCH_SPACE, type, false));
    }

    private static Node binary(BinaryFunction function, Node a, Node b) {
        return Nodes.binary(function, a, b);
    }

    private static Node notZeroOrOne(Node t) {
        Node either =
                binary(
                        BinaryFunction.OR,
                        binary(BinaryFunction.EQ, t, ZERO),
                        binary(BinaryFunction.EQ, t, ONE));
        return Nodes.unary(UnaryFunction.NOT, either);
    }

    @Test
    void aNegatedPositiveIsANegativeMagnitude() {
        Node negative = Nodes.unary(UnaryFunction.NEG, x);
        Node isPositive = binary(BinaryFunction.LT, ZERO, x);
        Node found = forms.rewrite(Nodes.select(isPositive, negative, x));
        assertEquals(new Op.Unary(UnaryFunction.NEG), found.op());
        assertEquals(new Op.Unary(UnaryFunction.ABS), found.arg(0).op());
        assertSame(x, found.arg(0).arg(0));
        Node isBelowOne = binary(BinaryFunction.LT, ONE, x);
        for (Node other :
                List.of(
                        Nodes.select(isPositive, x, negative),
                        Nodes.select(isPositive, negative, bytes),
                        Nodes.select(isBelowOne, negative, x))) {
            assertSame(other, forms.rewrite(other));
        }
    }

    @Test
    void whatHasNoSignIsNotComparedWithZero() {
        Node isNegative = binary(BinaryFunction.LT, labels, Nodes.index(0));
        assertSame(isBelow, forms.rewrite(binary(BinaryFunction.OR, isNegative, isBelow)));
        assertSame(isBelow, forms.rewrite(binary(BinaryFunction.OR, isBelow, isNegative)));
        Node other = binary(BinaryFunction.OR, binary(BinaryFunction.LT, x, ZERO), isBelow);
        assertSame(other, forms.rewrite(other));
        Node below = binary(BinaryFunction.LT, labels, Nodes.index(2));
        Node either = binary(BinaryFunction.OR, below, isBelow);
        assertSame(either, forms.rewrite(either));
    }

    @Test
    void aByteThatIsNeitherZeroNorOneIsAboveOne() {
        Node found = forms.rewrite(notZeroOrOne(bytes));
        assertEquals(new Op.Binary(BinaryFunction.LT), found.op());
        assertEquals(List.of(new Op.Constant(1)), List.of(found.arg(0).op()));
        assertSame(bytes, found.arg(1));
        Node real = notZeroOrOne(x);
        assertSame(real, forms.rewrite(real));
    }

    /** A masked label is one of its own and a constant. */
    @Test
    void aChoiceOfUnsignedValuesIsUnsigned() {
        Node valid = binary(BinaryFunction.LT, ZERO, x);
        Node chosen = Nodes.select(valid, bytes, ONE);
        assertSame(chosen, forms.rewrite(notZeroOrOne(chosen)).arg(1));
        for (Node other :
                List.of(
                        Nodes.select(valid, bytes, Nodes.constant(-1)),
                        Nodes.select(valid, bytes, Nodes.constant(0.5)),
                        Nodes.select(valid, bytes, x))) {
            Node check = notZeroOrOne(other);
            assertSame(check, forms.rewrite(check));
        }
    }
}
