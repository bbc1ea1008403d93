package io.github.segloss.cuda;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.backend.Geometry;
import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Reduction;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.losses.PaperLosses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trials of the losses of the catalog, with their defaults, under options and inputs that bring out different kernels. */
final class LossTrials {
    private static final List<LossDefinition> LOSSES = new PaperLosses().definitions();

    private LossTrials() {}

    /** Every loss in the first form that it is defined for: over channels, as a single channel, as a number given as it is. */
    static List<Trial> all(int channels, Trial.Data data) {
        List<Trial> trials = new ArrayList<>();
        for (LossDefinition loss : LOSSES) {
            forms(loss, channels, data).forEach(trials::add);
        }
        return trials;
    }

    private static List<Trial> forms(LossDefinition loss, int channels, Trial.Data data) {
        List<Trial> forms = new ArrayList<>();
        boolean hasDistances = loss.id().contains("boundary");
        for (Activation activation : Activation.values()) {
            for (TargetKind target : List.of(TargetKind.CLASS_INDICES, TargetKind.SOFT)) {
                if (target == TargetKind.SOFT && activation != Activation.SIGMOID) {
                    continue;
                }
                LossOptions options = LossOptions.of(activation, target);
                int c = activation == Activation.SIGMOID ? 1 : channels;
                InputLayout layout = new InputLayout(c, false, null, hasDistances, false);
                Trial.Data given = data.probabilities(activation == Activation.NONE);
                if (target == TargetKind.SOFT) {
                    given = given.soft();
                }
                trial(loss, loss.id() + " " + activation + " " + target, options, layout, given)
                        .ifPresent(forms::add);
            }
        }
        return forms;
    }

    /** Empty where the loss is not defined under the options. */
    static Optional<Trial> trial(
            LossDefinition loss,
            String name,
            LossOptions options,
            InputLayout layout,
            Trial.Data data) {
        try {
            return Optional.of(Trial.of(name, loss.create(Map.of()), options, layout, data));
        } catch (InvalidParameterException e) {
            return Optional.empty();
        }
    }

    static Trial softmax(String id, int channels, Trial.Data data) {
        return of(id, LossOptions.softmax(), InputLayout.of(channels), data);
    }

    static Trial of(String id, LossOptions options, InputLayout layout, Trial.Data data) {
        LossDefinition loss =
                LOSSES.stream().filter(l -> l.id().equals(id)).findFirst().orElseThrow();
        return trial(
                        loss,
                        id + " " + layout.channels() + " channels " + data.floating(),
                        options,
                        layout,
                        data)
                .orElseThrow();
    }

    /** Masks, weight maps, ignored labels, class weights, upstream gradients. */
    static List<Trial> withInputs(Geometry geometry) {
        Trial.Data data = Trial.Data.of(geometry);
        InputLayout everything = new InputLayout(4, true, Axes.BATCH_SPACE, false, true);
        return List.of(
                of(
                        "dice",
                        LossOptions.softmax().withIgnoreIndex(1L).withClassWeights(1, 0.5, 2, 0),
                        everything,
                        data),
                of("cross_entropy", LossOptions.softmax().withIgnoreIndex(1L), everything, data),
                of("dice_ce", LossOptions.softmax().withBatch(true), everything, data),
                of(
                        "focal",
                        LossOptions.softmax().withReduction(Reduction.NONE),
                        InputLayout.of(4),
                        data),
                of(
                        "dice",
                        LossOptions.softmax().withReduction(Reduction.NONE),
                        InputLayout.of(4),
                        data));
    }
}
