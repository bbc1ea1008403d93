package io.github.segloss.cpu;

import io.github.segloss.graph.Window;
import io.github.segloss.graph.Window.Border;
import io.github.segloss.graph.Window.Extreme;
import io.github.segloss.graph.Window.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The window ops on one sample and class: neighbour by neighbour of the window, each for the whole image at once. */
final class Windows {
    private final Window window;

    /** The sizes of three axes, the missing ones of size 1. */
    private final int depth;

    private final int height;
    private final int width;

    private final int rank;
    private final List<Neighbour> neighbours;
    private double[] extreme = {};
    private double[] hits = {};

    /** One neighbour: steps along the three axes. */
    private record Neighbour(int z, int y, int x) {}

    Windows(Window window, int[] sizes) {
        this.window = window;
        this.rank = sizes.length;
        this.depth = rank > 2 ? sizes[rank - 3] : 1;
        this.height = rank > 1 ? sizes[rank - 2] : 1;
        this.width = sizes[rank - 1];
        this.neighbours = neighbours(window.footprint(), rank);
    }

    private static List<Neighbour> neighbours(Footprint footprint, int rank) {
        List<Neighbour> all = new ArrayList<>();
        for (int x = -1; x <= 1; x++) {
            for (int y = rank > 1 ? -1 : 0; y <= (rank > 1 ? 1 : 0); y++) {
                for (int z = rank > 2 ? -1 : 0; z <= (rank > 2 ? 1 : 0); z++) {
                    int distance = Math.abs(x) + Math.abs(y) + Math.abs(z);
                    if (footprint == Footprint.BOX || distance <= 1) {
                        all.add(new Neighbour(z, y, x));
                    }
                }
            }
        }
        return all;
    }

    private int step(Neighbour neighbour) {
        return (neighbour.z * height + neighbour.y) * width + neighbour.x;
    }

    /** What happens between a run of elements and the run of their neighbours. */
    private interface Visit {
        void at(int element, int neighbour, int count);
    }

    /** Visits all elements whose neighbour is inside the image, run by run. */
    private void inside(Neighbour neighbour, Visit visit) {
        int from = Math.max(0, -neighbour.x);
        int count = width - Math.abs(neighbour.x);
        if (count <= 0) {
            return;
        }
        for (int z = Math.max(0, -neighbour.z); z < depth - Math.max(0, neighbour.z); z++) {
            for (int y = Math.max(0, -neighbour.y); y < height - Math.max(0, neighbour.y); y++) {
                int element = (z * height + y) * width + from;
                visit.at(element, element + step(neighbour), count);
            }
        }
    }

    /** How many neighbours of an element are outside the image. */
    private int outside(int element) {
        int x = edges(element % width, width);
        int y = rank > 1 ? edges(element / width % height, height) : 0;
        int z = rank > 2 ? edges(element / width / height, depth) : 0;
        if (window.footprint() == Footprint.CROSS) {
            return x + y + z;
        }
        int within = (3 - x) * (rank > 1 ? 3 - y : 1) * (rank > 2 ? 3 - z : 1);
        return neighbours.size() - within;
    }

    private static int edges(int at, int size) {
        return (at == 0 ? 1 : 0) + (at == size - 1 ? 1 : 0);
    }

    /** The extreme of x over the neighbourhood of each element. */
    void extreme(double[] x, double[] out) {
        boolean isMin = window.extreme() == Extreme.MIN;
        Arrays.fill(out, isMin ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
        for (Neighbour neighbour : neighbours) {
            inside(
                    neighbour,
                    isMin
                            ? (i, j, n) -> {
                                for (int k = 0; k < n; k++) {
                                    out[i + k] = Math.min(out[i + k], x[j + k]);
                                }
                            }
                            : (i, j, n) -> {
                                for (int k = 0; k < n; k++) {
                                    out[i + k] = Math.max(out[i + k], x[j + k]);
                                }
                            });
        }
        if (window.border() == Border.ZERO) {
            for (int i = 0; i < out.length; i++) {
                if (outside(i) > 0) {
                    out[i] = isMin ? Math.min(out[i], 0) : Math.max(out[i], 0);
                }
            }
        }
    }

    /** Finds the extreme of each neighbourhood, and how often it occurs there. */
    private void findExtremes(double[] x) {
        if (extreme.length != x.length) {
            double[] extremes = new double[x.length];
            hits = new double[x.length]; // both or none, also where memory is short
            extreme = extremes;
        }
        extreme(x, extreme);
        Arrays.fill(hits, 0);
        for (Neighbour neighbour : neighbours) {
            inside(
                    neighbour,
                    (i, j, n) -> {
                        for (int k = 0; k < n; k++) {
                            hits[i + k] += x[j + k] == extreme[i + k] ? 1 : 0;
                        }
                    });
        }
        if (window.border() == Border.ZERO) {
            for (int i = 0; i < x.length; i++) {
                hits[i] += extreme[i] == 0 ? outside(i) : 0;
            }
        }
    }

    /** Each u goes in equal parts to where its neighbourhood holds the extreme. */
    void scatter(double[] x, double[] u, double[] out) {
        findExtremes(x);
        Arrays.fill(out, 0);
        // Last neighbour first, so that each element is given its parts in the order of the givers.
        List<Neighbour> order = new ArrayList<>(neighbours);
        order.sort(Comparator.comparingInt(this::step).reversed());
        for (Neighbour neighbour : order) {
            inside(
                    neighbour,
                    (i, j, n) -> {
                        for (int k = 0; k < n; k++) {
                            out[j + k] += x[j + k] == extreme[i + k] ? u[i + k] / hits[i + k] : 0;
                        }
                    });
        }
    }

    /** The mean of v over where the neighbourhood holds the extreme. */
    void gather(double[] x, double[] v, double[] out) {
        findExtremes(x);
        Arrays.fill(out, 0);
        for (Neighbour neighbour : neighbours) {
            inside(
                    neighbour,
                    (i, j, n) -> {
                        for (int k = 0; k < n; k++) {
                            out[i + k] += x[j + k] == extreme[i + k] ? v[j + k] / hits[i + k] : 0;
                        }
                    });
        }
    }
}
