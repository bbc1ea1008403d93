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
 * Lovasz-softmax: for each class the errors {@code e = |g - p|}, sorted downwards, times the weights of the Lovasz extension of the Jaccard loss; then the
 * mean over the classes. In [0, 1].
 *
 * <p>One ranking for each class and sample, or for each class over the batch (the authors' default). Berman, Triki, Blaschko: The Lovasz-Softmax loss, CVPR
 * 2018, doi:10.1109/CVPR.2018.00464.
 *
 * @param classes which classes the mean is over
 */
public record LovaszSoftmaxLoss(Classes classes) implements Loss {
    /** Which classes the mean is over. */
    public enum Classes {
        /** The selected classes with a target pixel in the sample, or in the batch where the ranking goes over it. */
        PRESENT,
        /** All selected classes; for an absent one only the single largest error counts. */
        ALL
    }

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("lovasz_softmax", Family.RANKING)
                    .title("Lovasz-softmax loss")
                    .formula(
                            "mean over classes of sum |g - p| w(rank of |g - p|), w the growth of 1 - IoU along the ranking")
                    .source("Berman, Triki, Blaschko 2018, doi:10.1109/CVPR.2018.00464")
                    .purpose("optimizes the mean Jaccard index directly; mostly for fine-tuning")
                    .relations("lovasz_hinge is the same extension for hinge errors of logits")
                    .traps(
                            "an absent class under 'all' gives a gradient to one pixel only; sorting costs more than other losses")
                    .parameters(
                            ParameterSpec.choice(
                                    "classes",
                                    Classes.PRESENT,
                                    "the mean is over the classes present in the target, or over all"))
                    .laws(
                            Law.PERMUTE_SAMPLES,
                            Law.PERMUTE_PIXELS,
                            Law.RELABEL_CLASSES,
                            Law.MASK_IS_REMOVAL,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new LovaszSoftmaxLoss(values.choice("classes", Classes.class)));

    /** The loss over the classes present. */
    public LovaszSoftmaxLoss() {
        this(Classes.PRESENT);
    }

    @Override
    public Expr define(LossScope in) {
        LovaszExtension lovasz = LovaszExtension.of(in);
        Probabilities p = in.probabilities(0);
        Expr errors = lovasz.g().gt(0.5).select(p.q(), p.p());
        Expr perClass = lovasz.sum(errors, errors);
        return switch (classes) {
            case PRESENT -> in.reducePresent(perClass, lovasz.positives().gt(0));
            case ALL -> in.reduce(perClass);
        };
    }
}
