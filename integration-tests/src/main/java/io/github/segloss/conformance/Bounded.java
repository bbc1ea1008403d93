package io.github.segloss.conformance;

/**
 * The elements of a value and how far a backend may be off at each of them.
 *
 * <p>The bound of a FLOAT is a distance; an infinite one says that nothing is known. The bound of a BOOL or an INDEX is 0 where rounding cannot change it,
 * else how far it may jump: a comparison whose sides are nearer to each other than their bounds may go either way.
 *
 * @param values the exact elements, row-major over the axes of the extent
 * @param errors the bounds, none negative, none NaN
 */
record Bounded(double[] values, double[] errors) {
    /** Room for a number of elements. */
    Bounded(int count) {
        this(new double[count], new double[count]);
    }

    /** Values without any error. */
    static Bounded exact(double... values) {
        return new Bounded(values, new double[values.length]);
    }

    void set(int index, double value, double error) {
        values[index] = value;
        errors[index] = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    int count() {
        return values.length;
    }
}
