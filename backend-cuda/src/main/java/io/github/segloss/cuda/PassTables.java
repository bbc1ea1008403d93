package io.github.segloss.cuda;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The values without SPACE that a pass reads: constants in its text, numbers in registers, vectors along CLASS and matrices in shared memory. */
final class PassTables {
    private final CudaUnit unit;
    private final OpTable ops;
    private final List<Node> numbers = new ArrayList<>();
    private final List<Node> vectors = new ArrayList<>();
    private final List<Node> constants = new ArrayList<>();
    private final Set<Node> global = new HashSet<>();

    PassTables(CudaUnit unit, GridKernel kernel, int sharedBytes) {
        this.unit = unit;
        this.ops = new OpTable(unit.isDouble());
        int shared = 0;
        for (Node node : kernel.tables()) {
            if (node.op() instanceof Op.ClassTable) {
                constants.add(node);
            } else if (isVector(node)) {
                int bytes = length(node) * unit.realBytes();
                if (shared + bytes <= sharedBytes) {
                    vectors.add(node);
                    shared += bytes;
                } else {
                    global.add(node);
                }
            } else if (!(node.op() instanceof Op.Constant)
                    && !(node.op() instanceof Op.ClassIndex)) {
                numbers.add(node);
            }
        }
    }

    private static boolean isMatrix(Node node) {
        return node.op() instanceof Op.Input input && input.matrix();
    }

    private static boolean isVector(Node node) {
        return isMatrix(node)
                || (node.extent().has(Axis.CLASS) && !(node.op() instanceof Op.ClassIndex));
    }

    private int length(Node node) {
        return isMatrix(node) ? unit.classes() * unit.classes() : unit.classes();
    }

    void writeConstants() {
        for (Node node : constants) {
            List<Double> values = ((Op.ClassTable) node.op()).values();
            String numbersText =
                    values.stream()
                            .map(v -> ops.literal(v, ValueType.FLOAT))
                            .collect(Collectors.joining(", "));
            String declaration =
                    "static __constant__ real table" + unit.id(node) + "[" + values.size() + "]";
            if (!unit.text().contains(declaration)) { // another pass may have declared it
                unit.line(declaration + " = {" + numbersText + "};");
            }
        }
    }

    void writeLoads(List<String> out) {
        for (Node node : numbers) {
            out.add(
                    "const "
                            + ops.type(node)
                            + " t"
                            + unit.id(node)
                            + " = "
                            + converted(node, number(node))
                            + ";");
        }
        for (Node node : vectors) {
            out.add(
                    "__shared__ "
                            + ops.type(node)
                            + " t"
                            + unit.id(node)
                            + "["
                            + length(node)
                            + "];");
            out.add(
                    "for (int c = threadIdx.x; c < "
                            + length(node)
                            + "; c += BLOCK) t"
                            + unit.id(node)
                            + "[c] = "
                            + converted(node, element(node, "c"))
                            + ";");
        }
        if (!vectors.isEmpty()) {
            out.add("__syncthreads();");
        }
    }

    private String number(Node node) {
        return node.op() instanceof Op.Size(Axes axes)
                ? size(axes, unit.classes())
                : unit.layout().element(node, "sample", "0");
    }

    /** The number of elements along some axes. */
    static String size(Axes axes, int classes) {
        List<String> factors = new ArrayList<>();
        if (axes.has(Axis.BATCH)) {
            factors.add("(f64)batch");
        }
        if (axes.has(Axis.CLASS)) {
            factors.add(classes + ".0");
        }
        if (axes.has(Axis.SPACE)) {
            factors.add("(f64)pixels");
        }
        return "(" + String.join(" * ", factors) + ")";
    }

    private String element(Node node, String index) {
        return isMatrix(node)
                ? "tables[" + unit.layout().position(node).text() + " + " + index + "]"
                : unit.layout().element(node, "sample", index);
    }

    private String converted(Node node, String number) {
        return switch (node.type()) {
            case FLOAT -> "(real)" + number;
            case BOOL -> number + " != 0";
            case INDEX -> "(ix)" + number;
        };
    }

    /** The C expression of a value; c is the class at hand. */
    String operand(Node node) {
        return switch (node.op()) {
            case Op.Constant(double value) -> ops.literal(value, node.type());
            case Op.ClassIndex _ -> "(ix)c";
            case Op.ClassTable _ -> "table" + unit.id(node) + "[c]";
            default -> isVector(node) ? at(node, "c") : "t" + unit.id(node);
        };
    }

    private String at(Node node, String index) {
        return global.contains(node)
                ? "(" + converted(node, element(node, index)) + ")"
                : "t" + unit.id(node) + "[" + index + "]";
    }

    /** The C expression of an element of a matrix. */
    String matrix(Node node, String row, String column) {
        return at(node, row + " * " + unit.classes() + " + " + column);
    }
}
