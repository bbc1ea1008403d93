/**
 * Losses, their options and their catalog.
 *
 * <p>A {@link io.github.segloss.loss.Loss} is a record with one method that describes its value. It asks a {@link io.github.segloss.loss.LossScope} for
 * probabilities, targets, sums and means; all {@link io.github.segloss.loss.LossOptions} act there, in one place. A
 * {@link io.github.segloss.loss.LossDefinition} makes a loss known by id, with typed parameters.
 */
@NullMarked
package io.github.segloss.loss;

import org.jspecify.annotations.NullMarked;
