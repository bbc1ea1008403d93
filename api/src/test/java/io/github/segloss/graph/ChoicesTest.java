package io.github.segloss.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Fewer choices and divisions: what {@link Choices}, {@link ChoicePruning} and {@link SharedReciprocals} leave. */
class ChoicesTest {
    private final Node x = input("x", Axes.ALL);
    private final Node y = input("y", Axes.ALL);
    private final Node z = input("z", Axes.ALL);
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

    private static Node div(Node a, Node b) {
        return Nodes.binary(BinaryFunction.DIV, a, b);
    }

    private static Node exp(Node a) {
        return Nodes.unary(UnaryFunction.EXP, a);
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

    private static long count(String text, String op) {
        return text.lines().filter(line -> line.contains(" " + op)).count();
    }

    @Test
    void choicesByOneConditionAreAddedInside() {
        Node sum = add(Nodes.select(isLarge, x, zero), Nodes.select(isLarge, zero, y));
        assertEquals(text(Nodes.select(isLarge, x, y)), text(sum));
        Node difference = sub(Nodes.select(isLarge, x, y), Nodes.select(isLarge, z, y));
        assertEquals(text(Nodes.select(isLarge, sub(x, z), sub(y, y))), text(difference));
    }

    @Test
    void aChoiceInsideAnotherIsAddedToo() {
        Node inside = Nodes.select(isPositive, zero, Nodes.select(isLarge, z, zero));
        Node sum = add(Nodes.select(isLarge, zero, y), inside);
        Node expected = Nodes.select(isLarge, Nodes.select(isPositive, zero, z), y);
        assertEquals(text(expected), text(sum));
    }

    @Test
    void aChoiceThatExcludesAnotherJoinsItInALongerSum() {
        Node sum = add(add(z, Nodes.select(isLarge, zero, x)), Nodes.select(isLarge, y, zero));
        assertEquals(text(add(z, Nodes.select(isLarge, y, x))), text(sum));
        // Both count where x is large: joined, the terms would be added in another order.
        Node overlapping =
                add(add(z, Nodes.select(isLarge, x, zero)), Nodes.select(isLarge, y, zero));
        assertEquals(2, count(text(overlapping), "select"));
    }

    @Test
    void tablesAreAddedToAChoiceOfTables() {
        Node choice = Nodes.select(isLarge, table, zero);
        Node sum = add(choice, table);
        assertEquals(text(Nodes.select(isLarge, add(table, table), table)), text(sum));
        Node onPixels = add(Nodes.select(isLarge, y, zero), table);
        assertEquals(1, count(text(onPixels), "add"), "one addition, not one for each branch");
    }

    @Test
    void aCommonOperandIsTakenOutOfAChoice() {
        assertEquals(
                text(mul(x, Nodes.select(isPositive, y, z))),
                text(Nodes.select(isPositive, mul(x, y), mul(z, x))));
        assertEquals(
                text(sub(x, Nodes.select(isPositive, y, z))),
                text(Nodes.select(isPositive, sub(x, y), sub(x, z))));
        assertEquals(
                text(div(Nodes.select(isPositive, y, z), x)),
                text(Nodes.select(isPositive, div(y, x), div(z, x))));
        Node crossed = Nodes.select(isPositive, sub(x, y), sub(z, x));
        assertEquals(2, count(text(crossed), "sub"), "x - y and z - x have nothing in common");
    }

    @Test
    void choicesThatDifferOnlyInOrderAreOne() {
        Node choice =
                Nodes.select(isPositive, Nodes.select(isLarge, y, z), Nodes.select(isLarge, z, y));
        Node agree = Nodes.select(isPositive, isLarge, Nodes.unary(UnaryFunction.NOT, isLarge));
        assertEquals(text(Nodes.select(agree, y, z)), text(choice));
        Node zeros = Nodes.select(isLarge, zero, Nodes.select(isPositive, zero, z));
        Node either = Nodes.binary(BinaryFunction.OR, isLarge, isPositive);
        assertEquals(text(Nodes.select(either, zero, z)), text(zeros));
    }

    @Test
    void choicesOfWhichOneBranchIsTheSameAreTwo() {
        Node agree = Nodes.select(isPositive, isLarge, Nodes.unary(UnaryFunction.NOT, isLarge));
        Node inside = Nodes.select(isLarge, x, z);
        assertEquals(
                text(Nodes.select(agree, inside, y)),
                text(
                        Nodes.select(
                                isPositive,
                                Nodes.select(isLarge, x, y),
                                Nodes.select(isLarge, y, z))));
        assertEquals(
                text(Nodes.select(agree, y, inside)),
                text(
                        Nodes.select(
                                isPositive,
                                Nodes.select(isLarge, y, z),
                                Nodes.select(isLarge, x, y))));
    }

    @Test
    void weightsThatAreChosenAreMultipliedAsTables() {
        Node two = Nodes.constant(2);
        Node weight = Nodes.select(isLarge, table, one);
        Node expected = Nodes.select(isLarge, mul(table, two), two);
        assertEquals(text(expected), text(mul(weight, two)));
        assertEquals(text(expected), text(mul(two, weight)));
        assertEquals(text(mul(x, expected)), text(mul(mul(x, weight), two)));
        Node sign = Nodes.select(isLarge, Nodes.constant(-1), one);
        Node signed = Nodes.select(isLarge, Nodes.unary(UnaryFunction.NEG, table), one);
        assertEquals(text(mul(x, signed)), text(mul(mul(x, weight), sign)));
        Node other = Nodes.select(isPositive, Nodes.constant(-1), one);
        assertEquals(2, count(text(mul(mul(x, weight), other)), "mul"));
    }

    @Test
    void aProductWithMinusOneIsANegation() {
        assertEquals(text(Nodes.unary(UnaryFunction.NEG, x)), text(mul(x, Nodes.constant(-1))));
    }

    @Test
    void aGraphForgetsDerivatives() {
        Node square = mul(x, x);
        Node known = Nodes.withDerivative(square, new Derivative(x, y));
        assertEquals(text(square), text(known));
        assertEquals(text(exp(square), square), text(exp(known), square));
        Node leaf = Nodes.withDerivative(x, new Derivative(x, y));
        assertSame(x, leaf);
        Derivative later = new Derivative(x, z);
        assertSame(later, Nodes.withDerivative(known, later).derivative());
    }

    @Test
    void whatHasADerivativeIsNotTakenApartBeforeItIsDifferentiated() {
        Node factor = input("f", Axes.BATCH_SPACE);
        Node a = Nodes.withDerivative(mul(x, factor), new Derivative(x, factor));
        Node b = Nodes.withDerivative(mul(y, factor), new Derivative(x, factor));
        Node choice = Nodes.select(isLarge, a, b);
        assertSame(a, choice.arg(1));
        Interner interner = Interner.beforeDifferentiation();
        Node interned = interner.intern(choice);
        Derivative known = interned.arg(1).derivative();
        assertSame(interner.intern(x), known == null ? null : known.of());
        assertEquals(text(mul(Nodes.select(isLarge, x, y), factor)), text(choice));
    }

    @Test
    void aChoiceBehindTheSameChoiceIsPruned() {
        Node inner = Nodes.select(isLarge, y, z);
        Node outer = Nodes.select(isLarge, one, mul(exp(inner), x));
        assertEquals(
                text(Nodes.select(isLarge, one, mul(exp(z), x))),
                text(ChoicePruning.prune(outputs(outer))));
    }

    @Test
    void aChoiceThatIsUsedElsewhereStays() {
        Node inner = exp(Nodes.select(isLarge, y, z));
        SequencedMap<String, Node> both = outputs(Nodes.select(isLarge, one, inner), inner);
        assertEquals(text(both), text(ChoicePruning.prune(both)));
        Node summed = Nodes.sum(inner, Axes.CLASS);
        SequencedMap<String, Node> acrossClasses = outputs(Nodes.select(isLarge, one, summed));
        assertEquals(text(acrossClasses), text(ChoicePruning.prune(acrossClasses)));
    }

    @Test
    void bothSidesOfAChoiceMayKeepTheirOwn() {
        Node inner = exp(Nodes.select(isLarge, y, z));
        SequencedMap<String, Node> sides =
                outputs(Nodes.select(isLarge, mul(inner, x), sub(inner, x)));
        assertSame(1L, count(text(ChoicePruning.prune(sides)), "exp"));
        assertEquals(text(sides), text(ChoicePruning.prune(sides)));
    }

    @Test
    void theLargestLogitIsNoFartherFromItself() {
        Node isTop = Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), Nodes.argmax(x));
        Node below = sub(x, Nodes.max(x, Axes.CLASS));
        SequencedMap<String, Node> guarded = outputs(exp(Nodes.select(isTop, zero, below)));
        assertEquals(text(exp(below)), text(ChoicePruning.prune(guarded)));
        SequencedMap<String, Node> other =
                outputs(exp(Nodes.select(isTop, zero, sub(y, Nodes.max(y, Axes.CLASS)))));
        assertEquals(text(other), text(ChoicePruning.prune(other)), "the argmax of another");
    }

    @Test
    void severalDivisionsByOnePlusShareAReciprocal() {
        Node divisor = add(one, exp(x));
        SequencedMap<String, Node> two = outputs(div(y, divisor), div(z, divisor));
        Node reciprocal = div(one, divisor);
        assertEquals(
                text(mul(y, reciprocal), mul(z, reciprocal)), text(SharedReciprocals.share(two)));
        SequencedMap<String, Node> single = outputs(div(y, divisor));
        assertEquals(text(single), text(SharedReciprocals.share(single)));
        SequencedMap<String, Node> tiny = outputs(div(y, exp(x)), div(z, exp(x)));
        assertEquals(text(tiny), text(SharedReciprocals.share(tiny)), "1 / e^x may overflow");
    }
}
