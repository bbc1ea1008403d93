package io.github.segloss.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Fewer products and sums: what {@link SharedClassSums} and {@link CommonFactors} leave. */
class FactorsTest {
    private final Node x = input("x", Axes.ALL);
    private final Node y = input("y", Axes.ALL);
    private final Node z = input("z", Axes.ALL);
    private final Node factor = input("f", Axes.BATCH_SPACE);
    private final Node table = input("t", Axes.CLASS);
    private final Node zero = Nodes.constant(0);
    private final Node one = Nodes.constant(1);
    private final Node isLarge = Nodes.binary(BinaryFunction.LT, one, x);
    private final Node isPositive = Nodes.binary(BinaryFunction.LT, zero, y);

    private static Node input(String name, Axes extent) {
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, ValueType.FLOAT, false));
    }

    private static Node add(Node a, Node b) {
        return Nodes.binary(BinaryFunction.ADD, a, b);
    }

    private static Node sub(Node a, Node b) {
        return Nodes.binary(BinaryFunction.SUB, a, b);
    }

    private static Node mul(Node a, Node b) {
        return Nodes.binary(BinaryFunction.MUL, a, b);
    }

    private static Node classSum(Node a) {
        return Nodes.sum(a, Axes.CLASS);
    }

    private static SequencedMap<String, Node> outputs(Node... nodes) {
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        for (Node node : nodes) {
            outputs.put("out" + outputs.size(), node);
        }
        return outputs;
    }

    private static String text(SequencedMap<String, Node> outputs) {
        return Graph.of(3, outputs).text();
    }

    private static String text(Node... nodes) {
        return text(outputs(nodes));
    }

    private static String factored(Node... nodes) {
        return text(CommonFactors.takeOut(outputs(nodes)));
    }

    private static String shared(Node... nodes) {
        return text(SharedClassSums.share(outputs(nodes)));
    }

    // ---- sums over CLASS

    @Test
    void aSumOfProductsIsAProductWithASumThatIsThere() {
        assertEquals(
                text(classSum(x), mul(factor, classSum(x))),
                shared(classSum(x), classSum(mul(factor, x))));
        Node chosen = Nodes.select(isLarge, zero, x);
        assertEquals(
                text(classSum(chosen), mul(factor, classSum(chosen))),
                shared(classSum(chosen), classSum(Nodes.select(isLarge, zero, mul(x, factor)))));
    }

    @Test
    void aSumThatIsNotThereIsNotMade() {
        Node sum = classSum(mul(factor, x));
        assertEquals(text(sum), shared(sum));
        assertEquals(text(classSum(y), sum), shared(classSum(y), sum));
        Node chosen = classSum(Nodes.select(isLarge, zero, mul(factor, x)));
        assertEquals(text(classSum(x), chosen), shared(classSum(x), chosen));
    }

    @Test
    void aFactorThatVariesAlongClassStays() {
        Node sum = classSum(mul(y, x));
        assertEquals(text(classSum(x), sum), shared(classSum(x), sum));
    }

    // ---- common factors

    @Test
    void aFactorOfBothTermsIsMultipliedByOnce() {
        assertEquals(text(mul(x, add(y, z))), factored(add(mul(x, y), mul(z, x))));
        assertEquals(text(mul(x, sub(y, z))), factored(sub(mul(x, y), mul(x, z))));
    }

    @Test
    void whatSavesNothingStays() {
        assertEquals(text(add(x, mul(x, y))), factored(add(x, mul(x, y))));
    }

    @Test
    void severalFactorsGoTogether() {
        Node sum = add(mul(mul(x, y), factor), mul(mul(z, y), factor));
        assertEquals(text(mul(mul(y, factor), add(x, z))), factored(sum));
    }

    @Test
    void whatIsLeftIsMadeOfProductsThatAreThere() {
        Node sum = add(mul(mul(x, y), z), mul(mul(x, factor), mul(x, z)));
        Node there = mul(x, factor);
        assertEquals(text(there, mul(mul(x, z), add(y, there))), factored(there, sum));
    }

    /** Equal losses are compiled once only if they become equal programs, so no choice may hang on where objects lie in memory. */
    @Test
    void theSameProductIsTakenEveryTime() {
        String first = withManyProducts();
        for (int k = 0; k < 50; k++) {
            assertEquals(first, withManyProducts());
        }
    }

    private static String withManyProducts() {
        Node a = input("a", Axes.ALL);
        Node b = input("b", Axes.ALL);
        Node c = input("c", Axes.ALL);
        Node d = input("d", Axes.ALL);
        Node sum = add(mul(mul(a, b), mul(c, d)), mul(mul(mul(a, b), c), exp(d)));
        return factored(mul(a, b), mul(a, c), mul(b, c), sum);
    }

    private static Node exp(Node a) {
        return Nodes.unary(UnaryFunction.EXP, a);
    }

    @Test
    void oneOfTheTermsMayBeAChoice() {
        Node chosen = Nodes.select(isPositive, mul(x, y), zero);
        Node expected = mul(x, add(Nodes.select(isPositive, y, zero), z));
        assertEquals(text(expected), factored(add(chosen, mul(x, z))));
    }

    @Test
    void aFactorThatMayBeInfiniteWhereNothingIsChosenStays() {
        Node a = Nodes.select(isPositive, mul(x, y), zero);
        Node b = Nodes.select(isLarge, mul(x, z), zero);
        assertEquals(text(add(a, b)), factored(add(a, b)));
    }

    @Test
    void productsThatAreNeededAnywayStay() {
        Node a = mul(x, y);
        Node b = mul(x, z);
        assertEquals(text(a, b, add(a, b)), factored(a, b, add(a, b)));
    }

    @Test
    void aFactorWithoutPixelsStaysOnTheRight() {
        Node sum = add(mul(x, table), mul(mul(x, y), table));
        assertTrue(factored(sum).lines().count() <= text(sum).lines().count());
    }

    @Test
    void aDifferenceThatShowsInfinitiesStays() {
        assertEquals(text(sub(x, x)), factored(sub(x, x)));
        Node report = add(sub(x, x), y);
        assertEquals(text(report), factored(report));
    }
}
