package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Window;
import io.github.segloss.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** The structured ops by their definition, every element against every other: small, slow and independent of any backend. */
final class Definitions {
    private Definitions() {}

    /**
     * The sum of the values of all elements that come no later, where a comes before b if its key is larger, or equal and its index smaller.
     *
     * @param axes SPACE, or BATCH and SPACE
     */
    static double[] rankedSum(
            Sizes sizes,
            Axes axes,
            Axes keyExtent,
            double[] keys,
            Axes valueExtent,
            double[] values) {
        Axes both = keyExtent.plus(valueExtent);
        double[] result = new double[sizes.elements(both)];
        sizes.forEach((n, c, s) -> {
            double key = keys[sizes.index(keyExtent, n, c, s)];
            double sum = 0;
            for (int m = 0; m < sizes.batch(); m++) {
                for (int t = 0; t < sizes.pixels(); t++) {
                    boolean isSameRanking = axes.has(Axis.BATCH) || m == n;
                    double other = keys[sizes.index(keyExtent, m, c, t)];
                    boolean isNotLater =
                            other > key
                                    || (other == key
                                            && m * sizes.pixels() + t <= n * sizes.pixels() + s);
                    if (isSameRanking && isNotLater && other != Double.NEGATIVE_INFINITY) {
                        sum += values[sizes.index(valueExtent, m, c, t)];
                    }
                }
            }
            result[sizes.index(both, n, c, s)] = key == Double.NEGATIVE_INFINITY ? 0 : sum;
        });
        return result;
    }

    /** The distance of each true element to the nearest false one; 0 where there is none. */
    static double[] distances(boolean[] mask, Shape space, List<Double> spacing) {
        double[] result = new double[mask.length];
        for (int i = 0; i < mask.length; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int j = 0; j < mask.length; j++) {
                if (!mask[j]) {
                    nearest = Math.min(nearest, squaredDistance(space, spacing, i, j));
                }
            }
            result[i] = mask[i] && nearest < Double.POSITIVE_INFINITY ? Math.sqrt(nearest) : 0;
        }
        return result;
    }

    private static double squaredDistance(Shape space, List<Double> spacing, int i, int j) {
        long[] a = space.coordinates(i);
        long[] b = space.coordinates(j);
        double sum = 0;
        for (int axis = 0; axis < a.length; axis++) {
            double step = (a[axis] - b[axis]) * spacing.get(axis);
            sum += step * step;
        }
        return sum;
    }

    /** The elements in the neighbourhood of an element, itself included, and how many positions of it are outside. */
    record Neighbourhood(List<Integer> inside, int outside) {
        static Neighbourhood of(Window window, Shape space, int element) {
            BiPredicate<long[], long[]> isNear =
                    switch (window.footprint()) {
                        case CROSS -> (a, b) -> steps(a, b) <= 1;
                        case BOX -> (a, b) -> widest(a, b) <= 1;
                    };
            long[] here = space.coordinates(element);
            List<Integer> inside = new ArrayList<>();
            for (int j = 0; j < space.elements(); j++) {
                if (isNear.test(here, space.coordinates(j))) {
                    inside.add(j);
                }
            }
            int all =
                    switch (window.footprint()) {
                        case CROSS -> 2 * here.length + 1;
                        case BOX -> (int) Math.pow(3, here.length);
                    };
            return new Neighbourhood(inside, all - inside.size());
        }

        private static long steps(long[] a, long[] b) {
            long sum = 0;
            for (int axis = 0; axis < a.length; axis++) {
                sum += Math.abs(a[axis] - b[axis]);
            }
            return sum;
        }

        private static long widest(long[] a, long[] b) {
            long most = 0;
            for (int axis = 0; axis < a.length; axis++) {
                most = Math.max(most, Math.abs(a[axis] - b[axis]));
            }
            return most;
        }

        double extreme(Window window, double[] x) {
            double best =
                    inside.stream()
                            .mapToDouble(j -> x[j])
                            .reduce(
                                    x[inside.get(0)],
                                    (a, b) ->
                                            window.extreme() == Window.Extreme.MIN
                                                    ? Math.min(a, b)
                                                    : Math.max(a, b));
            if (window.border() == Window.Border.ZERO && outside > 0) {
                best =
                        window.extreme() == Window.Extreme.MIN
                                ? Math.min(best, 0)
                                : Math.max(best, 0);
            }
            return best;
        }

        /** How many positions hold the extreme, the zeros outside among them. */
        int hits(Window window, double[] x) {
            double extreme = extreme(window, x);
            int hits = (int) inside.stream().filter(j -> x[j] == extreme).count();
            boolean countsOutside = window.border() == Window.Border.ZERO && extreme == 0;
            return hits + (countsOutside ? outside : 0);
        }
    }

    static double[] windowExtreme(Window window, Shape space, double[] x) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = Neighbourhood.of(window, space, i).extreme(window, x);
        }
        return result;
    }

    static double[] windowScatter(Window window, Shape space, double[] x, double[] u) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            Neighbourhood around = Neighbourhood.of(window, space, i);
            double extreme = around.extreme(window, x);
            double part = u[i] / around.hits(window, x);
            around.inside().stream().filter(j -> x[j] == extreme).forEach(j -> result[j] += part);
        }
        return result;
    }

    static double[] windowGather(Window window, Shape space, double[] x, double[] v) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            Neighbourhood around = Neighbourhood.of(window, space, i);
            double extreme = around.extreme(window, x);
            double sum =
                    around.inside().stream()
                            .filter(j -> x[j] == extreme)
                            .mapToDouble(j -> v[j])
                            .sum();
            result[i] = sum / around.hits(window, x);
        }
        return result;
    }
}
