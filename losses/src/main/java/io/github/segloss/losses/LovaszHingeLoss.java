package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;

/**
 * Lovasz hinge: the hinge errors {@code e = 1 - x (2 g - 1)} of the logits x, sorted downwards, {@code sum max(e, 0) w}, where w are the weights of the
 * Lovasz extension of the Jaccard loss. At least 0; not bounded.
 *
 * <p>One ranking for each channel and sample, or for each channel over the batch. The prediction is logits under activation sigmoid as well as none. An
 * empty target leaves weight 1 for the single largest error and 0 for the others.
 *
 * <p>Berman, Triki, Blaschko: The Lovasz-Softmax loss, CVPR 2018, algorithm 1, doi:10.1109/CVPR.2018.00464; Yu, Blaschko: The Lovasz hinge,
 * IEEE TPAMI 2020, doi:10.1109/TPAMI.2018.2883039.
 */
public record LovaszHingeLoss() implements Loss {
    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("lovasz_hinge", Family.RANKING)
                    .title("Lovasz hinge")
                    .formula(
                            "sum max(e, 0) w(rank of e), e = 1 - x (2 g - 1), w the growth of 1 - IoU along the ranking")
                    .source(
                            "Berman, Triki, Blaschko 2018, algorithm 1, doi:10.1109/CVPR.2018.00464")
                    .purpose(
                            "optimizes the Jaccard index of a binary mask directly; mostly for fine-tuning")
                    .relations("lovasz_softmax is the same extension for errors of probabilities")
                    .traps(
                            "takes logits, never probabilities; an empty target gives a gradient to one pixel only; sorting costs more than other losses")
                    .laws(
                            Law.PERMUTE_SAMPLES,
                            Law.PERMUTE_PIXELS,
                            Law.MASK_IS_REMOVAL,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE)
                    .create(_ -> new LovaszHingeLoss());

    @Override
    public Expr define(LossScope in) {
        in.requireActivation(
                "its channels are logits, each for itself", Activation.SIGMOID, Activation.NONE);
        LovaszExtension lovasz = LovaszExtension.of(in);
        Expr x = in.prediction();
        Expr errors = lovasz.g().gt(0.5).select(x.neg(), x).add(1);
        return in.reduce(lovasz.sum(errors, Formulas.relu(errors)));
    }
}
