package io.github.segloss.runtime;

import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.InputAudit;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One call: knows how the values of a program are laid out, and where to look when inputs were not allowed. */
final class Evaluation {
    private final LossGraph graph;
    private final Geometry geometry;
    private final LossInputs inputs;
    private final Function<Tensor, Tensor> download;
    private final @Nullable Tensor pixelValues;

    Evaluation(
            LossGraph graph,
            Geometry geometry,
            LossInputs inputs,
            Function<Tensor, Tensor> download,
            @Nullable Tensor pixelValues) {
        this.graph = graph;
        this.geometry = geometry;
        this.inputs = inputs;
        this.download = download;
        this.pixelValues = pixelValues;
    }

    String lossId() {
        return graph.loss().id();
    }

    boolean isScalar() {
        return graph.valueExtent().isEmpty();
    }

    double scalar(Result result) {
        return result.number(LossGraph.VALUE);
    }

    void check(Result result) {
        double broken = result.number(LossGraph.VIOLATIONS);
        if (broken != 0) {
            throw InputAudit.explain(
                    graph,
                    download.apply(inputs.prediction()),
                    download.apply(inputs.target()),
                    onHost(inputs.weightMap()),
                    onHost(inputs.mask()),
                    onHost(inputs.distanceMap()));
        }
    }

    private @Nullable Tensor onHost(@Nullable Tensor tensor) {
        return tensor == null ? null : download.apply(tensor);
    }

    /** The classes that the values have; all unless some are deselected. */
    static List<Integer> selectedClasses(LossGraph graph) {
        ClassSelection selection = graph.options().classes();
        return IntStream.range(0, graph.classes())
                .filter(c -> selection.includes(c, graph.layout().channels()))
                .boxed()
                .toList();
    }

    /** The shape of the values; a single channel counts as an axis of size 1. */
    static Shape valueShape(LossGraph graph, Geometry geometry) {
        Axes extent = graph.valueExtent();
        if (extent.isEmpty() && !isPerClass(graph)) {
            return Shape.of();
        }
        long[] sizes = new long[] {};
        if (extent.has(Axis.BATCH)) {
            sizes = append(sizes, geometry.batch());
        }
        if (extent.has(Axis.CLASS)) {
            sizes = append(sizes, Math.max(1, selectedClasses(graph).size()));
        } else if (isPerClass(graph)) {
            sizes = append(sizes, 1);
        }
        if (extent.isGrid()) {
            for (long size : geometry.space().toArray()) {
                sizes = append(sizes, size);
            }
        }
        return Shape.of(sizes);
    }

    /** Whether a value without CLASS is that of the single class of a region loss. */
    private static boolean isPerClass(LossGraph graph) {
        return graph.layout().channels() == 1
                && graph.classes() == 1
                && graph.valueExtent().has(Axis.BATCH);
    }

    private static long[] append(long[] sizes, long size) {
        long[] longer = Arrays.copyOf(sizes, sizes.length + 1);
        longer[sizes.length] = size;
        return longer;
    }

    Tensor values(Result result) {
        Shape shape = valueShape(graph, geometry);
        if (graph.valueExtent().isGrid()) {
            result.await();
            Tensor all = download.apply(Objects.requireNonNull(pixelValues));
            return graph.valueExtent().has(Axis.CLASS)
                    ? selectClasses(all, shape)
                    : all.reshape(shape.toArray());
        }
        double[] table = result.table(LossGraph.VALUE);
        Tensor all = Tensor.wrap(table.clone(), table.length);
        return graph.valueExtent().has(Axis.CLASS)
                ? selectClasses(all, shape)
                : all.reshape(shape.toArray());
    }

    private Tensor selectClasses(Tensor all, Shape shape) {
        List<Integer> selected = selectedClasses(graph);
        if (selected.size() == graph.classes()) {
            return all.reshape(shape.toArray());
        }
        Tensor chosen = Tensor.zeros(all.dtype(), shape);
        long run = graph.valueExtent().isGrid() ? geometry.pixels() : 1;
        long samples = graph.valueExtent().has(Axis.BATCH) ? geometry.batch() : 1;
        for (long n = 0; n < samples; n++) {
            for (int k = 0; k < selected.size(); k++) {
                for (long i = 0; i < run; i++) {
                    long from = (n * graph.classes() + selected.get(k)) * run + i;
                    chosen.set((n * selected.size() + k) * run + i, all.doubleAt(from));
                }
            }
        }
        return chosen;
    }

    /** The reverse of the selection of classes, for an upstream gradient. */
    static Tensor spreadClasses(LossGraph graph, Geometry geometry, Tensor upstream) {
        List<Integer> selected = selectedClasses(graph);
        if (!graph.valueExtent().has(Axis.CLASS) || selected.size() == graph.classes()) {
            return upstream;
        }
        long run = graph.valueExtent().isGrid() ? geometry.pixels() : 1;
        long samples = graph.valueExtent().has(Axis.BATCH) ? geometry.batch() : 1;
        DType type = upstream.dtype();
        Tensor all = Tensor.zeros(type, Shape.of(samples * graph.classes() * run));
        for (long n = 0; n < samples; n++) {
            for (int k = 0; k < selected.size(); k++) {
                for (long i = 0; i < run; i++) {
                    long to = (n * graph.classes() + selected.get(k)) * run + i;
                    all.set(to, upstream.doubleAt((n * selected.size() + k) * run + i));
                }
            }
        }
        return all;
    }
}
