/**
 * 'Scalar Java by hand': for each workload the fastest loop that plain Java was found to give, the yardstick of what a library must be worth. One thread,
 * no Vector API, {@code Math.exp} and {@code Math.log}, arithmetic in float64, gradients rounded to float32 once.
 *
 * <p>What makes them fast: everything fused into one or two passes; no branch that depends on noise; four classes unrolled, renumbered from the largest
 * one so that its exponential, which is 1, is not computed; sums of logarithms taken as one logarithm of a product ({@link
 * io.github.segloss.benchmarks.hand.LogSum}); and what the second pass needs of the first is kept in the gradient, which is about to be overwritten, so that
 * no exponential is computed twice.
 */
@NullMarked
package io.github.segloss.benchmarks.hand;

import org.jspecify.annotations.NullMarked;
