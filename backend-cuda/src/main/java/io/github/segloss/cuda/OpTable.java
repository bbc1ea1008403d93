package io.github.segloss.cuda;

import io.github.segloss.KernelCompilationException;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import java.util.Locale;
import java.util.function.Function;

/**
 * What each pointwise op is in C, in float32 or float64. Functions are the accurate ones of the C library: nothing is approximated beyond what their
 * documented bounds say.
 *
 * @param isDouble whether FLOAT is {@code double} and not {@code float}
 * @param bounds what is known of denominators
 */
record OpTable(boolean isDouble, LowerBounds bounds) {
    /** Beyond this, {@code pow} costs less than the products. */
    private static final double LARGEST_PRODUCT = 6;

    OpTable(boolean isDouble) {
        this(isDouble, new LowerBounds());
    }

    /** The C type of a value; the types themselves are declared at the head of each source. */
    static String type(ValueType type) {
        return switch (type) {
            case FLOAT -> "real";
            case BOOL -> "bool";
            case INDEX -> "ix";
        };
    }

    String type(Node node) {
        return node.type() == ValueType.FLOAT && isDouble ? "f64" : type(node.type());
    }

    /** A number as a literal of a node's type. */
    String literal(double value, ValueType type) {
        if (type == ValueType.INDEX) {
            long index = (long) value;
            return index == (int) index ? Long.toString(index) : index + "LL";
        }
        String sign = value < 0 ? "-" : "";
        if (Double.isNaN(value)) {
            return "not_a_number()";
        }
        if (Double.isInfinite(isDouble ? value : (float) value)) {
            return sign + "infinity()";
        }
        return isDouble ? Double.toString(value) : (float) value + "f";
    }

    /**
     * The C expression of a pointwise node.
     *
     * @param node a unary, binary or select node
     * @param operand the C expression of each of its arguments
     */
    String expression(Node node, Function<Node, String> operand) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) -> unary(f, node.arg(0), operand.apply(node.arg(0)));
            case Op.Binary(BinaryFunction f) -> binary(f, node, operand);
            case Op.Select _ ->
                    operand.apply(node.arg(0))
                            + " ? "
                            + operand.apply(node.arg(1))
                            + " : "
                            + operand.apply(node.arg(2));
            case Op.Input _,
                    Op.Constant _,
                    Op.ClassTable _,
                    Op.ClassIndex _,
                    Op.Size _,
                    Op.Reduce _,
                    Op.ClassMix _,
                    Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    throw new KernelCompilationException("not a pointwise op: " + node);
        };
    }

    private String unary(UnaryFunction f, Node arg, String a) {
        return switch (f) {
            case NEG -> "-" + a;
            case ABS -> call("fabs", a);
            case SIGN -> "sign_of(" + a + ")";
            case SQRT -> root(arg, a);
            case EXP -> call("exp", a);
            case LOG -> call("log", a);
            case LOG1P -> call("log1p", a);
            case EXPM1 -> call("expm1", a);
            case TANH -> call("tanh", a);
            case FLOOR -> call("floor", a);
            case NOT -> "!" + a;
            case DETACH -> a;
            case CAST ->
                    arg.type() == ValueType.BOOL
                            ? a
                                    + " ? "
                                    + literal(1, ValueType.FLOAT)
                                    + " : "
                                    + literal(0, ValueType.FLOAT)
                            : "(" + (isDouble ? "f64" : "real") + ")" + a;
        };
    }

    private String binary(BinaryFunction f, Node node, Function<Node, String> operand) {
        String a = operand.apply(node.arg(0));
        String b = operand.apply(node.arg(1));
        return switch (f) {
            case ADD -> a + " + " + b;
            case SUB -> a + " - " + b;
            case MUL -> a + " * " + b;
            case DIV -> quotient(a, b, isFarFromZero(node.arg(1), 1));
            case POW ->
                    node.arg(1).op() instanceof Op.Constant(double exponent)
                            ? power(node.arg(0), a, b, exponent)
                            : "power_of(" + a + ", " + b + ")";
            case MIN -> "least(" + a + ", " + b + ")";
            case MAX -> "greatest(" + a + ", " + b + ")";
            case LT -> a + " < " + b;
            case LE -> a + " <= " + b;
            case EQ -> a + " == " + b;
            case AND -> a + " && " + b;
            case OR -> a + " || " + b;
        };
    }

    /** Half-integer powers by products and one square root: {@code pow} costs more than the rest of most losses. */
    private String power(Node base, String a, String b, double exponent) {
        double magnitude = Math.abs(exponent);
        if (magnitude > LARGEST_PRODUCT || magnitude * 2 != Math.rint(magnitude * 2)) {
            return "power_of(" + a + ", " + b + ")";
        }
        StringBuilder product = new StringBuilder();
        for (int k = 0; k < (int) magnitude; k++) {
            product.append(k == 0 ? "" : " * ").append(a);
        }
        if (magnitude != (int) magnitude) {
            product.append(product.isEmpty() ? "" : " * ").append(root(base, a));
        }
        return exponent > 0
                ? product.toString()
                : quotient(
                        literal(1, ValueType.FLOAT),
                        "(" + product + ")",
                        isFarFromZero(base, magnitude));
    }

    /** Whether a power of a value, computed in float32, is never near 0. */
    private boolean isFarFromZero(Node node, double power) {
        return !isDouble && bounds.isFarFromZero(node, power);
    }

    private String root(Node node, String a) {
        return isFarFromZero(node, 1) ? "root(" + a + ")" : call("sqrt", a);
    }

    private String quotient(String a, String b, boolean isFarFromZero) {
        return isFarFromZero ? a + " * inverse(" + b + ")" : a + " / " + b;
    }

    private String call(String function, String arguments) {
        return function + (isDouble ? "" : "f") + "(" + arguments + ")";
    }

    /** The reduction of the head of each source that combines two values. */
    static String combiner(ReduceFunction f) {
        return switch (f) {
            case SUM -> "Sum";
            case MAX -> "Max";
            case MIN -> "Min";
            case ARGMAX -> throw new KernelCompilationException("argmax runs over CLASS only");
        };
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
