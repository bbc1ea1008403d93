package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;

/**
 * Matthews correlation loss, {@code 1 - (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))} of soft counts, each plus eps, over all selected
 * classes of a sample, or of the batch where regions go over it. In [0, 2]; 1 for a prediction without relation to the truth.
 *
 * <p>Abhishek, Hamarneh: Matthews correlation coefficient loss for deep convolutional networks, ISBI 2021, doi:10.1109/ISBI48211.2021.9433782.
 *
 * @param eps added to each of the four counts, above 0
 */
public record MccLoss(double eps) implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("mcc", Family.REGION)
                    .title("Matthews correlation coefficient loss")
                    .formula("1 - (TP TN - FP FN) / sqrt((TP+FP) (TP+FN) (TN+FP) (TN+FN))")
                    .source("Abhishek and Hamarneh 2021, doi:10.1109/ISBI48211.2021.9433782")
                    .purpose("unbalanced binary masks, where true negatives should count too")
                    .traps("the paper pools the batch: choose the option batch")
                    .parameters(
                            ParameterSpec.number("eps", 1e-5, "added to each of the four counts")
                                    .above(0))
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values -> new MccLoss(values.number("eps")));

    /** Checks the parameters. */
    public MccLoss {
        DEFINITION.check("eps", eps);
    }

    /** The loss with its defaults. */
    public MccLoss() {
        this(1e-5);
    }

    @Override
    public Expr define(LossScope in) {
        in.refuseClassWeights("all classes are pooled in four counts");
        Probabilities p = in.probabilities(0);
        Expr g = in.target();
        Expr notG = Expr.one().sub(g);
        Expr tp = count(in, p.p().mul(g));
        Expr tn = count(in, p.q().mul(notG));
        Expr fp = count(in, p.p().mul(notG));
        Expr fn = count(in, p.q().mul(g));
        // Two roots, each of a product of two counts: the product of all four may leave the range.
        Expr positives = tp.add(fp).mul(tp.add(fn)).sqrt();
        Expr negatives = tn.add(fp).mul(tn.add(fn)).sqrt();
        Expr correlation = tp.mul(tn).sub(fp.mul(fn)).div(positives.mul(negatives));
        return in.reduceSamples(Expr.one().sub(correlation));
    }

    private Expr count(LossScope in, Expr e) {
        return in.sumOverClasses(in.sum(e)).add(eps);
    }
}
