package io.github.segloss.vector;

/** How generated loops reach tensors. */
enum MemoryAccess {
    /** All tensors in float32 that they read or write are arrays of floats: the fastest way. */
    ARRAY,
    /** Some are not. */
    SEGMENT
}
