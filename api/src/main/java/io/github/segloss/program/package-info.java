/**
 * From graph to kernels. A {@link io.github.segloss.program.Program} is a list of three kinds of kernel: one pass over the pixels
 * ({@link io.github.segloss.program.GridKernel}), the tiny epilogue between two passes ({@link io.github.segloss.program.ScalarKernel}), and a barrier
 * op on whole arrays ({@link io.github.segloss.program.StructuredKernel}). {@link io.github.segloss.program.Partitioner} holds the rules.
 */
@NullMarked
package io.github.segloss.program;

import org.jspecify.annotations.NullMarked;
