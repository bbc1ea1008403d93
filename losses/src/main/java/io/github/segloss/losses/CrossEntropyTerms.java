package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.Terms;
import java.util.List;

/** The per-pixel terms that the losses of the cross-entropy family share. */
final class CrossEntropyTerms {
    private CrossEntropyTerms() {}

    /** {@code -(g ln p + (1 - g) ln(1 - p))}. */
    static Expr binary(Expr g, Probabilities p) {
        return weightedBinary(g, p, Expr.one(), Expr.one());
    }

    /** {@code -(a g ln p + b (1 - g) ln(1 - p))}. */
    static Expr weightedBinary(Expr g, Probabilities p, Expr a, Expr b) {
        Expr positive = g.mul(p.logP().neg().mul(a));
        Expr negative = Expr.one().sub(g).mul(p.logQ().neg().mul(b));
        return positive.add(negative);
    }

    /** {@code -g_c ln p_c} for each class. */
    static Expr categorical(Expr g, Probabilities p) {
        return g.mul(p.logP().neg());
    }

    /** The target of a yes-or-no question with some belief moved to the other answer: {@code g (1 - s) + (1 - g) s}. */
    static Expr smoothBinary(Expr g, double s) {
        return s == 0 ? g : g.mul(1 - s).add(Expr.one().sub(g).mul(s));
    }

    /** The target over classes with some belief spread evenly over all: {@code g (1 - s) + s / C}. */
    static Expr smoothCategorical(Expr g, double s, int classes) {
        return s == 0 ? g : g.mul(1 - s).add(s / classes);
    }

    /** The mean cross-entropy: over classes where they exclude each other, else of each channel. Given probabilities are clipped. */
    static Expr mean(LossScope in, double labelSmoothing, double clipEps) {
        Probabilities p =
                in.probabilities(in.options().activation() == Activation.NONE ? clipEps : 0);
        Expr g = in.target();
        return in.hasIndependentChannels()
                ? in.mean(binary(smoothBinary(g, labelSmoothing), p), Terms.INDEPENDENT)
                : in.mean(
                        categorical(smoothCategorical(g, labelSmoothing, in.classes()), p),
                        Terms.CATEGORICAL);
    }

    /**
     * {@code q^gamma} of a small q and its logarithm. Below 1 the exponent makes the slope of the power infinite at 0, where the exponential of the
     * logarithm still has a finite product with what multiplies it.
     */
    static Expr power(Expr q, Expr logQ, double gamma) {
        return gamma > 0 && gamma < 1 ? logQ.mul(gamma).exp() : q.pow(gamma);
    }

    /** A run-time weight: one number for all classes, one per class, or 1 if there is none. */
    static Expr weight(LossScope in, String name, List<Double> values) {
        return switch (values.size()) {
            case 0 -> Expr.one();
            case 1 -> in.parameter(name, values.getFirst());
            default -> in.classParameter(name, values);
        };
    }

    /** What a parameter's specification checks: null, a number, or a list. */
    static Object numberOrNumbers(List<Double> values) {
        return values.size() == 1 ? values.getFirst() : values;
    }
}
