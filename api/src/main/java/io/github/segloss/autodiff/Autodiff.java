package io.github.segloss.autodiff;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Derivative;
import io.github.segloss.graph.Interner;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.Window;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reverse-mode differentiation, from graph to graph: one rule for each op, in one table. The result is again made of the same op set, so it can be
 * differentiated in its turn (a Hessian-vector product is {@code vjp(sum(vjp(f, x, 1) * v), x, 1)}) and is partitioned like any other graph.
 *
 * <p>Conventions where the derivative does not exist or the formula would give 0 times infinity:
 *
 * <ul>
 *   <li>the derivative of {@code abs} at 0 is 0;
 *   <li>{@code max} and {@code min} over CLASS give their gradient to the lowest class index among equals, over other axes in equal parts;
 *   <li>{@code min(a, b)} and {@code max(a, b)} of equal arguments give half to each;
 *   <li>{@code pow(a, b)} at {@code a = 0} with {@code b < 1} has gradient 0 in a, and gradient 0 in b wherever a is not positive;
 *   <li>{@code select} passes the gradient to the branch taken: a clamp built of selects passes it on the closed interval and not outside;
 *   <li>no gradient passes {@code detach}, {@code sign}, {@code floor}, predicates, {@code argmax}, ranks and distances, nor the condition of a select.
 * </ul>
 *
 * <p>Where a {@link Derivative} is known of a node, it takes the place of the op's rule.
 *
 * <p>The adjoint of an argument that was broadcast sums over the axes of the <em>result</em> that the argument lacks, even where the incoming adjoint
 * itself does not vary along them: there the sum multiplies by the size of the axis.
 */
public final class Autodiff {
    private final Map<Node, Node> adjoints = new IdentityHashMap<>();
    private final Map<Node, Boolean> dependent = new IdentityHashMap<>();
    private final List<Node> order = new ArrayList<>();
    private final Op.Input variable;

    private Autodiff(Op.Input variable) {
        this.variable = variable;
    }

    /**
     * {@return the vector-Jacobian product: the gradient of {@code sum(output * upstream)} with respect to an input}
     *
     * @param output what is differentiated
     * @param variable the input
     * @param upstream the weight of each element of the output, of the same extent or less
     */
    public static Node vjp(Node output, Op.Input variable, Node upstream) {
        Interner interner = Interner.beforeDifferentiation();
        return new Autodiff(variable).run(interner.intern(output), interner.intern(upstream));
    }

    private Node run(Node output, Node upstream) {
        visit(output);
        adjoints.put(output, upstream);
        Node gradient = Nodes.constant(0);
        for (Node node : order.reversed()) {
            Node adjoint = adjoints.get(node);
            if (adjoint == null || !dependent.get(node)) {
                continue;
            }
            if (node.op().equals(variable)) {
                gradient = adjoint;
            } else {
                propagate(node, adjoint);
            }
        }
        return gradient;
    }

    private void visit(Node node) {
        if (dependent.containsKey(node)) {
            return;
        }
        List<Node> args = differentiable(node);
        args.forEach(this::visit);
        dependent.put(node, node.op().equals(variable) || args.stream().anyMatch(dependent::get));
        order.add(node);
    }

    /** The nodes through which a gradient can pass. */
    private static List<Node> differentiable(Node node) {
        Derivative known = node.derivative();
        if (known != null) {
            return List.of(known.of());
        }
        return switch (node.op()) {
            case Op.Input _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ ->
                    List.of();
            case Op.Unary(UnaryFunction f) ->
                    switch (f) {
                        case NEG, ABS, SQRT, EXP, LOG, LOG1P, EXPM1, TANH, CAST -> node.args();
                        case SIGN, FLOOR, NOT, DETACH -> List.of();
                    };
            case Op.Binary(BinaryFunction f) -> f.isPredicate() ? List.of() : node.args();
            case Op.Select _ -> node.args().subList(1, 3);
            case Op.Reduce(ReduceFunction f, _) ->
                    f == ReduceFunction.ARGMAX ? List.of() : node.args();
            case Op.ClassMix _ -> node.args().subList(1, 2);
            case Op.RankedSum _, Op.DistanceTransform _ -> List.of();
            case Op.WindowExtreme _ -> node.args();
            case Op.WindowScatter _, Op.WindowGather _ -> node.args().subList(1, 2);
        };
    }

    /** Adds a contribution to the adjoint of an argument of a node. */
    private void contribute(Node node, Node arg, Node contribution) {
        if (dependent.get(arg)) {
            Node reduced = Nodes.sum(contribution, node.extent().minus(arg.extent()));
            adjoints.merge(arg, reduced, (a, b) -> Nodes.binary(BinaryFunction.ADD, a, b));
        }
    }

    private void propagate(Node y, Node u) {
        Derivative known = y.derivative();
        if (known != null) {
            contribute(y, known.of(), times(u, known.factor()));
            return;
        }
        switch (y.op()) {
            case Op.Unary(UnaryFunction f) -> contribute(y, y.arg(0), unary(f, y, y.arg(0), u));
            case Op.Binary(BinaryFunction f) -> binary(f, y, u);
            case Op.Select _ -> select(y, u);
            case Op.Reduce(ReduceFunction f, Axes axes) -> reduce(f, axes, y, u);
            case Op.ClassMix(boolean transposed) -> mix(transposed, y, u);
            case Op.WindowExtreme(Window w) ->
                    contribute(y, y.arg(0), Nodes.windowScatter(w, y.arg(0), u));
            case Op.WindowScatter(Window w) ->
                    contribute(y, y.arg(1), Nodes.windowGather(w, y.arg(0), u));
            case Op.WindowGather(Window w) ->
                    contribute(y, y.arg(1), Nodes.windowScatter(w, y.arg(0), u));
            case Op.Input _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ -> {}
            case Op.RankedSum _, Op.DistanceTransform _ -> {}
        }
    }

    private void select(Node y, Node u) {
        Node condition = y.arg(0);
        Slope a = Slope.of(y.arg(1), this::isConstant);
        Slope b = Slope.of(y.arg(2), this::isConstant);
        if (a != null && b != null && a.of() == b.of()) {
            contribute(y, a.of(), times(u, Slope.choose(condition, a, b)));
            return;
        }
        contribute(y, y.arg(1), Nodes.select(condition, u, Nodes.constant(0)));
        contribute(y, y.arg(2), Nodes.select(condition, Nodes.constant(0), u));
    }

    private boolean isConstant(Node node) {
        return !dependent.get(node);
    }

    /** The sign of a factor goes to the front, where it may meet another. */
    private static Node times(Node u, Node factor) {
        return factor.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.NEG
                ? neg(mul(u, factor.arg(0)))
                : mul(u, factor);
    }

    private static Node unary(UnaryFunction f, Node y, Node a, Node u) {
        return switch (f) {
            case NEG -> neg(u);
            case ABS -> mul(u, Nodes.unary(UnaryFunction.SIGN, a));
            case SQRT -> div(mul(u, Nodes.constant(0.5)), y);
            case EXP -> mul(u, y);
            case LOG -> div(u, a);
            case LOG1P -> div(u, Nodes.binary(BinaryFunction.ADD, Nodes.constant(1), a));
            case EXPM1 ->
                    mul(
                            u,
                            Nodes.unary(
                                    UnaryFunction.EXP,
                                    a)); // not y + 1, which has lost the digits of a small e^a
            case TANH -> mul(u, sub(Nodes.constant(1), mul(y, y)));
            case CAST -> u;
            case SIGN, FLOOR, NOT, DETACH ->
                    throw new IllegalStateException("no gradient passes " + f);
        };
    }

    private void binary(BinaryFunction f, Node y, Node u) {
        Node a = y.arg(0);
        Node b = y.arg(1);
        switch (f) {
            case ADD -> {
                contribute(y, a, u);
                contribute(y, b, u);
            }
            case SUB -> {
                contribute(y, a, u);
                contribute(y, b, neg(u));
            }
            case MUL -> {
                if (a == b) {
                    contribute(y, a, mul(u, mul(Nodes.constant(2), a)));
                } else {
                    contribute(y, a, mul(u, b));
                    contribute(y, b, mul(u, a));
                }
            }
            case DIV -> {
                contribute(y, a, div(u, b));
                // A reciprocal is its own slope up to sign: no second division.
                Node slope = a.isConstant(1) ? mul(mul(u, y), y) : div(mul(u, y), b);
                contribute(y, b, neg(slope));
            }
            case POW -> {
                contribute(y, a, mul(u, powerSlope(a, b)));
                Node positive = lt(Nodes.constant(0), a);
                Node log =
                        Nodes.unary(
                                UnaryFunction.LOG, Nodes.select(positive, a, Nodes.constant(1)));
                contribute(y, b, mul(u, mul(y, log)));
            }
            case MIN, MAX -> {
                Node aWins = f == BinaryFunction.MIN ? lt(a, b) : lt(b, a);
                Node zero = Nodes.constant(0);
                Node half = mul(u, Nodes.constant(0.5));
                contribute(y, a, Nodes.select(eq(a, b), half, Nodes.select(aWins, u, zero)));
                contribute(y, b, Nodes.select(eq(a, b), half, Nodes.select(aWins, zero, u)));
            }
            case LT, LE, EQ, AND, OR -> throw new IllegalStateException("no gradient passes " + f);
        }
    }

    /** {@code b a^(b-1)}, with 0 at a = 0 where an exponent below 1 would make it infinite. */
    private static Node powerSlope(Node a, Node b) {
        Node slope = mul(b, Nodes.binary(BinaryFunction.POW, a, sub(b, Nodes.constant(1))));
        Node isZero = eq(a, Nodes.constant(0));
        if (b.op() instanceof Op.Constant(double exponent)) {
            return exponent < 1 ? Nodes.select(isZero, Nodes.constant(0), slope) : slope;
        }
        Node steep = Nodes.binary(BinaryFunction.AND, isZero, lt(b, Nodes.constant(1)));
        return Nodes.select(steep, Nodes.constant(0), slope);
    }

    private void reduce(ReduceFunction f, Axes axes, Node y, Node u) {
        Node a = y.arg(0);
        switch (f) {
            case SUM -> contribute(y, a, u);
            case MAX, MIN -> {
                if (axes.equals(Axes.CLASS)) {
                    Node winner = Nodes.argmax(f == ReduceFunction.MAX ? a : neg(a));
                    contribute(
                            y,
                            a,
                            Nodes.select(eq(Nodes.classIndex(), winner), u, Nodes.constant(0)));
                } else {
                    Node hit = Nodes.unary(UnaryFunction.CAST, eq(a, y));
                    contribute(y, a, mul(hit, div(u, Nodes.sum(hit, axes))));
                }
            }
            case ARGMAX -> throw new IllegalStateException("no gradient passes " + f);
        }
    }

    private void mix(boolean transposed, Node y, Node u) {
        Node x = y.arg(1);
        Node back = Nodes.classMix(y.arg(0), u, !transposed);
        // An x without CLASS was broadcast into the product, so its adjoint sums over CLASS, which
        // contribute() sees from the extents.
        contribute(y, x, back);
    }

    private static Node neg(Node a) {
        return Nodes.unary(UnaryFunction.NEG, a);
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

    private static Node lt(Node a, Node b) {
        return Nodes.binary(BinaryFunction.LT, a, b);
    }

    private static Node eq(Node a, Node b) {
        return Nodes.binary(BinaryFunction.EQ, a, b);
    }
}
