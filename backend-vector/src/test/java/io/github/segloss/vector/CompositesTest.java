package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the interpreter computes together is recognised, and has the values of the scalar backend. */
class CompositesTest {
    private final Pair pair = new Pair(3, Geometry.of(2, 5, 23), 7);
    private final Expr x = pair.real("x", Axes.ALL);
    private final Expr y = pair.real("y", Axes.ALL);
    private final Expr z = pair.real("z", Axes.BATCH_SPACE);
    private final Expr w = pair.real("w", Axes.ALL);
    private final Node labels = pair.labels("labels", DType.UINT8, 0, 2);
    private final Expr s = pair.table("s", Axes.NONE, false);
    private final Expr t = pair.table("t", Axes.BATCH_CLASS, false);
    private final Condition isLabel =
            Condition.of(Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), labels));

    private static Map<Node, Integer> uses(Node node) {
        Map<Node, Integer> uses = new HashMap<>();
        count(node, uses, new HashSet<>());
        return uses;
    }

    private static void count(Node node, Map<Node, Integer> uses, Set<Node> seen) {
        if (seen.add(node)) {
            node.args().forEach(arg -> uses.merge(arg, 1, Integer::sum));
            node.args().forEach(arg -> count(arg, uses, seen));
        }
    }

    private static Composites.Composite composite(Expr value) {
        return new Composites(uses(value.node())).of(value.node());
    }

    private void assertIs(Loops.Loop loop, Expr value, Expr... operands) {
        Composites.Composite composite = composite(value);
        assertNotNull(composite, value.toString());
        assertSame(loop, composite.loop(), value.toString());
        if (operands.length > 0) {
            List<Node> nodes = new ArrayList<>();
            for (Expr operand : operands) {
                nodes.add(operand.node());
            }
            assertEquals(nodes, composite.operands(), value.toString());
        }
        pair.output("value", value).output("again", value.mul(w)).agree(1e-6);
    }

    @Test
    void chainsOfSumsAndProducts() {
        assertIs(CompositeLoops.PRODUCT_OF_THREE, x.mul(y).mul(w), x, y, w);
        assertIs(CompositeLoops.PRODUCT_OF_THREE, z.mul(x.mul(y)), x, y, z);
        assertIs(CompositeLoops.NEGATIVE_PRODUCT, x.mul(z).neg());
        assertIs(CompositeLoops.PRODUCT_PLUS, x.mul(y).add(z));
        assertIs(CompositeLoops.PRODUCT_PLUS, z.add(x.mul(y)));
        assertIs(CompositeLoops.MINUS_PRODUCT, z.sub(x.mul(y)), x, y, z);
        assertIs(CompositeLoops.SUM_TIMES_TWO, z.mul(x.add(y)).mul(w), x, y, z, w);
        assertIs(CompositeLoops.DIFFERENCE_TIMES_TWO, w.mul(x.sub(y).mul(z)), x, y, z, w);
        assertIs(CompositeLoops.RECIPROCAL_OF_SUM, s.div(x.abs().add(t)));
    }

    @Test
    void whatIsUsedAgainIsNotComputedAgain() {
        Expr product = x.mul(y);
        Expr both = product.mul(w);
        Node all = both.sub(product.exp()).node();
        assertNull(new Composites(uses(all)).of(both.node()));
        Expr small = z.mul(z);
        assertNull(composite(small.add(x)), "once for all classes");
    }

    @Test
    void choices() {
        assertIs(CompositeLoops.NEGATIVE_MAGNITUDE, x.abs().neg(), x);
        Condition isPositive = x.gt(0);
        Condition isAlike =
                Condition.of(
                        Nodes.select(isLabel.node(), isPositive.node(), isPositive.not().node()));
        assertIs(CompositeLoops.ROW_IF_ALIKE, isAlike.select(y, s));
        assertIs(CompositeLoops.SCALAR_IF_ALIKE, isAlike.select(t, z.add(x)));
        assertIs(CompositeLoops.ROW_OR_PRODUCT, isLabel.select(z, x.mul(y)));
        assertIs(CompositeLoops.ROW_OR_DIFFERENCE, isLabel.select(z, Expr.one().sub(x)));
        assertIs(CompositeLoops.ADD_WHERE_EQUAL, isLabel.select(x.add(z), x));
    }

    @Test
    void clippedProbabilities() {
        Probabilities p = Formulas.softmaxProbabilities(x.mul(4), 0.05);
        assertIs(CompositeLoops.CLIP, p.p());
        assertIs(CompositeLoops.CLIPPED_COMPLEMENT, p.q());
    }

    @Test
    void choicesUnlessAProbabilityIsClipped() {
        Expr p = x.abs();
        Expr q = y.abs();
        Condition isLow = p.lt(0.3);
        Condition isBest = w.lt(0);
        Condition isHigh = isBest.and(q.lt(0.3));
        assertIs(
                CompositeLoops.CHOICE_UNLESS_CLIPPED_IN_STASH,
                isLow.or(isHigh).select(0, isLabel.select(s, t)));
        Expr low = Expr.constant(0.2);
        Expr value = isLow.select(low, isHigh.select(0.8, z.add(y)));
        assertIs(CompositeLoops.CLIP, value);
        assertIs(
                CompositeLoops.CLIPPED_COMPLEMENT,
                isLow.select(low, isHigh.select(0.8, isBest.select(q, Expr.one().sub(p)))));
        Node isClipped = isLow.or(isHigh).node();
        Composites.Composite composite = new Composites(uses(isClipped)).of(isClipped);
        assertNotNull(composite);
        assertSame(CompositeLoops.IS_CLIPPED, composite.loop());
        pair.output("value", isLow.or(isHigh).select(x, y)).agree(1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 31, 33, 1024, 1030, 5000})
    void softmaxAndSigmoidOfEveryTail(int pixels) {
        Pair wide = new Pair(5, Geometry.of(2, pixels), pixels);
        Expr logits = wide.real("logits", Axes.ALL, DType.FLOAT32, -30, 30);
        Node target = wide.labels("k", DType.UINT8, 0, 4);
        Condition hit = Condition.of(Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), target));
        Probabilities softmax = Formulas.softmaxProbabilities(logits, 1e-3);
        Probabilities sigmoid = Formulas.sigmoidProbabilities(logits);
        wide.output("p", softmax.p()).output("q", softmax.q()).output("log", softmax.logP());
        wide.output("rest", hit.select(softmax.p(), softmax.q()).sum(Axes.SPACE));
        wide.output("others", hit.select(0, logits).sum(Axes.CLASS));
        wide.output("products", logits.mul(softmax.p()).sum(Axes.CLASS));
        wide.output("sigmoid", sigmoid.p()).output("1 - sigmoid", sigmoid.q());
        wide.output("sum", logits.exp().add(logits.sub(logits)).sum(Axes.SPACE));
        wide.output("nothing", logits.sub(logits).sum(Axes.ALL));
        wide.output("between", logits.lt(-1).or(logits.ge(2)).toExpr().sum(Axes.SPACE));
        wide.agree(3e-6);
    }
}
