package io.github.segloss.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** What the gradient graph is made of; what it evaluates to is tested where a backend is at hand. */
class AutodiffTest {
    private static final Op.Input X =
            new Op.Input(Role.PREDICTION, "x", Axes.ALL, ValueType.FLOAT, false);
    private final Expr x = Expr.of(Nodes.input(X));

    private static String gradient(Expr output) {
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("g", Autodiff.vjp(output.node(), X, Nodes.constant(1)));
        return Graph.of(2, outputs).text();
    }

    @Test
    void whatDoesNotDependOnTheVariableHasGradientZero() {
        assertTrue(Autodiff.vjp(Expr.constant(3).node(), X, Nodes.constant(1)).isConstant(0));
        assertTrue(
                Autodiff.vjp(x.detach().sum(Axes.ALL).node(), X, Nodes.constant(1)).isConstant(0));
        assertTrue(
                Autodiff.vjp(x.floor().sum(Axes.ALL).node(), X, Nodes.constant(1)).isConstant(0));
        Condition positive = x.gt(0);
        assertTrue(
                Autodiff.vjp(positive.toExpr().sum(Axes.ALL).node(), X, Nodes.constant(1))
                        .isConstant(0));
        Expr ranks = Expr.one().rankedSum(x, Axes.SPACE);
        assertTrue(Autodiff.vjp(ranks.sum(Axes.ALL).node(), X, Nodes.constant(1)).isConstant(0));
        assertTrue(
                Autodiff.vjp(
                                positive.distanceTransform().sum(Axes.ALL).node(),
                                X,
                                Nodes.constant(1))
                        .isConstant(0));
    }

    @Test
    void aSumHasGradientOne() {
        assertTrue(Autodiff.vjp(x.sum(Axes.ALL).node(), X, Nodes.constant(1)).isConstant(1));
    }

    @Test
    void aBroadcastArgumentSumsOverTheAxesOfTheResultEvenWhereItsAdjointLacksThem() {
        // f = sum over all of (sum over CLASS of x): the inner sum lacks CLASS and is broadcast
        // back along it.
        Expr inner = x.sum(Axes.CLASS);
        Expr broadcast = inner.add(Expr.classTable(0, 0)).sum(Axes.ALL);
        assertTrue(gradient(broadcast).contains("size C"), gradient(broadcast));
    }

    @Test
    void theMaximumOverClassesGoesToTheArgmax() {
        assertTrue(gradient(x.max(Axes.CLASS).sum(Axes.BATCH_SPACE)).contains("argmax"));
    }

    @Test
    void theMaximumOverSpaceIsSharedInEqualParts() {
        String text = gradient(x.max(Axes.SPACE).sum(Axes.BATCH_CLASS));
        assertTrue(text.contains("sum over S"), text);
    }

    @Test
    void aPowerWithAnExponentBelowOneIsGuardedAtZero() {
        String steep = gradient(x.pow(0.5).sum(Axes.ALL));
        assertTrue(steep.contains("select"), steep);
        String smooth = gradient(x.pow(1.5).sum(Axes.ALL));
        assertEquals(-1, smooth.indexOf("select"), smooth);
    }

    @Test
    void differentiatingTwiceStaysInTheOpSet() {
        Node first = Autodiff.vjp(x.exp().mul(x).sum(Axes.ALL).node(), X, Nodes.constant(1));
        Node v = Nodes.input(new Op.Input(Role.OTHER, "v", Axes.ALL, ValueType.FLOAT, false));
        Node dot = Nodes.sum(Nodes.binary(BinaryFunction.MUL, first, v), Axes.ALL);
        Node second = Autodiff.vjp(dot, X, Nodes.constant(1));
        assertEquals(Axes.ALL, second.extent());
    }
}
