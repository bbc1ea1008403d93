package io.github.segloss.cuda;

import io.github.segloss.KernelCompilationException;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.ScalarKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Renders a scalar kernel: a function that one block runs, in float64, either at the end of a pass or as a kernel of its own. */
final class ScalarSource {
    private static final OpTable OPS = new OpTable(true);

    private final CudaUnit unit;
    private final ScalarKernel kernel;
    private final List<String> out = new ArrayList<>();

    ScalarSource(CudaUnit unit, ScalarKernel kernel) {
        this.unit = unit;
        this.kernel = kernel;
    }

    static String name(ScalarKernel kernel) {
        return "scalar" + kernel.stage();
    }

    static String about(ScalarKernel kernel) {
        return "scalar: " + kernel.body().size() + " nodes";
    }

    /** Writes the function. */
    void writeFunction() {
        unit.line("");
        for (Node node : kernel.body()) {
            node.args().forEach(this::declareClassTable);
        }
        for (List<Node> group : groups()) {
            writeGroup(group);
        }
        unit.line(
                "static __device__ __noinline__ void "
                        + name(kernel)
                        + "_body(i64 batch, i64 pixels, f64* tables) {");
        out.forEach(line -> unit.line("    " + line));
        unit.line("}");
    }

    /** Writes a kernel of one block that runs the function. */
    void writeKernel() {
        unit.line("SEGLOSS_KERNEL(" + name(kernel) + ")(i64 batch, i64 pixels, f64* tables) {");
        unit.line("    " + name(kernel) + "_body(batch, pixels, tables);");
        unit.line("}");
        unit.add(
                new Launch(
                        name(kernel),
                        name(kernel),
                        1,
                        List.of(
                                Launch.number(Sizes::batch),
                                Launch.number(Sizes::pixels),
                                new Launch.TablesAddress()),
                        _ -> 1,
                        about(kernel)));
    }

    private void declareClassTable(Node node) {
        if (node.op() instanceof Op.ClassTable(List<Double> values)) {
            String declaration =
                    "static __constant__ f64 wide" + unit.id(node) + "[" + values.size() + "]";
            if (!unit.text().contains(declaration)) {
                unit.line(
                        declaration
                                + " = {"
                                + values.stream()
                                        .map(v -> OPS.literal(v, node.type()))
                                        .collect(Collectors.joining(", "))
                                + "};");
            }
        }
    }

    /** Neighbours in the list with one extent, of which none needs all of another, are computed together. */
    private List<List<Node>> groups() {
        List<List<Node>> groups = new ArrayList<>();
        List<Node> current = new ArrayList<>();
        for (Node node : kernel.body()) {
            List<Node> before = current;
            boolean needsWhole =
                    (node.op() instanceof Op.Reduce || node.op() instanceof Op.ClassMix)
                            && node.args().stream().anyMatch(before::contains);
            boolean fits =
                    !before.isEmpty()
                            && before.getFirst().extent().equals(node.extent())
                            && !needsWhole;
            if (!fits) {
                current = new ArrayList<>();
                groups.add(current);
            }
            current.add(node);
        }
        return groups;
    }

    private void writeGroup(List<Node> group) {
        Axes extent = group.getFirst().extent();
        int row = extent.has(Axis.CLASS) ? unit.classes() : 1;
        group.stream().filter(ScalarSource::isForAllThreads).forEach(this::reduceByAllThreads);
        if (extent.isEmpty()) {
            out.add("if (threadIdx.x == 0) {");
        } else {
            String count = extent.has(Axis.BATCH) ? "batch * " + row : Integer.toString(row);
            out.add("for (i64 i = threadIdx.x; i < " + count + "; i += BLOCK) {");
            if (extent.has(Axis.BATCH)) {
                out.add("    const i64 sample = i / " + row + ";");
            }
            if (extent.has(Axis.CLASS)) {
                out.add("    const i64 c = i % " + row + ";");
            }
        }
        for (Node node : group) {
            List<String> lines = new ArrayList<>();
            if (!isForAllThreads(node)) {
                define(node, group, lines);
            }
            lines.add(unit.layout().element(node, "sample", "c") + " = v" + unit.id(node) + ";");
            lines.forEach(line -> out.add("    " + line));
        }
        out.add("}");
        out.add("__syncthreads();");
    }

    private void define(Node node, List<Node> group, List<String> lines) {
        String name = "v" + unit.id(node);
        switch (node.op()) {
            case Op.Reduce(ReduceFunction f, Axes axes) -> reduce(node, f, axes, lines);
            case Op.ClassMix(boolean transposed) -> {
                int classes = unit.classes();
                String at = transposed ? "k * " + classes + " + c" : "c * " + classes + " + k";
                lines.add("f64 " + name + " = 0;");
                lines.add(
                        "for (int k = 0; k < "
                                + classes
                                + "; ++k) "
                                + name
                                + " += tables["
                                + unit.layout().position(node.arg(0)).text()
                                + " + "
                                + at
                                + "] * "
                                + stored(node.arg(1), "sample", "k")
                                + ";");
            }
            default ->
                    lines.add(
                            "const "
                                    + OPS.type(node)
                                    + " "
                                    + name
                                    + " = "
                                    + OPS.expression(
                                            node,
                                            arg ->
                                                    group.contains(arg)
                                                            ? "v" + unit.id(arg)
                                                            : stored(arg, "sample", "c"))
                                    + ";");
        }
    }

    /** Whether one number is made of those of all samples, which would take one thread longer than the pass takes. */
    private static boolean isForAllThreads(Node node) {
        return node.extent().isEmpty()
                && node.op() instanceof Op.Reduce(_, Axes axes)
                && axes.has(Axis.BATCH);
    }

    private void reduceByAllThreads(Node node) {
        Op.Reduce reduce = (Op.Reduce) node.op();
        int classes = unit.classes();
        boolean overClass = reduce.axes().has(Axis.CLASS);
        String element =
                overClass
                        ? stored(node.arg(0), "m / " + classes, "m % " + classes)
                        : stored(node.arg(0), "m", "0");
        out.add(
                "const f64 v"
                        + unit.id(node)
                        + " = combine_all<"
                        + OpTable.combiner(reduce.function())
                        + ">(batch"
                        + (overClass ? " * " + classes : "")
                        + ", [&](i64 m) -> f64 { return "
                        + element
                        + "; });");
    }

    private void reduce(Node node, ReduceFunction f, Axes axes, List<String> lines) {
        String name = "v" + unit.id(node);
        Node arg = node.arg(0);
        boolean overBatch = axes.has(Axis.BATCH);
        boolean overClass = axes.has(Axis.CLASS);
        String element = stored(arg, overBatch ? "m" : "sample", overClass ? "k" : "c");
        if (f == ReduceFunction.ARGMAX) {
            lines.add("ix " + name + " = 0;");
            lines.add("f64 best" + unit.id(node) + " = " + stored(arg, "sample", "0") + ";");
        } else {
            lines.add("f64 " + name + " = " + OpTable.combiner(f) + "::start();");
        }
        if (overBatch) {
            lines.add("for (i64 m = 0; m < batch; ++m)");
        }
        if (overClass) {
            lines.add("for (int k = 0; k < " + unit.classes() + "; ++k)");
        }
        if (f == ReduceFunction.ARGMAX) {
            String best = "best" + unit.id(node);
            lines.add(
                    "    if ("
                            + element
                            + " > "
                            + best
                            + ") "
                            + best
                            + " = "
                            + element
                            + ", "
                            + name
                            + " = k;");
        } else {
            lines.add(
                    "    "
                            + name
                            + " = "
                            + OpTable.combiner(f)
                            + "::of("
                            + name
                            + ", "
                            + element
                            + ");");
        }
    }

    private String stored(Node node, String sample, String klass) {
        return switch (node.op()) {
            case Op.Constant(double value) -> OPS.literal(value, node.type());
            case Op.ClassIndex _ -> "(ix)" + klass;
            case Op.ClassTable _ -> "wide" + unit.id(node) + "[" + klass + "]";
            case Op.Size(Axes axes) -> PassTables.size(axes, unit.classes());
            default -> {
                if (!unit.layout().holds(node)) {
                    throw new KernelCompilationException("a scalar kernel cannot read " + node);
                }
                String element = unit.layout().element(node, sample, klass);
                yield switch (node.type()) {
                    case FLOAT -> element;
                    case BOOL -> "(" + element + " != 0)";
                    case INDEX -> "(ix)" + element;
                };
            }
        };
    }
}
