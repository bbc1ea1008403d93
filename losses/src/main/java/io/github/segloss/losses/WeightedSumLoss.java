package io.github.segloss.losses;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.expr.Expr;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossScope;
import java.util.List;

/**
 * A weighted sum of losses, {@code sum_k w_k L_k}. Each part keeps its own rules, among them what its weighted means divide by; with reduction none all
 * parts must have values of one shape.
 *
 * <p>The weights are parameters of the compiled program, in order named {@code weight}, {@code weight#2}, {@code weight#3} and so on: a schedule changes
 * them without compiling.
 *
 * @param parts the losses with their weights, at least one
 */
public record WeightedSumLoss(List<Part> parts) implements Loss {

    /**
     * A loss with its weight.
     *
     * @param weight any finite number
     * @param loss the loss
     */
    public record Part(double weight, Loss loss) {
        /** Checks the weight. */
        public Part {
            if (!Double.isFinite(weight)) {
                throw new InvalidParameterException(
                        "weighted_sum: the weight of "
                                + loss.id()
                                + " is "
                                + weight
                                + "; it must be finite");
            }
        }
    }

    /** Checks that there is a part. */
    public WeightedSumLoss {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new InvalidParameterException(
                    "weighted_sum: it has no parts; give at least one loss");
        }
    }

    /**
     * The sum of two losses.
     *
     * @param weight the weight of the first
     * @param loss the first
     * @param otherWeight the weight of the second
     * @param other the second
     */
    public WeightedSumLoss(double weight, Loss loss, double otherWeight, Loss other) {
        this(List.of(new Part(weight, loss), new Part(otherWeight, other)));
    }

    @Override
    public Expr define(LossScope in) {
        return in.compound(
                parts.stream()
                        .map(part ->
                                in.part(part.loss()).mul(in.parameter("weight", part.weight())))
                        .toArray(Expr[]::new));
    }
}
