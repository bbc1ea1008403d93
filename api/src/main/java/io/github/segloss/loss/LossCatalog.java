package io.github.segloss.loss;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.SegLossException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.ServiceLoader;

/** The losses that are on the class path or module path, by id. */
public final class LossCatalog {
    private final SequencedMap<String, LossDefinition> byId = new LinkedHashMap<>();

    private LossCatalog() {}

    /** {@return the losses of all providers, in their order} */
    public static LossCatalog load() {
        LossCatalog catalog = new LossCatalog();
        for (LossProvider provider : ServiceLoader.load(LossProvider.class)) {
            for (LossDefinition definition : provider.definitions()) {
                LossDefinition other = catalog.byId.putIfAbsent(definition.id(), definition);
                if (other != null) {
                    throw new SegLossException(
                            "two losses have the id '"
                                    + definition.id()
                                    + "', the second from "
                                    + provider.getClass().getName());
                }
            }
        }
        return catalog;
    }

    /** {@return all definitions} */
    public Collection<LossDefinition> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /**
     * {@return a definition, if the id is known}
     *
     * @param id the canonical id
     */
    public Optional<LossDefinition> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /**
     * {@return a definition}
     *
     * @param id the canonical id
     * @throws InvalidParameterException if no loss has this id; the message lists the ids
     */
    public LossDefinition definition(String id) {
        return find(id).orElseThrow(() ->
                new InvalidParameterException(
                        "unknown loss '"
                                + id
                                + "'; the losses are "
                                + String.join(", ", byId.keySet())));
    }

    /**
     * {@return a loss by id}
     *
     * @param id the canonical id
     * @param parameters parameters that differ from their defaults
     * @throws InvalidParameterException if the id or a parameter is unknown or not allowed
     */
    public Loss create(String id, Map<String, ?> parameters) {
        return definition(id).create(parameters);
    }
}
