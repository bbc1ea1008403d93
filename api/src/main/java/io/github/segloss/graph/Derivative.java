package io.github.segloss.graph;

/**
 * What is known of a node that is a pointwise function of one other and of nothing else that is varied: {@code dv/dx}. Differentiation follows it in place of the node's arguments; what computes
 * the node is the same with it and without.
 *
 * @param of the node x
 * @param factor the derivative, with no axis that the node lacks
 */
public record Derivative(Node of, Node factor) {}
