package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.tensor.DType;
import io.github.segloss.vector.DoubleStep.Operand;
import java.util.Arrays;
import java.util.Optional;

/** Loads from and stores to tensors and temporaries, in float64. */
final class DoubleMemory {
    private DoubleMemory() {}

    /**
     * A value on the pixels in memory, and where it is in a tile.
     *
     * @param plan the plan
     * @param slot the number of the tensor or temporary
     * @param extent the axes of the value in memory
     * @param value where it is in a tile
     */
    record Place(Plan plan, int slot, Axes extent, Operand value) {
        int classes() {
            return extent.has(Axis.CLASS) ? plan.classes() : 1;
        }

        /** {@return which plane of one sample and class} */
        int plane(DoubleFrame f, int klass) {
            return plan.index(extent, f.sample, klass);
        }

        /** {@return where the tile begins in the tensor} */
        long element(DoubleFrame f, int klass) {
            return (long) plane(f, klass) * f.workspace.pixels + f.start;
        }
    }

    /** Loads a tensor or temporary. */
    static final class Load extends DoubleStep {
        private final Place place;
        private final DType type;

        Load(Place place, DType type) {
            this.place = place;
            this.type = type;
        }

        @Override
        Optional<TwoForms<?>> loop() {
            return type == DType.UINT8 ? Optional.of(DoubleRows.UNSIGNED) : Optional.empty();
        }

        @Override
        void run(DoubleFrame f) {
            var segment = f.workspace.segments[place.slot()];
            for (int c = 0; c < place.classes(); c++) {
                int at = place.value().of(c);
                DoubleRows.read(type, segment, place.element(f, c), f.r, at, f.count, f.scratch);
                Arrays.fill(f.r, at + f.count, at + f.n, 0);
            }
        }
    }

    /** Stores a tensor or temporary, or adds to a tensor. */
    static final class Store extends DoubleStep {
        private final Place place;
        private final DType type;

        /** Whether it is not a tensor of the caller. */
        private final boolean isTemporary;

        Store(Place place, DType type, boolean isTemporary) {
            this.place = place;
            this.type = type;
            this.isTemporary = isTemporary;
        }

        @Override
        void run(DoubleFrame f) {
            var segment = f.workspace.segments[place.slot()];
            for (int c = 0; c < place.classes(); c++) {
                int at = place.value().row(f, c);
                long to = place.element(f, c);
                if (f.workspace.accumulates && !isTemporary) {
                    double[] sum = f.scratch.doubles;
                    DoubleRows.read(type, segment, to, sum, 0, f.count, f.scratch);
                    addTo(sum, f.r, at, f.count);
                    DoubleRows.write(type, segment, to, sum, 0, f.count, f.scratch);
                } else {
                    DoubleRows.write(type, segment, to, f.r, at, f.count, f.scratch);
                }
            }
        }

        private static void addTo(double[] sum, double[] r, int at, int n) {
            for (int i = 0; i < n; i++) sum[i] += r[at + i];
        }
    }
}
