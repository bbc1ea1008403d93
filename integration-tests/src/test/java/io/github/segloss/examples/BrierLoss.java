package io.github.segloss.examples;

import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.Terms;

// README: define a loss
/** The squared error of the probabilities (Brier 1950), a loss that is not in the library. */
record BrierLoss(double weight) implements Loss {
    @Override
    public Expr define(LossScope in) {
        Expr error = in.probabilities().sub(in.target());
        Expr weighted = in.parameter("weight", weight).mul(error.square());
        return in.mean(weighted, Terms.CATEGORICAL);
    }
}
// README: end
