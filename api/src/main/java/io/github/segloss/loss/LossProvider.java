package io.github.segloss.loss;

import java.util.List;

/** Adds losses to the catalog; found by {@link java.util.ServiceLoader}. */
public interface LossProvider {
    /** {@return the losses, each with an id of its own} */
    List<LossDefinition> definitions();
}
