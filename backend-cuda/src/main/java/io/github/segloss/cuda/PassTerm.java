package io.github.segloss.cuda;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a sum over the pixels adds, apart from the choices around it: {@code p ? x : 0} adds x where p holds and nothing elsewhere. Widening to float64 costs
 * as much as eight additions, so a sum that is fed by one class of each pixel alone widens that one only.
 *
 * @param value what is added
 * @param choices under which conditions
 */
record PassTerm(Node value, List<Choice> choices) {
    /**
     * One condition.
     *
     * @param condition the condition
     * @param isWanted what it must be
     */
    record Choice(Node condition, boolean isWanted) {
        /** Whether it holds for one class of a pixel at most, the class of its label. */
        boolean isOneHot() {
            return isWanted
                    && condition.op() instanceof Op.Binary(BinaryFunction f)
                    && f == BinaryFunction.EQ
                    && condition.args().stream().anyMatch(a -> a.op() instanceof Op.ClassIndex)
                    && condition.args().stream()
                            .anyMatch(a -> a.extent().isGrid() && !a.extent().has(Axis.CLASS));
        }
    }

    /**
     * Takes a value apart.
     *
     * @param argument the value
     * @param isThere what is taken as it is, because its parts may not be at hand
     */
    static PassTerm of(Node argument, Predicate<Node> isThere) {
        List<Choice> choices = new ArrayList<>();
        Node value = argument;
        while (!isThere.test(value)
                && value.op() instanceof Op.Select
                && value.arg(0).extent().isGrid()) {
            boolean isElseZero = isZero(value.arg(2));
            if (!isElseZero && !isZero(value.arg(1))) {
                break;
            }
            choices.add(new Choice(value.arg(0), isElseZero));
            value = value.arg(isElseZero ? 1 : 2);
        }
        return new PassTerm(value, choices);
    }

    private static boolean isZero(Node node) {
        return node.op() instanceof Op.Constant(double value) && value == 0;
    }

    /** The choice of the label's class; null if there is none. */
    @Nullable Choice oneHot() {
        return choices.stream().filter(Choice::isOneHot).findFirst().orElse(null);
    }

    /**
     * Whether a value is a small whole number or NaN, such as the count of faults in the inputs: a sum of a few is exact in float32 too, and only that of a
     * thread's pixels has to be widened.
     */
    static boolean isCount(Node node) {
        return switch (node.op()) {
            case Op.Constant(double value) -> value >= 0 && value <= 4 && value == Math.rint(value);
            case Op.Unary(UnaryFunction f) ->
                    switch (f) {
                        case CAST -> isCondition(node.arg(0));
                        case DETACH -> isCount(node.arg(0));
                        default -> false;
                    };
            case Op.Binary(BinaryFunction f) ->
                    switch (f) {
                        case SUB ->
                                node.arg(0) == node.arg(1); // 0, or NaN where that is not finite
                        case ADD -> isCount(node.arg(0)) && isCount(node.arg(1));
                        default -> false;
                    };
            case Op.Select _ -> isCount(node.arg(1)) && isCount(node.arg(2));
            default -> false;
        };
    }

    private static boolean isCondition(Node node) {
        return node.type() == ValueType.BOOL;
    }
}
