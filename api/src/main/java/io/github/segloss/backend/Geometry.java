package io.github.segloss.backend;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The run-time sizes of a call.
 *
 * @param batch the number of samples
 * @param space the spatial sizes, slowest axis first, one to three
 * @param spacing the distance between neighbours along each spatial axis, finite and positive; all 1 unless given
 */
public record Geometry(long batch, Shape space, List<Double> spacing) {
    /**
     * Checks the spacing.
     *
     * @param batch the number of samples
     * @param space the spatial sizes
     * @param spacing the distances between neighbours
     */
    public Geometry {
        spacing = List.copyOf(spacing);
        if (spacing.size() != space.rank()) {
            throw new InvalidParameterException(
                    "spacing "
                            + spacing
                            + " has "
                            + spacing.size()
                            + " values; it must have one for each of the "
                            + space.rank()
                            + " spatial axes of "
                            + space);
        }
        for (double value : spacing) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new InvalidParameterException(
                        "spacing "
                                + spacing
                                + " contains "
                                + value
                                + "; it must be finite and above 0");
            }
        }
    }

    /**
     * {@return a geometry with spacing 1}
     *
     * @param batch the number of samples
     * @param space the spatial sizes
     */
    public static Geometry of(long batch, long... space) {
        Double[] ones = new Double[space.length];
        Arrays.fill(ones, 1.0);
        return new Geometry(batch, Shape.of(space), List.of(ones));
    }

    /** {@return the number of pixels of one sample} */
    public long pixels() {
        return space.elements();
    }
}
