package io.github.segloss.vector;

import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Program;
import io.github.segloss.program.Store;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a pass leave the exponentials of a softmax to the pass that writes the gradient, which then reads no logits and takes no exponentials. They lie where
 * the gradient will be, in memory that is about to be overwritten anyway. In place of its exponential, which is 1, the best class has the sum of the others,
 * negative, so that the sign shows which class it is; and the logit of the label's class over the largest gets a temporary, where it is needed.
 *
 * <p>What is read is what was stored, so that the results have the same bits as without.
 */
final class Stash {
    /** Stands for a sum of 0, which has no sign to show; no sum of so few exponentials is as large. */
    static final double NO_SUM = 0x1p20;

    private static final Node ZERO = Nodes.constant(0);
    private static final Node ONE = Nodes.constant(1);
    private static final String EXPONENTIALS = "exponentials of an earlier pass";
    private static final String LABEL_LOGIT = "logit of the label of an earlier pass";

    /**
     * The nodes of a softmax over the classes.
     *
     * @param x the logits
     * @param exponentials of the logits over the largest
     * @param rest the sum of those of all classes but the best
     */
    private record Softmax(Node x, Node exponentials, Node rest) {}

    private final String gradient;
    private final int secondPass;
    private final Softmax softmax;
    private final Node exponentials;
    private final Node stashed;
    private final Node labelLogit;
    private final Map<Node, Node> substitutes = new IdentityHashMap<>();
    private final Map<Node, Node> ofLabels = new IdentityHashMap<>();
    private int firstPass;

    /** What is stored for the label's class; null if the second pass does not need it. */
    private @Nullable Node storedLogit;

    private Stash(String gradient, GridKernel second, Softmax softmax) {
        this.gradient = gradient;
        this.secondPass = second.pass();
        this.softmax = softmax;
        this.stashed = input(EXPONENTIALS, softmax.x().extent());
        this.labelLogit = input(LABEL_LOGIT, softmax.x().extent().minus(Axes.CLASS));
        Node sum = softmax.rest();
        Node isZero = Nodes.binary(BinaryFunction.EQ, sum, ZERO);
        Node ofBest =
                Nodes.select(isZero, Nodes.constant(-NO_SUM), Nodes.unary(UnaryFunction.NEG, sum));
        this.exponentials = Nodes.select(sum.arg(0).arg(0), ofBest, softmax.exponentials());
        Node isBest = Nodes.binary(BinaryFunction.LT, stashed, ZERO);
        Node negative = Nodes.sum(Nodes.select(isBest, stashed, ZERO), Axes.CLASS);
        Node hasNoSum = Nodes.binary(BinaryFunction.EQ, negative, Nodes.constant(-NO_SUM));
        Node rest = Nodes.select(hasNoSum, ZERO, Nodes.unary(UnaryFunction.NEG, negative));
        substitutes.put(softmax.exponentials(), Nodes.select(isBest, ONE, stashed));
        substitutes.put(softmax.rest(), rest);
    }

    private static Node input(String name, Axes extent) {
        return Nodes.input(new Op.Input(Role.OTHER, name, extent, ValueType.FLOAT, false));
    }

    /**
     * {@return what a program can stash; null if that is nothing}
     *
     * @param program the program
     * @param types the element types of its tensors
     */
    static @Nullable Stash of(Program program, TensorTypes types) {
        // A label that is no class would leave another number in a program that does not check it.
        if (program.checks().isEmpty()) {
            return null;
        }
        for (GridKernel second : program.passes()) {
            for (Store store : second.stores()) {
                if (store instanceof Store.ToOutput(String name, Node value)
                        && types.of(name) == DType.FLOAT32) {
                    Softmax softmax = softmax(second, value.extent());
                    Stash stash = softmax == null ? null : new Stash(name, second, softmax);
                    if (stash != null && stash.fits(program, second)) {
                        return stash;
                    }
                }
            }
        }
        return null;
    }

    private static @Nullable Softmax softmax(GridKernel kernel, Axes extent) {
        for (Node rest : kernel.body()) {
            if (rest.op() instanceof Op.Reduce(ReduceFunction f, _)
                    && f == ReduceFunction.SUM
                    && rest.arg(0).op() instanceof Op.Select
                    && rest.arg(0).arg(1).isConstant(0)) {
                Node exponentials = rest.arg(0).arg(2);
                Node x = logits(exponentials);
                if (x != null
                        && x.extent().equals(extent)
                        && extent.has(Axis.CLASS)
                        && isBestOf(x, rest.arg(0).arg(0))) {
                    return new Softmax(x, exponentials, rest);
                }
            }
        }
        return null;
    }

    /** The x of {@code exp(x - max x)}; null if a node is something else. */
    private static @Nullable Node logits(Node node) {
        if (node.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.EXP) {
            Node difference = node.arg(0);
            if (is(difference, BinaryFunction.SUB)
                    && isOverClasses(ReduceFunction.MAX, difference.arg(1), difference.arg(0))) {
                return difference.arg(0);
            }
        }
        return null;
    }

    private static boolean is(Node node, BinaryFunction function) {
        return node.op() instanceof Op.Binary(BinaryFunction f) && f == function;
    }

    private static boolean isOverClasses(ReduceFunction function, Node node, Node of) {
        return node.op() instanceof Op.Reduce(ReduceFunction f, Axes axes)
                && f == function
                && axes.equals(Axes.CLASS)
                && node.arg(0) == of;
    }

    /** Whether a condition is {@code classIndex == argmax x}. */
    private static boolean isBestOf(Node x, Node condition) {
        Node labels = OneHotRewriting.labelsOf(condition);
        return labels != null && isOverClasses(ReduceFunction.ARGMAX, labels, x);
    }

    /** Whether an earlier pass computes the softmax, and the second pass then needs nothing else of the prediction. */
    private boolean fits(Program program, GridKernel second) {
        GridKernel first =
                program.passes().stream()
                        .filter(pass ->
                                pass.body().contains(softmax.exponentials())
                                        && pass.body().contains(softmax.rest()))
                        .findFirst()
                        .orElseThrow();
        firstPass = first.pass();
        if (firstPass >= secondPass) {
            return false;
        }
        List<Node> roots = new ArrayList<>();
        second.accumulators().forEach(sum -> roots.add(read(sum.arg(0))));
        second.stores().forEach(store -> roots.add(read(store.value())));
        return PassGraph.order(roots).stream()
                .noneMatch(node ->
                        node.op() instanceof Op.Input input && input.role() == Role.PREDICTION);
    }

    // ---- the second pass

    /** {@return between which numbers an input lies, as far as this class knows} */
    static Ranges.Range range(Op.Input input) {
        return input.name().equals(EXPONENTIALS)
                ? new Ranges.Range((float) -NO_SUM, 1)
                : Ranges.Range.ALL;
    }

    /** {@return whether a condition on the classes says which one is the best: it alone is negative} */
    static boolean isBest(Node condition) {
        return is(condition, BinaryFunction.LT)
                && condition.arg(1).isConstant(0)
                && condition.arg(0).op() instanceof Op.Input input
                && input.name().equals(EXPONENTIALS);
    }

    /** {@return whether it is this pass that reads what was stored} */
    boolean isReadBy(GridKernel pass) {
        return pass.pass() == secondPass;
    }

    /** {@return what the second pass computes in place of a node of the program} */
    Node read(Node node) {
        if (!node.extent().isGrid() || GridKernel.isLoad(node)) {
            return node;
        }
        Node done = substitutes.get(node);
        if (done == null) {
            done = newSubstitute(node);
            substitutes.put(node, done);
        }
        return done;
    }

    private Node newSubstitute(Node node) {
        Node x = softmax.x();
        if (isBestOf(x, node)) {
            return Nodes.binary(BinaryFunction.LT, stashed, ZERO);
        }
        if (isOverClasses(ReduceFunction.ARGMAX, node, x)) {
            Node isBest = Nodes.binary(BinaryFunction.LT, stashed, ZERO);
            return Nodes.argmax(Nodes.select(isBest, ONE, ZERO));
        }
        Node labels = labelsComparedWithBest(node);
        if (labels != null) {
            return Nodes.binary(BinaryFunction.LT, ofLabel(labels), ZERO);
        }
        labels = labelsOfLogit(node);
        if (labels != null && canStore(node)) {
            return labelLogit;
        }
        if (node.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.EXP) {
            labels = labelsOfLogit(node.arg(0));
            if (labels != null) {
                Node one = ofLabel(labels);
                return Nodes.select(Nodes.binary(BinaryFunction.LT, one, ZERO), ONE, one);
            }
        }
        return Nodes.rebuild(node, node.args().stream().map(this::read).toList());
    }

    /** What is stashed for the class that labels name. */
    private Node ofLabel(Node labels) {
        return ofLabels.computeIfAbsent(
                labels,
                _ -> {
                    Node isLabel =
                            Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), read(labels));
                    return Nodes.sum(Nodes.select(isLabel, stashed, ZERO), Axes.CLASS);
                });
    }

    /** The labels k of {@code k == argmax x}; null if a node is something else. */
    private @Nullable Node labelsComparedWithBest(Node node) {
        for (int k = 0; is(node, BinaryFunction.EQ) && k < 2; k++) {
            if (isOverClasses(ReduceFunction.ARGMAX, node.arg(k), softmax.x())) {
                return node.arg(1 - k);
            }
        }
        return null;
    }

    /** The labels k of {@code select(k == argmax x, 0, x of class k - max x)}; null if a node is something else. */
    private @Nullable Node labelsOfLogit(Node node) {
        if (!(node.op() instanceof Op.Select) || !node.arg(1).isConstant(0)) {
            return null;
        }
        Node labels = labelsComparedWithBest(node.arg(0));
        Node difference = node.arg(2);
        return labels != null
                        && is(difference, BinaryFunction.SUB)
                        && isOverClasses(ReduceFunction.MAX, difference.arg(1), softmax.x())
                        && isOfClass(labels, difference.arg(0))
                ? labels
                : null;
    }

    private boolean isOfClass(Node labels, Node node) {
        return TileSteps.isChoice(node)
                && OneHotRewriting.labelsOf(node.arg(0).arg(0)) == labels
                && node.arg(0).arg(1) == softmax.x();
    }

    /** Whether the first pass can compute the logit of the label's class: from inputs only, and for one set of labels only. */
    private boolean canStore(Node logit) {
        if (storedLogit == null && isOfInputs(logit)) {
            storedLogit = logit;
        }
        return storedLogit == logit;
    }

    private static boolean isOfInputs(Node node) {
        return switch (node.op()) {
            case Op.Input _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _ -> true;
            default ->
                    node.extent().isGrid()
                            && !node.op().isStructured()
                            && node.args().stream().allMatch(Stash::isOfInputs);
        };
    }

    // ---- the first pass, and the memory

    /** {@return a pass that stores what a later one reads, if it is the one to do so} */
    GridKernel storing(GridKernel pass) {
        if (pass.pass() != firstPass) {
            return pass;
        }
        List<Store> stores = new ArrayList<>(pass.stores());
        temporaries().forEach(value -> stores.add(new Store.ToTemporary(value)));
        return new GridKernel(pass.pass(), pass.body(), pass.accumulators(), stores);
    }

    /** {@return what is stored: the exponentials first} */
    List<Node> temporaries() {
        return storedLogit == null ? List.of(exponentials) : List.of(exponentials, storedLogit);
    }

    /** {@return the value that was stored for an input of the second pass; null for all other inputs} */
    @Nullable Node stored(String input) {
        return switch (input) {
            case EXPONENTIALS -> exponentials;
            case LABEL_LOGIT -> storedLogit;
            default -> null;
        };
    }

    /** {@return what is stored where the gradient will be} */
    Node exponentials() {
        return exponentials;
    }

    /** {@return the name of the output in whose memory it is stored} */
    String gradient() {
        return gradient;
    }

    /** {@return what is stored where, for people} */
    String describe() {
        return "pass "
                + secondPass
                + " finds the exponentials of pass "
                + firstPass
                + " in "
                + gradient
                + ", unless that is added to or shares memory with an input";
    }
}
