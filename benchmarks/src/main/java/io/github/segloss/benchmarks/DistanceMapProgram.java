package io.github.segloss.benchmarks;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The signed distance map of label 1, as {@link io.github.segloss.maps.DistanceMaps} makes it with an inside shift of 1, but compiled once and into the same tensor
 * at each call, which stays on the device.
 */
public final class DistanceMapProgram implements AutoCloseable {
    private static final String LABELS = "labels";
    private static final String MAP = "map";

    private final Executable executable;
    private final Arguments arguments;
    private final Tensor map;

    /**
     * Compiles for labels on a device.
     *
     * @param backend the device
     * @param labels the labels, [N, spatial...]
     * @param shape the shape of the map, [N, 1, spatial...]
     * @param geometry the sizes
     * @param logits the element type of the logits: float64 makes a float64 map, any other float32
     */
    public DistanceMapProgram(
            Backend backend, Tensor labels, Shape shape, Geometry geometry, DType logits) {
        DType type = logits == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        this.map = backend.upload(Tensor.zeros(type, shape));
        this.executable =
                backend.compile(
                        program(), new TensorTypes(Map.of(LABELS, labels.dtype(), MAP, type)));
        this.arguments = new Arguments(geometry).tensor(LABELS, labels).tensor(MAP, map);
    }

    private static Program program() {
        Node labels =
                Nodes.input(
                        new Op.Input(Role.OTHER, LABELS, Axes.BATCH_SPACE, ValueType.INDEX, false));
        Condition mask = Condition.of(Nodes.binary(BinaryFunction.EQ, Nodes.index(1), labels));
        Condition hasInside = mask.toExpr().sum(Axes.SPACE).gt(0);
        Condition hasOutside = mask.not().toExpr().sum(Axes.SPACE).gt(0);
        Expr inside = Expr.one().sub(mask.distanceTransform());
        Expr outside = mask.not().distanceTransform();
        Expr signed = hasInside.and(hasOutside).select(mask.select(inside, outside), 0);
        LinkedHashMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put(MAP, signed.node());
        return Partitioner.partition(Graph.of(1, outputs), Map.of(MAP, Axes.BATCH_SPACE), Set.of());
    }

    /** {@return the map, which each call overwrites} */
    public Tensor map() {
        return map;
    }

    /** Computes the map. */
    public void call() {
        executable.run(arguments);
    }

    @Override
    public void close() {
        executable.close();
        if (!map.isOnHost()) {
            map.close();
        }
    }
}
