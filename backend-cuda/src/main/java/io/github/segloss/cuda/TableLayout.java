package io.github.segloss.cuda;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each value without SPACE is in the buffer of float64 numbers that belongs to a call: first the inputs, which are copied there in one piece, then
 * what the kernels compute. Constants and sizes are not in it. A position is {@code fixed + batch * perSample}.
 */
final class TableLayout {
    /**
     * A position or a length.
     *
     * @param fixed the part that does not depend on the batch
     * @param perSample what each sample adds
     */
    record Extent(long fixed, long perSample) {
        long at(long batch) {
            return fixed + batch * perSample;
        }

        Extent plus(Extent other) {
            return new Extent(fixed + other.fixed, perSample + other.perSample);
        }

        String text() {
            return perSample == 0
                    ? Long.toString(fixed)
                    : "(" + fixed + " + batch * " + perSample + ")";
        }
    }

    private final int classes;
    private final Map<Node, Extent> positions = new IdentityHashMap<>();
    private final List<Node> inputs = new ArrayList<>();
    private final Extent inputLength;
    private final Extent length;

    TableLayout(Graph graph) {
        this.classes = graph.classes();
        Extent end = new Extent(0, 0);
        for (Node node : graph.nodes()) {
            if (!node.extent().isGrid() && node.op() instanceof Op.Input) {
                inputs.add(node);
                end = place(node, end);
            }
        }
        inputLength = end;
        for (Node node : graph.nodes()) {
            if (!node.extent().isGrid() && !node.args().isEmpty()) {
                end = place(node, end);
            }
        }
        length = end;
    }

    private Extent place(Node node, Extent end) {
        positions.put(node, end);
        return end.plus(length(node));
    }

    private Extent length(Node node) {
        if (node.op() instanceof Op.Input input && input.matrix()) {
            return new Extent((long) classes * classes, 0);
        }
        long row = node.extent().has(Axis.CLASS) ? classes : 1;
        return node.extent().has(Axis.BATCH) ? new Extent(0, row) : new Extent(row, 0);
    }

    boolean holds(Node node) {
        return positions.containsKey(node);
    }

    List<Node> inputs() {
        return inputs;
    }

    Extent position(Node node) {
        return positions.get(node);
    }

    long count(Node node, long batch) {
        return length(node).at(batch);
    }

    long inputLength(long batch) {
        return inputLength.at(batch);
    }

    long length(long batch) {
        return length.at(batch);
    }

    /** The C expression of one number of a table. */
    String element(Node node, String sample, String klass) {
        Axes extent = node.extent();
        String index = positions.get(node).text();
        if (extent.has(Axis.BATCH)) {
            index += extent.has(Axis.CLASS) ? " + " + sample + " * " + classes : " + " + sample;
        }
        if (extent.has(Axis.CLASS)) {
            index += " + " + klass;
        }
        return "tables[" + index + "]";
    }
}
