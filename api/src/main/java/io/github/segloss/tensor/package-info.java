/**
 * Tensors: an element type ({@link io.github.segloss.tensor.DType}), a shape and storage, nothing else.
 *
 * <pre>{@code
 * Tensor logits = Tensor.wrap(new float[2 * 4 * 64 * 64], 2, 4, 64, 64); // N, C, height, width
 * Tensor labels = Tensor.wrap(new byte[2 * 64 * 64], 2, 64, 64);         // N, height, width
 * }</pre>
 *
 * <p>Predictions are {@code [N, C, spatial...]}, labels {@code [N, spatial...]}, with one to three spatial axes.
 */
@NullMarked
package io.github.segloss.tensor;

import org.jspecify.annotations.NullMarked;
