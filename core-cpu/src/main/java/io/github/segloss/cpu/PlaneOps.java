package io.github.segloss.cpu;

import io.github.segloss.backend.Geometry;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The structured ops that work on one sample and class at a time, for images of one size; keeps its work space. Not thread-safe. */
final class PlaneOps {
    private final int[] sizes;
    private final DistanceTransforms distances;
    private final Map<Window, Windows> windows = new HashMap<>();

    PlaneOps(Geometry geometry) {
        this.sizes = Arrays.stream(geometry.space().toArray()).mapToInt(Math::toIntExact).toArray();
        double[] spacing = geometry.spacing().stream().mapToDouble(Double::doubleValue).toArray();
        this.distances = new DistanceTransforms(sizes, spacing);
    }

    /**
     * Computes the result of a node for one sample and class.
     *
     * @param node a distance transform or window op
     * @param x its first argument
     * @param second its second argument; ignored if it has none
     * @param out the result
     */
    void compute(Node node, double[] x, double[] second, double[] out) {
        switch (node.op()) {
            case Op.DistanceTransform _ -> distances.distances(x, out);
            case Op.WindowExtreme(Window w) -> windows(w).extreme(x, out);
            case Op.WindowScatter(Window w) -> windows(w).scatter(x, second, out);
            case Op.WindowGather(Window w) -> windows(w).gather(x, second, out);
            default -> throw new IllegalStateException("not an op on planes: " + node);
        }
    }

    private Windows windows(Window window) {
        return windows.computeIfAbsent(window, w -> new Windows(w, sizes));
    }
}
