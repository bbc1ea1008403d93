package io.github.segloss.conformance;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.Window;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One random op over nodes of a pool, of any kind that the graph has. */
final class RandomNodes {
    /** Beyond this many pixels the definitions of the structured ops, every element against every other, take too long. */
    private static final int MOST_PIXELS = 130;

    private static final List<Double> EXPONENTS = List.of(0.5, 0.75, 1.5, 2.0, 3.0, -1.0, -0.5);

    private final SplittableRandom random;
    private final NodePool pool;
    private final Sizes sizes;

    RandomNodes(SplittableRandom random, NodePool pool, Sizes sizes) {
        this.random = random;
        this.pool = pool;
        this.sizes = sizes;
    }

    /** A new node, or null where the choice did not fit what was drawn for it. */
    @Nullable Node next() {
        Node node =
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3 -> arithmetic();
                    case 4, 5 -> plainFunction();
                    case 6, 7 -> guardedFunction();
                    case 8, 9, 10 -> condition();
                    case 11, 12 ->
                            Nodes.select(pool.condition(), pool.real(), constantOr(pool.real()));
                    case 13, 14, 15 -> reduction();
                    case 16 -> formula();
                    case 17 -> classMix();
                    case 18 -> Nodes.unary(UnaryFunction.CAST, pool.condition());
                    default -> structured();
                };
        return node == null || node.args().isEmpty() ? null : node;
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private Node constantOr(Node node) {
        return random.nextInt(3) == 0 ? Nodes.constant(constant()) : node;
    }

    /** A number of which some values are exact in every type, so that there are ties, and some in none. */
    private double constant() {
        return pick(List.of(-1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 0.3, -0.7, 1e-3));
    }

    private Node arithmetic() {
        BinaryFunction f =
                pick(
                        List.of(
                                BinaryFunction.ADD,
                                BinaryFunction.SUB,
                                BinaryFunction.MUL,
                                BinaryFunction.MIN,
                                BinaryFunction.MAX,
                                BinaryFunction.DIV));
        Node a = pool.real();
        Node b = constantOr(pool.real());
        return random.nextBoolean() ? Nodes.binary(f, a, b) : Nodes.binary(f, b, a);
    }

    private Node plainFunction() {
        return Nodes.unary(
                pick(
                        List.of(
                                UnaryFunction.NEG,
                                UnaryFunction.ABS,
                                UnaryFunction.SIGN,
                                UnaryFunction.EXP,
                                UnaryFunction.EXPM1,
                                UnaryFunction.TANH,
                                UnaryFunction.FLOOR,
                                UnaryFunction.DETACH)),
                pool.real());
    }

    /** A function with a domain, of something inside it. */
    private Node guardedFunction() {
        Node size = Nodes.unary(UnaryFunction.ABS, pool.real());
        Node positive = Nodes.binary(BinaryFunction.ADD, size, Nodes.constant(0.125));
        return switch (random.nextInt(7)) {
            case 0 -> Nodes.unary(UnaryFunction.LOG, positive);
            case 1 -> Nodes.unary(UnaryFunction.LOG1P, size);
            case 2 -> Nodes.unary(UnaryFunction.SQRT, positive);
            case 3 -> Nodes.binary(BinaryFunction.POW, size, Nodes.constant(pick(EXPONENTS)));
            case 4 -> Nodes.binary(BinaryFunction.POW, positive, pool.real());
            default -> Nodes.binary(BinaryFunction.DIV, pool.real(), positive);
        };
    }

    private Node condition() {
        BinaryFunction comparison =
                pick(List.of(BinaryFunction.LT, BinaryFunction.LE, BinaryFunction.EQ));
        Node labels = Nodes.input(GeneratedInputs.LABELS);
        return switch (random.nextInt(9)) {
            case 0 -> Nodes.binary(comparison, Nodes.classIndex(), labels);
            case 1 ->
                    Nodes.binary(comparison, labels, Nodes.index(random.nextInt(sizes.classes())));
            case 2 -> Nodes.unary(UnaryFunction.NOT, pool.condition());
            case 3 -> Nodes.binary(BinaryFunction.AND, pool.condition(), pool.condition());
            case 4 -> Nodes.binary(BinaryFunction.OR, pool.condition(), pool.condition());
            case 5 -> top();
            case 6 -> Nodes.binary(comparison, pool.real(), pool.real());
            default -> Nodes.binary(comparison, pool.real(), Nodes.constant(constant()));
        };
    }

    private Node top() {
        Node x = pool.real();
        return x.extent().has(Axis.CLASS)
                ? Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), Nodes.argmax(x))
                : Nodes.binary(BinaryFunction.LT, x, Nodes.constant(constant()));
    }

    /** A sum, mean or extreme over any axes, also over such as the argument does not vary along. */
    private @Nullable Node reduction() {
        Node a = pool.real();
        Axes axes = pick(BroadcastRules.EXTENTS);
        boolean keepsSpace = axes.has(Axis.BATCH) && a.extent().minus(axes).isGrid();
        if (keepsSpace && a.extent().has(Axis.BATCH)) {
            return null;
        }
        return switch (random.nextInt(5)) {
            case 0 -> Nodes.max(a, axes);
            case 1 -> Nodes.min(a, axes);
            case 2 -> Nodes.sum(a, axes);
            default -> Nodes.binary(BinaryFunction.DIV, Nodes.sum(a, axes), Nodes.size(axes));
        };
    }

    private Node formula() {
        Expr x = Expr.of(pool.real());
        return switch (random.nextInt(6)) {
            case 0 -> Formulas.softplus(x).node();
            case 1 -> Formulas.sigmoid(x).node();
            case 2 -> Formulas.logCosh(x).node();
            case 3 -> Formulas.clamp(x, -1, 1.5).node();
            default ->
                    x.extent().has(Axis.CLASS)
                            ? part(Formulas.softmaxProbabilities(x))
                            : part(Formulas.sigmoidProbabilities(x));
        };
    }

    private Node part(Probabilities all) {
        return pick(List.of(all.p(), all.q(), all.logP(), all.logQ())).node();
    }

    private Node classMix() {
        return Nodes.classMix(
                Nodes.input(GeneratedInputs.MATRIX), pool.real(), random.nextBoolean());
    }

    private @Nullable Node structured() {
        if (sizes.pixels() > MOST_PIXELS || pool.structures() >= 2) {
            return null;
        }
        return switch (random.nextInt(6)) {
            case 0 -> rankedSum(pool.grid());
            case 1 -> {
                Node out = Nodes.constant(Double.NEGATIVE_INFINITY);
                yield rankedSum(Nodes.select(pool.gridCondition(), pool.grid(), out));
            }
            case 2 -> Nodes.distanceTransform(pool.gridCondition());
            case 3 -> Nodes.windowScatter(window(), pool.grid(), pool.real());
            case 4 -> Nodes.windowGather(window(), pool.grid(), pool.real());
            default -> Nodes.windowExtreme(window(), pool.grid());
        };
    }

    /** Over all samples together only where there is something for each of them. */
    private Node rankedSum(Node keys) {
        Node values = constantOr(pool.real());
        boolean isForBatch = keys.extent().plus(values.extent()).has(Axis.BATCH);
        return Nodes.rankedSum(
                keys, values, isForBatch && random.nextBoolean() ? Axes.BATCH_SPACE : Axes.SPACE);
    }

    private Window window() {
        return new Window(
                pick(List.of(Window.Extreme.values())),
                pick(List.of(Window.Footprint.values())),
                pick(List.of(Window.Border.values())));
    }
}
