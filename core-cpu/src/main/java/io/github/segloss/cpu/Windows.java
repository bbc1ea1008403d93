package io.github.segloss.cpu;

import io.github.segloss.graph.Window;
import io.github.segloss.graph.Window.Border;
import io.github.segloss.graph.Window.Extreme;
import io.github.segloss.graph.Window.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The window ops on one sample and class, by their definition: every element looks at every neighbour. */
final class Windows {
    private final Window window;
    private final int[] sizes;
    private final List<int[]> offsets;

    Windows(Window window, int[] sizes) {
        this.window = window;
        this.sizes = sizes;
        this.offsets = offsets(window.footprint(), sizes.length);
    }

    private static List<int[]> offsets(Footprint footprint, int rank) {
        List<int[]> all = new ArrayList<>();
        int boxes = (int) Math.pow(3, rank);
        for (int code = 0; code < boxes; code++) {
            int[] offset = new int[rank];
            int distance = 0;
            for (int axis = 0, rest = code; axis < rank; axis++, rest /= 3) {
                offset[axis] = rest % 3 - 1;
                distance += Math.abs(offset[axis]);
            }
            if (footprint == Footprint.BOX || distance <= 1) {
                all.add(offset);
            }
        }
        return all;
    }

    /** What happens at one neighbour of an element. */
    private interface Visit {
        void at(int neighbour);
    }

    private void neighbours(int[] position, Visit inside, Runnable outside) {
        for (int[] offset : offsets) {
            int index = 0;
            boolean isInside = true;
            for (int axis = 0; axis < sizes.length; axis++) {
                int at = position[axis] + offset[axis];
                isInside &= at >= 0 && at < sizes[axis];
                index = index * sizes[axis] + at;
            }
            if (isInside) {
                inside.at(index);
            } else if (window.border() == Border.ZERO) {
                outside.run();
            }
        }
    }

    private double better(double a, double b) {
        return window.extreme() == Extreme.MIN ? Math.min(a, b) : Math.max(a, b);
    }

    private void forEach(BiConsumer<Integer, int[]> body) {
        int[] position = new int[sizes.length];
        int count = 1;
        for (int size : sizes) {
            count *= size;
        }
        for (int i = 0; i < count; i++) {
            body.accept(i, position);
            for (int axis = sizes.length - 1;
                    axis >= 0 && ++position[axis] == sizes[axis];
                    axis--) {
                position[axis] = 0;
            }
        }
    }

    private double extremeAt(double[] x, int[] position) {
        double[] best = {
            window.extreme() == Extreme.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY
        };
        neighbours(
                position, j -> best[0] = better(best[0], x[j]), () -> best[0] = better(best[0], 0));
        return best[0];
    }

    private int countHits(double[] x, int[] position, double extreme) {
        int[] hits = {0};
        neighbours(
                position,
                j -> hits[0] += x[j] == extreme ? 1 : 0,
                () -> hits[0] += extreme == 0 ? 1 : 0);
        return hits[0];
    }

    /** The extreme of x over the neighbourhood of each element. */
    double[] extreme(double[] x) {
        double[] out = new double[x.length];
        forEach((i, position) -> out[i] = extremeAt(x, position));
        return out;
    }

    /** Each u goes in equal parts to where its neighbourhood holds the extreme. */
    double[] scatter(double[] x, double[] u) {
        double[] out = new double[x.length];
        forEach((i, position) -> {
            double extreme = extremeAt(x, position);
            double part = u[i] / countHits(x, position, extreme);
            neighbours(position, j -> out[j] += x[j] == extreme ? part : 0, () -> {});
        });
        return out;
    }

    /** The mean of v over where the neighbourhood holds the extreme. */
    double[] gather(double[] x, double[] v) {
        double[] out = new double[x.length];
        forEach((i, position) -> {
            double extreme = extremeAt(x, position);
            int hits = countHits(x, position, extreme);
            neighbours(position, j -> out[i] += x[j] == extreme ? v[j] / hits : 0, () -> {});
        });
        return out;
    }
}
