package io.github.segloss.cuda;

import io.github.segloss.backend.Geometry;
import java.util.Arrays;

/**
 * The run-time sizes of a call as kernels see them: always three spatial axes, the missing ones in front with size 1 and spacing 1.
 *
 * @param batch the number of samples
 * @param pixels the number of pixels of one sample
 * @param space the three spatial sizes, slowest axis first
 * @param spacing the three distances between neighbours
 * @param rank how many of the axes are real
 */
record Sizes(long batch, long pixels, long[] space, double[] spacing, int rank) {

    static Sizes of(Geometry geometry) {
        long[] space = {1, 1, 1};
        double[] spacing = {1, 1, 1};
        int rank = geometry.space().rank();
        for (int axis = 0; axis < rank; axis++) {
            space[3 - rank + axis] = geometry.space().size(axis);
            spacing[3 - rank + axis] = geometry.spacing().get(axis);
        }
        return new Sizes(geometry.batch(), geometry.pixels(), space, spacing, rank);
    }

    /** The distance in elements between neighbours along one of the three axes. */
    long stride(int axis) {
        return Arrays.stream(space, axis + 1, 3).reduce(1, (a, b) -> a * b);
    }

    /** Equal for sizes that need the same buffers and grids. */
    boolean hasSameCounts(Sizes other) {
        return batch == other.batch && Arrays.equals(space, other.space) && rank == other.rank;
    }
}
