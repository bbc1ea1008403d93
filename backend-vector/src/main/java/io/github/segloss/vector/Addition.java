package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.GridKernel;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * In which lanes the terms of a sum are added within a tile of at most {@link Frame#LARGEST_TILE} pixels. From tile to tile it is float64 always. Terms with an
 * exponential or a logarithm in them, rounded several times already, lose nothing that matters in float32 lanes; others keep what digits they have.
 */
enum Addition {
    /** In float32: the terms are small. */
    FLOAT(1),
    /** In float32, each term made smaller by a power of two, so that no lane overflows. */
    SCALED(0x1p-10f),
    /** In float64: the terms are exact, or nearly. */
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
        return isRounded(node, new IdentityHashMap<>()) ? SCALED : DOUBLE;
    }

    /** Whether a function that is itself good to a unit in the last place only is part of a value. */
    private static boolean isRounded(Node node, Map<Node, Boolean> seen) {
        if (seen.put(node, true) != null || !node.extent().isGrid() || GridKernel.isLoad(node)) {
            return false;
        }
        boolean isFunction =
                switch (node.op()) {
                    case Op.Unary(UnaryFunction f) ->
                            switch (f) {
                                case EXP, LOG, LOG1P, EXPM1, TANH -> true;
                                case NEG, ABS, SIGN, SQRT, FLOOR, CAST, DETACH, NOT -> false;
                            };
                    case Op.Binary(BinaryFunction f) -> f == BinaryFunction.POW;
                    default -> false;
                };
        return isFunction || node.args().stream().anyMatch(arg -> isRounded(arg, seen));
    }
}
