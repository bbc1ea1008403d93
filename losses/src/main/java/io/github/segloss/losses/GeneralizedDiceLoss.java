package io.github.segloss.losses;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.ParameterValues;

/**
 * Generalized Dice loss, {@code 1 - (2 sum_c w_c I_c + smooth_nr) / (sum_c w_c (A_c + B_c) + smooth_dr)} for each sample, where w_c falls with the volume
 * B_c of the class in the target. In [0, 1] where both smoothings are equal.
 *
 * <p>Sudre, Li, Vercauteren, Ourselin, Cardoso: Generalised Dice overlap as a deep learning loss function for highly unbalanced segmentations, DLMIA 2017,
 * doi:10.1007/978-3-319-67558-9_28. The weights are constants for the gradient.
 *
 * @param weightType how the weight falls with the volume
 * @param emptyClassWeight the weight of a class without target pixels, whose formula would be infinite
 * @param region smoothing, squares, overlap
 */
public record GeneralizedDiceLoss(
        WeightType weightType, EmptyClassWeight emptyClassWeight, RegionOptions region)
        implements Loss {
    /** How the weight of a class falls with its volume. */
    public enum WeightType {
        /** {@code 1 / B^2}. */
        SQUARE,
        /** {@code 1 / B}. */
        SIMPLE,
        /** 1 for all classes. */
        UNIFORM
    }

    /** The weight of a class without target pixels. */
    public enum EmptyClassWeight {
        /** The largest weight of the other classes of the sample (of the batch where regions go over it), or 0 if there is none. */
        MAX,
        /** 0: false positives of that class cost nothing by themselves. */
        ZERO
    }

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("generalized_dice", Family.REGION)
                    .title("Generalized Dice loss")
                    .formula(
                            "1 - (2 sum_c w_c I_c + smooth_nr) / (sum_c w_c (A_c + B_c) + smooth_dr), w_c = 1 / B_c^2")
                    .source("Sudre et al. 2017, doi:10.1007/978-3-319-67558-9_28")
                    .purpose("many classes of very different volume, in one ratio")
                    .relations(
                            "dice of one channel, whatever the weights, where the smoothing is small")
                    .traps(
                            "the smallest class rules; an absent class would have an infinite weight (empty_class_weight)")
                    .parameters(
                            ParameterSpec.choice(
                                    "weight_type",
                                    WeightType.SQUARE,
                                    "how the weight of a class falls with its volume"),
                            ParameterSpec.choice(
                                    "empty_class_weight",
                                    EmptyClassWeight.MAX,
                                    "the weight of a class without target pixels"))
                    .parameters(
                            RegionOptions.SMOOTH_NR,
                            RegionOptions.SMOOTH_DR,
                            RegionOptions.SQUARED,
                            RegionOptions.OVERLAP)
                    .laws(LawSets.SUMS)
                    .laws(
                            Law.RELABEL_CLASSES,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(GeneralizedDiceLoss::of);

    /** Checks the parameters. */
    public GeneralizedDiceLoss {
        region.check(DEFINITION);
    }

    /** The loss with its defaults: weights 1 / B^2. */
    public GeneralizedDiceLoss() {
        this(WeightType.SQUARE, EmptyClassWeight.MAX, RegionOptions.DEFAULT);
    }

    static GeneralizedDiceLoss of(ParameterValues values) {
        return new GeneralizedDiceLoss(
                values.choice("weight_type", WeightType.class),
                values.choice("empty_class_weight", EmptyClassWeight.class),
                RegionOptions.of(values));
    }

    @Override
    public Expr define(LossScope in) {
        in.refuseClassWeights("the classes are weighed by their volumes");
        RegionSums sums = region.sums(in);
        Expr w = weights(in, sums.target());
        Expr missed = in.sumOverClasses(w.mul(sums.difference()));
        Expr total = in.sumOverClasses(w.mul(sums.total()));
        return in.reduceSamples(sums.shortfall(missed, total));
    }

    private Expr weights(LossScope in, Expr volume) {
        Condition present = volume.gt(0);
        Condition selected = in.selected();
        Condition counted = selected == null ? present : present.and(selected);
        Expr b = present.select(volume, 1);
        Expr formula =
                switch (weightType) {
                    case SQUARE -> Expr.one().div(b.square());
                    case SIMPLE -> Expr.one().div(b);
                    case UNIFORM -> Expr.one();
                };
        if (weightType == WeightType.UNIFORM && emptyClassWeight == EmptyClassWeight.MAX) {
            return formula;
        }
        Expr finite = counted.select(formula, 0);
        return switch (emptyClassWeight) {
            case MAX -> present.select(finite, finite.max(Axes.CLASS)).detach();
            case ZERO -> finite.detach();
        };
    }
}
