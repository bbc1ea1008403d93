package io.github.segloss.expr;

/**
 * A probability and what must not be computed from it by subtraction or logarithm in float32: all four carry their own accuracy and, when clipped, are
 * clipped by the same two decisions.
 *
 * @param p the probability
 * @param q its complement {@code 1 - p}
 * @param logP {@code ln p}
 * @param logQ {@code ln (1 - p)}
 */
public record Probabilities(Expr p, Expr q, Expr logP, Expr logQ) {
    /**
     * {@return the same with p and q exchanged where a condition holds}
     *
     * @param condition where to exchange
     */
    public Probabilities swapWhere(Condition condition) {
        return new Probabilities(
                        condition.select(q, p),
                        condition.select(p, q),
                        condition.select(logQ, logP),
                        condition.select(logP, logQ))
                .withComplements();
    }

    /** The same with q differentiated as what it is, {@code 1 - p}, and not as it is computed. */
    Probabilities withComplements() {
        return new Probabilities(p, q.withDerivative(p, Expr.constant(-1)), logP, logQ);
    }

    /**
     * {@return these probabilities clipped to {@code [eps, 1 - eps]}; outside the closed interval no gradient passes}
     *
     * <p>The decision is made on the small one of p and q, so that both ends exist in float32, where {@code 1 - 1e-7} is hardly distinct from 1.
     *
     * @param eps the distance of the clip edges from 0 and 1; 0 for no clip
     */
    public Probabilities clip(double eps) {
        if (eps == 0) {
            return this;
        }
        return clip(eps, q.lt(eps));
    }

    /**
     * The same for whoever knows where q is small.
     *
     * @param high where q is below eps
     */
    Probabilities clip(double eps, Condition high) {
        Condition low = p.lt(eps);
        double logEps = Math.log(eps);
        double logRest = Math.log1p(-eps);
        return new Probabilities(
                        clip(low, high, p, eps, 1 - eps),
                        clip(low, high, q, 1 - eps, eps),
                        clip(low, high, logP, logEps, logRest),
                        clip(low, high, logQ, logRest, logEps))
                .withComplements();
    }

    private static Expr clip(
            Condition low, Condition high, Expr value, double atLow, double atHigh) {
        return low.select(atLow, high.select(atHigh, value));
    }
}
