package io.github.segloss.cuda;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * One kernel of a source with what it is started with.
 *
 * @param name the name of its function
 * @param alignedName the function to take where every row starts at a multiple of 16 bytes; the same if there is no such variant
 * @param lanes how many neighbours one thread of the aligned variant takes; a row must be a multiple of it
 * @param arguments its arguments, each of 8 bytes
 * @param blocks the number of blocks, of 256 threads each
 * @param about one line for people
 */
record Launch(
        String name,
        String alignedName,
        int lanes,
        List<Argument> arguments,
        ToLongFunction<Sizes> blocks,
        String about) {
    /** The threads of every block. */
    static final int BLOCK = 256;

    Launch {
        arguments = List.copyOf(arguments);
    }

    /** What an argument of a kernel stands for. */
    sealed interface Argument {}

    /**
     * A number known from the sizes.
     *
     * @param of the number
     */
    record Number(ToLongFunction<Sizes> of) implements Argument {}

    /**
     * The address of a tensor of the call.
     *
     * @param name its name
     */
    record TensorAddress(String name) implements Argument {}

    /**
     * The address of a buffer of the workspace.
     *
     * @param buffer its name
     */
    record BufferAddress(String buffer) implements Argument {}

    /** The address of the tables of the call. */
    record TablesAddress() implements Argument {}

    /** 1 if the call adds to its outputs, else 0. */
    record Accumulates() implements Argument {}

    /**
     * A part of the workspace.
     *
     * @param name what it holds
     * @param bytes its size
     * @param isFullSize whether it grows with the number of pixels
     * @param isZeroed whether it holds zeros when it is new
     */
    record Buffer(String name, ToLongFunction<Sizes> bytes, boolean isFullSize, boolean isZeroed) {}

    static Argument number(ToLongFunction<Sizes> of) {
        return new Number(of);
    }

    static long divideUp(long a, long b) {
        return (a + b - 1) / b;
    }

    /** Blocks for a loop with a stride of the whole grid over some number of elements; bounded, because each block takes several rounds. */
    static long blocksFor(long elements) {
        return Math.clamp(divideUp(elements, BLOCK), 1, 1L << 16);
    }
}
