package io.github.segloss.cuda;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Renders how a structured kernel reads an argument: as a function object of sample, class and pixel. */
final class Views {
    private final CudaUnit unit;
    private final Set<Integer> written = new HashSet<>();

    Views(CudaUnit unit) {
        this.unit = unit;
    }

    /** Writes the type of the view of an argument, once, and gives the C expression of a view, for which parameters are added. */
    String of(Node node, CudaUnit.Parameters parameters) {
        String type = "view" + unit.id(node);
        if (written.add(unit.id(node))) {
            writeType(node, type);
        }
        if (node.extent().isGrid()) {
            parameters.add(
                    "const " + unit.storedType(node) + "*", unit.arrayName(node), unit.array(node));
            parameters.number("pixels", Sizes::pixels);
            return type + "{" + unit.arrayName(node) + ", pixels}";
        }
        parameters.add("f64*", "tables", new Launch.TablesAddress());
        parameters.number("batch", Sizes::batch).number("pixels", Sizes::pixels);
        return type + "{tables, batch, pixels}";
    }

    private void writeType(Node node, String type) {
        Axes extent = node.extent();
        String head =
                "    __device__ __forceinline__ real operator()(i64 sample, i64 c, i64 s) const { return ";
        unit.line("");
        if (extent.isGrid()) {
            String plane =
                    (extent.has(Axis.BATCH) ? "sample" : "0")
                            + (extent.has(Axis.CLASS) ? " * " + unit.classes() + " + c" : "");
            String value = CudaUnit.value(node, "data[(" + plane + ") * pixels + s]");
            unit.line("struct " + type + " {");
            unit.line("    const " + unit.storedType(node) + "* data;");
            unit.line("    i64 pixels;");
            unit.line(head + "(real)(" + value + "); }");
        } else {
            if (node.op() instanceof Op.ClassTable(List<Double> values)) {
                unit.line(
                        "static __constant__ f64 "
                                + type
                                + "_values["
                                + values.size()
                                + "] = {"
                                + values.stream()
                                        .map(v -> new OpTable(true).literal(v, node.type()))
                                        .collect(Collectors.joining(", "))
                                + "};");
            }
            unit.line("struct " + type + " {");
            unit.line("    const f64* tables;");
            unit.line("    i64 batch, pixels;");
            unit.line(head + "(real)" + number(node, type) + "; }");
        }
        unit.line("};");
    }

    private String number(Node node, String type) {
        return switch (node.op()) {
            case Op.Constant(double value) -> new OpTable(true).literal(value, node.type());
            case Op.ClassTable _ -> type + "_values[c]";
            case Op.ClassIndex _ -> "c";
            case Op.Size(Axes axes) -> PassTables.size(axes, unit.classes());
            default -> unit.layout().element(node, "sample", "c");
        };
    }
}
