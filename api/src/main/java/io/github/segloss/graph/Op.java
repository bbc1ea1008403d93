package io.github.segloss.graph;

import java.util.List;

/**
 * The operation of a {@link Node}: a small sealed set that every pass and every backend switches over exhaustively. An op carries its attributes; its
 * arguments are the node's.
 */
public sealed interface Op {

    /**
     * A value from outside.
     *
     * @param role what it is
     * @param name its name, unique in a graph
     * @param extent the axes along which it varies
     * @param type FLOAT, BOOL (a mask) or INDEX (labels)
     * @param matrix whether it is a C x C matrix, which only {@link ClassMix} can read
     */
    record Input(Role role, String name, Axes extent, ValueType type, boolean matrix)
            implements Op {
        /** {@return whether the input is a tensor with a value per pixel, not a small table} */
        public boolean isPixelInput() {
            return extent.isGrid();
        }
    }

    /**
     * A scalar constant.
     *
     * @param value the number
     */
    record Constant(double value) implements Op {}

    /**
     * A constant vector along CLASS.
     *
     * @param values one number per class
     */
    record ClassTable(List<Double> values) implements Op {
        /**
         * Copies the values.
         *
         * @param values one number per class
         */
        public ClassTable {
            values = List.copyOf(values);
        }
    }

    /** The index of the class, 0 to C-1, along CLASS; what makes one-hot free: {@code eq(classIndex, label)}. */
    record ClassIndex() implements Op {}

    /**
     * The run-time number of elements along some axes, in float64.
     *
     * @param axes the axes, at least one
     */
    record Size(Axes axes) implements Op {}

    /**
     * A pointwise function of one argument.
     *
     * @param function the function
     */
    record Unary(UnaryFunction function) implements Op {}

    /**
     * A pointwise function of two arguments.
     *
     * @param function the function
     */
    record Binary(BinaryFunction function) implements Op {}

    /** Pointwise {@code condition ? a : b}; the branch not taken has no influence, not even by NaN. Arguments: condition, a, b. */
    record Select() implements Op {}

    /**
     * A reduction of its argument over axes that the argument varies along.
     *
     * @param function how to reduce
     * @param axes the axes that disappear; ARGMAX takes CLASS only; BATCH never goes while SPACE stays
     */
    record Reduce(ReduceFunction function, Axes axes) implements Op {}

    /**
     * A C x C matrix times the class vector of each pixel: {@code y_d = sum_c M[d, c] x_c}. Arguments: the matrix (an input), x.
     *
     * @param transposed whether M[c, d] is used instead
     */
    record ClassMix(boolean transposed) implements Op {}

    /**
     * For each element the sum of the values of all elements of equal or smaller rank, itself included, where the rank is by key descending, then by
     * index ascending. A key of minus infinity is left out (its result is 0). Summed in float64. Arguments: keys, values. No gradient flows to either.
     * CLASS is never ranked over: each class is a ranking of its own.
     *
     * @param axes the axes that form one ranking: SPACE, or BATCH and SPACE
     */
    record RankedSum(Axes axes) implements Op {}

    /**
     * The exact Euclidean distance of each true element to the nearest false one in the same sample and class, with the spacing of the run; 0 for false
     * elements, and 0 everywhere when the mask has no false element. Argument: a BOOL mask. No gradient.
     */
    record DistanceTransform() implements Op {}

    /**
     * The minimum or maximum over a neighbourhood of each element in its sample and class. Argument: x.
     *
     * @param window the neighbourhood and the border rule
     */
    record WindowExtreme(Window window) implements Op {}

    /**
     * The adjoint of {@link WindowExtreme}: each element of u goes to the positions in its neighbourhood that hold the extreme of x, in equal parts.
     * Arguments: x, u.
     *
     * @param window the neighbourhood and the border rule
     */
    record WindowScatter(Window window) implements Op {}

    /**
     * The adjoint of {@link WindowScatter} in u: the mean of v over the positions in the neighbourhood that hold the extreme of x. Arguments: x, v.
     *
     * @param window the neighbourhood and the border rule
     */
    record WindowGather(Window window) implements Op {}

    /** {@return whether this op cannot be fused: it needs its arguments, and gives its result, as whole arrays} */
    default boolean isStructured() {
        return switch (this) {
            case RankedSum _,
                    DistanceTransform _,
                    WindowExtreme _,
                    WindowScatter _,
                    WindowGather _ ->
                    true;
            case Input _,
                    Constant _,
                    ClassTable _,
                    ClassIndex _,
                    Size _,
                    Unary _,
                    Binary _,
                    Select _,
                    Reduce _,
                    ClassMix _ ->
                    false;
        };
    }
}
