package io.github.segloss.conformance;

import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Windows over one sample and class with bounds, for {@link BoundedStructures}. */
final class BoundedWindows {
    private final Sizes sizes;
    private final double rounding;
    private final Map<Window.Footprint, List<Definitions.Neighbourhood>> neighbourhoods =
            new EnumMap<>(Window.Footprint.class);

    BoundedWindows(Sizes sizes, double rounding) {
        this.sizes = sizes;
        this.rounding = rounding;
    }

    /**
     * The value of a window op.
     *
     * @param op the op
     * @param x what the extreme is taken of
     * @param u what is scattered or gathered; not read otherwise
     */
    Bounded of(Op op, Bounded x, Bounded u) {
        return switch (op) {
            case Op.WindowExtreme(Window window) -> extremes(window, x);
            case Op.WindowScatter(Window window) -> scatter(window, x, u);
            case Op.WindowGather(Window window) -> gather(window, x, u);
            default -> throw new IllegalArgumentException("not a window: " + op);
        };
    }

    private List<Definitions.Neighbourhood> around(Window window) {
        return neighbourhoods.computeIfAbsent(
                window.footprint(),
                _ ->
                        IntStream.range(0, sizes.pixels())
                                .mapToObj(
                                        i -> Definitions.Neighbourhood.of(window, sizes.space(), i))
                                .toList());
    }

    /**
     * The extreme of one window.
     *
     * @param value the extreme
     * @param error how far it may be off
     * @param hits how many positions hold it
     * @param isOpen whether other positions may hold it, or fewer
     */
    private record Extreme(double value, double error, int hits, boolean isOpen) {}

    private static Extreme extreme(Window window, Definitions.Neighbourhood around, Bounded x) {
        double value = around.extreme(window, x.values());
        int sign = window.extreme() == Window.Extreme.MAX ? 1 : -1;
        boolean hasZeros = window.border() == Window.Border.ZERO && around.outside() > 0;
        double low = hasZeros ? 0 : Double.NEGATIVE_INFINITY;
        double high = low;
        double slack = 0;
        for (int j : around.inside()) {
            double v = sign * x.values()[j];
            low = Math.max(low, v - x.errors()[j]);
            high = Math.max(high, v + x.errors()[j]);
            slack = x.values()[j] == value ? Math.max(slack, x.errors()[j]) : slack;
        }
        double best = sign * value;
        int rivals = hasZeros && Math.abs(value) <= slack ? around.outside() : 0;
        boolean isLoose = slack > 0;
        for (int j : around.inside()) {
            if (Math.abs(x.values()[j] - value) <= slack + x.errors()[j]) {
                rivals++;
                isLoose |= x.errors()[j] > 0;
            }
        }
        return new Extreme(
                value,
                Math.max(0, Math.max(best - low, high - best)),
                around.hits(window, x.values()),
                rivals > 1 && isLoose);
    }

    private Bounded extremes(Window window, Bounded x) {
        Bounded result = new Bounded(x.count());
        for (int i = 0; i < x.count(); i++) {
            Extreme extreme = extreme(window, around(window).get(i), x);
            result.set(i, extreme.value(), extreme.error());
        }
        return result;
    }

    private Bounded scatter(Window window, Bounded x, Bounded u) {
        double[] values = new double[x.count()];
        double[] errors = new double[x.count()];
        for (int i = 0; i < x.count(); i++) {
            Definitions.Neighbourhood around = around(window).get(i);
            Extreme extreme = extreme(window, around, x);
            double part = u.values()[i] / extreme.hits();
            double error =
                    extreme.isOpen()
                            ? Math.abs(u.values()[i]) + u.errors()[i]
                            : u.errors()[i] / extreme.hits() + 32 * rounding * Math.abs(part);
            for (int j : around.inside()) {
                boolean isHit = x.values()[j] == extreme.value();
                values[j] += isHit ? part : 0;
                errors[j] += isHit || extreme.isOpen() ? error : 0;
            }
        }
        return new Bounded(values, errors);
    }

    private Bounded gather(Window window, Bounded x, Bounded v) {
        Bounded result = new Bounded(x.count());
        for (int i = 0; i < x.count(); i++) {
            Definitions.Neighbourhood around = around(window).get(i);
            Extreme extreme = extreme(window, around, x);
            double sum = 0;
            double error = 0;
            double largest = 0;
            for (int j : around.inside()) {
                double size = Math.abs(v.values()[j]) + v.errors()[j];
                largest = Math.max(largest, size);
                if (x.values()[j] == extreme.value()) {
                    sum += v.values()[j];
                    error += v.errors()[j] + 32 * rounding * size;
                }
            }
            result.set(
                    i,
                    sum / extreme.hits(),
                    extreme.isOpen() ? 2 * largest : error / extreme.hits());
        }
        return result;
    }
}
