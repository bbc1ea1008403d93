/**
 * The language in which losses are written.
 *
 * <pre>{@code
 * Expr p = in.probabilities(), g = in.target();              // on the pixels, extent {BATCH, CLASS, SPACE}
 * Expr overlap = in.sum(p.mul(g));                            // one number per sample and class
 * return in.reduce(one().sub(overlap.mul(2).div(in.sum(p.add(g)))));
 * }</pre>
 *
 * <p>{@link io.github.segloss.expr.Expr} is a real number, {@link io.github.segloss.expr.Condition} a truth value;
 * {@link io.github.segloss.expr.Formulas} holds sigmoid, softmax and their logarithms in the forms that survive float32.
 */
@NullMarked
package io.github.segloss.expr;

import org.jspecify.annotations.NullMarked;
