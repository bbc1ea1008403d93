package io.github.segloss.examples;

import io.github.segloss.loss.Family;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossProvider;
import io.github.segloss.loss.ParameterSpec;
import java.util.List;

// CONTRIBUTING: register a loss
/** Makes the loss known by id, with a checked parameter. */
public final class BrierLosses implements LossProvider {
    @Override
    public List<LossDefinition> definitions() {
        return List.of(
                LossDefinition.of("brier", Family.CROSS_ENTROPY)
                        .title("Brier loss")
                        .formula("weight * mean over voxels of sum over classes of (p - g)^2")
                        .source("Brier 1950, Monthly Weather Review 78")
                        .purpose("a bounded error of probabilities")
                        .parameters(ParameterSpec.number("weight", 1, "a factor").atLeast(0))
                        .create(values -> new BrierLoss(values.number("weight"))));
    }
}
// CONTRIBUTING: end
