package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import org.junit.jupiter.api.Test;

/** Which denominators are known to be far from 0, and what becomes of a division by them. */
class LowerBoundsTest {
    private static final Node X =
            Nodes.input(new Op.Input(Role.OTHER, "x", Axes.ALL, ValueType.FLOAT, false));
    private static final Node ONE = Nodes.constant(1);

    private static boolean isFar(Node node) {
        return new LowerBounds().isFarFromZero(node, 1);
    }

    private static Node binary(BinaryFunction f, Node a, Node b) {
        return Nodes.binary(f, a, b);
    }

    private static Node exp(Node x) {
        return Nodes.unary(UnaryFunction.EXP, x);
    }

    @Test
    void knowsSumsOfPositiveTermsAndClippedValues() {
        assertTrue(isFar(binary(BinaryFunction.ADD, ONE, exp(X))));
        assertTrue(isFar(binary(BinaryFunction.ADD, ONE, Nodes.sum(exp(X), Axes.CLASS))));
        assertTrue(isFar(binary(BinaryFunction.ADD, ONE, binary(BinaryFunction.MUL, X, X))));
        Node eps = Nodes.constant(1e-7);
        Node clipped = Nodes.select(binary(BinaryFunction.LT, X, eps), eps, X);
        assertTrue(isFar(clipped));
        assertTrue(isFar(binary(BinaryFunction.MAX, X, eps)));
        assertTrue(isFar(Nodes.unary(UnaryFunction.SQRT, clipped)));
    }

    @Test
    void claimsNothingOfWhatMayBeZeroOrNegative() {
        assertFalse(isFar(X));
        assertFalse(isFar(exp(X)), "it underflows");
        assertFalse(isFar(binary(BinaryFunction.ADD, ONE, X)));
        assertFalse(isFar(binary(BinaryFunction.SUB, ONE, exp(X))));
        assertFalse(isFar(binary(BinaryFunction.MIN, ONE, X)));
        assertFalse(isFar(Nodes.constant(1e-40)));
        assertFalse(isFar(Nodes.constant(Double.NaN)));
        Node eps = Nodes.constant(1e-7);
        assertFalse(
                isFar(Nodes.select(binary(BinaryFunction.LT, eps, X), eps, X)),
                "the other way round");
        assertFalse(new LowerBounds().isFarFromZero(Nodes.constant(1e-7), 6), "its sixth power");
    }

    @Test
    void dividesByTheInverseWhereThatIsSafe() {
        Node far = binary(BinaryFunction.ADD, ONE, exp(X));
        Node safe = binary(BinaryFunction.DIV, X, far);
        Node open = binary(BinaryFunction.DIV, X, exp(X));
        OpTable narrow = new OpTable(false);
        assertEquals("a * inverse(b)", narrow.expression(safe, node -> node == far ? "b" : "a"));
        assertEquals("a / b", narrow.expression(open, node -> node == X ? "a" : "b"));
        assertEquals("a / b", new OpTable(true).expression(safe, node -> node == far ? "b" : "a"));
        Node root = Nodes.unary(UnaryFunction.SQRT, far);
        assertEquals("root(b)", narrow.expression(root, _ -> "b"));
        assertEquals("sqrtf(a)", narrow.expression(Nodes.unary(UnaryFunction.SQRT, X), _ -> "a"));
    }
}
