/**
 * The backend {@code vector}: SIMD on the processor by {@code jdk.incubator.vector}.
 *
 * <p>A pass over the pixels works on one small tile after the other, so that what one part of it writes the next reads from the first-level cache. It exists
 * three times. The interpreter is a list of steps, one object and one loop for each op; the JVM compiles these loops once for all losses, so a new loss costs
 * nothing. When a pass proves hot, loops are generated for it in the background, each with the work of many ops on values in registers; they take over once
 * the JVM has compiled them to something that boxes no vector and is faster. The same loops without vectors do the first calls, until the JVM has compiled
 * the interpreter. All do the same operations on the same numbers in the same order: the bits of a result depend neither on which of them ran, nor on the
 * number of threads, nor on how warm the JVM is. In float64 there is the interpreter alone, each loop of which has a form without vectors ({@code TwoForms}).
 *
 * <p>To read: {@code Plan} (a program as stages), {@code FloatPass} (tiles, and who runs them), {@code FloatPassCompiler}, {@code TileSteps}, {@code Composites} and
 * {@code Loops} (the interpreter), {@code Schedule} and {@code FusedPass} (which loops there are), {@code LoopOps} and {@code LoopMath} (what an op is in instructions),
 * {@code VectorLoop} and {@code ScalarLoop} (instructions as a class file), {@code GeneratedLoops} and {@code WarmUp} (the change from one to the other).
 */
@NullMarked
package io.github.segloss.vector;

import org.jspecify.annotations.NullMarked;
