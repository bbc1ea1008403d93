package io.github.segloss.vector;

/**
 * How generated loops reach tensors.
 *
 * @param isArrays whether all tensors in float32 that they read or write are arrays of floats, which is the fastest way; else they are memory segments
 * @param isAccumulating whether they add to the tensors that they write
 */
record MemoryAccess(boolean isArrays, boolean isAccumulating) {
    /** How many there are. */
    static final int COUNT = 4;

    /** {@return a number of its own below {@link #COUNT}} */
    int number() {
        return number(isArrays, isAccumulating);
    }

    /** {@return the number of an access} */
    static int number(boolean isArrays, boolean isAccumulating) {
        return (isArrays ? 1 : 0) + (isAccumulating ? 2 : 0);
    }

    /** {@return the number of an access that suits two plans: arrays only if both can reach them} */
    static int common(int number, int other) {
        return number & other & 1 | (number | other) & 2;
    }

    /** {@return the access of a number} */
    static MemoryAccess of(int number) {
        return new MemoryAccess((number & 1) != 0, (number & 2) != 0);
    }

    @Override
    public String toString() {
        return (isAccumulating ? "adding to " : "on ") + (isArrays ? "arrays" : "other memory");
    }
}
