/**
 * The front door: open a session, make a loss, evaluate it.
 *
 * <pre>{@code
 * try (Session session = Session.open()) {
 *     LossFunction dice = session.loss(new DiceLoss(), LossOptions.softmax());
 *     LossResult result = dice.evaluate(logits, labels);
 *     double value = result.value();
 *     Tensor gradient = result.gradient();
 * }
 * }</pre>
 */
@NullMarked
package io.github.segloss.runtime;

import org.jspecify.annotations.NullMarked;
