package io.github.segloss.conformance;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Op;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One loss under one choice of everything that can be chosen, with random inputs made from a seed.
 *
 * @param definition the loss
 * @param parameters its parameters that are not at their default
 * @param options the options
 * @param sizes the sizes
 * @param hasMask whether a mask is given
 * @param weightMap the extent of the weight map; null for none
 * @param hasSpacing whether neighbours are at other distances than 1
 * @param hasUpstream whether a gradient with respect to the value is given
 * @param seed what the inputs are made from
 */
record Trial(
        LossDefinition definition,
        Map<String, Object> parameters,
        LossOptions options,
        Sizes sizes,
        boolean hasMask,
        @Nullable Axes weightMap,
        boolean hasSpacing,
        boolean hasUpstream,
        long seed) {

    Trial withOptions(LossOptions other) {
        return new Trial(
                definition,
                parameters,
                other,
                sizes,
                hasMask,
                weightMap,
                hasSpacing,
                hasUpstream,
                seed);
    }

    Trial withParameters(Map<String, Object> other) {
        return new Trial(
                definition,
                other,
                options,
                sizes,
                hasMask,
                weightMap,
                hasSpacing,
                hasUpstream,
                seed);
    }

    Trial withSizes(Sizes other) {
        return new Trial(
                definition,
                parameters,
                options,
                other,
                hasMask,
                weightMap,
                hasSpacing,
                hasUpstream,
                seed);
    }

    Trial withMask(boolean mask) {
        return new Trial(
                definition,
                parameters,
                options,
                sizes,
                mask,
                weightMap,
                hasSpacing,
                hasUpstream,
                seed);
    }

    Trial withWeightMap(@Nullable Axes map) {
        return new Trial(
                definition,
                parameters,
                options,
                sizes,
                hasMask,
                map,
                hasSpacing,
                hasUpstream,
                seed);
    }

    Trial withSpacing(boolean spacing) {
        return new Trial(
                definition,
                parameters,
                options,
                sizes,
                hasMask,
                weightMap,
                spacing,
                hasUpstream,
                seed);
    }

    Trial withUpstream(boolean upstream) {
        return new Trial(
                definition,
                parameters,
                options,
                sizes,
                hasMask,
                weightMap,
                hasSpacing,
                upstream,
                seed);
    }

    Trial withSeed(long other) {
        return new Trial(
                definition,
                parameters,
                options,
                sizes,
                hasMask,
                weightMap,
                hasSpacing,
                hasUpstream,
                other);
    }

    Loss loss() {
        return definition.create(parameters);
    }

    /** The graph of value and gradient. */
    LossGraph graph() {
        InputLayout layout =
                new InputLayout(sizes.classes(), hasMask, layoutWeightMap(), true, hasUpstream);
        return LossGraph.of(loss(), options, layout, Outputs.BOTH);
    }

    private @Nullable Axes layoutWeightMap() {
        return weightMap != null && sizes.classes() == 1 ? Axes.BATCH_SPACE : weightMap;
    }

    /** The exception by which the loss refuses this trial, if it does: a parameter or a shape that does not fit. Any other exception comes through. */
    Optional<RuntimeException> refusal() {
        try {
            graph();
            return Optional.empty();
        } catch (InvalidParameterException | ShapeMismatchException e) {
            return Optional.of(e);
        }
    }

    /** Whether ranks, distances or neighbourhoods are part of the loss, so that the gradient changes in steps. */
    boolean isStepwise() {
        return graph().graph().nodes().stream().anyMatch(node -> isStructured(node.op()));
    }

    private static boolean isStructured(Op op) {
        return op.isStructured();
    }

    /** Random inputs with predictions of a type. */
    LossInputs inputs(DType type) {
        return new TrialInputs(this, type).inputs();
    }

    LossResult evaluate(Session session, LossInputs inputs) {
        return session.loss(loss(), options).evaluate(inputs);
    }

    @Override
    public String toString() {
        return definition.id()
                + parameters
                + " with "
                + options
                + ", "
                + sizes
                + (hasMask ? ", mask" : "")
                + (weightMap == null ? "" : ", weight map {" + weightMap + "}")
                + (hasSpacing ? ", spacing" : "")
                + (hasUpstream ? ", upstream" : "")
                + ", seed "
                + seed;
    }
}
