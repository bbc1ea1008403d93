package io.github.segloss.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class NodesTest {
    private final Node x = input("x", Axes.ALL, ValueType.FLOAT);
    private final Node y = input("y", Axes.ALL, ValueType.FLOAT);
    private final Node table = input("t", Axes.CLASS, ValueType.FLOAT);
    private final Node label = input("label", Axes.BATCH_SPACE, ValueType.INDEX);
    private final Node hit = Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), label);

    private static Node input(String name, Axes extent, ValueType type) {
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, type, false));
    }

    private static Graph graph(Node output) {
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("out", output);
        return Graph.of(3, outputs);
    }

    @Test
    void constantsFold() {
        assertTrue(
                Nodes.binary(BinaryFunction.ADD, Nodes.constant(2), Nodes.constant(3))
                        .isConstant(5));
        assertTrue(Nodes.unary(UnaryFunction.EXP, Nodes.constant(0)).isConstant(1));
    }

    @Test
    void neutralElementsDisappear() {
        assertSame(x, Nodes.binary(BinaryFunction.ADD, x, Nodes.constant(0)));
        assertSame(x, Nodes.binary(BinaryFunction.MUL, Nodes.constant(1), x));
        assertSame(x, Nodes.binary(BinaryFunction.DIV, x, Nodes.constant(1)));
        assertSame(x, Nodes.binary(BinaryFunction.POW, x, Nodes.constant(1)));
        assertTrue(Nodes.binary(BinaryFunction.MUL, x, Nodes.constant(0)).isConstant(0));
        assertTrue(Nodes.binary(BinaryFunction.POW, x, Nodes.constant(0)).isConstant(1));
    }

    @Test
    void factorsWithoutSpaceGatherOnTheRight() {
        Node product =
                Nodes.binary(
                        BinaryFunction.MUL,
                        Nodes.binary(BinaryFunction.MUL, table, x),
                        Nodes.constant(2));
        assertSame(x, product.arg(0));
        assertEquals(Axes.CLASS, product.arg(1).extent());
        Node both = Nodes.binary(BinaryFunction.MUL, Nodes.binary(BinaryFunction.MUL, x, table), y);
        assertEquals(Axes.ALL, both.arg(0).extent());
        assertSame(table, both.arg(1));
    }

    @Test
    void aDivisionByATableBecomesOneReciprocal() {
        Node quotient = Nodes.binary(BinaryFunction.DIV, x, table);
        assertEquals(new Op.Binary(BinaryFunction.MUL), quotient.op());
        assertEquals(Axes.CLASS, quotient.arg(1).extent());
    }

    @Test
    void aProductWithAConditionIsASelect() {
        Node g = Nodes.unary(UnaryFunction.CAST, hit);
        assertEquals(new Op.Select(), Nodes.binary(BinaryFunction.MUL, g, x).op());
        Node complement = Nodes.binary(BinaryFunction.SUB, Nodes.constant(1), g);
        Node blend =
                Nodes.binary(
                        BinaryFunction.ADD,
                        Nodes.binary(BinaryFunction.MUL, g, x),
                        Nodes.binary(BinaryFunction.MUL, complement, y));
        assertEquals(List.of(hit, x, y), blend.args(), "g x + (1 - g) y is one select");
    }

    @Test
    void sumsMergeAndAbsentAxesMultiply() {
        Node inner = Nodes.sum(x, Axes.CLASS);
        Node all = Nodes.sum(inner, Axes.BATCH_SPACE);
        assertEquals(new Op.Reduce(ReduceFunction.SUM, Axes.ALL), all.op());
        Node counted = Nodes.sum(table, Axes.ALL);
        assertEquals(Axes.NONE, counted.extent());
        assertTrue(graph(counted).text().contains("size BS"), graph(counted).text());
    }

    @Test
    void tableFactorsLeaveASum() {
        Node scale = input("s", Axes.NONE, ValueType.FLOAT);
        Node sum = Nodes.sum(Nodes.binary(BinaryFunction.MUL, x, scale), Axes.ALL);
        assertEquals(new Op.Binary(BinaryFunction.MUL), sum.op());
        Node kept = Nodes.sum(Nodes.binary(BinaryFunction.MUL, x, table), Axes.ALL);
        assertEquals(
                new Op.Reduce(ReduceFunction.SUM, Axes.ALL),
                kept.op(),
                "a class factor cannot leave a class sum");
    }

    @Test
    void selectsOfOneConditionCollapse() {
        Node nested = Nodes.select(hit, Nodes.select(hit, x, y), y);
        assertEquals(List.of(hit, x, y), nested.args());
        assertEquals(
                List.of(hit, y, x), Nodes.select(Nodes.unary(UnaryFunction.NOT, hit), x, y).args());
        assertSame(x, Nodes.select(hit, x, x));
    }

    @Test
    void signsAndCommonTablesAreTakenOut() {
        Node minusY = Nodes.unary(UnaryFunction.NEG, y);
        assertEquals(
                new Op.Binary(BinaryFunction.SUB),
                Nodes.binary(BinaryFunction.ADD, x, minusY).op());
        assertEquals(
                new Op.Binary(BinaryFunction.ADD),
                Nodes.binary(BinaryFunction.SUB, x, minusY).op());
        Node difference = Nodes.binary(BinaryFunction.SUB, x, y);
        assertEquals(List.of(y, x), Nodes.unary(UnaryFunction.NEG, difference).args());
        Node both =
                Nodes.binary(
                        BinaryFunction.ADD,
                        Nodes.binary(BinaryFunction.MUL, x, table),
                        Nodes.binary(BinaryFunction.MUL, y, table));
        assertSame(table, both.arg(1));
        assertEquals(new Op.Binary(BinaryFunction.ADD), both.arg(0).op());
        Node complement = Nodes.binary(BinaryFunction.SUB, Nodes.constant(1), x);
        assertTrue(Nodes.binary(BinaryFunction.ADD, x, complement).isConstant(1));
    }

    @Test
    void theDifferenceOfAValueWithItselfStays() {
        // It is the check for finite numbers: NaN for NaN and infinity.
        assertEquals(
                new Op.Binary(BinaryFunction.SUB), Nodes.binary(BinaryFunction.SUB, x, x).op());
    }

    @Test
    void typesAreChecked() {
        assertThrows(SegLossException.class, () -> Nodes.binary(BinaryFunction.ADD, x, label));
        assertThrows(SegLossException.class, () -> Nodes.binary(BinaryFunction.EQ, x, label));
        assertThrows(SegLossException.class, () -> Nodes.select(x, x, y));
        assertThrows(SegLossException.class, () -> Nodes.select(hit, x, label));
        assertThrows(
                SegLossException.class,
                () -> Nodes.argmax(input("flat", Axes.BATCH_SPACE, ValueType.FLOAT)));
        assertThrows(SegLossException.class, () -> Nodes.distanceTransform(x));
        assertThrows(SegLossException.class, () -> Nodes.rankedSum(x, x, Axes.ALL));
        assertThrows(SegLossException.class, () -> Nodes.classMix(table, x, false));
    }

    @Test
    void aReductionOverBatchThatKeepsSpaceIsRefused() {
        SegLossException e = assertThrows(SegLossException.class, () -> Nodes.sum(x, Axes.BATCH));
        assertTrue(e.getMessage().contains("BATCH"), e.getMessage());
    }

    @Test
    void graphsInternEqualNodes() {
        Node once = Nodes.unary(UnaryFunction.EXP, x);
        Node again = Nodes.unary(UnaryFunction.EXP, input("x", Axes.ALL, ValueType.FLOAT));
        Graph graph = graph(Nodes.binary(BinaryFunction.MUL, once, again));
        assertEquals(3, graph.nodes().size(), graph.text());
        assertEquals(graph, graph(Nodes.binary(BinaryFunction.MUL, again, once)));
    }

    @Test
    void anIndexConstantIsNotTheFloatConstant() {
        Node isOne = Nodes.binary(BinaryFunction.EQ, label, Nodes.index(1));
        Node chosen = Nodes.select(isOne, x, Nodes.constant(1));
        assertEquals(
                2,
                graph(chosen).nodes().stream().filter(n -> n.op() instanceof Op.Constant).count());
    }

    @Test
    void graphsRefuseTwoInputsOfOneNameAndTablesOfAnotherSize() {
        Node twin = input("x", Axes.BATCH_SPACE, ValueType.FLOAT);
        assertThrows(
                SegLossException.class, () -> graph(Nodes.binary(BinaryFunction.ADD, x, twin)));
        Node four = Nodes.classTable(List.of(1.0, 2.0, 3.0, 4.0));
        assertThrows(
                SegLossException.class, () -> graph(Nodes.binary(BinaryFunction.ADD, x, four)));
    }
}
