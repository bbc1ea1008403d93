/**
 * The intermediate representation: small typed graphs over the axes BATCH, CLASS and SPACE.
 *
 * <p>A {@link io.github.segloss.graph.Node} is an {@link io.github.segloss.graph.Op} applied to nodes. Its <em>extent</em> is the set of axes along
 * which it varies; a node without SPACE is a tiny table that is computed once, in float64, between two passes over the pixels. Every pass over a graph
 * is an exhaustive {@code switch} over the sealed {@code Op}, so a new op is one more row in each, and the compiler names the rows missing.
 *
 * <p>Losses do not use this package: they are written with {@link io.github.segloss.expr.Expr}.
 */
@NullMarked
package io.github.segloss.graph;

import org.jspecify.annotations.NullMarked;
