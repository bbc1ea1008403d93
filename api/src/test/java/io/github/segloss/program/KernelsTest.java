package io.github.segloss.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.graph.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Small graphs and, to the last node, the kernels that they are cut into. */
class KernelsTest {
    private final Expr x = input("x", Axes.ALL);
    private final Expr y = input("y", Axes.ALL);
    private final Expr k = input("k", Axes.CLASS);
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();

    private static Expr input(String name, Axes extent) {
        return Expr.of(Nodes.input(new Op.Input(Role.OTHER, name, extent, ValueType.FLOAT, false)));
    }

    private KernelsTest output(String name, Expr value) {
        outputs.put(name, value.node());
        return this;
    }

    private Program program() {
        return Partitioner.partition(Graph.of(3, outputs));
    }

    @Test
    void aPassEndsWhereASumOverThePixelsIsNeeded() {
        output("scaled", x.div(x.square().sum(Axes.SPACE)).mul(k))
                .output("total", x.square().sum(Axes.SPACE).sum(Axes.BATCH_CLASS));
        Program program = program();
        assertEquals(
                """
                pass 0: reads x; accumulates 2; stores nothing
                    %0 = input 'x' {BCS}
                    %2 = mul(%0, %0) {BCS}
                    %3 = sum over S (%2) {BC}
                    %8 = sum over BCS (%2) {-}
                scalar: 2 nodes
                    %4 = div(%1, %3) {BC}
                    %6 = mul(%4, %5) {BC}
                pass 1: reads x; accumulates 0; stores scaled
                    %0 = input 'x' {BCS}
                    %7 = mul(%0, %6) {BCS}
                """,
                program.text());
        assertEquals(
                """
                pass 0: reads x; accumulates 2; stores nothing
                scalar: 2 nodes
                pass 1: reads x; accumulates 0; stores scaled\
                """,
                program.toString());
        assertEquals(program.graph().text() + "{scaled=BCS, total=-}[]", program.key());
        assertEquals(Set.of(), Set.copyOf(program.passes().get(0).tables()));
        Node factor = program.graph().outputs().get("scaled").arg(1);
        assertEquals(Set.of(factor), Set.copyOf(program.passes().get(1).tables()));
    }

    /** The sum of the logarithms needs no other input in either pass and goes to the later one; so does what needs y. */
    @Test
    void aReductionIsPlacedLateWhereItAddsTheFewestInputsThenNodes() {
        sums();
        assertEquals(
                """
                pass 0: reads x; accumulates 1; stores nothing
                    %0 = input 'x' {BCS}
                    %2 = sum over S (%0) {BC}
                scalar: 1 nodes
                    %3 = div(%1, %2) {BC}
                pass 1: reads x, y; accumulates 3; stores scaled
                    %0 = input 'x' {BCS}
                    %4 = mul(%0, %3) {BCS}
                    %5 = exp(%0) {BCS}
                    %7 = input 'y' {BCS}
                    %9 = mul(%0, %7) {BCS}
                    %6 = sum over S (%5) {BC}
                    %8 = sum over S (%7) {BC}
                    %10 = sum over S (%9) {BC}
                """,
                program().text());
    }

    /** In the first pass it would add one input and two nodes, in the second no input and three nodes. */
    @Test
    void inputsWeighMoreThanNodes() {
        Expr e = x.exp().exp();
        output("scaled", x.mul(y).div(e.sum(Axes.SPACE)))
                .output("weighted", e.mul(y).sum(Axes.SPACE));
        assertEquals(
                """
                pass 0: reads x; accumulates 1; stores nothing
                scalar: 1 nodes
                pass 1: reads x, y; accumulates 1; stores scaled\
                """,
                program().summary());
    }

    @Test
    void aCheckIsPlacedEarlyAndDrawsOthersWithIt() {
        sums();
        Program program =
                Partitioner.partition(Graph.of(3, outputs), Map.of(), Set.of("logs", "other"));
        assertEquals(
                """
                pass 0: reads x, y; accumulates 4; stores nothing
                    %0 = input 'x' {BCS}
                    %5 = exp(%0) {BCS}
                    %7 = input 'y' {BCS}
                    %9 = mul(%0, %7) {BCS}
                    %2 = sum over S (%0) {BC}
                    %6 = sum over S (%5) {BC}
                    %8 = sum over S (%7) {BC}
                    %10 = sum over S (%9) {BC}
                scalar: 1 nodes
                    %3 = div(%1, %2) {BC}
                pass 1: reads x; accumulates 0; stores scaled
                    %0 = input 'x' {BCS}
                    %4 = mul(%0, %3) {BCS}
                """,
                program.text());
    }

    private void sums() {
        output("scaled", x.div(x.sum(Axes.SPACE)))
                .output("logs", x.exp().sum(Axes.SPACE))
                .output("other", y.sum(Axes.SPACE))
                .output("both", x.mul(y).sum(Axes.SPACE));
    }

    @Test
    void whatABarrierReadsIsStoredBeforeIt() {
        Expr distance = x.mul(2).gt(y).distanceTransform();
        output("far", distance.mul(y).sum(Axes.ALL)).output("map", distance.add(1));
        Program program = program();
        assertEquals(
                """
                pass 0: reads y, x; accumulates 0; stores temporary %4
                    %0 = input 'y' {BCS}
                    %1 = input 'x' {BCS}
                    %3 = mul(%1, %2) {BCS}
                    %4 = lt(%0, %3) {BCS} BOOL
                distanceTransform(%4) {BCS}
                pass 1: reads y, temporary %5; accumulates 1; stores map
                    %0 = input 'y' {BCS}
                    %5 = distanceTransform(%4) {BCS}
                    %6 = mul(%5, %0) {BCS}
                    %9 = add(%5, %8) {BCS}
                    %7 = sum over BCS (%6) {-}
                """,
                program.text());
        Node far = distance.node();
        assertEquals(
                List.of(far.arg(0).op(), far.op()),
                program.temporaries().stream().map(Node::op).toList());
    }

    @Test
    void ranksOfTheSameKeysOverTheSameAxesShareASort() {
        Expr keys = x.mul(2);
        Expr one = y.rankedSum(keys, Axes.SPACE);
        Expr two = y.square().rankedSum(keys, Axes.SPACE);
        Expr three = Expr.one().rankedSum(keys, Axes.BATCH_SPACE);
        output("ranks", one.add(two).mul(three).sum(Axes.ALL));
        assertEquals(
                """
                pass 0: reads x, y; accumulates 0; stores temporary %2, temporary %5
                    %0 = input 'x' {BCS}
                    %2 = mul(%0, %1) {BCS}
                    %3 = input 'y' {BCS}
                    %5 = mul(%3, %3) {BCS}
                rankedSum over S (%2, %3) {BCS}, rankedSum over S (%2, %5) {BCS}
                rankedSum over BS (%2, %8) {BCS}
                pass 1: reads temporary %4, temporary %6, temporary %9; accumulates 1; stores nothing
                    %4 = rankedSum over S (%2, %3) {BCS}
                    %6 = rankedSum over S (%2, %5) {BCS}
                    %7 = add(%4, %6) {BCS}
                    %9 = rankedSum over BS (%2, %8) {BCS}
                    %10 = mul(%7, %9) {BCS}
                    %11 = sum over BCS (%10) {-}
                """,
                program().text());
    }

    @Test
    void barriersFollowEachOtherWithoutAPass() {
        Window window =
                new Window(Window.Extreme.MIN, Window.Footprint.CROSS, Window.Border.IGNORED);
        output("twice", x.window(window).window(window))
                .output("open", x.sub(x.window(window)).window(window));
        assertEquals(
                """
                window min cross ignored (%0) {BCS}
                window min cross ignored (%1) {BCS}
                pass 0: reads x, temporary %1, temporary %2; accumulates 0; stores temporary %3, twice
                    %0 = input 'x' {BCS}
                    %1 = window min cross ignored (%0) {BCS}
                    %2 = window min cross ignored (%1) {BCS}
                    %3 = sub(%0, %1) {BCS}
                window min cross ignored (%3) {BCS}
                pass 1: reads temporary %4; accumulates 0; stores open
                    %4 = window min cross ignored (%3) {BCS}
                """,
                program().text());
    }

    @Test
    void anOutputMayBeWiderThanItsNode() {
        output("flat", k.mul(2));
        Program program =
                Partitioner.partition(Graph.of(3, outputs), Map.of("flat", Axes.ALL), Set.of());
        assertEquals(
                """
                scalar: 1 nodes
                    %2 = mul(%0, %1) {C}
                pass 0: reads nothing; accumulates 0; stores flat
                """,
                program.text());
        Node flat = program.graph().outputs().get("flat");
        assertEquals(Set.of(flat), Set.copyOf(program.passes().getFirst().tables()));
    }

    @Test
    void sumsThatWaitForOtherSums() {
        Expr first = x.div(x.sum(Axes.SPACE));
        output("deep", x.div(first.exp().sum(Axes.SPACE)).square().sum(Axes.SPACE))
                .output("early", y.sum(Axes.SPACE))
                .output("late", x.mul(y).exp().sum(Axes.SPACE));
        assertEquals(
                """
                pass 0: reads x; accumulates 1; stores nothing
                    %0 = input 'x' {BCS}
                    %4 = sum over S (%0) {BC}
                scalar: 1 nodes
                    %5 = div(%3, %4) {BC}
                pass 1: reads x, y; accumulates 4; stores nothing
                    %0 = input 'x' {BCS}
                    %1 = mul(%0, %0) {BCS}
                    %6 = mul(%0, %5) {BCS}
                    %7 = exp(%6) {BCS}
                    %12 = input 'y' {BCS}
                    %14 = mul(%0, %12) {BCS}
                    %15 = exp(%14) {BCS}
                    %2 = sum over S (%1) {BC}
                    %8 = sum over S (%7) {BC}
                    %13 = sum over S (%12) {BC}
                    %16 = sum over S (%15) {BC}
                scalar: 3 nodes
                    %9 = div(%3, %8) {BC}
                    %10 = mul(%9, %9) {BC}
                    %11 = mul(%2, %10) {BC}
                """,
                program().text());
    }

    @Test
    void tablesAloneNeedNoPass() {
        output("m", k.mul(3)).output("n", k.add(1).sum(Axes.CLASS));
        assertEquals(
                """
                scalar: 3 nodes
                    %2 = mul(%0, %1) {C}
                    %4 = add(%0, %3) {C}
                    %5 = sum over C (%4) {-}
                """,
                program().text());
    }
}
