package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.ValueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the interpreter computes a sum over the pixels, and what it reads: a selection, a count or a product is added up without being stored.
 *
 * @param sum the sum
 * @param fold the loop
 * @param tail what to put behind the last pixel of the first operand so that it does not count
 * @param operands the values on the pixels that the loop reads
 * @param scale what the terms are multiplied by while they are added
 * @param scalar a number that the loop compares with; null for none
 * @param first the number of its first lane sum
 */
record PixelSum(
        PassGraph.Sum sum,
        SumSteps.Fold fold,
        float tail,
        float scale,
        List<Node> operands,
        @Nullable Node scalar,
        int first) {
    private static PixelSum of(
            PassGraph.Sum sum,
            int first,
            SumSteps.Fold fold,
            float tail,
            float scale,
            @Nullable Node scalar,
            Node... operands) {
        return new PixelSum(sum, fold, tail, scale, List.of(operands), scalar, first);
    }

    /**
     * {@return the way to compute a sum}
     *
     * @param sum the sum
     * @param first the number of its first lane sum
     * @param isArgumentUsedOnce whether nothing else needs what is summed
     * @param addition in which lanes to add
     */
    static PixelSum of(
            PassGraph.Sum sum, int first, boolean isArgumentUsedOnce, Addition addition) {
        Node arg = sum.argument();
        float scale = addition.scale();
        if (addition == Addition.DOUBLE) {
            return of(sum, first, SumSteps.EXACT, 0f, scale, null, arg);
        }
        if (sum.function() == ReduceFunction.SUM && isArgumentUsedOnce) {
            if (arg.op() instanceof Op.Select) {
                Conditions.Test test = Conditions.of(arg.arg(0));
                if (test.compares() == Conditions.Compares.EQUAL) {
                    if (arg.arg(2).isConstant(0)) {
                        return of(
                                sum,
                                first,
                                SumSteps.WHERE_EQUAL,
                                Float.NaN,
                                scale,
                                test.scalar(),
                                test.row(),
                                arg.arg(1));
                    }
                    if (arg.arg(1).isConstant(0)) {
                        return of(
                                sum,
                                first,
                                SumSteps.WHERE_UNEQUAL,
                                0f,
                                scale,
                                test.scalar(),
                                test.row(),
                                arg.arg(2));
                    }
                }
            }
            if (TileSteps.isAlias(arg) && arg.arg(0).type() == ValueType.BOOL) {
                Conditions.Test test = Conditions.of(arg.arg(0));
                if (test.compares() == Conditions.Compares.EQUAL) {
                    return of(
                            sum,
                            first,
                            SumSteps.COUNT_EQUAL,
                            Float.NaN,
                            1f,
                            test.scalar(),
                            test.row());
                }
            }
            if (arg.op() instanceof Op.Binary(BinaryFunction f)
                    && f == BinaryFunction.MUL
                    && arg.arg(0).extent().isGrid()
                    && arg.arg(1).extent().isGrid()) {
                return of(sum, first, SumSteps.PRODUCT, 0f, scale, null, arg.arg(0), arg.arg(1));
            }
        }
        return of(sum, first, SumSteps.PLAIN, 0f, scale, null, arg);
    }
}
