package io.github.segloss.backend;

import io.github.segloss.tensor.DType;
import java.util.Map;

/**
 * The element types of the tensors of a program, by the names of its pixel inputs and pixel outputs.
 *
 * @param byName the types
 */
public record TensorTypes(Map<String, DType> byName) {
    /**
     * Copies the map.
     *
     * @param byName the types
     */
    public TensorTypes {
        byName = Map.copyOf(byName);
    }

    /**
     * {@return the type of one tensor}
     *
     * @param name the name of a pixel input or output
     * @throws IllegalArgumentException if there is none of this name
     */
    public DType of(String name) {
        DType type = byName.get(name);
        if (type == null) {
            throw new IllegalArgumentException("no element type was given for '" + name + "'");
        }
        return type;
    }
}
