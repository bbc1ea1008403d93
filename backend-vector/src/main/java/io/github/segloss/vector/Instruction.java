package io.github.segloss.vector;

/** What a generated loop is made of. Values are vectors of floats, vectors of integers as wide, or masks. */
enum Instruction {
    /** A number in every lane. */
    CONSTANT(Type.FLOATS),
    /** An integer in every lane. */
    INT_CONSTANT(Type.INTEGERS),
    /** A number of the kernel's tables in every lane. */
    SCALAR(Type.FLOATS),
    /** The lanes of a row where the loop stands. */
    ROW(Type.FLOATS),
    ADD(Type.FLOATS),
    SUB(Type.FLOATS),
    MUL(Type.FLOATS),
    DIV(Type.FLOATS),
    /** a b + c, rounded once. */
    FMA(Type.FLOATS),
    NEG(Type.FLOATS),
    ABS(Type.FLOATS),
    SQRT(Type.FLOATS),
    LT(Type.MASK),
    LE(Type.MASK),
    EQ(Type.MASK),
    NE(Type.MASK),
    MASK_AND(Type.MASK),
    MASK_OR(Type.MASK),
    MASK_XOR(Type.MASK),
    MASK_NOT(Type.MASK),
    /** The first argument, but the second where the third, a mask, is set. */
    BLEND(Type.FLOATS),
    /** The first argument, and with the second added where the third, a mask, is set. */
    ADD_WHERE(Type.FLOATS),
    /** The bits of a float. */
    BITS(Type.INTEGERS),
    /** The float of some bits. */
    FROM_BITS(Type.FLOATS),
    INT_TO_FLOAT(Type.FLOATS),
    INT_ADD(Type.INTEGERS),
    INT_SUB(Type.INTEGERS),
    INT_AND(Type.INTEGERS),
    INT_OR(Type.INTEGERS),
    /** The smaller of two integers without sign. */
    INT_MIN_UNSIGNED(Type.INTEGERS),
    /** Bits moved to the left by the immediate. */
    SHIFT_LEFT(Type.INTEGERS),
    /** Bits moved to the right by the immediate; the sign comes in. */
    SHIFT_RIGHT(Type.INTEGERS);

    /** What a value is, in each lane. */
    enum Type {
        FLOATS,
        INTEGERS,
        MASK
    }

    private final Type type;

    Instruction(Type type) {
        this.type = type;
    }

    /** {@return what its result is} */
    Type type() {
        return type;
    }
}
