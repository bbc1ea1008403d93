package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import io.github.segloss.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reductions over classes, choices of a class and what the rewriting makes of them. */
class ClassAxisTest {
    private static Condition is(Node labels) {
        return Condition.of(Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), labels));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 16, 17, 33, 64, 104, 150})
    void everyNumberOfClasses(int classes) {
        Pair pair = new Pair(classes, Geometry.of(2, 67, 9), classes);
        Expr x = pair.real("x", Axes.ALL);
        Node k = pair.labels("k", DType.UINT8, 0, classes - 1);
        Probabilities p = Formulas.softmaxProbabilities(x);
        Expr w = pair.table("w", Axes.CLASS, false);
        pair.output("sum", x.sum(Axes.CLASS)).output("max", x.max(Axes.CLASS));
        pair.output("min", x.min(Axes.CLASS)).output("top", x.isArgmax().toExpr());
        pair.output("p", p.p()).output("q", p.q()).output("logp", p.logP());
        pair.output("ce", is(k).select(p.logP(), 0).sum(Axes.ALL));
        pair.output("focal", is(k).select(p.q().pow(1.3).mul(p.logP()), 0).mul(w).sum(Axes.ALL));
        pair.output("tp", is(k).select(p.p(), 0).sum(Axes.SPACE));
        pair.output("mix", x.classMix(pair.table("m", Axes.NONE, true), false));
        pair.output("xim", x.classMix(pair.table("n", Axes.NONE, true), true).mul(x));
        pair.agree(2e-6);
    }

    /** With many classes a unit of work has fewer pixels than with few. */
    @Test
    void manyClassesTakeSeveralUnits() {
        assertEquals(Pass.UNIT, Pass.unitSize(1));
        assertEquals(Pass.UNIT, Pass.unitSize(32));
        assertEquals(Pass.UNIT / 2, Pass.unitSize(33));
        assertEquals(Frame.LARGEST_TILE, Pass.unitSize(104));
        assertEquals(Frame.LARGEST_TILE, Pass.unitSize(Integer.MAX_VALUE));
        Pair pair = new Pair(104, Geometry.of(2, 53, 47), 17);
        Expr x = pair.real("x", Axes.ALL);
        Probabilities p = Formulas.softmaxProbabilities(x);
        Condition isTarget = is(pair.labels("k", DType.UINT8, 0, 103));
        Expr hits = isTarget.select(p.p(), 0).sum(Axes.SPACE);
        pair.output("hits", hits).output("all", x.sum(Axes.BATCH_SPACE));
        pair.output("ce", isTarget.select(p.logP(), 0).sum(Axes.ALL));
        pair.output("later", p.p().mul(hits));
        pair.agree(2e-6);
    }

    /** Two of them in one loop, neither with its maximum. */
    @ParameterizedTest
    @ValueSource(ints = {2, 9, 40})
    void severalBestClasses(int classes) {
        Pair pair = new Pair(classes, Geometry.of(2, 320), classes);
        Expr x = pair.real("x", Axes.ALL);
        Expr y = pair.real("y", Axes.ALL);
        pair.output("first", x.isArgmax().toExpr());
        pair.output("second", y.isArgmax().toExpr());
        pair.output("third", x.neg().isArgmax().select(y, x).sum(Axes.CLASS));
        pair.agree(2e-6);
    }

    /** Labels that name no class choose nothing, also where work is done for the label's class only. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 9})
    void labelsOutside(int classes) {
        Pair pair = new Pair(classes, Geometry.of(3, 143), classes);
        Expr x = pair.real("x", Axes.ALL, DType.FLOAT32, 0.1, 2);
        Expr v = pair.real("v", Axes.BATCH_SPACE);
        Expr w = pair.table("w", Axes.CLASS, false);
        Node k = pair.labels("k", DType.INT16, -2, classes + 2);
        Expr heavy = x.log().mul(x.pow(0.7)).div(x.add(w));
        Expr chosen = is(k).select(heavy, 0);
        pair.output("pixel", chosen.sum(Axes.CLASS));
        pair.output("all", v.gt(0).select(chosen.mul(w), 0).neg().sum(Axes.ALL));
        pair.output("classes", chosen.sum(Axes.BATCH_SPACE));
        pair.output("each", is(k).select(heavy, x).mul(v));
        pair.output("background", is(k).select(is0().select(heavy, x.exp()), 1).sum(Axes.ALL));
        pair.output("count", is(k).toExpr().sum(Axes.CLASS));
        pair.output("flag", is(k).select(heavy.log().exp().lt(1).toExpr(), 0).sum(Axes.ALL));
        pair.agree(2e-6);
    }

    private static Condition is0() {
        return is(Nodes.index(0));
    }

    @Test
    void tiesGoToTheLowestClass() {
        Pair pair = new Pair(3, Geometry.of(1, 4), 1);
        float[] values = {1, 2, 3, 0, 1, 2, 3, 0, 0, 2, 4, 0};
        Expr x = pair.given("x", Axes.ALL, Tensor.wrap(values, 12));
        pair.output("top", x.isArgmax().toExpr()).agree(0);
    }

    @Test
    void nanPassesThroughMaximaAndSums() {
        Pair pair = new Pair(3, Geometry.of(1, 4), 1);
        float nan = Float.NaN;
        float[] values = {nan, 2, 3, 1, 1, nan, 3, 1, 0, 2, nan, 1};
        Expr x = pair.given("x", Axes.ALL, Tensor.wrap(values, 12));
        pair.output("max", x.max(Axes.CLASS)).output("min", x.min(Axes.CLASS));
        pair.output("sum", x.sum(Axes.CLASS)).output("check", x.sub(x).sum(Axes.ALL));
        pair.output("least", x.min(x.mul(2))).output("most", x.max(Expr.constant(2)));
        pair.agree(0);
    }

    /** A program that sums up {@code x - x} for a reason of its own has not said that NaN makes the rest worthless. */
    @Test
    void nanPassesThroughMaximaOfWhatIsNoCheck() {
        Pair pair = new Pair(3, Geometry.of(1, 96), 1);
        float[] values = new float[3 * 96];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7 == 3 ? Float.NaN : i % 5;
        }
        Expr x = pair.given("x", Axes.ALL, Tensor.wrap(values, values.length));
        pair.output("difference", x.sub(x).sum(Axes.ALL));
        pair.output("max", x.max(Axes.CLASS)).agree(0);
    }
}
