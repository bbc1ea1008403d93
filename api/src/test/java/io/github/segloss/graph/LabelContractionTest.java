package io.github.segloss.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class LabelContractionTest {
    private final Node x = input("x", Axes.ALL, ValueType.FLOAT);
    private final Node label = input("label", Axes.BATCH_SPACE, ValueType.INDEX);
    private final Node weights = input("w", Axes.CLASS, ValueType.FLOAT);
    private final Node hit = Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), label);
    private final Node zero = Nodes.constant(0);

    private static Node input(String name, Axes extent, ValueType type) {
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, type, false));
    }

    private static Graph contracted(Node node) {
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("out", LabelContraction.contract(node));
        return Graph.of(3, outputs);
    }

    private static Axes extentOf(Graph graph, UnaryFunction function) {
        return graph.nodes().stream()
                .filter(n -> n.op().equals(new Op.Unary(function)))
                .findFirst()
                .orElseThrow()
                .extent();
    }

    @Test
    void aFunctionOfTheLabelsClassIsComputedOncePerPixel() {
        Node term = Nodes.select(hit, Nodes.unary(UnaryFunction.EXP, x), zero);
        Graph graph = contracted(Nodes.sum(term, Axes.ALL));
        assertEquals(Axes.BATCH_SPACE, extentOf(graph, UnaryFunction.EXP), graph.text());
        assertTrue(
                graph.text().contains("sum over C"),
                "one value is picked for each pixel: " + graph.text());
    }

    @Test
    void factorsAndMasksAroundTheTermAreFollowed() {
        Node mask =
                Nodes.binary(
                        BinaryFunction.LT, zero, input("m", Axes.BATCH_SPACE, ValueType.FLOAT));
        Node term = Nodes.select(hit, Nodes.unary(UnaryFunction.EXP, x), zero);
        Node weighted =
                Nodes.unary(UnaryFunction.NEG, Nodes.binary(BinaryFunction.MUL, term, weights));
        Graph graph = contracted(Nodes.sum(Nodes.select(mask, weighted, zero), Axes.ALL));
        assertEquals(Axes.BATCH_SPACE, extentOf(graph, UnaryFunction.EXP), graph.text());
    }

    @Test
    void theIndexOfTheLabelsClassIsTheLabel() {
        Node isBackground = Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), Nodes.index(0));
        Node term =
                Nodes.select(
                        hit,
                        Nodes.select(isBackground, Nodes.constant(2), Nodes.constant(5)),
                        zero);
        Graph graph = contracted(Nodes.sum(term, Axes.ALL));
        assertTrue(graph.nodes().stream().noneMatch(n -> n.extent().has(Axis.CLASS)), graph.text());
    }

    @Test
    void sumsPerClassStay() {
        Node term =
                Nodes.sum(Nodes.select(hit, Nodes.unary(UnaryFunction.EXP, x), zero), Axes.SPACE);
        assertEquals(Axes.ALL, extentOf(contracted(term), UnaryFunction.EXP));
    }

    @Test
    void aTermThatIsNotZeroElsewhereStays() {
        Node term = Nodes.select(hit, Nodes.unary(UnaryFunction.EXP, x), Nodes.constant(1));
        assertEquals(Axes.ALL, extentOf(contracted(Nodes.sum(term, Axes.ALL)), UnaryFunction.EXP));
        Node interned =
                new Interner().intern(Nodes.sum(Nodes.unary(UnaryFunction.EXP, x), Axes.ALL));
        assertSame(interned.op().getClass(), LabelContraction.contract(interned).op().getClass());
    }
}
