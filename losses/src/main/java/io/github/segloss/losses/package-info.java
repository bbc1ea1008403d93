/**
 * The losses of the literature, one record each.
 *
 * <p>A record's components are the parameters of its paper; its constant {@code DEFINITION} holds the id, the formula, the source and the allowed values.
 *
 * <pre>{@code
 * Loss dice = new DiceLoss();                                                     // defaults
 * Loss focal = new FocalLoss(0.25, 2);                                            // the paper's parameters
 * Loss tversky = LossCatalog.load().create("tversky", Map.of("alpha_fp", 0.3, "beta_fn", 0.7));
 * }</pre>
 *
 * <p>Weights and mixing factors are parameters of the compiled program: losses that differ in them only share it. Exponents, clip edges and smoothing are
 * part of the program. A weight that is not given is 1.
 */
@NullMarked
package io.github.segloss.losses;

import org.jspecify.annotations.NullMarked;
