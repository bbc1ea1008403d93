package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;

/**
 * In which lanes the terms of a sum are added within a tile of at most {@link Frame#LARGEST_TILE} pixels. From tile to tile it is float64 always. Terms that were
 * rounded to float32 when they were computed lose nothing that matters in float32 lanes; those that come from memory unchanged are exact, and so is their sum.
 */
enum Addition {
    /** In float32: the terms are small. */
    FLOAT(1),
    /** In float32, each term made smaller by a power of two, so that no lane overflows. */
    SCALED(0x1p-10f),
    /** In float64: the terms are exact. */
    DOUBLE(1);

    private static final float SMALL = 1e6f;

    private final float scale;

    Addition(float scale) {
        this.scale = scale;
    }

    /** {@return what the terms are multiplied by while they are added in float32} */
    float scale() {
        return scale;
    }

    /**
     * {@return how to add the values of a node}
     *
     * @param node what is summed
     * @param ranges the ranges of values
     */
    static Addition of(Node node, Ranges ranges) {
        if (ranges.of(node).isWithin(-SMALL, SMALL)) {
            return FLOAT;
        }
        return isExact(node) ? DOUBLE : SCALED;
    }

    /** Whether a value is what was in memory, and no rounding has touched it. */
    private static boolean isExact(Node node) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) ->
                    switch (f) {
                        case NEG, ABS, SIGN, FLOOR, CAST, DETACH, NOT -> isExact(node.arg(0));
                        case SQRT, EXP, LOG, LOG1P, EXPM1, TANH -> false;
                    };
            case Op.Binary(BinaryFunction f) ->
                    switch (f) {
                        case MIN, MAX -> isExact(node.arg(0)) && isExact(node.arg(1));
                        case ADD, SUB, MUL, DIV, POW -> false;
                        case LT, LE, EQ, AND, OR -> true;
                    };
            case Op.Select _ -> isExact(node.arg(1)) && isExact(node.arg(2));
            case Op.Reduce(ReduceFunction f, _) ->
                    TileSteps.isChoice(node)
                            ? isExact(node.arg(0))
                            : f != ReduceFunction.SUM && isExact(node.arg(0));
            case Op.ClassMix _ -> false;
            case Op.Input _, Op.Constant _, Op.ClassTable _, Op.ClassIndex _, Op.Size _ -> true;
            case Op.RankedSum _,
                    Op.DistanceTransform _,
                    Op.WindowExtreme _,
                    Op.WindowScatter _,
                    Op.WindowGather _ ->
                    true;
        };
    }
}
