package io.github.segloss.tensor;

import io.github.segloss.ShapeMismatchException;
import java.util.Arrays;

/** An immutable list of sizes, the last of which varies fastest in memory (row-major order). Sizes are 64-bit and at least 1. */
public final class Shape {
    private final long[] sizes;
    private final long elements;

    private Shape(long[] sizes) {
        long product = 1;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] < 1) {
                throw new ShapeMismatchException(
                        "shape "
                                + Arrays.toString(sizes)
                                + " has size "
                                + sizes[axis]
                                + " on axis "
                                + axis
                                + "; every size must be at least 1");
            }
            try {
                product = Math.multiplyExact(product, sizes[axis]);
            } catch (ArithmeticException e) {
                throw new ShapeMismatchException(
                        "shape "
                                + Arrays.toString(sizes)
                                + " has more elements than fit in 64 bits",
                        e);
            }
        }
        this.sizes = sizes;
        this.elements = product;
    }

    /**
     * {@return the shape with the given sizes}
     *
     * @param sizes the sizes, slowest axis first, each at least 1; none for a scalar
     * @throws ShapeMismatchException if a size is below 1 or their product exceeds 64 bits
     */
    public static Shape of(long... sizes) {
        return new Shape(sizes.clone());
    }

    /** {@return the number of axes} */
    public int rank() {
        return sizes.length;
    }

    /**
     * {@return the size of one axis}
     *
     * @param axis the axis, 0 to {@code rank() - 1}
     */
    public long size(int axis) {
        return sizes[axis];
    }

    /** {@return the number of elements, the product of all sizes} */
    public long elements() {
        return elements;
    }

    /** {@return a fresh array of the sizes} */
    public long[] toArray() {
        return sizes.clone();
    }

    /**
     * {@return the position of an element as coordinates}
     *
     * @param index the row-major index of the element
     */
    public long[] coordinates(long index) {
        long[] position = new long[sizes.length];
        long rest = index;
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            position[axis] = rest % sizes[axis];
            rest /= sizes[axis];
        }
        return position;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
