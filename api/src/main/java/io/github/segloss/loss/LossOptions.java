package io.github.segloss.loss;

import io.github.segloss.InvalidParameterException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The options that every loss has, with one meaning each. A mask, a weight map and an upstream gradient are not among them: they are inputs, and are
 * used when they are given.
 *
 * @param activation what turns the prediction into probabilities
 * @param target how the ground truth is given
 * @param classes which classes count
 * @param classWeights one weight per class, finite and at least 0; empty for none. Changing their values never recompiles
 * @param ignoreIndex the target value of pixels that do not count; null for none
 * @param weightNormalization what a weighted mean divides by; null for the loss's own default
 * @param batch whether regions and rankings go over the whole batch instead of each sample
 * @param reduction what becomes of the single values
 * @param meanOver over what per-element terms are averaged; null for the loss's own default
 */
public record LossOptions(
        Activation activation,
        TargetKind target,
        ClassSelection classes,
        List<Double> classWeights,
        @Nullable Long ignoreIndex,
        @Nullable WeightNormalization weightNormalization,
        boolean batch,
        Reduction reduction,
        @Nullable MeanOver meanOver) {

    /**
     * Checks the class weights.
     *
     * @param activation what turns the prediction into probabilities
     * @param target how the ground truth is given
     * @param classes which classes count
     * @param classWeights one weight per class
     * @param ignoreIndex the target value of pixels that do not count
     * @param weightNormalization what a weighted mean divides by
     * @param batch whether regions go over the whole batch
     * @param reduction what becomes of the single values
     * @param meanOver over what per-element terms are averaged
     */
    public LossOptions {
        classWeights = List.copyOf(classWeights);
        for (int c = 0; c < classWeights.size(); c++) {
            double weight = classWeights.get(c);
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new InvalidParameterException(
                        "class weight "
                                + c
                                + " is "
                                + weight
                                + "; class weights must be finite and at least 0");
            }
        }
    }

    /** {@return options for one or more independent channels of logits with a target of 0 and 1} */
    public static LossOptions sigmoid() {
        return of(Activation.SIGMOID, TargetKind.BINARY);
    }

    /** {@return options for logits of exclusive classes with a target of class indices} */
    public static LossOptions softmax() {
        return of(Activation.SOFTMAX, TargetKind.CLASS_INDICES);
    }

    /** {@return options for probabilities of exclusive classes with a target of class indices} */
    public static LossOptions probabilities() {
        return of(Activation.NONE, TargetKind.CLASS_INDICES);
    }

    /**
     * {@return options with everything else at its default}
     *
     * @param activation what turns the prediction into probabilities
     * @param target how the ground truth is given
     */
    public static LossOptions of(Activation activation, TargetKind target) {
        return new LossOptions(
                activation,
                target,
                ClassSelection.ALL,
                List.of(),
                null,
                null,
                false,
                Reduction.MEAN,
                null);
    }

    /**
     * {@return the same with another activation}
     *
     * @param value what turns the prediction into probabilities
     */
    public LossOptions withActivation(Activation value) {
        return new LossOptions(
                value,
                target,
                classes,
                classWeights,
                ignoreIndex,
                weightNormalization,
                batch,
                reduction,
                meanOver);
    }

    /**
     * {@return the same with another kind of target}
     *
     * @param value how the ground truth is given
     */
    public LossOptions withTarget(TargetKind value) {
        return new LossOptions(
                activation,
                value,
                classes,
                classWeights,
                ignoreIndex,
                weightNormalization,
                batch,
                reduction,
                meanOver);
    }

    /**
     * {@return the same with another selection of classes}
     *
     * @param value which classes count
     */
    public LossOptions withClasses(ClassSelection value) {
        return new LossOptions(
                activation,
                target,
                value,
                classWeights,
                ignoreIndex,
                weightNormalization,
                batch,
                reduction,
                meanOver);
    }

    /**
     * {@return the same with other class weights}
     *
     * @param values one weight per class; none to remove them
     */
    public LossOptions withClassWeights(double... values) {
        List<Double> weights = new ArrayList<>();
        for (double value : values) {
            weights.add(value);
        }
        return new LossOptions(
                activation,
                target,
                classes,
                weights,
                ignoreIndex,
                weightNormalization,
                batch,
                reduction,
                meanOver);
    }

    /**
     * {@return the same with another ignore index}
     *
     * @param value the target value of pixels that do not count; null for none
     */
    public LossOptions withIgnoreIndex(@Nullable Long value) {
        return new LossOptions(
                activation,
                target,
                classes,
                classWeights,
                value,
                weightNormalization,
                batch,
                reduction,
                meanOver);
    }

    /**
     * {@return the same with another weight normalization}
     *
     * @param value what a weighted mean divides by; null for the loss's own default
     */
    public LossOptions withWeightNormalization(@Nullable WeightNormalization value) {
        return new LossOptions(
                activation,
                target,
                classes,
                classWeights,
                ignoreIndex,
                value,
                batch,
                reduction,
                meanOver);
    }

    /**
     * {@return the same with regions per sample or over the batch}
     *
     * @param value whether regions and rankings go over the whole batch
     */
    public LossOptions withBatch(boolean value) {
        return new LossOptions(
                activation,
                target,
                classes,
                classWeights,
                ignoreIndex,
                weightNormalization,
                value,
                reduction,
                meanOver);
    }

    /**
     * {@return the same with another reduction}
     *
     * @param value what becomes of the single values
     */
    public LossOptions withReduction(Reduction value) {
        return new LossOptions(
                activation,
                target,
                classes,
                classWeights,
                ignoreIndex,
                weightNormalization,
                batch,
                value,
                meanOver);
    }

    /**
     * {@return the same with another divisor of means}
     *
     * @param value over what per-element terms are averaged; null for the loss's own default
     */
    public LossOptions withMeanOver(@Nullable MeanOver value) {
        return new LossOptions(
                activation,
                target,
                classes,
                classWeights,
                ignoreIndex,
                weightNormalization,
                batch,
                reduction,
                value);
    }

    /** {@return the ignore index, if there is one} */
    public OptionalLong ignored() {
        return ignoreIndex == null ? OptionalLong.empty() : OptionalLong.of(ignoreIndex);
    }
}
