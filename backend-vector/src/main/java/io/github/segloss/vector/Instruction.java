package io.github.segloss.vector;

/** What a generated loop is made of. Values are vectors of floats, vectors of integers as wide, or masks. */
enum Instruction {
    /** A number in every lane. */
    CONSTANT,
    /** An integer in every lane. */
    INT_CONSTANT,
    /** A number of the kernel's tables in every lane. */
    SCALAR,
    /** The lanes of a row where the loop stands. */
    ROW,
    ADD,
    SUB,
    MUL,
    DIV,
    /** a b + c, rounded once. */
    FMA,
    NEG,
    ABS,
    SQRT,
    LT,
    LE,
    EQ,
    NE,
    MASK_AND,
    MASK_OR,
    MASK_XOR,
    MASK_NOT,
    /** The first argument, but the second where the third, a mask, is set. */
    BLEND,
    /** The first argument, and with the second added where the third, a mask, is set. */
    ADD_WHERE,
    /** The bits of a float. */
    BITS,
    /** The float of some bits. */
    FROM_BITS,
    INT_TO_FLOAT,
    INT_ADD,
    INT_SUB,
    INT_AND,
    INT_OR,
    /** Bits moved to the left by the immediate. */
    SHIFT_LEFT,
    /** Bits moved to the right by the immediate; the sign comes in. */
    SHIFT_RIGHT
}
