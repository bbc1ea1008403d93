package io.github.segloss.graph;

import io.github.segloss.SegLossException;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Makes nodes: checks types, folds constants and simplifies locally. The rules keep three promises: a factor without SPACE is gathered on the right of
 * a product ({@code pixels * table}), so that it is computed once and not per pixel; a product with a cast condition becomes a select, so that
 * {@code 0 * infinity} cannot arise; and a node that does not depend on the pixels never becomes one that does.
 */
public final class Nodes {
    private static final Node ZERO = constant(0);
    private static final Node ONE = constant(1);

    private Nodes() {}

    /**
     * {@return a scalar constant}
     *
     * @param value the number
     */
    public static Node constant(double value) {
        return new Node(new Op.Constant(value), List.of(), Axes.NONE, ValueType.FLOAT);
    }

    /**
     * {@return an integer constant, to compare labels with}
     *
     * @param value the integer, at most 2^53 in magnitude
     */
    public static Node index(long value) {
        return new Node(new Op.Constant(value), List.of(), Axes.NONE, ValueType.INDEX);
    }

    /**
     * {@return a constant vector along CLASS}
     *
     * @param values one number per class
     */
    public static Node classTable(List<Double> values) {
        return new Node(new Op.ClassTable(values), List.of(), Axes.CLASS, ValueType.FLOAT);
    }

    /** {@return the index of the class, 0 to C-1, along CLASS} */
    public static Node classIndex() {
        return new Node(new Op.ClassIndex(), List.of(), Axes.CLASS, ValueType.INDEX);
    }

    /**
     * {@return an input}
     *
     * @param input what it is
     */
    public static Node input(Op.Input input) {
        return new Node(input, List.of(), input.extent(), input.type());
    }

    /**
     * {@return the number of elements along some axes; 1 for none}
     *
     * @param axes the axes
     */
    public static Node size(Axes axes) {
        return axes.isEmpty()
                ? ONE
                : new Node(new Op.Size(axes), List.of(), Axes.NONE, ValueType.FLOAT);
    }

    /**
     * {@return a pointwise function of one argument}
     *
     * @param function the function
     * @param a the argument
     */
    public static Node unary(UnaryFunction function, Node a) {
        return switch (function) {
            case NOT -> {
                require(a, ValueType.BOOL, function);
                yield a.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.NOT
                        ? a.arg(0)
                        : new Node(new Op.Unary(function), List.of(a), a.extent(), ValueType.BOOL);
            }
            case CAST ->
                    a.type() == ValueType.FLOAT
                            ? a
                            : new Node(
                                    new Op.Unary(function),
                                    List.of(a),
                                    a.extent(),
                                    ValueType.FLOAT);
            case DETACH ->
                    a.op() instanceof Op.Constant
                            ? a
                            : new Node(new Op.Unary(function), List.of(a), a.extent(), a.type());
            case NEG -> negate(a);
            case ABS, SIGN, SQRT, EXP, LOG, LOG1P, EXPM1, TANH, FLOOR -> plainUnary(function, a);
        };
    }

    private static Node plainUnary(UnaryFunction function, Node a) {
        require(a, ValueType.FLOAT, function);
        return a.op() instanceof Op.Constant(double value)
                ? constant(Scalar.apply(function, value))
                : new Node(new Op.Unary(function), List.of(a), a.extent(), ValueType.FLOAT);
    }

    private static Node negate(Node a) {
        if (a.isConstant(0)) {
            return a;
        }
        if (isNegation(a)) {
            return a.arg(0);
        }
        if (isProductWithTable(a)) {
            return multiply(a.arg(0), negate(a.arg(1)));
        }
        if (isBinary(a, BinaryFunction.SUB)) {
            return subtract(a.arg(1), a.arg(0));
        }
        return plainUnary(UnaryFunction.NEG, a);
    }

    /**
     * {@return a pointwise function of two arguments}
     *
     * @param function the function
     * @param a the first argument
     * @param b the second argument
     */
    public static Node binary(BinaryFunction function, Node a, Node b) {
        return switch (function) {
            case ADD -> add(a, b);
            case SUB -> subtract(a, b);
            case MUL -> multiply(a, b);
            case DIV -> divide(a, b);
            case POW -> power(a, b);
            case MIN, MAX -> a == b ? a : plainBinary(function, a, b);
            case LT, LE, EQ -> {
                if (a.type() == ValueType.BOOL || a.type() != b.type()) {
                    throw new SegLossException(
                            function
                                    + " compares two FLOATs or two INDEXes, not "
                                    + a.type()
                                    + " and "
                                    + b.type());
                }
                yield new Node(
                        new Op.Binary(function),
                        List.of(a, b),
                        a.extent().plus(b.extent()),
                        ValueType.BOOL);
            }
            case AND, OR -> {
                require(a, ValueType.BOOL, function);
                require(b, ValueType.BOOL, function);
                yield a == b
                        ? a
                        : new Node(
                                new Op.Binary(function),
                                List.of(a, b),
                                a.extent().plus(b.extent()),
                                ValueType.BOOL);
            }
        };
    }

    private static Node plainBinary(BinaryFunction function, Node a, Node b) {
        require(a, ValueType.FLOAT, function);
        require(b, ValueType.FLOAT, function);
        if (a.op() instanceof Op.Constant(double x) && b.op() instanceof Op.Constant(double y)) {
            return constant(Scalar.apply(function, x, y));
        }
        return new Node(
                new Op.Binary(function),
                List.of(a, b),
                a.extent().plus(b.extent()),
                ValueType.FLOAT);
    }

    private static Node add(Node a, Node b) {
        if (a.isConstant(0)) {
            return b;
        }
        if (b.isConstant(0)) {
            return a;
        }
        if (isNegation(b)) {
            return subtract(a, b.arg(0));
        }
        if (isNegation(a)) {
            return subtract(b, a.arg(0));
        }
        if (isComplement(a, b) || isComplement(b, a)) {
            return ONE;
        }
        if (shareTable(a, b)) {
            return multiply(add(a.arg(0), b.arg(0)), a.arg(1));
        }
        Node choice = Choices.merge(BinaryFunction.ADD, a, b);
        return choice == null ? plainBinary(BinaryFunction.ADD, a, b) : choice;
    }

    private static Node subtract(Node a, Node b) {
        if (b.isConstant(0)) {
            return a;
        }
        if (a.isConstant(0)) {
            return negate(b);
        }
        if (a.isConstant(1) && isCastCondition(b)) {
            return unary(UnaryFunction.CAST, unary(UnaryFunction.NOT, b.arg(0)));
        }
        if (isNegation(b)) {
            return add(a, b.arg(0));
        }
        if (shareTable(a, b)) {
            return multiply(subtract(a.arg(0), b.arg(0)), a.arg(1));
        }
        Node choice = Choices.merge(BinaryFunction.SUB, a, b);
        return choice == null ? plainBinary(BinaryFunction.SUB, a, b) : choice;
    }

    private static Node multiply(Node a, Node b) {
        if (a.isConstant(0) || b.isConstant(0)) {
            return ZERO;
        }
        if (a.isConstant(1)) {
            return b;
        }
        if (b.isConstant(1)) {
            return a;
        }
        if (b.isConstant(-1)) {
            return negate(a);
        }
        if (isCastCondition(a)) {
            return select(a.arg(0), b, ZERO);
        }
        if (isCastCondition(b)) {
            return select(b.arg(0), a, ZERO);
        }
        if (!a.extent().isGrid() && b.extent().isGrid()) {
            return multiply(b, a);
        }
        Node weight = Choices.weight(a, b);
        if (weight != null) {
            return weight;
        }
        if (isBinary(a, BinaryFunction.MUL)) {
            Node merged = Choices.weight(a.arg(1), b);
            if (merged != null) {
                return multiply(a.arg(0), merged);
            }
        }
        if (a.extent().isGrid() && isProductWithTable(a)) {
            return b.extent().isGrid()
                    ? multiply(multiply(a.arg(0), b), a.arg(1))
                    : multiply(a.arg(0), multiply(a.arg(1), b));
        }
        if (a.extent().isGrid() && isProductWithTable(b)) {
            return multiply(multiply(a, b.arg(0)), b.arg(1));
        }
        return plainBinary(BinaryFunction.MUL, a, b);
    }

    private static Node divide(Node a, Node b) {
        if (a.isConstant(0)) {
            return ZERO;
        }
        if (b.isConstant(1)) {
            return a;
        }
        if (a.extent().isGrid()
                && !b.extent()
                        .isGrid()) { // one division for the whole pass instead of one per pixel
            return multiply(a, divide(ONE, b));
        }
        return plainBinary(BinaryFunction.DIV, a, b);
    }

    private static Node power(Node a, Node b) {
        if (b.isConstant(1)) {
            return a;
        }
        if (b.isConstant(0)) {
            return ONE;
        }
        if (b.isConstant(2)) {
            return multiply(a, a);
        }
        return plainBinary(BinaryFunction.POW, a, b);
    }

    /**
     * {@return {@code condition ? a : b}}
     *
     * @param condition a BOOL
     * @param a the value where it is true
     * @param b the value where it is false, of the same type
     */
    public static Node select(Node condition, Node a, Node b) {
        require(condition, ValueType.BOOL, "select");
        if (a.type() != b.type()) {
            throw new SegLossException(
                    "select needs two branches of one type, not " + a.type() + " and " + b.type());
        }
        if (a == b || (a.op() instanceof Op.Constant(double x) && b.isConstant(x))) {
            return a;
        }
        if (condition.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.NOT) {
            return select(condition.arg(0), b, a);
        }
        if (isSelect(a) && a.arg(0) == condition) {
            return select(condition, a.arg(1), b);
        }
        if (isSelect(b) && b.arg(0) == condition) {
            return select(condition, a, b.arg(2));
        }
        if (a.isConstant(1) && b.isConstant(0)) {
            return unary(UnaryFunction.CAST, condition);
        }
        Node simpler = Choices.simplify(condition, a, b);
        if (simpler != null) {
            return simpler;
        }
        Axes extent = condition.extent().plus(a.extent()).plus(b.extent());
        return new Node(new Op.Select(), List.of(condition, a, b), extent, a.type());
    }

    /**
     * {@return the sum over some axes; an axis along which the argument does not vary multiplies by its size}
     *
     * @param a a FLOAT
     * @param axes the axes
     */
    public static Node sum(Node a, Axes axes) {
        require(a, ValueType.FLOAT, "sum");
        if (a.isConstant(0)) {
            return a;
        }
        Axes present = axes.and(a.extent());
        return multiply(sumPresent(a, present), size(axes.minus(present)));
    }

    private static Node sumPresent(Node a, Axes axes) {
        if (axes.isEmpty()) {
            return a;
        }
        if (isNegation(a)) {
            return negate(sumPresent(a.arg(0), axes));
        }
        if (isProductWithTable(a)
                && a.arg(1).extent().and(axes).isEmpty()
                && axes.minus(a.arg(0).extent()).isEmpty()) {
            return multiply(sumPresent(a.arg(0), axes), a.arg(1));
        }
        if (a.op() instanceof Op.Reduce(ReduceFunction f, Axes inner) && f == ReduceFunction.SUM) {
            return sumPresent(a.arg(0), axes.plus(inner));
        }
        return reduceNode(ReduceFunction.SUM, a, axes);
    }

    /**
     * {@return the largest value over some axes}
     *
     * @param a a FLOAT
     * @param axes the axes; one along which the argument does not vary changes nothing
     */
    public static Node max(Node a, Axes axes) {
        return extreme(ReduceFunction.MAX, a, axes);
    }

    /**
     * {@return the smallest value over some axes}
     *
     * @param a a FLOAT
     * @param axes the axes; one along which the argument does not vary changes nothing
     */
    public static Node min(Node a, Axes axes) {
        return extreme(ReduceFunction.MIN, a, axes);
    }

    private static Node extreme(ReduceFunction function, Node a, Axes axes) {
        require(a, ValueType.FLOAT, function);
        Axes present = axes.and(a.extent());
        return present.isEmpty() ? a : reduceNode(function, a, present);
    }

    /**
     * {@return the index of the largest value along CLASS, the lowest if several are equal}
     *
     * @param a a FLOAT that varies along CLASS
     */
    public static Node argmax(Node a) {
        require(a, ValueType.FLOAT, "argmax");
        if (!a.extent().has(Axis.CLASS)) {
            throw new SegLossException(
                    "argmax needs a value that varies along CLASS, not one of extent "
                            + a.extent());
        }
        return reduceNode(ReduceFunction.ARGMAX, a, Axes.CLASS);
    }

    private static Node reduceNode(ReduceFunction function, Node a, Axes axes) {
        Axes rest = a.extent().minus(axes);
        if (axes.has(Axis.BATCH) && rest.isGrid()) {
            throw new SegLossException(
                    function
                            + " over BATCH that keeps SPACE is not a reduction of this op set: reduce over SPACE too");
        }
        ValueType type = function == ReduceFunction.ARGMAX ? ValueType.INDEX : ValueType.FLOAT;
        return new Node(new Op.Reduce(function, axes), List.of(a), rest, type);
    }

    /**
     * {@return a C x C matrix times the class vector of each pixel}
     *
     * @param matrix a matrix input
     * @param x the class vectors
     * @param transposed whether the matrix is used transposed
     */
    public static Node classMix(Node matrix, Node x, boolean transposed) {
        if (!(matrix.op() instanceof Op.Input input) || !input.matrix()) {
            throw new SegLossException(
                    "classMix needs a matrix input as its first argument, not " + matrix);
        }
        require(x, ValueType.FLOAT, "classMix");
        return new Node(
                new Op.ClassMix(transposed),
                List.of(matrix, x),
                x.extent().plus(Axes.CLASS),
                ValueType.FLOAT);
    }

    /**
     * {@return the sum of values over all elements of equal or smaller rank}
     *
     * @param keys FLOAT on the pixels; ranked descending, ties by index
     * @param values FLOAT, broadcast to the keys
     * @param axes SPACE, or BATCH and SPACE
     */
    public static Node rankedSum(Node keys, Node values, Axes axes) {
        require(keys, ValueType.FLOAT, "rankedSum");
        require(values, ValueType.FLOAT, "rankedSum");
        if (!axes.isGrid() || axes.has(Axis.CLASS) || !keys.extent().isGrid()) {
            throw new SegLossException(
                    "rankedSum ranks over SPACE, or BATCH and SPACE, not over " + axes);
        }
        return new Node(
                new Op.RankedSum(axes),
                List.of(keys, values),
                keys.extent().plus(values.extent()),
                ValueType.FLOAT);
    }

    /**
     * {@return the Euclidean distance of each true element to the nearest false one}
     *
     * @param mask a BOOL on the pixels
     */
    public static Node distanceTransform(Node mask) {
        require(mask, ValueType.BOOL, "distanceTransform");
        requireGrid(mask, "distanceTransform");
        return new Node(new Op.DistanceTransform(), List.of(mask), mask.extent(), ValueType.FLOAT);
    }

    /**
     * {@return the extreme over a neighbourhood}
     *
     * @param window the neighbourhood
     * @param x FLOAT on the pixels
     */
    public static Node windowExtreme(Window window, Node x) {
        require(x, ValueType.FLOAT, "window");
        requireGrid(x, "window");
        return new Node(new Op.WindowExtreme(window), List.of(x), x.extent(), ValueType.FLOAT);
    }

    /**
     * {@return the adjoint of {@link #windowExtreme}}
     *
     * @param window the neighbourhood
     * @param x FLOAT on the pixels, what the extreme was taken of
     * @param u FLOAT, what is scattered
     */
    public static Node windowScatter(Window window, Node x, Node u) {
        return u.isConstant(0)
                ? u
                : new Node(
                        new Op.WindowScatter(window),
                        List.of(x, u),
                        x.extent().plus(u.extent()),
                        ValueType.FLOAT);
    }

    /**
     * {@return the adjoint of {@link #windowScatter} in u}
     *
     * @param window the neighbourhood
     * @param x FLOAT on the pixels, what the extreme was taken of
     * @param v FLOAT, what is gathered
     */
    public static Node windowGather(Window window, Node x, Node v) {
        return v.isConstant(0)
                ? v
                : new Node(
                        new Op.WindowGather(window),
                        List.of(x, v),
                        x.extent().plus(v.extent()),
                        ValueType.FLOAT);
    }

    /**
     * {@return the node again with other arguments, simplified anew}
     *
     * @param node a node
     * @param args arguments that stand for its own
     */
    public static Node rebuild(Node node, List<Node> args) {
        return switch (node.op()) {
            case Op.Input _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ -> node;
            case Op.Unary(UnaryFunction f) -> unary(f, args.get(0));
            case Op.Binary(BinaryFunction f) -> binary(f, args.get(0), args.get(1));
            case Op.Select _ -> select(args.get(0), args.get(1), args.get(2));
            case Op.Reduce(ReduceFunction f, Axes axes) ->
                    switch (f) {
                        case SUM -> sum(args.get(0), axes);
                        case MAX -> max(args.get(0), axes);
                        case MIN -> min(args.get(0), axes);
                        case ARGMAX -> argmax(args.get(0));
                    };
            case Op.ClassMix(boolean transposed) -> classMix(args.get(0), args.get(1), transposed);
            case Op.RankedSum(Axes axes) -> rankedSum(args.get(0), args.get(1), axes);
            case Op.DistanceTransform _ -> distanceTransform(args.get(0));
            case Op.WindowExtreme(Window w) -> windowExtreme(w, args.get(0));
            case Op.WindowScatter(Window w) -> windowScatter(w, args.get(0), args.get(1));
            case Op.WindowGather(Window w) -> windowGather(w, args.get(0), args.get(1));
        };
    }

    /**
     * {@return the same value, of which a derivative is known, in place of one that was known before} A leaf, or a value that lacks an axis of the derivative,
     * is no such function and stays as it is.
     *
     * @param node a FLOAT that is a pointwise function of another node
     * @param derivative its derivative with respect to that other node
     */
    public static Node withDerivative(Node node, Derivative derivative) {
        require(node, ValueType.FLOAT, "a derivative");
        Axes needed = derivative.of().extent().plus(derivative.factor().extent());
        boolean isPointwise = needed.minus(node.extent()).isEmpty();
        return node.args().isEmpty() || !isPointwise ? node : node.with(derivative);
    }

    /**
     * {@return the node again with other arguments, simplified anew, and with what is known of its derivative}
     *
     * @param node a node
     * @param rewriting gives what stands for an argument, and for a node in the derivative
     */
    static Node rebuildWithDerivative(Node node, UnaryOperator<Node> rewriting) {
        Node rebuilt = rebuild(node, node.args().stream().map(rewriting).toList());
        Derivative known = node.derivative();
        // What is rebuilt may have become another node, of which something is known already.
        return known == null || rebuilt.derivative() != null
                ? rebuilt
                : withDerivative(
                        rebuilt,
                        new Derivative(
                                rewriting.apply(known.of()), rewriting.apply(known.factor())));
    }

    private static boolean isSelect(Node node) {
        return node.op() instanceof Op.Select && node.isOpen();
    }

    private static boolean isCastCondition(Node node) {
        return node.op() instanceof Op.Unary(UnaryFunction f)
                && f == UnaryFunction.CAST
                && node.arg(0).type() == ValueType.BOOL;
    }

    private static boolean isBinary(Node node, BinaryFunction function) {
        return node.op() instanceof Op.Binary(BinaryFunction f) && f == function && node.isOpen();
    }

    private static boolean isNegation(Node node) {
        return node.op() instanceof Op.Unary(UnaryFunction f)
                && f == UnaryFunction.NEG
                && node.isOpen();
    }

    /** Whether b is {@code 1 - a}. */
    private static boolean isComplement(Node a, Node b) {
        return isBinary(b, BinaryFunction.SUB) && b.arg(0).isConstant(1) && b.arg(1) == a;
    }

    /** Whether both are products of something on the pixels with the same table, which is then multiplied by once. */
    private static boolean shareTable(Node a, Node b) {
        return isProductWithTable(a) && isProductWithTable(b) && a.arg(1) == b.arg(1);
    }

    /** A product of something on the pixels with a table or scalar on its right, the form to which products are brought. */
    private static boolean isProductWithTable(Node node) {
        return node.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.MUL
                && node.isOpen()
                && node.arg(0).extent().isGrid()
                && !node.arg(1).extent().isGrid();
    }

    private static void require(Node node, ValueType type, Object op) {
        if (node.type() != type || (node.op() instanceof Op.Input input && input.matrix())) {
            throw new SegLossException(op + " needs a " + type + " argument, not " + node);
        }
    }

    private static void requireGrid(Node node, String op) {
        if (!node.extent().isGrid()) {
            throw new SegLossException(
                    op + " needs a value on the pixels, not one of extent " + node.extent());
        }
    }
}
