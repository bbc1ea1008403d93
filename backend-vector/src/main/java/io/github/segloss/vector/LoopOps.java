package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.vector.LoopBody.Place;
import io.github.segloss.vector.LoopBody.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The op table of generated loops: what each op of the graph is in instructions. A condition is a mask inside a loop; only between loops it lies in a row, as
 * 1 where it holds and 0 elsewhere. A loop over pixels may hold the values of all classes; then each op is there once for each class.
 */
final class LoopOps {
    /** A value at a class; {@link LoopBody#LOOP} without CLASS, or in a loop over classes. */
    private record At(Node node, int klass) {}

    private final LoopBody body;
    private final LoopMath math;
    private final Function<Node, LoopBody.Source> sources;
    private final Predicate<Node> isComputedHere;
    private final Ranges ranges;
    private final int classes;
    private final Map<At, Value> numbers = new HashMap<>();
    private final Map<At, Value> masks = new HashMap<>();

    /**
     * Starts the table for one loop.
     *
     * @param body the loop
     * @param sources the row, table or tensor of a value that the loop does not compute
     * @param isComputedHere which values the loop computes
     * @param ranges the ranges of values
     * @param classes the number of classes
     */
    LoopOps(
            LoopBody body,
            Function<Node, LoopBody.Source> sources,
            Predicate<Node> isComputedHere,
            Ranges ranges,
            int classes) {
        this.body = body;
        this.math = new LoopMath(body);
        this.sources = sources;
        this.isComputedHere = isComputedHere;
        this.ranges = ranges;
        this.classes = classes;
    }

    /** {@return whether loops can do an op; for the others there are steps of the interpreter} */
    static boolean isFusible(Node node) {
        return switch (node.op()) {
            case Op.Unary _, Op.Select _ -> true;
            case Op.Binary(BinaryFunction f) ->
                    f != BinaryFunction.POW
                            || node.arg(0).extent().isGrid()
                                    && node.arg(1).op() instanceof Op.Constant(double value)
                                    && LoopMath.isPower((float) value);
            case Op.Reduce(_, Axes axes) -> !axes.isGrid();
            case Op.Input _,
                    Op.Constant _,
                    Op.ClassTable _,
                    Op.ClassIndex _,
                    Op.Size _,
                    Op.ClassMix _,
                    Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    false;
        };
    }

    private static At at(Node node, int klass) {
        Node root = TileSteps.root(node);
        return new At(root, root.extent().has(Axis.CLASS) ? klass : LoopBody.LOOP);
    }

    /** {@return a value at a class as a number; a condition as 1 or 0} */
    Value number(Node node, int klass) {
        At at = at(node, klass);
        Value done = numbers.get(at);
        if (done == null) {
            done = newNumber(at.node(), at.klass());
            numbers.put(at, done);
        }
        return done;
    }

    private Value newNumber(Node node, int c) {
        if (!node.extent().isGrid()) {
            return table(node, c);
        }
        if (!isComputedHere.test(node)) {
            return body.row(new Place(sources.apply(node), c));
        }
        if (node.type() == ValueType.BOOL) {
            return body.blend(body.all(0f), body.all(1f), mask(node, c));
        }
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) -> unary(f, node.arg(0), c);
            case Op.Binary(BinaryFunction f) -> binary(f, node, c);
            case Op.Select _ when ChosenTerms.isAddition(node) ->
                    body.addWhere(
                            number(node.arg(2), c),
                            number(ChosenTerms.term(node), c),
                            mask(node.arg(0), c));
            case Op.Select _ ->
                    body.blend(
                            number(node.arg(2), c), number(node.arg(1), c), mask(node.arg(0), c));
            case Op.Reduce _ when isOfNamedClass(node) -> valueOfNamedClass(node);
            case Op.Reduce(ReduceFunction f, _) -> reduction(f, node);
            default -> throw notFusible(node);
        };
    }

    private Value table(Node node, int c) {
        return switch (node.op()) {
            case Op.Constant(double value) -> body.all((float) value);
            case Op.ClassIndex _ when c != LoopBody.LOOP -> body.all(c);
            case Op.ClassTable(List<Double> values) when c != LoopBody.LOOP ->
                    body.all(values.get(c).floatValue());
            default -> body.scalar(new Place(sources.apply(node), c));
        };
    }

    private static IllegalStateException notFusible(Node node) {
        return new IllegalStateException("not part of a loop: " + node);
    }

    private Value unary(UnaryFunction f, Node arg, int c) {
        if (f == UnaryFunction.NEG
                && arg.op() instanceof Op.Unary(UnaryFunction g)
                && g == UnaryFunction.ABS
                && isComputedHere.test(arg)) {
            return math.negativeMagnitude(number(arg.arg(0), c));
        }
        Value x = number(arg, c);
        return switch (f) {
            case NEG -> body.neg(x);
            case ABS -> body.abs(x);
            case SIGN -> math.sign(x);
            case SQRT -> body.sqrt(x);
            case EXP -> math.exp(x, ranges.of(arg), ranges.isNumber(arg));
            case LOG -> math.log(x, ranges.of(arg));
            case LOG1P -> math.log1p(x, ranges.of(arg));
            case EXPM1 -> math.expm1(x);
            case TANH -> math.tanh(x);
            case FLOOR -> math.floor(x);
            case CAST, DETACH -> x;
            case NOT -> throw new IllegalStateException("a condition, not a number: " + f);
        };
    }

    private Value binary(BinaryFunction f, Node node, int c) {
        Value a = number(node.arg(0), c);
        if (f == BinaryFunction.POW && node.arg(1).op() instanceof Op.Constant(double exponent)) {
            return math.power(a, (float) exponent);
        }
        Value b = number(node.arg(1), c);
        return switch (f) {
            case ADD -> body.add(a, b);
            case SUB -> body.sub(a, b);
            case MUL -> body.mul(a, b);
            case DIV -> body.div(a, b);
            case MIN -> body.blend(a, b, body.or(body.lt(b, a), body.isNaN(b)));
            case MAX -> greater(a, b, true);
            case POW, LT, LE, EQ, AND, OR -> throw notFusible(node);
        };
    }

    private Value greater(Value a, Value b, boolean mayBeNaN) {
        Value isLess = body.lt(a, b);
        return body.blend(a, b, mayBeNaN ? body.or(isLess, body.isNaN(b)) : isLess);
    }

    // ---- conditions

    /** {@return a condition at a class} */
    Value mask(Node node, int klass) {
        At at = at(node, klass);
        Value done = masks.get(at);
        if (done == null) {
            done = newMask(at.node(), at.klass());
            masks.put(at, done);
        }
        return done;
    }

    private Value newMask(Node node, int c) {
        boolean isComputed =
                node.extent().isGrid()
                        && node.type() == ValueType.BOOL
                        && isComputedHere.test(node);
        if (!isComputed) {
            return body.lt(body.all(0.5f), number(node, c));
        }
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) when f == UnaryFunction.NOT ->
                    body.not(mask(node.arg(0), c));
            case Op.Binary(BinaryFunction f) ->
                    switch (f) {
                        case AND -> body.and(mask(node.arg(0), c), mask(node.arg(1), c));
                        case OR -> body.or(mask(node.arg(0), c), mask(node.arg(1), c));
                        case LT -> less(node, number(node.arg(0), c), number(node.arg(1), c));
                        case LE -> body.le(number(node.arg(0), c), number(node.arg(1), c));
                        case EQ -> equal(node, number(node.arg(0), c), number(node.arg(1), c));
                        case ADD, SUB, MUL, DIV, POW, MIN, MAX -> throw notFusible(node);
                    };
            case Op.Select _ when isNot(node.arg(2), node.arg(1)) ->
                    body.not(body.xor(mask(node.arg(0), c), mask(node.arg(1), c)));
            case Op.Select _ -> {
                Value condition = mask(node.arg(0), c);
                yield body.or(
                        body.and(condition, mask(node.arg(1), c)),
                        body.and(body.not(condition), mask(node.arg(2), c)));
            }
            default -> throw notFusible(node);
        };
    }

    // Which class is the best is mostly asked of the others.

    private Value equal(Node node, Value a, Value b) {
        return isBestClass(node) ? body.not(body.ne(a, b)) : body.eq(a, b);
    }

    private Value less(Node node, Value a, Value b) {
        return isBestClass(node) ? body.not(body.le(b, a)) : body.lt(a, b);
    }

    /** Whether a condition holds for one class of each pixel, the best: {@code classIndex == argmax}, or what the stash has of it. */
    private static boolean isBestClass(Node condition) {
        return Stash.isBest(condition)
                || condition.op() instanceof Op.Binary(BinaryFunction f)
                        && f == BinaryFunction.EQ
                        && condition.args().stream()
                                .anyMatch(arg -> arg.op() instanceof Op.ClassIndex)
                        && condition.args().stream().anyMatch(LoopOps::isArgmax);
    }

    private static boolean isArgmax(Node node) {
        return node.op() instanceof Op.Reduce(ReduceFunction f, _) && f == ReduceFunction.ARGMAX;
    }

    private static boolean isNot(Node node, Node of) {
        return node.op() instanceof Op.Unary(UnaryFunction f)
                && f == UnaryFunction.NOT
                && node.arg(0) == of;
    }

    // ---- reductions over CLASS

    /** The sum over CLASS of a choice of one class among equal values: that value where the label names a class. */
    private Value valueOfNamedClass(Node node) {
        Value label = number(TileSteps.labels(node.arg(0)), LoopBody.LOOP);
        Value isNamed = body.and(body.le(body.all(0f), label), body.lt(label, body.all(classes)));
        Value value = number(node.arg(0).arg(1), LoopBody.LOOP);
        return body.blend(body.all(0f), value, isNamed);
    }

    /** {@return whether a reduction over CLASS needs no loop over the classes} */
    static boolean isOfNamedClass(Node node) {
        if (!TileSteps.isChoice(node)) {
            return false;
        }
        Axes extent = node.arg(0).arg(1).extent();
        return extent.isGrid() && !extent.has(Axis.CLASS);
    }

    /** A reduction with the values of all classes at hand. */
    private Value reduction(ReduceFunction f, Node node) {
        Node arg = node.arg(0);
        if (TileSteps.isChoice(node)) {
            Value value = body.all(0f);
            for (int c = 0; c < classes; c++) {
                value = body.blend(value, number(arg.arg(1), c), mask(arg.arg(0), c));
            }
            return value;
        }
        if (isChosenByBest(node) && isComputedHere.test(arg)) {
            Value sum = body.all(0f);
            for (int c = 0; c < classes; c++) {
                sum = addChosenByBest(sum, arg, c);
            }
            return sum;
        }
        Value value = number(arg, 0);
        Value winner = body.all(0f);
        for (int c = 1; c < classes; c++) {
            Value x = number(arg, c);
            if (f == ReduceFunction.ARGMAX) {
                winner = body.blend(winner, body.all(c), body.lt(value, x));
            }
            value = fold(f, value, x, ranges.mayBeNaN(arg));
        }
        return f == ReduceFunction.ARGMAX ? winner : value;
    }

    /** Whether a node is the sum of a value that is one of the best class and 0 for the others, or the other way round. */
    private static boolean isChosenByBest(Node node) {
        Node arg = node.arg(0);
        return node.op() instanceof Op.Reduce(ReduceFunction f, _)
                && f == ReduceFunction.SUM
                && arg.op() instanceof Op.Select
                && isBestClass(arg.arg(0))
                && (arg.arg(1).isConstant(0) || arg.arg(2).isConstant(0));
    }

    /** Such a sum with one class more. Some class adds a zero, so that no sum is a negative zero, and the addition of zeros can be left out. */
    private Value addChosenByBest(Value sum, Node choice, int c) {
        boolean isOfOthers = choice.arg(1).isConstant(0);
        Value isBest = mask(choice.arg(0), c);
        Value where = isOfOthers ? body.not(isBest) : isBest;
        return body.addWhere(sum, number(choice.arg(isOfOthers ? 2 : 1), c), where);
    }

    private Value fold(ReduceFunction f, Value soFar, Value x, boolean mayBeNaN) {
        return switch (f) {
            case SUM -> body.add(soFar, x);
            case MAX, ARGMAX -> greater(soFar, x, mayBeNaN);
            case MIN -> body.blend(soFar, x, body.or(body.lt(x, soFar), body.isNaN(x)));
        };
    }

    /**
     * Folds the class of the loop into the row of a reduction, which holds {@link #start} before class 0.
     *
     * @param node a reduction, not to the index of the best class
     * @param row its row
     */
    void reduce(Node node, Step.Operand row) {
        Place place = new Place(row, LoopBody.LOOP);
        Value soFar = body.row(place);
        Node arg = node.arg(0);
        Value next;
        if (TileSteps.isChoice(node)) {
            Value value = number(arg.arg(1), LoopBody.LOOP);
            next = body.blend(soFar, value, mask(arg.arg(0), LoopBody.LOOP));
        } else if (isChosenByBest(node) && isComputedHere.test(arg)) {
            next = addChosenByBest(soFar, arg, LoopBody.LOOP);
        } else {
            ReduceFunction f = ((Op.Reduce) node.op()).function();
            next = fold(f, soFar, number(arg, LoopBody.LOOP), ranges.mayBeNaN(arg));
        }
        body.keep(next, place);
    }

    /**
     * Folds the class of the loop into the row of the best class so far.
     *
     * @param node the reduction
     * @param classIndex the table of the indices of the classes
     * @param winner the row of the best class
     * @param best the row of its value before this class, which holds minus infinity before class 0
     */
    void argmax(Node node, Step.Operand classIndex, Step.Operand winner, Step.Operand best) {
        Value x = number(node.arg(0), LoopBody.LOOP);
        Value soFar = body.row(new Place(best, LoopBody.LOOP));
        Place place = new Place(winner, LoopBody.LOOP);
        Value index = body.scalar(new Place(classIndex, LoopBody.LOOP));
        body.keep(body.blend(body.row(place), index, body.lt(soFar, x)), place);
        Value greater = greater(soFar, x, ranges.mayBeNaN(node.arg(0)));
        body.keep(greater, new Place(best, LoopBody.LOOP));
    }

    /** {@return what the row of a reduction over CLASS holds before class 0} */
    static float start(Node node) {
        if (TileSteps.isChoice(node) || isChosenByBest(node)) {
            return 0f;
        }
        return switch (((Op.Reduce) node.op()).function()) {
            // Not 0: the sum of negative zeros is a negative zero.
            case SUM -> -0f;
            case MAX -> Float.NEGATIVE_INFINITY;
            case MIN -> Float.POSITIVE_INFINITY;
            case ARGMAX -> 0f;
        };
    }
}
