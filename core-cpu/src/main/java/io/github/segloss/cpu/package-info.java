/** Backends for the processor: {@code scalar}, the reference, and {@code openblas}, op by op on whole arrays. */
@NullMarked
package io.github.segloss.cpu;

import org.jspecify.annotations.NullMarked;
