/**
 * The backend {@code vector}: SIMD on the processor by {@code jdk.incubator.vector}.
 *
 * <p>A pass over the pixels is compiled to a list of steps, one object for each op, that all run on a small tile before the next tile: what one step
 * writes, the next reads from the first-level cache. Each step has one loop of its own, compiled by the JVM once for all losses, so a new loss costs
 * nothing. Sums are kept in float64 lanes and combined in a fixed order: the bits of a result depend neither on the number of threads nor on how warm
 * the JVM is.
 */
@NullMarked
package io.github.segloss.vector;

import org.jspecify.annotations.NullMarked;
