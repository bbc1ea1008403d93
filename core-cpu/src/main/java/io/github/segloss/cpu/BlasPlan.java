package io.github.segloss.cpu;

import io.github.segloss.cpu.BlasBuffers.Buffer;
import io.github.segloss.cpu.BlasSource.OfArray;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.program.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A program op by op: the steps in order, and the arrays of the workspace, which are assigned by when values are needed last. Sizes come at run time.
 */
final class BlasPlan {
    private final Program program;
    private final BlasElement work;
    private final List<BlasStep> steps;
    private final BlasBuffers buffers;

    BlasPlan(Program program, BlasElement work, List<BlasStep> steps, BlasBuffers buffers) {
        this.program = program;
        this.work = work;
        this.steps = List.copyOf(steps);
        this.buffers = buffers;
    }

    Program program() {
        return program;
    }

    /** How real numbers are stored: float64 for float64 predictions, else float32. */
    BlasElement work() {
        return work;
    }

    List<BlasStep> steps() {
        return steps;
    }

    List<Buffer> buffers() {
        return buffers.all();
    }

    /** The number of the buffer that holds a value. */
    int buffer(OfArray array) {
        return buffers.of(array);
    }

    boolean hasStructuredSteps() {
        return steps.stream()
                .anyMatch(step ->
                        step instanceof BlasStep.Plane || step instanceof BlasStep.RankedSums);
    }

    // ---- for people

    /** One line for each step. */
    List<String> stepLines() {
        return steps.stream().map(this::line).toList();
    }

    private String line(BlasStep step) {
        Graph graph = program.graph();
        String to =
                step.writes().isEmpty()
                        ? ""
                        : step.writes().stream()
                                .map(this::name)
                                .collect(Collectors.joining(", ", " -> ", ""));
        return switch (step) {
            case BlasStep.Table(Node node) -> "table: " + graph.describe(node);
            case BlasStep.Pointwise pointwise -> graph.describe(pointwise.node()) + to;
            case BlasStep.Copy copy -> "copy of %" + graph.id(copy.node()) + to;
            case BlasStep.ClassReduction reduction -> graph.describe(reduction.node()) + to;
            case BlasStep.ClassMix mix ->
                    graph.describe(mix.node())
                            + (work == BlasElement.SINGLE ? " by sgemm" : " by dgemm")
                            + to;
            case BlasStep.Sum sum ->
                    graph.describe(sum.node())
                            + (sum.times() == null
                                    ? " by ddot with ones"
                                    : " by ddot of the factors of "
                                            + graph.describe(sum.node().arg(0)));
            case BlasStep.Extreme extreme -> graph.describe(extreme.node());
            case BlasStep.Plane plane -> graph.describe(plane.node()) + to;
            case BlasStep.RankedSums ranked ->
                    ranked.nodes().stream()
                            .map(graph::describe)
                            .collect(Collectors.joining("; ", "one sort: ", to));
        };
    }

    private String name(BlasSource target) {
        return switch (target) {
            case BlasSource.OfTable(Node node) -> "%" + program.graph().id(node);
            case BlasSource.OfTensor(String name, _) -> name;
            case OfArray array -> "array " + buffer(array);
        };
    }

    /** One line for each buffer. */
    List<String> bufferLines() {
        List<String> lines = new ArrayList<>();
        List<Buffer> all = buffers.all();
        for (int i = 0; i < all.size(); i++) {
            int number = i;
            Buffer buffer = all.get(i);
            long values =
                    steps.stream()
                            .flatMap(step -> step.writes().stream())
                            .filter(to -> to instanceof OfArray array && buffer(array) == number)
                            .count();
            lines.add(
                    "array "
                            + i
                            + ": "
                            + sizes(buffer.extent())
                            + " x "
                            + buffer.element()
                            + ", "
                            + buffer.element().bytes()
                            + (buffer.element().bytes() == 1 ? " byte" : " bytes")
                            + " per element, holds "
                            + values
                            + (values == 1 ? " value" : " values in turn"));
        }
        return lines;
    }

    /** The size of the workspace in bytes, as a formula. */
    String bytesText() {
        Map<String, Integer> bytes = new LinkedHashMap<>();
        buffers.all()
                .forEach(buffer ->
                        bytes.merge(
                                sizes(buffer.extent()), buffer.element().bytes(), Integer::sum));
        return bytes.isEmpty()
                ? "0"
                : bytes.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(" + "));
    }

    private static String sizes(Axes extent) {
        return (extent.has(Axis.BATCH) ? "N " : "") + (extent.has(Axis.CLASS) ? "C S" : "S");
    }
}
