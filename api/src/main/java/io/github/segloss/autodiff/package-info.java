/** Reverse-mode differentiation of graphs: {@link io.github.segloss.autodiff.Autodiff} holds one rule for each op. */
@NullMarked
package io.github.segloss.autodiff;

import org.jspecify.annotations.NullMarked;
