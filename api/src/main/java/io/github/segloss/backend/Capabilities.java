package io.github.segloss.backend;

import io.github.segloss.tensor.DType;
import java.util.Set;

/**
 * What a backend can do.
 *
 * @param predictions the element types of predictions and gradients
 * @param labels the element types of class-index targets
 * @param isReference whether it computes in float64 inside, as the definition that others are compared with
 */
public record Capabilities(Set<DType> predictions, Set<DType> labels, boolean isReference) {
    /** All five label types. */
    public static final Set<DType> ALL_LABELS =
            Set.of(DType.UINT8, DType.INT8, DType.INT16, DType.INT32, DType.INT64);

    /** All four prediction types. */
    public static final Set<DType> ALL_PREDICTIONS =
            Set.of(DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64);

    /**
     * Copies the sets.
     *
     * @param predictions the element types of predictions and gradients
     * @param labels the element types of class-index targets
     * @param isReference whether it computes in float64 inside
     */
    public Capabilities {
        predictions = Set.copyOf(predictions);
        labels = Set.copyOf(labels);
    }
}
