package io.github.segloss.losses;

import io.github.segloss.SegLossException;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.loss.TargetKind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A loss with its defaults under one way to give prediction and target. */
record Setting(LossDefinition definition, Activation activation, int channels, TargetKind target) {
    private record Form(Activation activation, int channels, TargetKind target) {}

    private static final List<Form> FORMS =
            List.of(
                    new Form(Activation.SOFTMAX, 3, TargetKind.CLASS_INDICES),
                    new Form(Activation.SOFTMAX, 3, TargetKind.ONE_HOT),
                    new Form(Activation.SOFTMAX, 3, TargetKind.SOFT),
                    new Form(Activation.SIGMOID, 1, TargetKind.BINARY),
                    new Form(Activation.SIGMOID, 1, TargetKind.CLASS_INDICES),
                    new Form(Activation.SIGMOID, 1, TargetKind.SOFT),
                    new Form(Activation.SIGMOID, 3, TargetKind.BINARY),
                    new Form(Activation.NONE, 3, TargetKind.ONE_HOT),
                    new Form(Activation.NONE, 1, TargetKind.BINARY));

    private static final List<Setting> ALL =
            LossCatalog.load().all().stream().flatMap(Setting::of).toList();

    /** Every loss of the catalog in every form that it does not refuse; at least one each. */
    static Stream<Setting> all() {
        return ALL.stream();
    }

    private static Stream<Setting> of(LossDefinition definition) {
        List<Setting> settings =
                FORMS.stream()
                        .map(form ->
                                new Setting(
                                        definition, form.activation, form.channels, form.target))
                        .filter(setting -> setting.allows(setting.options()))
                        .toList();
        if (settings.isEmpty()) {
            throw new AssertionError(definition.id() + " refuses every form of input");
        }
        return settings.stream();
    }

    LossOptions options() {
        return LossOptions.of(activation, target);
    }

    Loss loss() {
        return definition.create(Map.of());
    }

    /** Whether the loss is defined under some options. */
    boolean allows(LossOptions options) {
        try {
            var _ =
                    LossGraph.of(
                            loss(),
                            options,
                            new InputLayout(channels, false, null, true, false),
                            Outputs.VALUE);
            return true;
        } catch (SegLossException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return definition.id() + " " + activation + " " + channels + " " + target;
    }
}
