package io.github.segloss.conformance;

import io.github.segloss.backend.Geometry;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.tensor.Shape;
import java.util.Arrays;

/**
 * The sizes of the three axes, and where an element is in a row-major array of some extent.
 *
 * @param batch the size of BATCH
 * @param classes the size of CLASS
 * @param space the spatial sizes
 */
record Sizes(int batch, int classes, Shape space) {
    static Sizes of(int batch, int classes, long... space) {
        return new Sizes(batch, classes, Shape.of(space));
    }

    int pixels() {
        return Math.toIntExact(space.elements());
    }

    Geometry geometry() {
        return Geometry.of(batch, space.toArray());
    }

    int elements(Axes extent) {
        return (extent.has(Axis.BATCH) ? batch : 1)
                * (extent.has(Axis.CLASS) ? classes : 1)
                * (extent.has(Axis.SPACE) ? pixels() : 1);
    }

    /** The index of an element in an array of an extent; coordinates along other axes do not matter. */
    int index(Axes extent, int n, int c, int s) {
        int index = extent.has(Axis.BATCH) ? n : 0;
        index = extent.has(Axis.CLASS) ? index * classes + c : index;
        return extent.has(Axis.SPACE) ? index * pixels() + s : index;
    }

    /** The shape of an array of an extent, for messages. */
    Shape shape(Axes extent) {
        long[] sizes = new long[0];
        for (Axis axis : Axis.values()) {
            if (extent.has(axis)) {
                long[] more =
                        switch (axis) {
                            case BATCH -> new long[] {batch};
                            case CLASS -> new long[] {classes};
                            case SPACE -> space.toArray();
                        };
                int end = sizes.length;
                sizes = Arrays.copyOf(sizes, end + more.length);
                System.arraycopy(more, 0, sizes, end, more.length);
            }
        }
        return Shape.of(sizes);
    }

    /** What is done with each element of the batch. */
    interface Visit {
        void at(int n, int c, int s);
    }

    void forEach(Visit visit) {
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < classes; c++) {
                for (int s = 0; s < pixels(); s++) {
                    visit.at(n, c, s);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "N " + batch + ", C " + classes + ", space " + space;
    }
}
